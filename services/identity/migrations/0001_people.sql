-- The organisation: departments in a tree, people in departments.
create table department (
    id uuid primary key,
    -- Null at the root.
    parent_id uuid references department (id),
    name text not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null,
    -- Also serves the walk down the tree.
    constraint department_name_unique unique nulls not distinct (parent_id, name)
);

create table app_user (
    id uuid primary key,
    username text not null,
    display_name text not null,
    department_id uuid references department (id),
    -- A PHC string: algorithm, costs, salt and digest.
    password_hash text not null,
    disabled boolean not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null
);

create unique index app_user_username_unique on app_user (lower(username));

-- The order of every list of people: by pinyin.
create index app_user_by_name on app_user (display_name collate "zh-Hans-x-icu", id) where not disabled;

-- Codes of the roles in roles.toml. There is no table of roles yet: the built-in ones are data of the build.
create table user_role (
    user_id uuid not null references app_user (id),
    role text not null,
    primary key (user_id, role)
);
