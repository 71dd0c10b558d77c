-- The set of a customer's tags. Its row is the lock under which the set changes, and its version that of the events.
create table customer_tags (
    customer_id uuid primary key,
    version bigint not null
);

create table customer_tag (
    customer_id uuid not null references customer_tags (customer_id),
    tag_id uuid not null references tag (id) on delete cascade,
    -- Null: CIMS itself.
    author_id uuid,
    apply_time timestamptz not null,
    primary key (customer_id, tag_id)
);

create index customer_tag_tag on customer_tag (tag_id);
