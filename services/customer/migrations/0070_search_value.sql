-- A row's words now have its values, too: lists by them are looked up. Rows that exist get them from the rebuild.
insert into search_rebuild (rules, finished) select 4, not exists (select from search);
