-- What the latest contact record of a customer leaves: by occur_time, then id. A row outlives the customer's last record,
-- because its version must not begin again.
create table contact_summary (
    customer_id uuid primary key,
    -- Null when no record is left.
    interaction_id uuid,
    last_contact_time timestamptz,
    -- Null when the latest record plans nothing.
    next_contact_time timestamptz,
    plan text not null,
    priority text not null,
    -- Copies of the customer's, as in interaction.
    owner_id uuid,
    department_id uuid,
    customer_binned boolean not null,
    -- Rises with each change of any record of the customer.
    version bigint not null
)
-- Room on each page: every new record of a customer updates its row.
with (fillfactor = 85);

-- Follow-ups by due time, one index for each scope.
create index contact_summary_due on contact_summary (next_contact_time, customer_id)
    where next_contact_time is not null and not customer_binned;
create index contact_summary_owner on contact_summary (owner_id, next_contact_time, customer_id)
    where next_contact_time is not null and not customer_binned;
create index contact_summary_department on contact_summary (department_id, next_contact_time, customer_id)
    where next_contact_time is not null and not customer_binned;
