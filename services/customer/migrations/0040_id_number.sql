-- The number of an individual's identity card, sealed (kit::schema::sealed); empty when there is none.
alter table customer add column id_number text not null default '';
