//! Whatever stands in a cell, nothing panics, and what is accepted is accepted again as it came out.

use intake::{amount, credit_code, date, email, homepage, name, phone, search, text};

/// Pieces of what people write, and of what they do not.
const PIECES: [&str; 48] = [
    "1",
    "13800138000",
    "0",
    "86",
    "+86",
    "0086",
    "010",
    "62751234",
    "400",
    "8",
    "9",
    "-",
    "－",
    "—",
    "(",
    ")",
    "（",
    "）",
    " ",
    "\u{3000}",
    "转",
    "ext",
    "#",
    ".",
    ".0",
    ",",
    "，",
    "/",
    "、",
    "¥",
    "￥",
    "万",
    "亿",
    "元",
    "年",
    "月",
    "日",
    ":",
    "T",
    "2023",
    "@",
    "a",
    "B.com",
    "http://",
    "𠮷",
    "👍",
    "\u{200d}",
    "\0",
];

/// The same texts in every run.
fn texts() -> impl Iterator<Item = String> {
    let mut state: u32 = 2_463_534_242;
    let mut next = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % bound
    };
    (0..50_000).map(move |_| (0..next(9)).map(|_| PIECES[next(PIECES.len())]).collect())
}

#[test]
fn accepted_values_are_accepted_again_unchanged() {
    for text in texts() {
        if let Ok(phone) = phone::parse(&text) {
            assert_eq!(phone::parse(&phone.number), Ok(phone.clone()), "{text:?}");
            assert!(phone.number.len() <= 32, "{text:?}");
        }
        if let Ok(amount) = amount::parse(&text) {
            assert_eq!(amount::parse(&amount.to_string()), Ok(amount), "{text:?}");
        }
        if let Ok(time) = date::parse(&text) {
            assert_eq!(date::parse(&time.to_string()), Ok(time), "{text:?}");
        }
        if let Ok(email) = email::parse(&text) {
            assert_eq!(email::parse(&email).as_ref(), Ok(&email), "{text:?}");
        }
        if let Ok(homepage) = homepage::parse(&text) {
            assert_eq!(homepage::parse(&homepage).as_ref(), Ok(&homepage), "{text:?}");
        }
        let key = name::normalise(&text);
        assert_eq!(name::normalise(&key), key);
        assert_eq!(text::line(&text::line(&text)), text::line(&text));
        assert!(credit_code::parse(&text).is_err());
    }
}

#[test]
fn nothing_of_a_cell_of_phones_is_lost() {
    let visible = |text: &str| text.chars().filter(|character| character.is_alphanumeric()).collect::<String>();
    for text in texts() {
        assert_eq!(visible(&phone::split(&text).concat()), visible(&text));
    }
}

#[test]
fn every_customer_is_found_by_its_own_name_and_phone() {
    for text in texts().filter(|text| !name::normalise(text).is_empty()) {
        let tokens =
            search::tokens(&search::Words { name: &text, phones: vec!["13800138000"], ..search::Words::default() });
        let arms = search::query_tokens(&text);
        let found =
            |field, arm: &search::Arm| arm.field == field && arm.tokens.iter().all(|token| tokens.contains(token));
        assert!(arms.iter().any(|arm| found(search::Field::Name, arm)), "{text:?}");
        assert!(search::query_tokens("138 0013 8000").iter().any(|arm| found(search::Field::Phone, arm)));
        assert!(arms.iter().all(|arm| !arm.tokens.is_empty()));
    }
}

#[test]
fn long_cells_cost_no_more_than_their_length() {
    let long = "1 ".repeat(16_000);
    assert_eq!(phone::split(&long).len(), 1);
    assert!(region::resolve_text(&"江苏火".repeat(16_000)).is_none());
}
