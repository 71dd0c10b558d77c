-- Groups of tags. `tag."group"` stays as a copy of the group's name, which whoever reads a tag shows.
create table tag_group (
    id uuid primary key,
    name text not null,
    -- A customer has one of its tags at most.
    exclusive boolean not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null
);

create unique index tag_group_name on tag_group (lower(name));

insert into tag_group (id, name, exclusive, version, create_time, update_time)
select distinct on (lower("group")) gen_random_uuid(), "group", false, 1, now(), now() from tag
where "group" <> '' order by lower("group"), create_time;

alter table tag add column group_id uuid references tag_group (id);

update tag set group_id = tag_group.id from tag_group where lower(tag."group") = lower(tag_group.name);

create index tag_of_group on tag (group_id);
