//! The text of a filter (AIP-160), as a condition: `level = "important" AND (regionCode = 330000 OR name:"晶美")`.
//!
//! `OR` binds tighter than `AND`, as AIP-160 has it. `:` asks whether a text contains something, a list has it, or, with
//! `*`, whether there is anything. Every comparison can also be called: `in(level, "vip", "important")`,
//! `last_n_days(lastContactTime, 30)`, `empty(email)`.

use cims_proto::Condition;
use prost_types::value::Kind as Json;

use super::{
    DEPTH_LIMIT,
    operand::{Shape, shape},
};
use crate::{
    problem::{Failure, code},
    schema::MessageTable,
};

/// # Errors
/// When the text is no filter: at which character, and what a filter looks like.
pub fn parse(table: &'static MessageTable, text: &str) -> Result<Condition, Failure> {
    let mut parser = Parser { table, text, place: 0, depth: 0 };
    parser.space();
    if parser.rest().is_empty() {
        return Ok(Condition::default());
    }
    let condition = parser.expression().ok_or_else(|| parser.misfit())?;
    if parser.rest().is_empty() { Ok(condition) } else { Err(parser.misfit()) }
}

const EXAMPLE: &str = r#"level = "important" AND regionCode = "330000""#;

struct Parser<'t> {
    table: &'static MessageTable,
    text: &'t str,
    /// In bytes.
    place: usize,
    depth: usize,
}

/// Each reads what it is called after and the space behind it; none where there is something else.
impl<'t> Parser<'t> {
    fn expression(&mut self) -> Option<Condition> {
        let mut and = vec![self.factor()?];
        while self.word("AND") {
            and.push(self.factor()?);
        }
        Some(if and.len() == 1 { and.remove(0) } else { Condition { and, ..Condition::default() } })
    }

    fn factor(&mut self) -> Option<Condition> {
        let mut or = vec![self.term()?];
        while self.word("OR") {
            or.push(self.term()?);
        }
        Some(if or.len() == 1 { or.remove(0) } else { Condition { or, ..Condition::default() } })
    }

    fn term(&mut self) -> Option<Condition> {
        if self.word("NOT") || self.sign("-") {
            let not = Some(Box::new(self.simple()?));
            return Some(Condition { not, ..Condition::default() });
        }
        self.simple()
    }

    fn simple(&mut self) -> Option<Condition> {
        if !self.sign("(") {
            return self.restriction();
        }
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return None;
        }
        let inner = self.expression()?;
        self.depth -= 1;
        self.sign(")").then_some(inner)
    }

    fn restriction(&mut self) -> Option<Condition> {
        let name = self.name()?;
        if self.sign("(") {
            return self.call(name);
        }
        const COMPARATORS: [(&str, &str); 7] =
            [("!=", "ne"), ("<=", "lte"), (">=", "gte"), ("=", "eq"), ("<", "lt"), (">", "gt"), (":", ":")];
        let (_, operator) = COMPARATORS.into_iter().find(|(sign, _)| self.sign(sign))?;
        let value = self.argument()?;
        let (operator, value) = match operator {
            ":" if value == "*" => ("not_empty", None),
            ":" => (self.has(&name), Some(text(value))),
            operator => (operator, Some(text(value))),
        };
        Some(Condition { field: name, op: operator.to_owned(), value, ..Condition::default() })
    }

    fn call(&mut self, op: String) -> Option<Condition> {
        let field = self.name()?;
        let mut values = Vec::new();
        while self.sign(",") {
            values.push(text(self.argument()?));
        }
        let value = match op.as_str() {
            "in" | "not_in" | "between" => {
                let list = prost_types::ListValue { values };
                Some(prost_types::Value { kind: Some(Json::ListValue(list)) })
            }
            _ if values.len() > 1 => return None,
            _ => values.pop(),
        };
        self.sign(")").then_some(Condition { field, op, value, ..Condition::default() })
    }

    /// What `:` means for a field.
    fn has(&self, name: &str) -> &'static str {
        match self.table.field_by_json(name) {
            Some(field) if !field.repeated && shape(field) == Shape::Text => "contains",
            _ => "eq",
        }
    }

    fn name(&mut self) -> Option<String> {
        let length = self.rest().find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let name = &self.rest()[..length.unwrap_or(self.rest().len())];
        if name.is_empty() || ["AND", "OR", "NOT"].contains(&name) {
            return None;
        }
        self.go_on(name.len());
        Some(name.to_owned())
    }

    /// A text in quotes, or a word up to the next space, comma or bracket.
    fn argument(&mut self) -> Option<String> {
        if let Some(quoted) = self.rest().strip_prefix('"') {
            return self.quoted(quoted);
        }
        let length = self.rest().find(|letter: char| letter.is_whitespace() || ",()\"".contains(letter));
        let word = &self.rest()[..length.unwrap_or(self.rest().len())];
        self.go_on(word.len());
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn quoted(&mut self, text: &'t str) -> Option<String> {
        let mut value = String::new();
        let mut letters = text.char_indices();
        while let Some((place, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.go_on(place + 2);
                    return Some(value);
                }
                '\\' => value.push(letters.next()?.1),
                letter => value.push(letter),
            }
        }
        None
    }

    fn word(&mut self, word: &str) -> bool {
        let follows = self.rest().strip_prefix(word);
        let is_whole =
            follows.is_some_and(|rest| rest.starts_with(|next: char| next.is_whitespace() || "(-".contains(next)));
        if is_whole {
            self.go_on(word.len());
        }
        is_whole
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.go_on(sign.len());
        }
        found
    }

    fn go_on(&mut self, length: usize) {
        self.place += length;
        self.space();
    }

    fn space(&mut self) {
        self.place = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'t str {
        &self.text[self.place..]
    }

    fn misfit(&self) -> Failure {
        let character = self.text[..self.place].chars().count() + 1;
        Failure::field("/filter", code::FORMAT, format!("{EXAMPLE} (@{character})"))
    }
}

fn text(value: String) -> prost_types::Value {
    prost_types::Value { kind: Some(Json::StringValue(value)) }
}
