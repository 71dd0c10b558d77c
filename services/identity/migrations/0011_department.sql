alter table department
    -- PARTNER: a partner company that works as a branch.
    add column kind text not null default 'DEPARTMENT' check (kind in ('DEPARTMENT', 'PARTNER')),
    -- Merged into the one above it, or deleted. It stays, because customers name it until a job gives them another.
    add column retire_time timestamptz;

alter table department drop constraint department_name_unique;

-- Also serves the walk down the tree.
create index department_by_parent on department (parent_id);

-- Names of retired ones are free.
create unique index department_name_unique on department (parent_id, name) nulls not distinct where retire_time is null;
