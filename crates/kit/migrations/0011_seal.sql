-- What makes a personal part's digest say nothing of it once both are erased; see docs/decisions/0018-seals.md.
alter table event_personal add column salt uuid not null default gen_random_uuid();

-- Batches of events, chained and signed by a key that is not here. Nobody may change or remove a row.
create table seal (
    number bigint primary key,
    kind text not null constraint seal_kind check (kind in ('EVENTS', 'RESTORED')),
    time timestamptz not null,
    -- Everything after the seal before and up to this sequence is in it.
    last_sequence bigint not null,
    -- 72 bytes for each event: its sequence, the digest of its public part, and of its salted personal part or zeros.
    entries bytea not null,
    -- Heads of other services' chains that came since the seal before, encoded.
    heads bytea not null,
    -- Of a restored chain: heads up to this number made before this moment may be missing from it. 0: none.
    lost_number bigint not null,
    previous bytea not null,
    digest bytea not null,
    signature bytea not null
);

create index seal_restored on seal (lost_number) where kind = 'RESTORED';

-- The newest head of each service that has its heads kept here.
create table head (
    service text primary key,
    number bigint not null,
    time timestamptz not null,
    digest bytea not null,
    signature bytea not null,
    -- Events in its seal.
    events integer not null,
    -- Stands in a seal of this service already.
    sealed boolean not null
);
