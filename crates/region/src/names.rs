//! The names people write for a region, as an index.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::{Region, all};

/// Levels that exist for the codes' sake only; nobody lives in "市辖区".
const PLACEHOLDERS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// What may be left out at the end of a name, longest first.
const SUFFIXES: [&str; 13] = ["地区", "林区", "矿区", "特区", "新区", "群岛", "省", "市", "区", "县", "旗", "盟", "州"];

/// Shortest name after leaving something out: "和" for 和县 would fit too much.
const SHORTEST_CHARACTERS: usize = 2;

/// Names, full and short, with every region that bears them.
pub(crate) struct Index {
    pub full: HashMap<&'static str, Vec<&'static Region>>,
    pub short: HashMap<&'static str, Vec<&'static Region>>,
}

pub(crate) static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { full: HashMap::new(), short: HashMap::new() };
    for region in all().iter().filter(|region| !is_placeholder(region.name)) {
        index.full.entry(region.name).or_default().push(region);
        for name in short_names(region.name) {
            index.short.entry(name).or_default().push(region);
        }
    }
    index
});

pub(crate) fn is_placeholder(name: &str) -> bool {
    PLACEHOLDERS.contains(&name)
}

/// The name without its kind: "大洼" of "大洼县". `None` when nothing, or too little, is left.
pub(crate) fn without_suffix(name: &str) -> Option<&str> {
    SUFFIXES
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .filter(|rest| rest.chars().count() >= SHORTEST_CHARACTERS)
}

/// Every beginning whose rest only says what kind of region it is: 内蒙古, 广西, 恩施, 通辽.
fn short_names(name: &'static str) -> impl Iterator<Item = &'static str> {
    name.char_indices()
        .skip(SHORTEST_CHARACTERS)
        .map(move |(at, _)| name.split_at(at))
        .filter(|(_, rest)| SUFFIXES.contains(rest) || rest.contains("自治") || rest.contains("特别行政"))
        .map(|(beginning, _)| beginning)
}
