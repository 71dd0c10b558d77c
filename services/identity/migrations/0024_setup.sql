-- What proves that whoever creates the first administrator can read what the server printed. A row while there is
-- nobody; the newest start's token is the one that counts.
create table setup (
    one boolean primary key default true constraint setup_one check (one),
    -- SHA-256.
    token_digest bytea not null
);
