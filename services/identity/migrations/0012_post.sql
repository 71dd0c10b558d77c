-- What somebody is in the company; it says nothing of what they may do.
create table post (
    id uuid primary key,
    name text not null,
    "order" integer not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null,
    constraint post_name_unique unique (name)
);
