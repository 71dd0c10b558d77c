-- Events already applied by this service.
create table inbox (
    event_id uuid primary key,
    time timestamptz not null default now()
);

create index inbox_time on inbox (time);
