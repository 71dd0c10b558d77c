-- Who owns which customer: a replica of what the customer service says, by the version of the customer.
create table directory_customer (
    customer_id uuid primary key,
    owner_id uuid,
    department_id uuid,
    deleted boolean not null,
    version bigint not null
);
