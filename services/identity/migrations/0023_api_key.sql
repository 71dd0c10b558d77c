-- Keys by which programs call for a person.
create table api_key (
    id uuid primary key,
    user_id uuid not null references app_user (id),
    name text not null,
    -- SHA-256: a key is nothing but chance, so it needs no slow hash.
    digest bytea not null,
    -- How the key begins.
    hint text not null,
    -- Codes; what the person has no more is no part of the key either.
    roles text[] not null,
    read_only boolean not null,
    create_time timestamptz not null,
    expire_time timestamptz not null,
    use_time timestamptz,
    use_address text not null default '',
    revoke_time timestamptz,
    version bigint not null,
    constraint api_key_digest unique (digest)
);

create index api_key_by_user on api_key (user_id, id);
