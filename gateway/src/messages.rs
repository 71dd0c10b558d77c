//! The texts of problems in both languages, from the files in `messages/`.

use std::collections::HashMap;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use http::{HeaderMap, header::ACCEPT_LANGUAGE};
use kit::Failure;
use unic_langid::LanguageIdentifier;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// What `Accept-Language` prefers of the two; Chinese when it says neither.
    pub fn of(headers: &HeaderMap) -> Language {
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (Language::Chinese, 0.0_f32);
        for part in header.split(',') {
            let (name, weight) = part.split_once(';').unwrap_or((part, ""));
            let weight = weight.trim().strip_prefix("q=").and_then(|text| text.parse().ok()).unwrap_or(1.0);
            let language = match name.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("zh") => Language::Chinese,
                Some("en") => Language::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    /// As `Content-Language` says it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Language::Chinese => include_str!("../messages/zh-CN.ftl"),
            Language::English => include_str!("../messages/en.ftl"),
        }
    }
}

pub struct Messages {
    chinese: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Messages")
    }
}

impl Messages {
    /// # Errors
    /// When a message file is not Fluent.
    pub fn new() -> Result<Messages, Failure> {
        Ok(Messages { chinese: bundle(Language::Chinese)?, english: bundle(Language::English)? })
    }

    /// Title and detail of a problem.
    pub fn problem(&self, language: Language, code: &str, parameters: &HashMap<String, String>) -> (String, Option<String>) {
        let mut arguments = FluentArgs::new();
        for (name, value) in parameters {
            arguments.set(name.as_str(), value.as_str());
        }
        let key = format!("problem-{code}");
        let title = self.text(language, &key, None, &arguments).unwrap_or_else(|| code.to_owned());
        (title, self.text(language, &key, Some("detail"), &arguments))
    }

    /// What is wrong with a field, by its label.
    pub fn field(&self, language: Language, code: &str, label: &str, allowed: &str) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("field", label);
        arguments.set("allowed", allowed);
        self.text(language, &format!("field-{code}"), None, &arguments).unwrap_or_else(|| format!("{label}: {code}"))
    }

    fn text(&self, language: Language, key: &str, attribute: Option<&str>, arguments: &FluentArgs<'_>) -> Option<String> {
        let bundle = match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        let message = bundle.get_message(key)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        Some(bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
    }
}

fn bundle(language: Language) -> Result<FluentBundle<FluentResource>, Failure> {
    let broken = |what: String| Failure::internal(format!("messages/{}.ftl: {what}", language.tag()));
    let identifier: LanguageIdentifier = language.tag().parse().map_err(Failure::internal)?;
    let resource = FluentResource::try_new(language.file().to_owned()).map_err(|(_, errors)| broken(format!("{errors:?}")))?;
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // The marks around inserted values would end up in logs and in programs' comparisons.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|errors| broken(format!("{errors:?}")))?;
    Ok(bundle)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn keys(language: Language) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        let mut message = String::new();
        for line in language.file().lines() {
            let Some((name, _)) = line.split_once('=') else { continue };
            if line.starts_with(char::is_alphabetic) {
                message = name.trim().to_owned();
                keys.insert(message.clone());
            } else if let Some(attribute) = name.trim().strip_prefix('.') {
                keys.insert(format!("{message}.{}", attribute.trim()));
            }
        }
        keys
    }

    #[test]
    fn both_files_have_the_same_keys_and_hold() {
        assert_eq!(keys(Language::Chinese), keys(Language::English));
        Messages::new().expect("both are Fluent");
    }

    /// Every `"CODE"` that stands where failures are made, in the sources of the services and of kit.
    fn codes_in(folder: &Path, marks: &[&str], found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                codes_in(&path, marks, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                for mark in marks {
                    found.extend(text.split(mark).skip(1).filter_map(code_at_start));
                }
            }
        }
    }

    /// The code of `"CODE"…`, if that is what the text starts with.
    fn code_at_start(text: &str) -> Option<String> {
        let code = text.split_once('"').map(|(code, _)| code)?;
        let shape = |character: char| character.is_ascii_uppercase() || character == '_';
        (code.len() > 2 && code.chars().all(shape)).then(|| code.to_owned())
    }

    #[test]
    fn every_code_has_its_texts() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let (mut problems, mut fields) = (BTreeSet::new(), BTreeSet::new());
        let problem_marks = ["Unauthenticated(\"", "state(\"", "code: \"", "coded(\"", "Problem::new(\"", ", \"", "=> \""];
        for folder in ["services", "crates/kit/src/auth", "crates/kit/src/problem.rs"] {
            codes_in(&root.join(folder), &problem_marks[..3], &mut problems);
        }
        let kit = fs::read_to_string(root.join("crates/kit/src/problem.rs")).expect("kit's problems");
        problems.extend(kit.split("coded(\"").skip(1).filter_map(code_at_start));
        fields.extend(kit.split("pub const ").skip(1).filter_map(|text| text.split_once(": &str = \"")).filter_map(|(_, text)| code_at_start(text)));
        codes_in(&root.join("gateway/src"), &["StatusCode::", "Unauthenticated(\""], &mut problems);
        for file in ["crates/sheet/src/error.rs", "crates/intake/src/import/error.rs"] {
            let text = fs::read_to_string(root.join(file)).unwrap_or_default();
            let (first, rest) = text.split_once("pub enum ErrorCode").unwrap_or((&text, ""));
            problems.extend(first.split("=> \"").skip(1).filter_map(code_at_start));
            fields.extend(rest.split("=> \"").skip(1).filter_map(code_at_start));
        }
        assert!(problems.len() > 10 && fields.len() > 15, "the sources were not found");
        let known = keys(Language::Chinese);
        let missing: Vec<String> = problems.iter().map(|code| format!("problem-{code}")).chain(fields.iter().map(|code| format!("field-{code}")))
            .filter(|key| !known.contains(key)).collect();
        assert!(missing.is_empty(), "messages/*.ftl lack {missing:?}");
    }

    #[test]
    fn the_readers_language_is_the_one_it_prefers() {
        let of = |text: &str| Language::of(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, text.parse().expect("a header"))]));
        assert_eq!(of("en-US,en;q=0.9,zh;q=0.8"), Language::English);
        assert_eq!(of("fr, en;q=0.3, zh-CN;q=0.5"), Language::Chinese);
        assert_eq!(of("fr"), Language::Chinese);
    }
}
