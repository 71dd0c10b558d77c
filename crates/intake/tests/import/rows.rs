//! What becomes of single rows.

use intake::import::{CustomerType, Existing, Flag, Match, Outcome, Twin, Verdict};

use crate::support::{Result, check_text, check_text_against, drafts, errors};

fn error(column: &str, field: &str, code: &'static str) -> (String, String, &'static str) {
    (column.to_owned(), field.to_owned(), code)
}

#[test]
fn every_phone_is_kept_and_mobiles_bear_the_contact() -> Result<()> {
    let drafts = drafts(
        "客户名称,联系人,手机,办公电话\n\
         甲厂,张三,138 0013 8000/+86 13900139000,010-62751234、13700137000\n\
         乙厂,,\"13600136000\n0755-88889999\",\n",
    )?;
    let phones: Vec<(&str, &str)> =
        drafts[0].phones.iter().map(|phone| (phone.number.as_str(), phone.label.as_str())).collect();
    let expected = [("13800138000", "张三"), ("13900139000", "张三"), ("010-62751234", ""), ("13700137000", "")];
    assert_eq!(phones, expected);
    assert_eq!(drafts[1].phones.len(), 2);
    assert_eq!(drafts[1].contact, None);
    Ok(())
}

#[test]
fn what_finds_no_field_is_flagged_and_stays_in_the_remarks() -> Result<()> {
    let drafts = drafts(
        "客户名称,手机,行业,来源,状态,负责人,省,市,区县,职位,备注\n\
         甲厂,13800138000,航天,梦见,考虑中,nobody,江苏,南京市,仙林区,采购,急\n\
         乙厂,13900139000,无,-,/,rep1,江苏,月球市,,,\n",
    )?;
    let flags =
        [Flag::RegionUnknown, Flag::IndustryUnknown, Flag::SourceUnknown, Flag::StatusUnknown, Flag::OwnerUnknown];
    assert_eq!(drafts[0].flags, flags);
    let remarks = "急\n职位：采购\n区县：仙林区\n行业：航天\n来源：梦见\n状态：考虑中\n负责人：nobody";
    assert_eq!(drafts[0].remarks.as_deref(), Some(remarks));
    assert_eq!(drafts[0].region_code.as_deref(), Some("320100"));
    assert_eq!((&drafts[0].industry, &drafts[0].status, &drafts[0].owner), (&None, &None, &None));
    assert_eq!(drafts[1].flags, [Flag::RegionUnknown]);
    assert_eq!(drafts[1].region_code.as_deref(), Some("320000"));
    assert_eq!(drafts[1].remarks.as_deref(), Some("市：月球市"));
    assert_eq!(drafts[1].owner.as_deref(), Some("id of rep1"));
    Ok(())
}

#[test]
fn what_cannot_be_kept_rejects_the_row() -> Result<()> {
    let all = errors(
        "客户名称,手机,座机,类型,等级,首次合作时间,累计金额,主页,税号,录入时间\n\
         \u{3000},1572568518,12,政府,钻石客户,去年,若干,javascript:x,123,2026-01-02\n",
    )?;
    let mut expected = vec![
        error("客户名称", "name", "REQUIRED"),
        error("手机", "phones", "FORMAT"),
        error("座机", "phones", "FORMAT"),
        error("类型", "type", "NOT_IN_DICTIONARY"),
        error("等级", "level", "NOT_IN_DICTIONARY"),
        error("首次合作时间", "firstCooperationDate", "FORMAT"),
        error("累计金额", "cumulativeAmount", "FORMAT"),
        error("主页", "homepage", "FORMAT"),
        error("税号", "creditCode", "FORMAT"),
        error("录入时间", "recordTime", "FUTURE"),
    ];
    let mut all = all;
    all.sort();
    expected.sort();
    assert_eq!(all, expected);
    Ok(())
}

