-- Whether somebody may manage the organisation, by a built-in role of these codes or by another role that grants it: their
-- sessions end sooner when they idle.
create function manages_organisation(person uuid, built_in text[]) returns boolean
language sql stable
return exists (
    select from user_role left join role on role.code = user_role.role
    where user_role.user_id = person
        and (user_role.role = any(built_in) or role.grants @> '[{"operation": "organisation.manage"}]')
);
