//! Region and address of a row.

use region::Region;

use super::draft::Flag;
use super::field::Field;
use super::limits;
use super::values::Values;

/// Where a customer is.
pub(super) struct Place {
    pub region_code: Option<String>,
    pub address: Option<String>,
}

/// The names of a region in the columns of a row; empty where there is none.
struct Names {
    province: String,
    city: String,
    district: String,
}

pub(super) fn read(values: &mut Values<'_>) -> Place {
    let whole = values.text(Field::Region).unwrap_or_default();
    let text = |field| values.text(field).unwrap_or_default();
    let mut names = Names { province: text(Field::Province), city: text(Field::City), district: text(Field::District) };
    let has_parts = !names.province.is_empty() || !names.city.is_empty();
    if !has_parts && names.district.is_empty() {
        let region = whole_region(values, &whole);
        let address = values.short_text(Field::Address, limits::ADDRESS);
        return Place { region_code: code(region), address };
    }
    if names.district.is_empty() {
        // Beside columns of province and city, 地区 means the district.
        names.district = whole;
    } else {
        // Beside all three it is something of the house's own, such as 华东.
        keep(values, Field::Region, &whole);
    }
    by_parts(values, &names)
}

fn whole_region(values: &mut Values<'_>, written: &str) -> Option<&'static Region> {
    if written.is_empty() {
        return None;
    }
    let region = region::resolve_text(written);
    if region.is_none() {
        values.flag(Flag::RegionUnknown);
        values.keep_in_remarks(Field::Region, written);
    }
    region
}

/// The narrowest region that the names lead to. A district where the tree has none, as the towns of 东莞, belongs
/// to the address; any other name that leads nowhere is flagged and kept.
fn by_parts(values: &mut Values<'_>, names: &Names) -> Place {
    let Names { province, city, district } = names;
    if let Some(region) = region::resolve(province, city, district) {
        let address = values.short_text(Field::Address, limits::ADDRESS);
        return Place { region_code: code(Some(region)), address };
    }
    let without_district = region::resolve(province, city, "");
    if let Some(town_of) = without_district.filter(|region| has_no_districts(region)) {
        let street = values.text(Field::Address).unwrap_or_default();
        let address = values.not_longer(Field::Address, format!("{district}{street}"), limits::ADDRESS);
        return Place { region_code: code(Some(town_of)), address };
    }
    values.flag(Flag::RegionUnknown);
    let region = without_district.or_else(|| {
        keep(values, Field::City, city);
        let province_alone = region::resolve(province, "", "");
        if province_alone.is_none() {
            keep(values, Field::Province, province);
        }
        province_alone
    });
    let district_field = if values.text(Field::District).is_some() { Field::District } else { Field::Region };
    keep(values, district_field, district);
    let address = values.short_text(Field::Address, limits::ADDRESS);
    Place { region_code: code(region), address }
}

fn keep(values: &mut Values<'_>, field: Field, name: &str) {
    if !name.is_empty() {
        values.keep_in_remarks(field, name);
    }
}

/// 嘉峪关市 has one district, which is itself.
fn has_no_districts(region: &Region) -> bool {
    region.level() != region::Level::Province
        && region::children(Some(region.code)).iter().all(|child| child.name == region.name)
}

fn code(region: Option<&'static Region>) -> Option<String> {
    region.map(|region| region.code.to_owned())
}
