-- The number of an individual's identity card, sealed (kit::schema::sealed); empty when there is none.
alter table customer add column id_number text not null default '';
create index customer_id_number on customer (id) where id_number <> '';

-- What files hold of secrets, sealed (customer::import::secret): the pieces of the file, and of rows the cells whose places in
-- `cells` are then empty.
alter table import_piece add column sealed boolean not null default false;
alter table import_row add column secret bytea;
create index import_row_secret on import_row (import_id, row) where secret is not null;
