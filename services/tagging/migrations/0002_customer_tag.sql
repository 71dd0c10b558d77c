-- The set of a customer's tags: what is locked for a change of it, and its version. A deleted tag leaves the sets
-- without a new version.
create table customer_tag_set (
    customer_id uuid primary key,
    version bigint not null,
    -- Version of the customer whose import tags were put on: what is older or repeated was, too.
    import_version bigint not null
)
-- Room on each page: every change of a set updates its row.
with (fillfactor = 85);

create table customer_tag (
    customer_id uuid not null references customer_tag_set (customer_id),
    tag_id uuid not null references tag (id) on delete cascade,
    -- Who put it on; null for CIMS itself.
    author_id uuid,
    apply_time timestamptz not null,
    primary key (customer_id, tag_id)
);

-- For a tag that is deleted.
create index customer_tag_tag on customer_tag (tag_id);
