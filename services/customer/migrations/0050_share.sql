-- With whom a customer is shared: one row for each person, which stays when the share has ended and is there again when it is
-- shared again. Who reaches what stands in `share` (kit), written in the same transaction.
create table customer_share (
    id uuid primary key,
    customer_id uuid not null references customer (id),
    user_id uuid not null,
    access text not null constraint customer_share_access check (access in ('READ', 'WRITE')),
    -- The last day, and the moment after it where whoever wrote it is.
    end_date date,
    end_time timestamptz,
    -- It was taken back, or its end has come and been told.
    ended boolean not null,
    author_id uuid,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null,
    constraint customer_share_person unique (customer_id, user_id)
);

-- What ends next.
create index customer_share_due on customer_share (end_time) where not ended and end_time is not null;
