//! `roles.toml`: the built-in roles, a line per operation.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use serde::Deserialize;

use super::{Reach, Role, Visibility};

/// A cell, as the file writes it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Cell {
    Own,
    #[serde(rename = "own+")]
    OwnAndShared,
    #[serde(rename = "dept")]
    Department,
    Tree,
    All,
}

impl From<Cell> for Reach {
    fn from(cell: Cell) -> Reach {
        match cell {
            Cell::Own => Reach::Own,
            Cell::OwnAndShared => Reach::OwnAndShared,
            Cell::Department => Reach::department(),
            Cell::Tree => Reach::tree(),
            Cell::All => Reach::All,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    code: String,
    zh: String,
    en: String,
}

/// Cells of a line by the code of their role.
type Line<T> = BTreeMap<String, T>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "role")]
    roles: Vec<Head>,
    grants: BTreeMap<String, Line<Cell>>,
    fields: BTreeMap<String, Line<Visibility>>,
}

static BUILTIN: LazyLock<Vec<Arc<Role>>> = LazyLock::new(|| {
    let table: Table =
        toml::from_str(include_str!("../../roles.toml")).expect("roles.toml is part of the build, and tested");
    let role = |head: &Head| {
        let mut role = Role::empty(&head.code);
        (role.label_zh, role.label_en) = (head.zh.clone(), head.en.clone());
        role.grants = column(&table.grants, &head.code);
        role.fields = column(&table.fields, &head.code);
        Arc::new(role)
    };
    table.roles.iter().map(role).collect()
});

fn column<T: Copy, U: From<T>>(lines: &BTreeMap<String, Line<T>>, role: &str) -> BTreeMap<String, U> {
    lines.iter().filter_map(|(name, line)| Some((name.clone(), U::from(*line.get(role)?)))).collect()
}

/// The built-in roles, in the order of the design.
pub fn builtin() -> &'static [Arc<Role>] {
    &BUILTIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_name_known_roles_only() {
        let table: Table = toml::from_str(include_str!("../../roles.toml")).expect("roles.toml");
        let known = |role: &String| table.roles.iter().any(|own| own.code == *role);
        for (name, line) in &table.grants {
            assert!(!line.is_empty() && line.keys().all(known), "{name}");
        }
        for (name, line) in &table.fields {
            assert!(super::super::catalogue::rules(name).is_some(), "{name}: no field");
            let all = line.len() == table.roles.len();
            assert!(all || name.contains('.'), "{name}: a role without a rule sees nothing at all");
            assert!(line.keys().all(known), "{name}");
        }
    }
}
