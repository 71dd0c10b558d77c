//! What headers mean.

use super::field::Field;
use crate::text;

/// Headers of what has no column in a customer, or shares one; they win over words from outside.
const OWN_WORDS: [(Field, &[&str]); 12] = [
    (Field::Province, &["省", "省份", "所在省", "省/直辖市", "province"]),
    (Field::City, &["市", "城市", "地市", "所在市", "city"]),
    (Field::District, &["区县", "区/县", "县区", "区", "县", "县/区", "区县市", "district"]),
    (Field::Phones, &["手机号码", "电话号码", "联系方式", "联系手机", "移动电话"]),
    (Field::OfficePhones, &["办公电话", "座机", "固定电话", "固话", "公司电话", "单位电话", "officephone", "landline"]),
    (Field::ContactName, &["联系人", "联系人姓名", "contact", "contactname"]),
    (Field::ContactPosition, &["职位", "职务", "岗位", "position", "jobtitle"]),
    (Field::Owner, &["负责人", "所属销售", "业务员", "销售代表", "客户经理", "owner"]),
    (Field::Tags, &["标签", "客户标签", "tags"]),
    (
        Field::RecordTime,
        &["录入时间", "录入日期", "登记时间", "登记日期", "创建时间", "创建日期", "建档时间", "建档日期"],
    ),
    (Field::Name, &["客户全称", "单位名称", "客户姓名", "公司", "企业", "单位"]),
    (Field::Region, &["所在地区", "所属地区", "省市区", "省市"]),
];

/// Headers that mean the first of these that nothing clearer claims.
const WEAK_WORDS: [(Field, &str); 3] = [(Field::Name, "姓名"), (Field::ContactName, "姓名"), (Field::Name, "名称")];

/// Fields that a header means by its end alone (`主要联系人手机`); for the others too much ends alike (`信用等级`).
const BY_END: [Field; 8] = [
    Field::Phones,
    Field::OfficePhones,
    Field::Email,
    Field::Address,
    Field::ContactName,
    Field::ContactPosition,
    Field::Owner,
    Field::Remarks,
];

/// Which words in a header mean which field.
#[derive(Debug, Clone)]
pub struct HeaderWords(Vec<(String, Field)>);

impl HeaderWords {
    /// From the `import_words` of proto/cims/customer/v1/customer.proto: JSON paths (`creditCode`,
    /// `contacts.name`) with their words. Paths that an import does not fill are passed over.
    pub fn new(words: &[(&str, Vec<String>)]) -> Self {
        let own = OWN_WORDS.iter().flat_map(|(field, words)| words.iter().map(|word| (text::key(word), *field)));
        let given = words
            .iter()
            .filter_map(|(path, words)| Some((Field::from_path(path)?, words)))
            .flat_map(|(field, words)| words.iter().map(move |word| (text::key(word), field)));
        Self(own.chain(given).collect())
    }

    /// Whether a header says that its column holds a field, whatever the column is mapped to.
    pub fn mean(&self, header: &str, field: Field) -> bool {
        self.exact(&Header::new(header).key).contains(&field)
    }

    /// The field that a person means who gives a header a path: of those that share the path the one whose word the
    /// header is, as `省` means the province of `regionCode`.
    pub(super) fn field(&self, header: &str, path: &str) -> Option<Field> {
        let key = Header::new(header).key;
        let by_word = self.exact(&key).into_iter().chain(self.by_end(&key)).find(|field| field.path() == path);
        by_word.or_else(|| Field::from_path(path))
    }

    /// The fields of a row of headers. A field that is not repeated goes to the first column that names it best.
    pub(super) fn fields(&self, headers: &[Header]) -> Vec<Option<Field>> {
        let mut fields = vec![None; headers.len()];
        let exact = |header: &Header| self.exact(&header.key);
        let weak = |header: &Header| candidates(&WEAK_WORDS, &header.key);
        let by_end = |header: &Header| self.by_end(&header.key);
        assign(&mut fields, headers, exact);
        assign(&mut fields, headers, weak);
        assign(&mut fields, headers, by_end);
        fields
    }

    fn exact(&self, key: &str) -> Vec<Field> {
        let found = self.0.iter().find(|(word, _)| word == key);
        found.map(|(_, field)| *field).into_iter().collect()
    }

    fn by_end(&self, key: &str) -> Vec<Field> {
        let longest = self
            .0
            .iter()
            .filter(|(word, field)| word.chars().count() >= 2 && BY_END.contains(field))
            .filter(|(word, _)| key.ends_with(word.as_str()))
            .max_by_key(|(word, _)| word.len());
        longest.map(|(_, field)| *field).into_iter().collect()
    }
}

fn candidates(words: &[(Field, &str)], key: &str) -> Vec<Field> {
    let fitting = words.iter().filter(|(_, word)| *word == key);
    fitting.map(|(field, _)| *field).collect()
}

/// Gives each column without a field the first of its candidates that is free.
fn assign(fields: &mut [Option<Field>], headers: &[Header], candidates: impl Fn(&Header) -> Vec<Field>) {
    for (column, header) in headers.iter().enumerate() {
        if fields[column].is_some() || header.key.is_empty() {
            continue;
        }
        let free = |field: &Field| field.is_repeated() || !fields.contains(&Some(*field));
        fields[column] = candidates(header).into_iter().find(free);
    }
}

/// A header cell, read.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// As written, on one line.
    pub text: String,
    /// Without brackets, stars, colons and a number at the end.
    key: String,
    /// What a bare number in the column counts: 10,000 under `累计金额（万元）`.
    pub scale: i64,
}

impl Header {
    pub fn new(text: &str) -> Self {
        let line = text::line(text);
        let folded = crate::name::normalise(&line);
        let (before, bracket) = folded.split_once('(').unwrap_or((&folded, ""));
        let is_decoration = |character: char| character.is_ascii_digit() || "*:#.※".contains(character);
        Self { key: before.trim_matches(is_decoration).to_owned(), scale: scale(bracket), text: line }
    }
}

fn scale(unit: &str) -> i64 {
    let units = [("亿", 100_000_000), ("万", 10_000), ("千元", 1_000)];
    let found = units.iter().find(|(word, _)| unit.starts_with(word) || unit.ends_with(&format!("{word}元)")));
    found.map_or(1, |(_, scale)| *scale)
}
