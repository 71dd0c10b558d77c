-- How far the figures are: one row at most.
create table progress (
    singleton boolean primary key default true check (singleton),
    -- Time of the newest event applied.
    event_time timestamptz,
    -- When a batch was last full, which means that more was waiting behind it.
    backlog_time timestamptz not null
);
