//! The lengths that customer.proto states hold for an import too.

use crate::support::{Result, check_text, errors, proto_fields};

/// A header of the field, and the shape of its longest value around a run of `x`.
const COLUMNS: [(&str, &str, &str, &str); 9] = [
    ("name", "公司名称", "", ""),
    ("email", "邮箱", "a@", ".example.com"),
    ("address", "详细地址", "", ""),
    ("homepage", "主页", "http://example.com/", ""),
    ("cooperationProducts", "合作产品", "", ""),
    ("remarks", "备注", "", ""),
    ("contacts.name", "联系人", "", ""),
    ("contacts.salutation", "称谓", "", ""),
    ("contacts.position", "职位", "", ""),
];

#[test]
fn the_longest_value_fits_and_one_more_does_not() -> Result<()> {
    let fields = proto_fields()?;
    for (path, header, before, after) in COLUMNS {
        let field = fields.iter().find(|field| field.path == path).ok_or(path)?;
        let longest = field.max_length.ok_or(path)?;
        let value = |length: usize| format!("{before}{}{after}", "x".repeat(length - before.len() - after.len()));
        let sheet = |value: String| match path {
            "name" => format!("公司名称,手机\n{value},13800138000\n"),
            "contacts.name" => format!("客户名称,联系人\n甲,{value}\n"),
            _ => format!("客户名称,联系人,{header}\n甲,乙,{value}\n"),
        };
        let too_long = errors(&sheet(value(longest + 1)))?;
        assert!(too_long.contains(&(header.to_owned(), path.to_owned(), "TOO_LONG")), "{path}: {too_long:?}");
        // A host name of 254 characters in one label is none, so the longest address is left to the format.
        if path != "email" {
            let rejected = errors(&sheet(value(longest)));
            assert!(rejected.is_err(), "{path}: {rejected:?}");
        }
    }
    Ok(())
}

#[test]
fn as_many_items_as_the_field_holds() -> Result<()> {
    for (path, header, item) in [("cooperationProducts", "合作产品", "产品"), ("phones", "手机", "138001380")] {
        let fields = proto_fields()?;
        let field = fields.iter().find(|field| field.path == path).ok_or(path)?;
        let most = field.max_items.ok_or(path)?;
        let sheet = |count: usize| {
            let items: Vec<String> = (10..10 + count).map(|number| format!("{item}{number}")).collect();
            format!("客户名称,{header}\n甲,{}\n", items.join("、"))
        };
        assert_eq!(errors(&sheet(most + 1))?, [(header.to_owned(), path.to_owned(), "TOO_LONG")]);
        assert_eq!(check_text(&sheet(most))?.len(), 1);
        assert!(errors(&sheet(most)).is_err(), "{path}");
    }
    Ok(())
}
