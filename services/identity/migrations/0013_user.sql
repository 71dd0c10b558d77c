alter table app_user
    add column post_id uuid references post (id),
    add column email text not null default '',
    add column phone text not null default '',
    -- Empty: what the browser asks for.
    add column language text not null default '',
    add column time_zone text not null default '',
    -- The password was given by somebody else.
    add column if not exists must_change_password boolean not null default false,
    add column last_sign_in_time timestamptz,
    -- How the name sounds, as intake::search tells it; null until the service has written it.
    add column sound text;

create index app_user_by_department on app_user (department_id);

create index app_user_by_post on app_user (post_id) where post_id is not null;
