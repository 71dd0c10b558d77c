-- One sign-in and the refresh tokens that followed from it. Of tokens only SHA-256 stands here.
create table session (
    id uuid primary key,
    user_id uuid not null references app_user (id),
    -- Of the half that all refresh tokens of the session share. The session's id would not do: others know it, and
    -- could end the session by showing it with a made-up token.
    family_digest bytea not null,
    -- The newest token that its holder has used; at first the one given at sign-in.
    current_digest bytea not null,
    -- Successors of the current one that were given out and not yet used, newest first.
    pending_digests bytea[] not null,
    create_time timestamptz not null,
    idle_expire_time timestamptz not null,
    expire_time timestamptz not null,
    -- When the person signed out, or a used token came back.
    end_time timestamptz,
    constraint session_family_unique unique (family_digest)
);

create index session_by_user on session (user_id);

create index session_by_expiry on session (expire_time);
