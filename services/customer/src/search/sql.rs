//! A statement in the making: text of this service, and values that are only ever bound.

use sqlx::{Encode, Postgres, QueryBuilder, Type};

/// Puts a statement together. Nothing that a caller wrote gets into its text.
pub struct Sql(pub QueryBuilder<Postgres>);

impl Sql {
    pub fn new(text: &'static str) -> Sql {
        Sql(QueryBuilder::new(text))
    }

    pub fn push(&mut self, text: &'static str) -> &mut Sql {
        self.0.push(text);
        self
    }

    pub fn bind<'v, T: Encode<'v, Postgres> + Type<Postgres> + Send + 'v>(&mut self, value: T) -> &mut Sql {
        self.0.push_bind(value);
        self
    }

    /// One of these holds; of none: false.
    pub fn any<T>(&mut self, parts: &[T], push: impl FnMut(&T, &mut Sql)) -> &mut Sql {
        self.joined(parts, " or ", "false", push)
    }

    /// All of these hold; of none: true.
    pub fn all<T>(&mut self, parts: &[T], push: impl FnMut(&T, &mut Sql)) -> &mut Sql {
        self.joined(parts, " and ", "true", push)
    }

    fn joined<T>(
        &mut self,
        parts: &[T],
        between: &'static str,
        nothing: &'static str,
        mut push: impl FnMut(&T, &mut Sql),
    ) -> &mut Sql {
        self.push("(");
        if parts.is_empty() {
            self.push(nothing);
        }
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.push(between);
            }
            push(part, self);
        }
        self.push(")")
    }
}

/// A pattern of `like` for what begins so.
pub fn beginning(text: &str) -> String {
    format!("{}%", escaped(text))
}

/// A pattern of `like` for what contains it.
pub fn containing(text: &str) -> String {
    format!("%{}%", escaped(text))
}

/// A text that stands for itself in a pattern of `like`.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_patterns_stand_for_themselves() {
        assert_eq!(
            (beginning("100%_\\"), containing("100%_\\")),
            (r"100\%\_\\%".to_owned(), r"%100\%\_\\%".to_owned())
        );
    }
}
