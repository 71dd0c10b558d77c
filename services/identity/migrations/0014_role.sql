-- Custom roles; the built-in ones are data of the build (roles.toml). Grants and field rules are read and written with
-- their role alone, so they stand in it: [{operation, scope, department_ids}], [{field, rule}].
create table role (
    id uuid primary key,
    -- What user_role holds.
    code text not null,
    label_zh text not null,
    label_en text not null,
    description text not null,
    grants jsonb not null,
    field_rules jsonb not null,
    version bigint not null,
    create_time timestamptz not null,
    update_time timestamptz not null,
    constraint role_code_unique unique (code),
    constraint role_label_zh_unique unique (label_zh)
);

create index user_role_by_role on user_role (role);
