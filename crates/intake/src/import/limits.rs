//! Lengths of a customer's fields in characters, as proto/cims/customer/v1/customer.proto has them; a test compares.

pub(super) const NAME: usize = 200;
pub(super) const EMAIL: usize = 254;
pub(super) const ADDRESS: usize = 300;
pub(super) const HOMEPAGE: usize = 300;
pub(super) const REMARKS: usize = 5_000;
pub(super) const PRODUCT: usize = 100;
pub(super) const PRODUCTS: usize = 50;
pub(super) const PHONES: usize = 20;
pub(super) const PHONE_LABEL: usize = 50;
pub(super) const CONTACT_NAME: usize = 100;
pub(super) const CONTACT_SALUTATION: usize = 50;
pub(super) const CONTACT_POSITION: usize = 100;
/// proto/cims/tagging/v1/tagging.proto
pub(super) const TAG: usize = 50;
