//! How characters are read: pinyin without tones, several where a character has several.

use pinyin::ToPinyinMulti;

/// Readings of one character that are kept beside its reading as a surname. The third of those that dictionaries have is
/// hardly ever one that people mean, and every one more is paid for with each customer written.
const MOST: usize = 2;

/// Letters and digits read as themselves.
const THEMSELVES: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// Characters whose reading as a surname is another than in words. Those of two characters stand by each.
const SURNAMES: [(char, &str); 44] = [
    ('单', "shan"),
    ('仇', "qiu"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('区', "ou"),
    ('查', "zha"),
    ('盖', "ge"),
    ('任', "ren"),
    ('华', "hua"),
    ('朴', "piao"),
    ('尉', "yu"),
    ('万', "mo"),
    ('种', "chong"),
    ('员', "yun"),
    ('覃', "qin"),
    ('召', "shao"),
    ('缪', "miao"),
    ('秘', "bi"),
    ('洗', "xian"),
    ('冼', "xian"),
    ('折', "she"),
    ('黑', "he"),
    ('乜', "nie"),
    ('繁', "po"),
    ('谌', "chen"),
    ('宓', "mi"),
    ('隗', "wei"),
    ('阚', "kan"),
    ('郗', "xi"),
    ('能', "nai"),
    ('牟', "mou"),
    ('佴', "nai"),
    ('燕', "yan"),
    ('应', "ying"),
    ('宁', "ning"),
    ('晟', "cheng"),
    ('撒', "sa"),
    ('乐', "yue"),
    ('长', "zhang"),
    ('澹', "tan"),
    ('鲜', "xian"),
    ('翟', "zhai"),
    ('柏', "bai"),
    ('褚', "chu"),
];

/// The readings of a character; `leads`: it is the first of a name, which may be a surname. None for what has no sound,
/// as signs and the rarest characters.
pub fn readings(character: char, leads: bool) -> Vec<&'static str> {
    if let Some(place) = THEMSELVES.find(character) {
        return vec![&THEMSELVES[place..=place]];
    }
    let surname = SURNAMES.iter().find(|(own, _)| leads && *own == character).map(|(_, reading)| *reading);
    let mut readings: Vec<&str> = Vec::with_capacity(1);
    for reading in syllables(character) {
        if !readings.contains(&reading) && readings.len() < MOST {
            readings.push(reading);
        }
    }
    if let Some(reading) = surname.filter(|reading| !readings.contains(reading)) {
        readings.push(reading);
    }
    readings
}

/// The syllables of a character as people type them, the commonest first.
pub fn syllables(character: char) -> impl Iterator<Item = &'static str> {
    let readings = character.to_pinyin_multi().into_iter().flatten();
    readings.map(|reading| typed(reading.plain())).filter(|reading| is_syllable(reading))
}

/// Keyboards have no ü.
fn typed(reading: &'static str) -> &'static str {
    match reading {
        "lü" => "lv",
        "nü" => "nv",
        "lüe" => "lve",
        "nüe" => "nve",
        other => other,
    }
}

/// Some readings of interjections are no syllables that people type: "hm", "ng", "ê".
fn is_syllable(reading: &str) -> bool {
    reading.bytes().all(|byte| byte.is_ascii_lowercase()) && reading.contains(['a', 'e', 'i', 'o', 'u', 'v'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_has_all_its_readings() {
        let has = |character, reading| readings(character, false).contains(&reading);
        assert!(has('重', "chong") && has('重', "zhong") && has('行', "hang") && has('行', "xing"));
        assert!(has('绿', "lv") && has('晶', "jing"));
        assert_eq!((readings('a', false), readings('3', true)), (vec!["a"], vec!["3"]));
        assert!(readings('\u{20bb7}', false).is_empty() && readings('-', false).is_empty());
    }

    #[test]
    fn surnames_are_read_as_surnames() {
        for (character, reading) in [('单', "shan"), ('仇', "qiu"), ('曾', "zeng"), ('区', "ou"), ('查', "zha")] {
            assert!(readings(character, true).contains(&reading), "{character}");
        }
    }
}
