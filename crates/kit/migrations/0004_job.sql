-- Work on many records, done behind the request; see docs/decisions/0010-jobs.md.
create table job (
    id uuid primary key,
    -- "customers.assign"
    kind text not null,
    state text not null constraint job_state
        check (state in ('RUNNING', 'SUCCEEDED', 'CANCELLED', 'UNDOING', 'UNDONE', 'FAILED')),
    -- The request that began it, encoded.
    spec bytea not null,
    author_id uuid not null,
    -- The author's, then: whose open pages are told how far it is.
    department_id uuid,
    -- What the author's operation reached, then.
    scope jsonb not null,
    trace_parent text not null,
    -- All records are chosen; until then `cursor` is the last one that was.
    chosen boolean not null,
    -- The last record that was come to; null before the first.
    cursor uuid,
    total integer not null,
    progress integer not null,
    changed integer not null,
    unchanged integer not null,
    refused integer not null,
    create_time timestamptz not null,
    finish_time timestamptz,
    -- Nobody else takes it before.
    lease_time timestamptz not null
);

create index job_waiting on job (lease_time) where state in ('RUNNING', 'UNDOING');
create index job_finished on job (finish_time) where finish_time is not null;

-- The records of a job.
create table job_item (
    job_id uuid not null references job (id) on delete cascade,
    subject_id uuid not null,
    -- Null: not come to.
    outcome text constraint job_item_outcome check (outcome in ('CHANGED', 'UNCHANGED', 'REFUSED')),
    -- What it was before a change, as the service that changed it encodes it, and its version after.
    before bytea,
    version bigint,
    primary key (job_id, subject_id)
);
