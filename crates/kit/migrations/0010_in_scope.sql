-- Whether a record lies within a scope: of these departments, or of this person; without both, everywhere. The planner
-- puts it into the statement, and of known values one branch is left, which an index can serve.
create function in_scope(departments uuid[], person uuid, department uuid, owner uuid) returns boolean
language sql immutable parallel safe
return case
    when departments is null then person is null or owner = person
    when person is null then department = any(departments)
    else department = any(departments) or owner = person
end;
