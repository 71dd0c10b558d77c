-- Somebody else knows the password: whoever has it may do nothing before they have chosen their own.
alter table app_user add column must_change_password boolean not null default false;

-- How often its owner has chosen a password: the version of that event.
alter table app_user add column password_version bigint not null default 0;
