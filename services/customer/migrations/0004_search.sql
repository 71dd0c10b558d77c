-- By what customers are found: one row each, written in the transaction that changes the customer or a contact.
create table search (
    customer_id uuid primary key,
    -- As intake::name::normalise gives it.
    name_key text not null,
    -- The same of every contact's name, one a line.
    contact_key text not null,
    -- As intake::search::tokens gives them.
    tokens text[] not null,
    -- Who may find it: 'o:<owner>' and 'd:<department>'.
    scope text[] not null,
    deleted boolean not null default false
);

-- Words and scope in one index: a common word then costs somebody who owns little no more than what is theirs.
create index search_words on search using gin (tokens, scope) with (fastupdate = off) where not deleted;

-- Exact names and beginnings, which stand before all other results.
create index search_name on search (name_key text_pattern_ops, customer_id) where not deleted;
