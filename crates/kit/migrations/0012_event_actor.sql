-- The log of operations, of one person or some.
create index event_actor on event (actor_id, sequence);
