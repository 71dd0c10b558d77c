-- What the list of one's devices shows.
alter table session
    -- As the browser or program named itself at the sign-in.
    add column user_agent text not null default '',
    -- Where the session was last used from, and when, to within the ten minutes of an access token.
    add column source_address text not null default '',
    add column use_time timestamptz;

comment on column sign_in_attempt.account is
    'SHA-256 of the username in lower case, or of an address behind a mark that no username can begin with';
