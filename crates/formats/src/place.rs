//! A place in a JSON document: its value, and the way there for whoever is told what is wrong with it.

use serde_json::Value;

/// A document that is refused whole: where, a stable code, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Refused {
    /// A JSON path: `$.inputs[0].name`.
    pub path: String,
    /// Stable, for programs.
    pub code: &'static str,
    pub message: String,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

/// A value with the way to it. The way is only written out when something is wrong.
pub(crate) struct Place<'a> {
    pub value: &'a Value,
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

/// Reads a whole document.
pub(crate) fn parse(bytes: &[u8], largest: usize) -> Result<Value, Refused> {
    let refused = |code, message| Refused { path: "$".into(), code, message };
    if bytes.len() > largest {
        return Err(refused("too_large", format!("It has more than {largest} bytes.")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| refused("not_json", format!("It could not be read: {error}.")))
}

impl<'a> Place<'a> {
    pub fn root(value: &'a Value) -> Self {
        Self { value, above: None, step: Step::Root }
    }

    pub fn path(&self) -> String {
        let before = self.above.map(Place::path).unwrap_or_default();
        match self.step {
            Step::Root => "$".into(),
            Step::Index(index) => format!("{before}[{index}]"),
            Step::Key(key) if !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => format!("{before}.{key}"),
            Step::Key(key) => format!("{before}['{}']", shown(key)),
        }
    }

    pub fn refused(&self, code: &'static str, message: impl Into<String>) -> Refused {
        Refused { path: self.path(), code, message: message.into() }
    }

    /// A member that is there and not null. A place that is no object has none.
    pub fn get<'b>(&'b self, key: &'b str) -> Option<Place<'b>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Place { value, above: Some(self), step: Step::Key(key) })
    }

    /// A member that must be there.
    pub fn needed<'b>(&'b self, key: &'b str) -> Result<Place<'b>, Refused> {
        self.object()?;
        self.get(key).ok_or_else(|| {
            let missing = Place { value: &Value::Null, above: Some(self), step: Step::Key(key) };
            missing.refused("missing", "This is needed.")
        })
    }

    pub fn object(&self) -> Result<&'a serde_json::Map<String, Value>, Refused> {
        self.value.as_object().ok_or_else(|| self.refused("not_an_object", "An object is expected here."))
    }

    pub fn text(&self) -> Result<&'a str, Refused> {
        self.value.as_str().ok_or_else(|| self.refused("not_text", "Text is expected here."))
    }

    pub fn flag(&self) -> Result<bool, Refused> {
        self.value.as_bool().ok_or_else(|| self.refused("not_a_flag", "True or false is expected here."))
    }

    /// A name: not empty, without control characters, of at most so many bytes.
    pub fn name(&self, longest: usize) -> Result<String, Refused> {
        let text = self.text()?;
        if domain::lineage::name_fits(text, longest) {
            return Ok(text.to_owned());
        }
        Err(self.refused("name_unusable", format!("A name has 1 to {longest} bytes and no control characters.")))
    }

    /// Each member of a list of at most so many.
    pub fn each<T>(&self, most: usize, mut read: impl FnMut(&Place<'_>) -> Result<T, Refused>) -> Result<Vec<T>, Refused> {
        let list = self.value.as_array().ok_or_else(|| self.refused("not_a_list", "A list is expected here."))?;
        if list.len() > most {
            return Err(self.refused("too_many", format!("At most {most} are read.")));
        }
        list.iter().enumerate().map(|(index, value)| read(&Place { value, above: Some(self), step: Step::Index(index) })).collect()
    }

    /// Each member of an object of at most so many, with its key.
    pub fn members<T>(&self, most: usize, mut read: impl FnMut(&str, &Place<'_>) -> Result<T, Refused>) -> Result<Vec<T>, Refused> {
        let object = self.object()?;
        if object.len() > most {
            return Err(self.refused("too_many", format!("At most {most} are read.")));
        }
        object.iter().map(|(key, value)| read(key, &Place { value, above: Some(self), step: Step::Key(key) })).collect()
    }

    /// A list of at most so many, empty when it is not there.
    pub fn list<T>(&self, key: &str, most: usize, read: impl FnMut(&Place<'_>) -> Result<T, Refused>) -> Result<Vec<T>, Refused> {
        self.get(key).map_or_else(|| Ok(vec![]), |place| place.each(most, read))
    }
}

/// Words of a document that can be shown: not long, and without control characters.
pub(crate) fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let start: String =
        letters.by_ref().take(60).map(|letter| if letter.is_control() { letter.escape_default().to_string() } else { letter.to_string() }).collect();
    if letters.next().is_some() { format!("{start}…") } else { start }
}

/// Text that people read and the record can hold: not long, without the characters that it refuses.
pub(crate) fn prose(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|letter| !letter.is_control() || *letter == '\n').take(2_000).collect();
    Some(kept.trim().to_owned()).filter(|kept| !kept.is_empty())
}
