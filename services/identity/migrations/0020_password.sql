-- How often its owner has chosen a password: the version of that event.
alter table app_user add column password_version bigint not null default 0;
