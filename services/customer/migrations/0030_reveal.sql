-- How many masked values a person has had revealed on a day.
create table reveal_count (
    user_id uuid not null,
    day date not null,
    count integer not null,
    primary key (user_id, day)
);
