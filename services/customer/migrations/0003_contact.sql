-- Keyed by the customer first, which keeps a customer's contacts together and lets both tables be distributed alike.
create table contact (
    customer_id uuid not null references customer (id),
    id uuid not null,
    name text not null,
    salutation text not null,
    position text not null,
    phones jsonb not null,
    email text not null,
    birthday date,
    is_primary boolean not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null,
    primary key (customer_id, id)
);

create unique index contact_primary on contact (customer_id) where is_primary;
