-- What somebody owns goes to others, in every service that keeps such records; see docs/decisions/0021-handover.md.
create table handover (
    id uuid primary key,
    user_id uuid not null references app_user (id),
    author_id uuid not null references app_user (id),
    -- What every service is told at the start, encoded (cims.handover.v1.StartHandoverRequest).
    plan bytea not null,
    -- What the services are to do by now.
    goal text not null constraint handover_goal check (goal in ('HAND_OVER', 'CANCEL', 'UNDO')),
    version bigint not null,
    create_time timestamptz not null
);

create index handover_by_user on handover (user_id, id);

-- One for each service that offered to take part when it was created.
create table handover_part (
    handover_id uuid not null references handover (id) on delete cascade,
    service text not null,
    -- The goal that the service has taken in; null: not even started.
    told text constraint handover_part_told check (told in ('HAND_OVER', 'CANCEL', 'UNDO')),
    -- The service refused the goal, and asking again would not help.
    refused boolean not null default false,
    primary key (handover_id, service)
);
