-- Tries to sign in since the last success, counted before the password is looked at.
create table sign_in_attempt (
    -- SHA-256 of the username in lower case: people type passwords there by mistake. Unknown usernames are counted as
    -- well, else being locked out would tell that an account exists.
    account bytea primary key,
    failures integer not null,
    locked_until timestamptz,
    time timestamptz not null
);

create index sign_in_attempt_by_time on sign_in_attempt (time);
