-- The record in whose history the event stands too: a contact's customer.
alter table event add column parent_id uuid;

create index event_parent on event (parent_id, sequence) where parent_id is not null;
