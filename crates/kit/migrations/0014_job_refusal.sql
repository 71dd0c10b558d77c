-- Why a record was left as it is: told to whoever began the job.
alter table job_item add column refusal text constraint job_item_refusal check (refusal in ('GONE', 'CHANGED'));

create index job_item_refused on job_item (job_id, subject_id) where refusal is not null;
