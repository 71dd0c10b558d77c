//! The records that a path of the API names.

/// Each with its collection and the variable that takes its id: `/v1/tags/{tag.id}` names ("tags", "tag.id").
pub fn named(path: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = path.split('/').collect();
    let pairs = parts.iter().zip(parts.iter().skip(1));
    pairs.filter_map(|(collection, part)| Some((*collection, part.strip_prefix('{')?.split('}').next()?))).collect()
}
