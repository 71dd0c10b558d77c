-- Tags. Two that differ only in case would be taken for one.
create table tag (
    id uuid primary key,
    name text not null,
    "group" text not null,
    color text not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null
);

create unique index tag_name on tag (lower(name));
