-- Sums of the facts, kept in the same transaction, so that a home page reads thousands of rows and not millions.
-- A cell that fell to zero stays until the next rebuild. The low fill factor leaves room to update a row within its page.

-- Customers by one property at a time: owner x province x level together would be too many cells.
create table key_count (
    -- 'province' or 'level'
    dimension text not null,
    key text not null,
    owner_id uuid,
    department_id uuid,
    count bigint not null,
    unique nulls not distinct (owner_id, department_id, dimension, key)
) with (fillfactor = 70);

-- Records by the day in UTC of their time. Days in UTC serve every zone: a window's whole days are read here, its
-- first and last hours from the facts.
create table day_count (
    -- 'created': customers by creation; 'contact': contact records by their time, per author; 'due': follow-ups by
    -- their due time; 'due_month': the same by the first day of the month, because "overdue" has no beginning.
    measure text not null,
    day date not null,
    owner_id uuid,
    department_id uuid,
    author_id uuid,
    count bigint not null,
    unique nulls not distinct (measure, day, department_id, owner_id, author_id)
) with (fillfactor = 70);

-- For a reader who sees only their own.
create index day_count_owner on day_count (owner_id, measure, day);
