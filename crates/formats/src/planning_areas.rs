//! Outlines of planning areas: a GeoJSON FeatureCollection whose features have a `code` and, if they like, a `name`.
//!
//! A file that is no such collection, is too large, or has a broken outline is refused whole, with the place where it broke. A
//! feature of an area that is not in the list is refused alone; the others go on. Whatever is quoted from the file is shortened
//! and its control characters are escaped: it is printed at a terminal.

use domain::catalogue::{AreaCode, Outline, Polygon, Position, Ring};
use serde_json::Value;
use std::collections::BTreeSet;

/// The largest file that is read, in bytes. The 55 outlines simplified to 20 m are fifty thousand.
pub const LARGEST: usize = 8 * 1024 * 1024;
/// The most features of a file; there are 55 areas.
const MOST_FEATURES: usize = 1000;
/// The most positions of all outlines: maps are drawn from them again and again.
const MOST_POSITIONS: usize = 100_000;

/// A whole file, read.
#[derive(Debug, Default, PartialEq)]
pub struct PlanningAreas {
    pub outlines: Vec<(AreaCode, Outline)>,
    pub refused: Vec<Refused>,
}

/// A feature that belongs to no area of the list, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the file, from 1.
    pub number: usize,
    pub reason: String,
}

/// The file cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("the file has more than {LARGEST} bytes; simplify its outlines, 20 m is fine enough")]
    TooLarge,
    #[error("the outlines have more than {MOST_POSITIONS} positions; simplify them, 20 m is fine enough")]
    TooDetailed,
    #[error("the file broke at line {line}, column {column}: {reason}")]
    Text { line: usize, column: usize, reason: String },
    #[error("the file is not a collection of outlines: {0}")]
    Collection(String),
    #[error("feature {number}{}: {reason}", .code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Feature { number: usize, code: Option<String>, reason: String },
}

impl Broken {
    /// Stable, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "file_too_large",
            Self::TooDetailed => "outlines_too_detailed",
            Self::Text { .. } => "file_not_json",
            Self::Collection(_) => "file_not_a_collection",
            Self::Feature { .. } => "outline_broken",
        }
    }
}

/// Reads a file: JSON in UTF-8, with or without a byte order mark.
pub fn read(bytes: &[u8]) -> Result<PlanningAreas, Broken> {
    if bytes.len() > LARGEST {
        return Err(Broken::TooLarge);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let file: Value = serde_json::from_slice(text).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
        Broken::Text { line: error.line(), column: error.column(), reason }
    })?;
    let mut areas = PlanningAreas::default();
    let mut seen = BTreeSet::new();
    let mut positions = 0;
    for (index, feature) in features(&file)?.iter().enumerate() {
        let (number, properties) = (index + 1, feature.get("properties"));
        let code = properties.and_then(|properties| properties.get("code")).and_then(Value::as_str).map(str::trim);
        let broken = |reason: String| Broken::Feature { number, code: code.map(quoted), reason };
        let known = code.ok_or_else(|| broken("it has no property “code”".into()))?;
        let outline = outline(feature).map_err(broken)?;
        positions += outline.polygons().iter().flatten().map(Vec::len).sum::<usize>();
        if positions > MOST_POSITIONS {
            return Err(Broken::TooDetailed);
        }
        if !seen.insert(known) {
            return Err(broken("its code occurs twice in the file".into()));
        }
        let name = properties.and_then(|properties| properties.get("name")).and_then(Value::as_str);
        match area(known, name) {
            Ok(area) => areas.outlines.push((area, outline)),
            Err(reason) => areas.refused.push(Refused { number, reason }),
        }
    }
    Ok(areas)
}

