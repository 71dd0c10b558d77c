-- The search row becomes what every list, search and question goes through: beside the words all that can be asked or
-- sorted by. Its own columns change in the transaction that changes the customer; last and next contact and tags when
-- the events say so, in one statement with the customer's.
alter table search
    add column number bigint,
    add column name text,
    add column type text,
    add column credit_code text,
    -- Digits of the customer's own phones, one a line.
    add column phones text,
    -- In lower case.
    add column email text,
    add column region_code text,
    add column industry text,
    add column source text,
    add column level text,
    add column status text,
    add column cooperation_products text[],
    add column first_cooperation_date date,
    add column cumulative_amount numeric(15, 2),
    add column flags text[],
    add column last_contact_time timestamptz,
    add column next_contact_time timestamptz,
    add column tag_ids uuid[],
    add column create_time timestamptz,
    add column update_time timestamptz;

update search set number = c.number, name = c.name, type = c.type, credit_code = c.credit_code,
    phones = coalesce((
        select string_agg(regexp_replace(p ->> 'number', '[^0-9]', '', 'g'), e'\n') from jsonb_array_elements(c.phones) p
    ), ''),
    email = lower(c.email), region_code = c.region_code, industry = c.industry, source = c.source, level = c.level,
    status = c.status, cooperation_products = c.cooperation_products, first_cooperation_date = c.first_cooperation_date,
    cumulative_amount = c.cumulative_amount, flags = c.flags, last_contact_time = c.last_contact_time,
    next_contact_time = c.next_contact_time, tag_ids = c.tag_ids, create_time = c.create_time,
    update_time = c.update_time
from customer c where c.id = search.customer_id;

alter table search
    alter column number set not null,
    alter column name set not null,
    alter column type set not null,
    alter column phones set not null,
    alter column email set not null,
    alter column region_code set not null,
    alter column industry set not null,
    alter column source set not null,
    alter column level set not null,
    alter column status set not null,
    alter column cooperation_products set not null,
    alter column flags set not null,
    alter column tag_ids set not null,
    alter column create_time set not null,
    alter column update_time set not null;

-- A customer's own code, and sorting. Few customers have all of these: an index of those that do costs the others nothing.
create index search_number on search (number) where not deleted;
create index search_by_name on search (name collate "zh-Hans-x-icu", customer_id) where not deleted;
create index search_by_update on search (update_time, customer_id) where not deleted;
create index search_by_first_cooperation on search (first_cooperation_date, customer_id)
    where not deleted and first_cooperation_date is not null;
create index search_by_amount on search (cumulative_amount, customer_id)
    where not deleted and cumulative_amount is not null;
create index search_by_last_contact on search (last_contact_time, customer_id)
    where not deleted and last_contact_time is not null;
create index search_by_next_contact on search (next_contact_time, customer_id)
    where not deleted and next_contact_time is not null;

-- The bin is listed through here, too.
create index search_bin on search (customer_id) where deleted;
drop index customer_bin;
