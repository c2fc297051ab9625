//! JSON with the path to where one is in it, so that what does not fit is said where it is. Quoted words of a document are short and plain.

use crate::place::Refused;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

/// A value, and the way to it.
#[derive(Debug, Clone)]
pub(crate) struct Pointed<'a> {
    pub value: &'a Value,
    pub path: String,
}

const LONGEST: usize = 200;

/// Short, on one line, without control characters.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'a> Pointed<'a> {
    pub fn root(value: &'a Value) -> Self {
        Self { value, path: "$".into() }
    }

    pub fn fault(&self, code: &'static str, message: impl Into<String>) -> Refused {
        Refused { path: plain(&self.path), code, message: message.into() }
    }

    /// A field that may be absent; null is absent.
    pub fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, path: format!("{}.{name}", self.path) })
    }

    pub fn need(&self, name: &'static str) -> Result<Self, Refused> {
        self.get(name).ok_or_else(|| self.fault("field_missing", format!("“{name}” is missing.")))
    }

    pub fn text(&self) -> Result<&'a str, Refused> {
        self.value.as_str().ok_or_else(|| self.fault("not_text", "This must be text."))
    }

    pub fn flag(&self) -> Result<bool, Refused> {
        self.value.as_bool().ok_or_else(|| self.fault("not_boolean", "This must be true or false."))
    }

    /// The items of a list, at most so many.
    pub fn items(&self, most: usize) -> Result<Vec<Self>, Refused> {
        let list = self.value.as_array().ok_or_else(|| self.fault("not_list", "This must be a list."))?;
        if list.len() > most {
            return Err(self.fault("too_many", format!("At most {most} are taken at once.")));
        }
        Ok(list.iter().enumerate().map(|(index, value)| Self { value, path: format!("{}[{index}]", self.path) }).collect())
    }

    /// Text at a path of fields, when all of it is there.
    pub fn text_at(&self, names: &[&str]) -> Option<&'a str> {
        let found = names.iter().try_fold(self.value, |value, name| value.get(name));
        found.and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }
}

/// A moment as tools write it: RFC 3339, the same without a zone (which is UTC), or run together (`20261123T020000.000000Z`).
pub(crate) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let plain = |format| NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), format).ok().map(|at| at.and_utc());
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .ok()
        .or_else(|| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z").ok().map(|at| at.with_timezone(&Utc)))
        .or_else(|| ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y%m%dT%H%M%S%.f"].into_iter().find_map(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_tools_are_read() {
        for text in [
            "2026-11-23T10:00:00+08:00",
            "2026-11-23T02:00:00Z",
            "2026-11-23T02:00:00.000000",
            "2026-11-23 02:00:00+00:00",
            "20261123T020000.000000Z",
        ] {
            assert_eq!(moment(text), Some("2026-11-23T02:00:00Z".parse().unwrap()), "{text}");
        }
        assert_eq!(moment("yesterday"), None);
    }
}
