-- What the newest known event said of each record, and nothing else. A fact row is also the "before" from which the
-- counters' difference follows, so it is written only by an event of a newer version.
-- `counted` says whether the row stands in the counters: it exists, and its customer is known and not in the bin.

create table customer_fact (
    customer_id uuid primary key,
    owner_id uuid,
    department_id uuid,
    -- GB/T 2260 code of the province; empty: not given.
    province_code text not null,
    level text not null,
    create_time timestamptz not null,
    deleted boolean not null,
    version bigint not null
);

-- For the hours of a window that are not whole days in UTC; whole days come from day_count. The first serves scopes wider
-- than one owner's: it holds all that they ask for, so that rows of one time need not lie together in the table.
create index customer_fact_create_time on customer_fact (create_time) include (department_id) where not deleted;
create index customer_fact_owner on customer_fact (owner_id, create_time) where not deleted;

create table interaction_fact (
    interaction_id uuid primary key,
    customer_id uuid not null,
    author_id uuid,
    occur_time timestamptz not null,
    deleted boolean not null,
    version bigint not null,
    -- Copies of the customer's, null until its event comes.
    owner_id uuid,
    department_id uuid,
    counted boolean not null
);

create index interaction_fact_customer on interaction_fact (customer_id);
create index interaction_fact_occur_time on interaction_fact (occur_time) include (department_id, author_id) where counted;
create index interaction_fact_owner on interaction_fact (owner_id, occur_time) where counted;

create table follow_up_fact (
    customer_id uuid primary key,
    -- Null when nothing is planned.
    due_time timestamptz,
    -- Of the customer's contact summary.
    version bigint not null,
    owner_id uuid,
    department_id uuid,
    counted boolean not null
);

create index follow_up_fact_due_time on follow_up_fact (due_time) include (department_id) where counted;
create index follow_up_fact_owner on follow_up_fact (owner_id, due_time) where counted;
