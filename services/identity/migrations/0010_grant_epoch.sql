-- One row that rises with every change of people, roles and departments and with every ended session, in the
-- transaction of the change. Whoever changes the organisation raises it first of all: changes of the organisation thus
-- come one after the other, and rules over all of it (a tree, a last administrator) hold.
create table grant_epoch (
    single boolean primary key default true check (single),
    epoch bigint not null
);

insert into grant_epoch (epoch) values (1);
