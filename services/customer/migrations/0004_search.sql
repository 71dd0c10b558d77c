-- By what customers are found: one row each, written in the transaction that changes the customer or a contact.
create table search (
    customer_id uuid primary key,
    owner_id uuid,
    department_id uuid,
    deleted boolean not null,
    -- As intake::name::normalise gives it.
    name_key text not null,
    -- The same of every contact's name, one a line.
    contact_key text not null,
    -- As intake::search::tokens gives them.
    tokens text[] not null
);

-- Whether a word is looked up here, or the newest rows of a scope are gone through until the page is full, follows from
-- how many rows the planner expects of each. Owner and department are columns and not tokens of this index, because the
-- planner knows how many rows an owner has and only guesses it of an array's element: for somebody who owns next to
-- nothing the guess took 2 s at 1,000,000 rows, and no case tried takes more than 6 ms as it stands.
create index search_words on search using gin (tokens) with (fastupdate = off) where not deleted;

-- Exact names and beginnings, which stand before all other results.
create index search_name on search (name_key text_pattern_ops, customer_id) where not deleted;

-- Newest first within a scope, for searches and lists.
create index search_owner on search (owner_id, customer_id) where not deleted;
create index search_department on search (department_id, customer_id) where not deleted;

-- Every owner and department is to be known to the planner, not only the hundred largest.
alter table search alter owner_id set statistics 1000, alter department_id set statistics 1000;
