-- The order in which the relay publishes is the order of the table's own index: however many events wait, the next batch
-- is read without sorting them. Nothing refers to this key.
alter table outbox drop constraint outbox_pkey, add primary key (bulk, sequence);
