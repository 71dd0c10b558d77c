-- An import as a conversation: columns mapped by hand, rows fixed or dropped, duplicates updated, all taken back.
alter table import
    drop constraint import_state,
    add constraint import_state check (state in
        ('CHECKING', 'READY', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'REVERTING', 'REVERTED')),
    -- intake::import::Layout: where the header stands and what each column fills. Null until the file was read.
    add layout jsonb,
    add duplicate_policy text not null default 'SKIP' constraint import_duplicate_policy
        check (duplicate_policy in ('SKIP', 'UPDATE_EMPTY', 'OVERWRITE')),
    -- What the job at work has to do, and the last row that it has done.
    add to_do int not null default 0,
    add last_row int not null default 0,
    add updated int not null default 0,
    add dropped int not null default 0,
    add reverted int not null default 0,
    add kept int not null default 0,
    -- Who ran it or takes it back, and which customers that person may update, as of then: all, those of these
    -- departments, or, with neither, the person's own.
    add runner_id uuid,
    add update_all boolean not null default false,
    add update_departments uuid[] not null default '{}';

drop index import_work;
create index import_work on import (create_time) where state in ('CHECKING', 'RUNNING', 'REVERTING');
create index import_department on import (department_id, id);

alter table import_row
    drop constraint import_row_outcome,
    add constraint import_row_outcome check (outcome in ('ACCEPTED', 'FLAGGED', 'REJECTED', 'DUPLICATE', 'DROPPED')),
    -- As read, in the order of the columns: [{"t": "张三"}, "", {"n": 717605.36}] (sheet::Cell).
    add cells jsonb not null default '[]',
    -- Digests of what the row shares with a duplicate: credit code, name, phones.
    add keys bigint[] not null default '{}',
    -- Once written: the version that its customer then had, whether the row changed more of it than its contacts, and the
    -- contact that it added.
    add customer_version bigint,
    add customer_changed boolean not null default false,
    add contact_id uuid,
    -- Why a revert left the row's customer as it is.
    add kept_because text not null default '';

-- Rows of before, with all their texts; those imports can still be run and looked at.
update import_row set cells = (
    select coalesce(jsonb_agg(
        case when import_row."values" ? (own.value ->> 'header')
            then jsonb_build_object('t', import_row."values" ->> (own.value ->> 'header')) else '""' end
        order by own.ordinality), '[]')
    from import, jsonb_array_elements(import.columns) with ordinality own where import.id = import_row.import_id
);
update import set layout = jsonb_build_object('header_row', 0, 'columns', (
    select coalesce(jsonb_agg(jsonb_build_object('header', own.value -> 'header', 'field', null, 'scale', 1)
        order by own.ordinality), '[]')
    from jsonb_array_elements(import.columns) with ordinality own
))
where state <> 'CHECKING';
update import_row set customer_version = 1 where customer_id is not null;

alter table import drop column columns;
alter table import_row drop column "values";
drop index import_row_waiting;
create index import_row_updated on import_row (import_id, customer_id) where outcome = 'DUPLICATE' and customer_id is not null;
