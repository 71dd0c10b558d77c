create table tag (
    id uuid primary key,
    name text not null,
    -- Empty: in no group.
    "group" text not null,
    -- "#1677ff"; empty: grey.
    color text not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null
);

-- One name among all tags, whatever its group: an import and a person who types a name mean one tag by it.
create unique index tag_name on tag (lower(name));
