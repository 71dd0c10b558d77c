//! What people see, against a model of the organisation that asks of every record and every role whether the role shows it.
//! Both tests are random; their seed is printed when they fail.

mod changes;
mod exposure;
mod model;
mod reading;
mod scene;
mod shown;
mod sight;
