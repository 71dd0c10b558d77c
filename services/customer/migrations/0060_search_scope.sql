-- A row's words now tell its owner and department, and two syllables whole. Rows that exist get them from the rebuild.
insert into search_rebuild (rules, finished) select 2, not exists (select from search);
