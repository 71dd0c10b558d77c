//! The texts of spreadsheets, from the files in `messages/`.

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use kit::Failure;
use tonic::metadata::MetadataMap;
use unic_langid::LanguageIdentifier;

/// The reader's language.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// As the gateway has found it; Chinese when a call says nothing.
    pub fn of(metadata: &MetadataMap) -> Language {
        let told = metadata.get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if told.starts_with("en") { Language::English } else { Language::Chinese }
    }
}

/// The texts of one language.
pub struct Texts {
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// # Errors
    /// When the message file is not Fluent.
    pub fn of(language: Language) -> Result<Texts, Failure> {
        let (tag, source) = match language {
            Language::Chinese => ("zh-CN", include_str!("../../../messages/zh-CN.ftl")),
            Language::English => ("en", include_str!("../../../messages/en.ftl")),
        };
        let identifier: LanguageIdentifier = tag.parse().map_err(Failure::internal)?;
        let broken = |what: String| Failure::internal(format!("messages/{tag}.ftl: {what}"));
        let resource =
            FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| broken(format!("{errors:?}")))?;
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).map_err(|errors| broken(format!("{errors:?}")))?;
        Ok(Texts { bundle })
    }

    pub fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of a key with its values; the key itself when there is none.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.find(key, values).unwrap_or_else(|| key.to_owned())
    }

    pub fn find(&self, key: &str, values: &[(&str, &str)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, *value);
        }
        Some(self.bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(source: &str) -> Vec<&str> {
        source.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect()
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        let (chinese, english) =
            (include_str!("../../../messages/zh-CN.ftl"), include_str!("../../../messages/en.ftl"));
        assert_eq!(keys(chinese), keys(english));
        let texts = Texts::of(Language::English).expect("it is Fluent");
        Texts::of(Language::Chinese).expect("it is Fluent");
        assert_eq!(texts.with("duplicate-row", &[("by", "name"), ("row", "7")]), "Same name as row 7");
    }
}