fn features(file: &Value) -> Result<&Vec<Value>, Broken> {
    let kind = file.get("type").and_then(Value::as_str);
    if kind != Some("FeatureCollection") {
        return Err(Broken::Collection(format!("its type is “{}” and not “FeatureCollection”", quoted(kind.unwrap_or("missing")))));
    }
    // Older files may name another reference system; its numbers would be read as degrees.
    let system =
        file.get("crs").filter(|crs| !crs.is_null()).map(|crs| crs.pointer("/properties/name").and_then(Value::as_str).unwrap_or("not named"));
    if let Some(system) = system.filter(|name| !name.ends_with("CRS84") && !name.ends_with("EPSG::4326") && !name.ends_with("EPSG:4326")) {
        return Err(Broken::Collection(format!("its reference system is “{}”; convert it to WGS 84 first", quoted(system))));
    }
    let features = file.get("features").and_then(Value::as_array).ok_or_else(|| Broken::Collection("it has no list “features”".into()))?;
    if features.is_empty() {
        return Err(Broken::Collection("its list “features” is empty".into()));
    }
    if features.len() > MOST_FEATURES {
        return Err(Broken::Collection(format!("its list “features” has {} members, {MOST_FEATURES} at most", features.len())));
    }
    Ok(features)
}

/// The area that a code and a name mean; a code of another list than ours often has another name.
fn area(code: &str, name: Option<&str>) -> Result<AreaCode, String> {
    let area: AreaCode = code.parse().map_err(|_| format!("{} is no planning area of the Master Plan 2019", quoted(code)))?;
    match name.map(str::trim) {
        Some(name) if !name.is_empty() && !name.eq_ignore_ascii_case(area.name()) => {
            Err(format!("{area} is {} here, and {} in the file", area.name(), quoted(name)))
        }
        _ => Ok(area),
    }
}

fn outline(feature: &Value) -> Result<Outline, String> {
    let geometry = feature.get("geometry").filter(|geometry| !geometry.is_null()).ok_or("it has no geometry")?;
    let coordinates = geometry.get("coordinates").ok_or("its geometry has no coordinates")?;
    let polygons = match geometry.get("type").and_then(Value::as_str) {
        Some("Polygon") => vec![polygon(coordinates, "polygon 1")?],
        Some("MultiPolygon") => each(coordinates, "its coordinates", "polygon", polygon)?,
        other => return Err(format!("its geometry is “{}”, neither “Polygon” nor “MultiPolygon”", quoted(other.unwrap_or("missing")))),
    };
    Outline::new(polygons).map_err(|reason| reason.to_string())
}

fn polygon(value: &Value, at: &str) -> Result<Polygon, String> {
    each(value, at, "ring", ring)
}

fn ring(value: &Value, at: &str) -> Result<Ring, String> {
    each(value, at, "position", position)
}

/// A height after longitude and latitude is allowed, and not kept.
fn position(value: &Value, at: &str) -> Result<Position, String> {
    let wrong = || format!("{at}: two numbers are expected, longitude and latitude, and not {}", shortened(value));
    let numbers = value.as_array().filter(|numbers| (2..=3).contains(&numbers.len())).ok_or_else(wrong)?;
    let number = |index: usize| numbers.get(index).and_then(Value::as_f64).ok_or_else(wrong);
    Ok([number(0)?, number(1)?])
}

/// Reads each member of a list, telling it where it stands: `polygon 1, ring 2`.
fn each<T>(value: &Value, at: &str, member: &str, read: impl Fn(&Value, &str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let list = value.as_array().ok_or_else(|| format!("{at}: a list is expected and not {}", shortened(value)))?;
    let before = if member == "polygon" { String::new() } else { format!("{at}, ") };
    list.iter().enumerate().map(|(index, value)| read(value, &format!("{before}{member} {}", index + 1))).collect()
}

fn shortened(value: &Value) -> String {
    quoted(&value.to_string())
}

/// Words of the file that can be shown: not long, and without control characters.
fn quoted(text: &str) -> String {
    let shown = |letter: char| if letter.is_control() { letter.escape_default().to_string() } else { letter.to_string() };
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(40).map(shown).collect();
    if letters.next().is_some() { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests;
