-- Records that a person reaches though they are another's: in the schema of the service that owns them its own word, elsewhere
-- a replica of it, by the version of the share. A share that was taken back has ended; its row stays, so that an older event
-- comes too late.
create table share (
    record_id uuid not null,
    person_id uuid not null,
    -- Else it is for reading alone.
    writes boolean not null,
    -- From this moment on it holds no more; null: it holds until it is taken back.
    end_time timestamptz,
    version bigint not null,
    primary key (record_id, person_id)
);

-- What is shared with a person: the arm of a list.
create index share_person on share (person_id, record_id);

-- Whether a record is shared with a person at a moment, to be written when that is asked. For statements by id: no index can
-- serve it, so a list has an arm that begins at the table.
create function is_shared(record uuid, person uuid, writing boolean, moment timestamptz) returns boolean
language sql stable parallel safe
return person is not null and exists (
    select from share
    where record_id = record and person_id = person and (writes or not writing)
        and (end_time is null or end_time > moment)
);
