-- Fields that the author of an import may not write: no column is taken for them, or else the check would tell which customers have
-- the value.
alter table import add locked_fields text[] not null default '{}';
