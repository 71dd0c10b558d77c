//! Whether a customer is a company or a person.

use super::draft::CustomerType;
use crate::{name, text};

const ENTERPRISE_WORDS: [&str; 9] =
    ["企业", "企业客户", "公司", "公司客户", "单位", "机构", "enterprise", "company", "business"];
const INDIVIDUAL_WORDS: [&str; 7] = ["个人", "个人客户", "自然人", "散客", "individual", "person", "personal"];

/// Ends of names that only organisations bear.
const ORGANISATION_ENDS: [&str; 38] = [
    "公司",
    "集团",
    "商行",
    "商店",
    "商场",
    "超市",
    "厂",
    "店",
    "中心",
    "大学",
    "学院",
    "学校",
    "中学",
    "小学",
    "幼儿园",
    "医院",
    "诊所",
    "银行",
    "合作社",
    "事务所",
    "工作室",
    "研究院",
    "研究所",
    "局",
    "委员会",
    "协会",
    "学会",
    "基金会",
    "经营部",
    "门市部",
    "政府",
    "酒店",
    "农场",
    "ltd",
    "ltd.",
    "inc",
    "inc.",
    "llc",
];

/// Surnames of four in five people; the list of 2020 by the Ministry of Public Security, shortened.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷段龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤";
const COMPOUND_SURNAMES: [&str; 8] = ["欧阳", "上官", "司马", "诸葛", "司徒", "慕容", "皇甫", "令狐"];

/// The type that a cell names.
pub(super) fn parse(written: &str) -> Option<CustomerType> {
    let key = text::key(written);
    if ENTERPRISE_WORDS.contains(&key.as_str()) {
        Some(CustomerType::Enterprise)
    } else if INDIVIDUAL_WORDS.contains(&key.as_str()) {
        Some(CustomerType::Individual)
    } else {
        None
    }
}

/// The type of a customer whose row does not say it, and whether that is certain.
///
/// A credit code, or an end like 公司, proves an organisation. A short Chinese name with a common surname and no
/// contact beside it is taken for a person, anything else for an enterprise.
pub(super) fn guess(customer_name: &str, has_credit_code: bool, has_contact: bool) -> (CustomerType, bool) {
    let key = name::normalise(customer_name);
    let is_organisation = ORGANISATION_ENDS.iter().any(|end| key.ends_with(end));
    if has_credit_code || is_organisation {
        (CustomerType::Enterprise, true)
    } else if looks_personal(&key) && !has_contact {
        (CustomerType::Individual, false)
    } else {
        (CustomerType::Enterprise, false)
    }
}

fn looks_personal(key: &str) -> bool {
    let is_chinese = key.chars().all(|character| matches!(character, '\u{4e00}'..='\u{9fff}' | '·'));
    let length = key.chars().count();
    let is_compound = COMPOUND_SURNAMES.iter().any(|surname| key.starts_with(surname));
    let is_common = key.starts_with(|first| SURNAMES.contains(first));
    is_chinese
        && (key.contains('·') || is_compound && (3..=4).contains(&length) || is_common && (2..=3).contains(&length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_companies_from_people() {
        for name in ["蜂雀有限公司", "辛西娅商行", "江苏晶美（中国）有限公司", "Acme Ltd."] {
            assert_eq!(guess(name, false, false), (CustomerType::Enterprise, true), "{name}");
        }
        for name in ["覃国涛", "万明子", "欧阳修", "阿依古丽·买买提"] {
            assert_eq!(guess(name, false, false), (CustomerType::Individual, false), "{name}");
        }
        assert_eq!(guess("金蝶", true, false), (CustomerType::Enterprise, true));
        assert_eq!(guess("王记", false, true), (CustomerType::Enterprise, false));
        assert_eq!(guess("Acme", false, false), (CustomerType::Enterprise, false));
        assert_eq!(parse("企业 客户"), Some(CustomerType::Enterprise));
        assert_eq!(parse("其他"), None);
    }
}
