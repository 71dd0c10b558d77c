-- Contact records. A text that nobody has filled in is empty; null means that there is none.
create table interaction (
    id uuid primary key,
    customer_id uuid not null,
    contact_id uuid,
    method text not null constraint interaction_method check (method in ('PHONE', 'EMAIL', 'MEETING', 'WECHAT', 'OTHER')),
    subject text not null,
    summary text not null,
    occur_time timestamptz not null,
    participants text[] not null,
    next_contact_time timestamptz,
    next_contact_plan text not null,
    priority text not null constraint interaction_priority check (priority in ('HIGH', 'NORMAL', 'LOW')),
    -- Who wrote it; null for CIMS itself.
    author_id uuid,
    -- Copies of the customer's in directory_customer: an index can serve "latest first within a scope" only when scope
    -- and order stand in one table. A join would read every record of a department before it could sort.
    owner_id uuid,
    department_id uuid,
    customer_binned boolean not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null
);

-- One index for each arm of a list: a customer, everything, an owner, a department.
create index interaction_customer on interaction (customer_id, occur_time, id);
create index interaction_time on interaction (occur_time, id) where not customer_binned;
create index interaction_owner on interaction (owner_id, occur_time, id) where not customer_binned;
create index interaction_department on interaction (department_id, occur_time, id) where not customer_binned;
