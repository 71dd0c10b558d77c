-- Answers of writes by their key, for 24 hours; whole, masked anew whenever they are replayed.
create table idempotency (
    principal_id uuid not null,
    method text not null,
    key text not null,
    digest bytea not null,
    answer bytea not null,
    time timestamptz not null default now(),
    primary key (principal_id, method, key)
);

create index idempotency_time on idempotency (time);
