-- Imports of customers. A job checks the file, a second one writes the accepted rows; both go on after a kill.
create table import (
    id uuid primary key,
    file_name text not null,
    state text not null constraint import_state
        check (state in ('CHECKING', 'READY', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'REVERTED')),
    -- Code of the message files when it failed.
    problem text not null default '',
    -- [{"header": "手机", "field": "phones"}]
    columns jsonb not null default '[]',
    total int not null default 0,
    -- Flagged rows included.
    accepted int not null default 0,
    rejected int not null default 0,
    duplicates int not null default 0,
    flagged int not null default 0,
    -- Rows written so far.
    progress int not null default 0,
    author_id uuid not null,
    department_id uuid,
    -- Whom the author may give rows to, as of the upload: everybody, or the people of these departments.
    assign_all boolean not null,
    assign_departments uuid[] not null,
    trace_parent text not null,
    version bigint not null,
    create_time timestamptz not null,
    finish_time timestamptz,
    -- Until then one process works on it.
    lease_time timestamptz not null
);

create index import_author on import (author_id, id);
create index import_work on import (create_time) where state in ('CHECKING', 'RUNNING');

-- The uploaded file, until its rows are checked.
create table import_file (
    import_id uuid primary key references import (id),
    content bytea not null
);

create table import_row (
    import_id uuid not null references import (id),
    -- As the program that opens the file shows it.
    row int not null,
    outcome text not null constraint import_row_outcome
        check (outcome in ('ACCEPTED', 'FLAGGED', 'REJECTED', 'DUPLICATE')),
    -- Cells as read, by header.
    "values" jsonb not null,
    -- What the row becomes (intake::import::Draft); null when rejected.
    draft jsonb,
    -- [{"column", "code", "allowed", "field"}]
    errors jsonb not null,
    duplicate_row int,
    duplicate_customer_id uuid,
    duplicate_by text,
    -- Once written.
    customer_id uuid,
    primary key (import_id, row)
);

create index import_row_outcome on import_row (import_id, outcome, row);
create index import_row_waiting on import_row (import_id, row) where customer_id is null and outcome in ('ACCEPTED', 'FLAGGED');
