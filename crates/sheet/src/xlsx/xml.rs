//! What the XML files of an xlsx have in common.

use std::io::{BufReader, Read};

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart},
};

use crate::Error;

/// A parser of a file, whose empty elements come as a start and an end.
pub(super) fn reader<R: Read>(file: R) -> Reader<BufReader<R>> {
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, file));
    reader.config_mut().expand_empty_elements = true;
    reader
}

/// The value of an attribute, whatever its prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Error> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute?;
        if attribute.key.local_name().as_ref() == name {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(quick_xml::Error::from)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Adds what `&amp;` or `&#20013;` stands for.
pub(super) fn push_reference(reference: &BytesRef<'_>, text: &mut String) -> Result<(), Error> {
    match (quick_xml::escape::resolve_predefined_entity(reference), reference.resolve_char_ref()?) {
        (Some(known), _) => text.push_str(known),
        (None, Some(character)) => text.push(character),
        (None, None) => return Err(Error::Damaged("an unknown entity")),
    }
    Ok(())
}

/// A text without the escapes that Excel writes for what XML cannot hold: `_x000D_` is a line end, `_x005F_` a dash.
pub(super) fn unescape(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match escaped(rest) {
            Some(character) => {
                out.push(character);
                rest = &rest["_x0000_".len()..];
            }
            None => {
                out.push_str("_x");
                rest = &rest["_x".len()..];
            }
        }
    }
    out + rest
}

fn escaped(text: &str) -> Option<char> {
    let digits = text.get("_x".len().."_x0000".len())?;
    let is_closed = text.as_bytes().get("_x0000".len()) == Some(&b'_');
    let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_closed && is_hexadecimal).then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten()
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_of_excel_are_undone() {
        assert_eq!(unescape("一_x000D_\n二_x005F_x_x_x00".to_owned()), "一\r\n二_x_x_x00");
        assert_eq!(unescape("_xD800_".to_owned()), "_xD800_");
    }
}
