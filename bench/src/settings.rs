//! The settings that stand-ins for the customer service read: they are started as it is.

use kit::config::{Fallback, Variable};

/// A variable of the customer service.
pub fn variable(name: &'static str) -> Variable {
    Variable {
        name: name.into(),
        default: Fallback::Told("none"),
        allowed: "as the customer service has it",
        meaning: "",
        is_secret: true,
    }
}
