-- The uploaded file in pieces, so that nobody holds it whole, until its rows are checked.
create table import_piece (
    import_id uuid not null references import (id),
    number int not null,
    content bytea not null,
    primary key (import_id, number)
);

insert into import_piece (import_id, number, content) select import_id, 0, content from import_file;
drop table import_file;
