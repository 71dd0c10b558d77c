-- What happened, for ever: a record's history, the audit trail and the source of every read model.
-- Nobody may change or remove a row (see the end); `sequence` is assigned before the commit, so it has gaps and may
-- become visible out of order.
create table event (
    sequence bigint generated always as identity,
    id uuid not null,
    subject_type text not null,
    subject_id uuid not null,
    subject_version bigint not null,
    type text not null,
    -- The person who did it; null for CIMS itself.
    actor_id uuid,
    source_address text not null,
    trace_parent text not null,
    time timestamptz not null,
    changed_fields text[] not null,
    -- Owner and department of the record that the subject hangs on, for showing events by scope.
    owner_id uuid,
    department_id uuid,
    -- Public half of the encoded change; the personal half stands in event_personal.
    payload bytea not null,
    primary key (sequence, time)
) partition by range (time);

create index event_subject on event (subject_id, subject_version);

create table event_default partition of event default;

do $$
declare
    month date := date '2026-01-01';
begin
    while month < date '2030-01-01' loop
        execute format(
            'create table event_%s partition of event for values from (%L) to (%L)',
            to_char(month, 'YYYY_MM'), month, month + interval '1 month'
        );
        month := month + interval '1 month';
    end loop;
end $$;

-- The one table of events from which erasure may delete.
create table event_personal (
    event_id uuid primary key,
    payload bytea not null
);

-- Events not yet published.
create table outbox (
    sequence bigint primary key,
    event_id uuid not null,
    time timestamptz not null,
    -- Published to the bulk exchange, so that an import never delays a person's edit.
    bulk boolean not null
);
