-- Entries of the dictionaries whose codes this service's records hold; see kit::dictionaries.
create table dictionary_item (
    id uuid primary key,
    dictionary text not null,
    -- What records hold; never changes.
    code text not null,
    label_zh text not null,
    label_en text not null,
    position int not null,
    -- What else an import may find in a cell for it.
    aliases text[] not null,
    retire_time timestamptz,
    version bigint not null,
    update_time timestamptz not null,
    unique (dictionary, code)
);
