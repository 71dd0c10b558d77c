//! Provinces, cities and districts of China by their GB/T 2260 codes (C-16).
//!
//! A code has six digits: two of the province, two of the city, two of the district. A province ends
//! in `0000` and a city in `00`. The tree is the one of `data/regions.tsv`; its source and licence
//! stand in `data/NOTICE`.

mod names;
mod resolve;

use std::sync::LazyLock;

pub use resolve::{resolve, resolve_text};

/// A province, city or district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Six digits.
    pub code: &'static str,
    /// Full name: `内蒙古自治区`, `通辽市`, `开鲁县`.
    pub name: &'static str,
    /// What readers of English call it: `Inner Mongolia`, `Tongliao`, `Kailu County`. Provinces and cities stand without
    /// their kind.
    pub name_en: &'static str,
}

/// How deep a region lies in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Province,
    City,
    District,
}

impl Region {
    /// Follows from the trailing zeros of the code.
    pub fn level(&self) -> Level {
        if self.code.ends_with("0000") {
            Level::Province
        } else if self.code.ends_with("00") {
            Level::City
        } else {
            Level::District
        }
    }
}

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    include_str!("../data/regions.tsv")
        .lines()
        .filter_map(|line| {
            let (code, names) = line.split_once('\t')?;
            let (name, name_en) = names.split_once('\t')?;
            Some(Region { code, name, name_en })
        })
        .collect()
});

/// Every region, sorted by code, so that a parent stands before its children.
pub fn all() -> &'static [Region] {
    &REGIONS
}

/// The region of a six-digit code.
pub fn find(code: &str) -> Option<&'static Region> {
    let index = REGIONS.binary_search_by(|region| region.code.cmp(code)).ok()?;
    REGIONS.get(index)
}

/// Provinces when `parent` is `None`, else the regions right below it; empty for a district or an unknown code.
pub fn children(parent: Option<&str>) -> Vec<&'static Region> {
    let Some(parent) = parent else {
        return REGIONS.iter().filter(|region| region.level() == Level::Province).collect();
    };
    let Some(parent) = find(parent) else {
        return Vec::new();
    };
    below(parent).iter().filter(|region| parent_code(region).as_deref() == Some(parent.code)).collect()
}

/// The region right above; `None` for a province or an unknown code.
pub fn parent(code: &str) -> Option<&'static Region> {
    find(&parent_code(find(code)?)?)
}

/// The province a region lies in; a province lies in itself.
pub fn province_of(code: &str) -> Option<&'static Region> {
    let region = find(code)?;
    find(&format!("{}0000", &region.code[..2]))
}

/// The regions from the province down to this one; empty for an unknown code.
pub fn path(code: &str) -> Vec<&'static Region> {
    let mut path: Vec<_> = std::iter::successors(find(code), |region| parent(region.code)).collect();
    path.reverse();
    path
}

/// Leading digits that a region's code and those of everything below it share: two, four or six. Unknown codes are taken by their
/// zeros, too.
pub fn stem(code: &str) -> &str {
    let city = code.strip_suffix("00").unwrap_or(code);
    city.strip_suffix("00").unwrap_or(city)
}

fn parent_code(region: &Region) -> Option<String> {
    match region.level() {
        Level::Province => None,
        Level::City => Some(format!("{}0000", &region.code[..2])),
        Level::District => Some(format!("{}00", &region.code[..4])),
    }
}

/// Everything below a region at any depth, without itself. Sorted codes make it one slice.
pub(crate) fn below(region: &Region) -> &'static [Region] {
    let prefix = stem(region.code);
    let start = REGIONS.partition_point(|other| other.code <= region.code);
    let end = start + REGIONS[start..].partition_point(|other| other.code.starts_with(prefix));
    &REGIONS[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_six_digits_a_name_and_a_parent() {
        for region in all() {
            assert!(region.code.len() == 6 && region.code.bytes().all(|byte| byte.is_ascii_digit()));
            assert!(!region.name.is_empty() && region.name_en.starts_with(char::is_uppercase), "{region:?}");
            let depth = path(region.code).len();
            assert_eq!(depth, region.level() as usize + 1, "{region:?}");
        }
        assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn walks_the_tree_both_ways() {
        assert_eq!(children(None).len(), 34);
        assert_eq!(find("150523").map(|region| region.name), Some("开鲁县"));
        assert_eq!(parent("150523").map(|region| region.name), Some("通辽市"));
        assert_eq!(province_of("150523").map(|region| region.code), Some("150000"));
        let names: Vec<_> = path("110114").iter().map(|region| region.name).collect();
        assert_eq!(names, ["北京市", "市辖区", "昌平区"]);
        assert_eq!(children(Some("150500")).len(), 9);
        assert!(children(Some("441900")).is_empty());
    }

    #[test]
    fn english_names_are_those_that_maps_have() {
        let expected = [
            ("610000", "Shaanxi"),
            ("140000", "Shanxi"),
            ("150000", "Inner Mongolia"),
            ("540000", "Xizang (Tibet)"),
            ("500000", "Chongqing"),
            ("810000", "Hong Kong"),
            ("330100", "Hangzhou"),
            ("610100", "Xi'an"),
            ("140400", "Changzhi"),
            ("350200", "Xiamen"),
            ("341500", "Lu'an"),
            ("331000", "Taizhou"),
            ("150100", "Hohhot"),
            ("222400", "Yanbian"),
            ("110114", "Changping District"),
            ("150523", "Kailu County"),
            ("130726", "Yuxian County"),
        ];
        for (code, name) in expected {
            assert_eq!(find(code).map(|region| region.name_en), Some(name));
        }
        assert!(all().iter().all(|region| !region.name_en.chars().any(|one| ('\u{4e00}'..='\u{9fff}').contains(&one))));
    }

    #[test]
    fn unknown_codes_lead_nowhere() {
        for code in ["", "15", "999999", "１５０５２３"] {
            assert!(find(code).is_none() && parent(code).is_none() && path(code).is_empty());
            assert!(children(Some(code)).is_empty());
        }
    }
}
