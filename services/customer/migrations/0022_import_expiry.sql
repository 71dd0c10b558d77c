-- What a revert left is listed by itself, and rows are forgotten a month after their import's end.
create index import_row_kept on import_row (import_id, row) where kept_because <> '';
create index import_ended on import (finish_time) where finish_time is not null;
