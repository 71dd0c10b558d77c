-- A new row's words wait in a list before they go into the index, those of some hundred rows at once: put in one by one, the
-- fifty words of a row take longer than all else that is written of it, and most of them stand in many rows. Whoever searches
-- goes through the list too, so it is short (docs/decisions/0006-search-scope.md).
alter index search_words set (fastupdate = on, gin_pending_list_limit = 256);
