//! Pages of lists that were narrowed by what was asked: each goes on behind the last line's key, and repeats what was asked.

use super::said::LISTED;
use crate::http::error::HttpError;
use serde_json::{Value, json};

/// The address of a page; what was not asked is not in it.
pub fn address(path: &str, asked: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(asked.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// A list of at most [`LISTED`] with the address of the next page; `lines` may hold more to show that there is one.
pub fn paged<T>(name: &str, path: &str, asked: &[(&str, &str)], lines: Vec<T>, key: impl Fn(&T) -> String, said: impl Fn(&T) -> Value) -> Value {
    let more = lines.len() > LISTED;
    let shown = &lines[..lines.len().min(LISTED)];
    let next = shown.last().filter(|_| more).map(|last| {
        let after = key(last);
        address(path, &[asked, &[("after", after.as_str())][..]].concat())
    });
    json!({ name: shown.iter().map(said).collect::<Vec<_>>(), "next": next })
}

/// Lines behind the one with this key, of a list that was read whole.
pub fn behind<T>(lines: Vec<T>, after: &str, key: impl Fn(&T) -> String) -> Result<Vec<T>, HttpError> {
    if after.is_empty() {
        return Ok(lines);
    }
    let place = lines.iter().position(|line| key(line) == after).ok_or_else(nowhere)?;
    Ok(lines.into_iter().skip(place + 1).collect())
}

/// Of a list that was read with one line more than are gone through: cuts it, and says whether there are others.
pub fn cut<T>(lines: &mut Vec<T>, most: usize) -> bool {
    let more = lines.len() > most;
    lines.truncate(most);
    more
}

pub fn nowhere() -> HttpError {
    HttpError::Malformed("“after” is no place in this list. Use the address in “next”.".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_and_keep_what_was_asked() {
        let lines: Vec<usize> = (0..LISTED + 2).collect();
        let page = |lines: Vec<usize>| paged("all", "/list", &[("q", "a b"), ("none", "")], lines, ToString::to_string, |line| json!(line));
        let first = page(lines.clone());
        assert_eq!(first["all"].as_array().unwrap().len(), LISTED);
        let last = LISTED - 1;
        assert_eq!(first["next"], format!("/list?q=a+b&after={last}"));
        let second = page(behind(lines, &last.to_string(), ToString::to_string).unwrap());
        assert_eq!((&second["all"], &second["next"]), (&json!([LISTED, LISTED + 1]), &Value::Null));
        assert!(behind(vec![1], "7", ToString::to_string).is_err());
        assert_eq!(address("/list", &[("q", "")]), "/list");
        let mut read = vec![1, 2, 3];
        assert!(!cut(&mut read, 3) && cut(&mut read, 2) && read == [1, 2]);
    }
}
