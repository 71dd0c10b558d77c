-- Customers, those in the bin included. A text that nobody has filled in is empty; null means that there can be none.
create table customer (
    id uuid primary key,
    -- Shown as "C-000123".
    number bigint not null generated always as identity,
    name text not null,
    type text not null constraint customer_type check (type in ('ENTERPRISE', 'INDIVIDUAL')),
    credit_code text,
    -- [{"number": "13800138000", "kind": "MOBILE", "label": ""}], numbers as intake::phone gives them.
    phones jsonb not null,
    email text not null,
    region_code text not null,
    address text not null,
    homepage text not null,
    industry text not null,
    source text not null,
    level text not null,
    status text not null,
    cooperation_products text[] not null,
    first_cooperation_date date,
    cumulative_amount numeric(15, 2),
    currency text not null,
    remarks text not null,
    flags text[] not null,
    -- Null: nobody's, as in a public pool.
    owner_id uuid,
    department_id uuid,
    -- What the interaction service says of the customer's contact records, as of its version of the summary.
    last_contact_time timestamptz,
    next_contact_time timestamptz,
    contact_summary_version bigint not null default 0,
    -- What tagging says, as of its version of the set.
    tag_ids uuid[] not null default '{}',
    tags_version bigint not null default 0,
    -- Digests of the normalised name and phones: customers that share one look like each other.
    duplicate_keys bigint[] not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null,
    delete_time timestamptz
)
-- Room on each page for summaries and tags, whose columns no index has: such an update then touches no index.
with (fillfactor = 85);

-- A customer in the bin keeps its code.
create unique index customer_credit_code on customer (credit_code) where credit_code is not null;

-- Lists of what is not in the bin go by the primary key, or by the search rows' indexes by owner and department.
create index customer_bin on customer (id) where delete_time is not null;

-- One probe answers whether any key of a new customer is taken.
create index customer_duplicate on customer using gin (duplicate_keys) with (fastupdate = off) where delete_time is null;
