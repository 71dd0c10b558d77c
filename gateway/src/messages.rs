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
    pub fn problem(
        &self,
        language: Language,
        code: &str,
        parameters: &HashMap<String, String>,
    ) -> (String, Option<String>) {
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

    fn text(
        &self,
        language: Language,
        key: &str,
        attribute: Option<&str>,
        arguments: &FluentArgs<'_>,
    ) -> Option<String> {
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
    let resource =
        FluentResource::try_new(language.file().to_owned()).map_err(|(_, errors)| broken(format!("{errors:?}")))?;
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

    /// Every source below a folder.
    fn sources(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        entries
            .flat_map(|path| match path.extension() {
                _ if path.is_dir() => sources(&path),
                Some(extension) if extension == "rs" => fs::read_to_string(&path).into_iter().collect(),
                _ => Vec::new(),
            })
            .collect()
    }

    /// The codes that stand right behind a mark, as `"CODE"` does behind `state(`.
    fn codes(text: &str, mark: &str) -> Vec<String> {
        let shape = |code: &&str| {
            code.len() > 2 && code.chars().all(|character| character.is_ascii_uppercase() || character == '_')
        };
        let behind = text.split(mark).skip(1).filter_map(|rest| rest.split_once('"')).map(|(code, _)| code);
        behind.filter(shape).map(str::to_owned).collect()
    }

    #[test]
    fn every_code_has_its_texts() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut known = BTreeSet::new();
        for source in
            ["services", "crates/kit/src", "gateway/src"].iter().flat_map(|folder| sources(&root.join(folder)))
        {
            let marks = [
                "Unauthenticated(\"",
                "state(\"",
                "code: \"",
                "coded(\"",
                "BAD_REQUEST, \"",
                "REQUEST_TIMEOUT, \"",
                "FORBIDDEN, \"",
                "REQUESTS, \"",
            ];
            known.extend(marks.iter().flat_map(|mark| codes(&source, mark)).map(|code| format!("problem-{code}")));
        }
        let kit = fs::read_to_string(root.join("crates/kit/src/problem.rs")).expect("kit's problems");
        known.extend(codes(&kit, ": &str = \"").iter().map(|code| format!("field-{code}")));
        for (file, kind) in [("sheet/src/error.rs", "problem"), ("intake/src/import/error.rs", "field")] {
            let text = fs::read_to_string(root.join("crates").join(file)).expect("the codes of files and rows");
            let text = text.split("pub enum ErrorCode").last().unwrap_or_default();
            known.extend(codes(text, "=> \"").iter().map(|code| format!("{kind}-{code}")));
        }
        assert!(known.len() > 30, "the sources were not found");
        let texts = keys(Language::Chinese);
        let missing: Vec<_> = known.difference(&texts).collect();
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
