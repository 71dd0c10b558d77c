-- Pictures of people; see docs/decisions/0024-avatars.md.
create table avatar (
    user_id uuid primary key references app_user (id),
    image bytea not null constraint avatar_small check (octet_length(image) <= 30 * 1024)
);

-- Digest of the picture; empty: none.
alter table app_user add column avatar text not null default '';
