-- The words of a row as numbers: a third of the room, and walking through rows compares them three times as fast.
-- They are made by intake::search and not by SQL, so rows that exist get theirs from the rebuild below.
drop index search_words;
alter table search drop column tokens;
alter table search
    -- Digests of the words of intake::search.
    add column words bigint[] not null default '{}',
    -- As intake::search::sound gives it.
    add column sound text not null default '';
create index search_words on search using gin (words) with (fastupdate = off) where not deleted;

-- Owner and department stand in the index, so that the newest of a thousand namesakes in a scope are found without reading
-- their rows.
drop index search_name;
create index search_name on search (name_key text_pattern_ops, customer_id) include (owner_id, department_id)
    where not deleted;

-- How rare a word or beginning is decides the plan, so the planner is to know many of them.
alter table search alter words set statistics 1000, alter name_key set statistics 1000;
-- Indexes answer alone only where a page's rows are known to be visible to all.
alter table search set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- How far the rows have been given the words of a version of the rules; customer::search::rebuild goes on from there.
create table search_rebuild (
    rules integer primary key,
    reached uuid,
    finished boolean not null
);
insert into search_rebuild (rules, finished) select 1, not exists (select from search);
