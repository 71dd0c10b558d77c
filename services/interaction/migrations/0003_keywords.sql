-- Keywords: every character of a text and every two neighbours, as numbers. A fragment's are among those of the texts
-- that hold it; which of these really do, a comparison of the texts decides. One function for both, so that what is
-- kept and what is asked for cannot differ. Numbers take a third of the room of texts; that two pairs share one costs
-- a comparison.
create function keywords(text text) returns integer[]
    language sql immutable strict parallel safe
    return (
        with letter as (
            select ascii(letter) as code, lead(ascii(letter)) over (order by place) as next
            from unnest(string_to_array(lower(normalize(text, nfkc)), null)) with ordinality as split (letter, place)
        )
        select coalesce(array_agg(distinct key), '{}') from (
            select code as key from letter
            union all
            select ((code::bigint * 65599 + next) % 2147483647)::integer from letter where next is not null
        ) keys
    );

-- What a keyword is looked for in, as it is compared.
create function searchable(subject text, summary text, participants text[], plan text) returns text
    language sql immutable strict parallel safe
    return lower(normalize(
        subject || chr(10) || summary || chr(10) || plan || chr(10)
            || coalesce((select string_agg(name, chr(10)) from unnest(participants) name), ''),
        nfkc
    ));

alter table interaction
    add column plan_done_time timestamptz,
    add column keywords integer[] not null
        generated always as (keywords(searchable(subject, summary, participants, next_contact_plan))) stored;

alter table interaction alter keywords set statistics 1000;

create index interaction_keywords on interaction using gin (keywords) with (fastupdate = off) where not customer_binned;

-- What one person wrote, latest first.
create index interaction_author on interaction (author_id, occur_time, id) where not customer_binned;