#[test]
fn a_customer_without_phone_or_type_is_accepted_and_flagged() -> Result<()> {
    let drafts = drafts("姓名\t手机\n王小明\t\nAcme\t13800138000\n甲有限公司\t13900139000\n")?;
    assert_eq!(drafts[0].customer_type, CustomerType::Individual);
    assert_eq!(drafts[0].flags, [Flag::TypeAssumed, Flag::PhonesMissing]);
    assert_eq!(drafts[1].customer_type, CustomerType::Enterprise);
    assert_eq!(drafts[1].flags, [Flag::TypeAssumed]);
    assert_eq!(drafts[2].flags, []);
    Ok(())
}

#[test]
fn regions_in_one_cell_towns_and_units() -> Result<()> {
    let drafts = drafts(
        "客户名称;手机;地区;地址;累计交易金额（万元）\n\
         甲厂;13800138000;江苏省南京市玄武区;;12.5\n\
         乙厂;13900139000;火星;;3万\n",
    )?;
    assert_eq!(drafts[0].region_code.as_deref(), Some("320102"));
    assert_eq!(drafts[0].cumulative_amount.map(|amount| amount.to_string()).as_deref(), Some("125000.00"));
    assert_eq!(drafts[1].flags, [Flag::RegionUnknown]);
    assert_eq!(drafts[1].remarks.as_deref(), Some("地区：火星"));
    assert_eq!(drafts[1].cumulative_amount.map(|amount| amount.to_string()).as_deref(), Some("30000.00"));
    let town = crate::support::drafts("客户名称,手机,省,市,区县,地址\n甲厂,13800138000,广东省,东莞市,南城街道,1号\n")?;
    assert_eq!(town[0].region_code.as_deref(), Some("441900"));
    assert_eq!((town[0].address.as_deref(), &town[0].remarks), (Some("南城街道1号"), &None));
    assert_eq!(town[0].flags, []);
    Ok(())
}

#[test]
fn only_accepted_rows_have_duplicates() -> Result<()> {
    let rows = check_text(
        "客户名称,手机,税号\n\
         甲厂,1380013800,\n\
         甲厂,13800138000,91350100M000100Y43\n\
         乙厂,+86 138-0013-8000,\n\
         \n\
         乙 厂,13900139000,\n\
         丙厂,13700137000,91350100m000100y43\n\
         丁厂,139 0013 9000,\n",
    )?;
    let seen: Vec<(u32, Outcome)> = rows.iter().map(|checked| (checked.row, checked.outcome())).collect();
    let outcomes = [
        (2, Outcome::Rejected),
        (3, Outcome::Accepted),
        (4, Outcome::Duplicate),
        (6, Outcome::Accepted),
        (7, Outcome::Duplicate),
        (8, Outcome::Duplicate),
    ];
    assert_eq!(seen, outcomes);
    let twin = |index: usize| match &rows[index].verdict {
        Verdict::Duplicate { of: Twin::Row(row), by, .. } => Some((*row, *by)),
        _ => None,
    };
    assert_eq!(twin(2), Some((3, Match::Phone)));
    assert_eq!(twin(4), Some((3, Match::CreditCode)));
    assert_eq!(twin(5), Some((6, Match::Phone)));
    Ok(())
}

#[test]
fn a_customer_that_exists_comes_before_a_row() -> Result<()> {
    let mut existing = Existing::default();
    existing.phones.insert("13900139000".to_owned(), "id".to_owned());
    let rows = check_text_against("客户名称,手机\n甲厂,13800138000\n甲厂,13900139000\n", &existing)?;
    let Verdict::Duplicate { of, by, draft } = &rows[1].verdict else {
        return Err(format!("{:?}", rows[1]).into());
    };
    assert_eq!((of, *by), (&Twin::Customer("id".to_owned()), Match::Phone));
    assert_eq!(draft.name, "甲厂");
    Ok(())
}

#[test]
fn a_file_without_a_header_is_a_problem_with_a_code() {
    for text in ["", "1,2\n3,4\n"] {
        let told = check_text(text).err().map(|error| error.to_string());
        assert_eq!(told.as_deref(), Some("no sheet has a header"), "{text}");
    }
}
