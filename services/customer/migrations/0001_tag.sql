-- What tags are called: a replica of what tagging says, by the version of the tag. A deleted one stays, so that an old
-- event cannot bring it back.
create table tag (
    id uuid primary key,
    name text not null,
    "group" text not null,
    color text not null,
    deleted boolean not null,
    version bigint not null
);
