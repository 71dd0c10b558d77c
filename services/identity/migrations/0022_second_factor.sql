-- The second factor of a person who has, had or sets up one.
create table second_factor (
    user_id uuid primary key references app_user (id),
    -- Sealed (kit::secret). Null while there is no second factor.
    secret bytea,
    confirm_time timestamptz,
    -- Sealed; a code of it has yet to be confirmed.
    pending_secret bytea,
    -- Step of the last code that was used: none works twice, nor an earlier one.
    last_step bigint not null default 0,
    -- Rises with each event.
    version bigint not null default 0,
    constraint second_factor_confirmed check ((secret is null) = (confirm_time is null))
);

create table recovery_code (
    user_id uuid not null references second_factor (user_id),
    -- Keyed: HMAC-SHA-256 under a key outside the database.
    digest bytea not null,
    use_time timestamptz,
    primary key (user_id, digest)
);

-- Whose password was right and whose second factor is awaited.
create table sign_in_ticket (
    -- SHA-256 of what the client holds.
    digest bytea primary key,
    user_id uuid not null references app_user (id),
    expire_time timestamptz not null
);

create index sign_in_ticket_by_expiry on sign_in_ticket (expire_time);
