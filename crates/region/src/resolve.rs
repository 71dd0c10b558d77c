//! From the names that people write to the region they mean.

use crate::names::{INDEX, is_placeholder, without_suffix};
use crate::{Level, Region, find, stem};

/// 积石山保安族东乡族撒拉族自治县 has fifteen; a long text must not cost the square of its length.
const LONGEST_NAME_CHARACTERS: usize = 16;

/// The region that up to three names, from wide to narrow, mean together.
///
/// An empty name is a level left out. Names may be short (内蒙古, 通辽) or of another kind than the tree's
/// (大洼县 for 大洼区), a municipality may stand as its own city, and a county-level city as a city. A
/// six-digit code may stand for a name. `None` when a name fits nothing below the ones before it, or
/// fits two regions equally well (鼓楼区 of 江苏), or when all are empty.
pub fn resolve(province: &str, city: &str, district: &str) -> Option<&'static Region> {
    walk([province, city, district].into_iter())
}

/// The region that one text means: `江苏省南京市玄武区`, `江苏/南京/玄武`, `北京 朝阳`, `320102`.
///
/// `None` as in [`resolve`], and when something is left over at the end.
pub fn resolve_text(text: &str) -> Option<&'static Region> {
    let is_separator = |character: char| character.is_whitespace() || "/／\\-－—,，、>·|".contains(character);
    let names: Vec<&str> = text.split(is_separator).filter(|name| !name.is_empty()).collect();
    walk(names.iter().copied()).or_else(|| walk_run_together(&names.concat()))
}

fn walk<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'static Region> {
    let mut scope = None;
    for name in names.map(str::trim) {
        if !name.is_empty() && !is_placeholder(name) {
            scope = Some(step(scope, name)?);
        }
    }
    scope
}

/// Cuts names off the front, the longest that fits first.
fn walk_run_together(text: &str) -> Option<&'static Region> {
    let mut scope = None;
    let mut rest = text;
    while !rest.is_empty() {
        let (region, length) =
            ends(rest).find_map(|end| step_named(scope, &rest[..end]).map(|region| (region, end)))?;
        scope = region;
        rest = &rest[length..];
    }
    scope
}

/// Like [`step`], where a placeholder keeps the scope.
fn step_named(scope: Option<&'static Region>, name: &str) -> Option<Option<&'static Region>> {
    if scope.is_some() && is_placeholder(name) {
        return Some(scope);
    }
    step(scope, name).map(Some)
}

/// Ends of the characters with which a name can end, the last one first.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    let ends = text.char_indices().take(LONGEST_NAME_CHARACTERS).map(|(at, character)| at + character.len_utf8());
    ends.collect::<Vec<_>>().into_iter().rev()
}

/// The one region called `name` below `scope`, or `scope` itself when it bears the name too.
fn step(scope: Option<&'static Region>, name: &str) -> Option<&'static Region> {
    if let Some(region) = find(name) {
        return lies_in(region, scope).then_some(region);
    }
    let written_otherwise = without_suffix(name).and_then(|name| INDEX.short.get(name));
    let attempts = [INDEX.full.get(name), INDEX.short.get(name), written_otherwise];
    for candidates in attempts.into_iter().flatten() {
        match nearest(candidates, scope) {
            Nearest::One(region) => return Some(region),
            Nearest::Several => return None,
            Nearest::Nothing => {}
        }
    }
    None
}

enum Nearest {
    One(&'static Region),
    Several,
    Nothing,
}

/// The candidate in scope on the highest level. The scope itself counts last, so that 吉林 in 吉林省 is the city.
fn nearest(candidates: &[&'static Region], scope: Option<&'static Region>) -> Nearest {
    for level in [Level::Province, Level::City, Level::District] {
        let mut fitting = candidates
            .iter()
            .copied()
            .filter(|region| region.level() == level && Some(*region) != scope && lies_in(region, scope));
        match (fitting.next(), fitting.next()) {
            (Some(region), None) => return Nearest::One(region),
            (Some(_), Some(_)) => return Nearest::Several,
            (None, _) => {}
        }
    }
    match scope.filter(|scope| candidates.contains(scope)) {
        Some(scope) => Nearest::One(scope),
        None => Nearest::Nothing,
    }
}

fn lies_in(region: &Region, scope: Option<&'static Region>) -> bool {
    scope.is_none_or(|scope| region.code.starts_with(stem(scope.code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(province: &str, city: &str, district: &str) -> Option<&'static str> {
        resolve(province, city, district).map(|region| region.code)
    }

    #[test]
    fn every_full_path_means_its_region() {
        for region in crate::all().iter().filter(|region| !is_placeholder(region.name)) {
            let path = crate::path(region.code);
            let name = |at: usize| path.get(at).map_or("", |region| region.name);
            assert_eq!(code(name(0), name(1), name(2)), Some(region.code), "{region:?}");
        }
    }

    #[test]
    fn short_names_and_missing_levels() {
        assert_eq!(code("内蒙古", "通辽", "开鲁"), Some("150523"));
        assert_eq!(code("内蒙", "", "开鲁县"), Some("150523"));
        assert_eq!(code("广西", "", ""), Some("450000"));
        assert_eq!(code("吉林", "吉林", ""), Some("220200"));
        assert_eq!(code("湖北", "恩施", ""), Some("422800"));
        assert_eq!(code("湖北", "恩施州", ""), Some("422800"));
        assert_eq!(code("", "苏州", ""), Some("320500"));
        assert_eq!(code("", "", "昆山市"), Some("320583"));
        assert_eq!(code("辽宁", "盘锦", "大洼县"), Some("211104"));
        assert_eq!(code("香港", "", ""), Some("810000"));
    }

    #[test]
    fn municipalities_and_county_level_cities() {
        assert_eq!(code("北京", "北京市", "朝阳"), Some("110105"));
        assert_eq!(code("北京市", "市辖区", "昌平区"), Some("110114"));
        assert_eq!(code("北京市", "市辖区", ""), Some("110000"));
        assert_eq!(code("", "上海", "浦东新区"), Some("310115"));
        assert_eq!(code("重庆", "市辖区", "奉节县"), Some("500236"));
        assert_eq!(code("江苏", "昆山市", ""), Some("320583"));
        assert_eq!(code("湖北省", "恩施市", ""), Some("422801"));
        assert_eq!(code("广东", "东莞", ""), Some("441900"));
    }

    #[test]
    fn what_fits_nothing_or_too_much_is_not_guessed() {
        assert_eq!(code("江苏省", "", "鼓楼区"), None);
        assert_eq!(code("江苏省", "南京市", "朝阳区"), None);
        assert_eq!(code("河北省", "张家", ""), None);
        assert_eq!(code("", "市辖区", ""), None);
        assert_eq!(code("", "", ""), None);
    }

    #[test]
    fn one_text_for_all_levels() {
        let code = |text| resolve_text(text).map(|region| region.code);
        assert_eq!(code("江苏省南京市玄武区"), Some("320102"));
        assert_eq!(code("江苏/南京/玄武"), Some("320102"));
        assert_eq!(code("北京市市辖区朝阳区"), Some("110105"));
        assert_eq!(code("江苏 南京玄武"), Some("320102"));
        assert_eq!(code("320102"), Some("320102"));
        assert_eq!(code("江苏省南京市人民路"), None);
    }
}
