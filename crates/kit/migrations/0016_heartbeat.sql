-- Up to which moment everything that another service tells is here: moved on by its heartbeats, which come behind its events.
create table heartbeat (
    service text not null,
    -- Of the two ways that events take, the one of bulk work.
    bulk boolean not null,
    -- By the clock of the other service's database.
    time timestamptz not null,
    primary key (service, bulk)
);

-- Whether what is here of another service lags by five seconds at most. A service that was never heard of lags.
create function is_current(followed text) returns boolean
language sql stable parallel safe
return (
    select count(*) = 2 and coalesce(min(time) > now() - interval '5 seconds', false)
    from heartbeat where service = followed
);
