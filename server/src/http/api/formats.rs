//! How rows are written: by the word in the address, or else by the `Accept` header (RFC 9110).

use crate::http::error::HttpError;
use axum::http::{HeaderMap, StatusCode, header};
use ports::Format;

/// Word, media type without its parameters, and what it is; the first is meant when nothing is asked for.
const FORMATS: [(&str, &str, Format); 4] = [
    ("csv", "text/csv", Format::Csv),
    ("jsonl", "application/x-ndjson", Format::JsonLines),
    ("parquet", "application/vnd.apache.parquet", Format::Parquet),
    ("arrow", "application/vnd.apache.arrow.stream", Format::Arrow),
];

pub fn media_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::JsonLines => "application/x-ndjson",
        Format::Parquet => "application/vnd.apache.parquet",
        Format::Arrow => "application/vnd.apache.arrow.stream",
    }
}

/// How a file of it ends.
pub fn ending(format: Format) -> &'static str {
    match format {
        Format::Csv => "csv",
        Format::JsonLines => "jsonl",
        Format::Parquet => "parquet",
        Format::Arrow => "arrows",
    }
}

pub fn wanted(word: &str, headers: &HeaderMap) -> Result<Format, HttpError> {
    if !word.is_empty() {
        let found = FORMATS.iter().find(|(known, ..)| *known == word).map(|(.., format)| *format);
        let advice = "The format is csv, jsonl, parquet or arrow.";
        return found.ok_or(HttpError::Token(StatusCode::UNPROCESSABLE_ENTITY, "format_unknown", advice));
    }
    let sent: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let advice = "Rows come as text/csv, application/x-ndjson, application/vnd.apache.parquet or application/vnd.apache.arrow.stream.";
    best(&sent.join(",")).ok_or(HttpError::Token(StatusCode::NOT_ACCEPTABLE, "format_not_acceptable", advice))
}

/// The format with the highest weight; among equals the one that stands first above. An empty header takes anything.
fn best(accept: &str) -> Option<Format> {
    let ranges: Vec<(String, f32)> = accept.split(',').filter(|range| !range.trim().is_empty()).map(range).collect();
    if ranges.is_empty() {
        return Some(FORMATS[0].2);
    }
    let mut found: Option<(f32, Format)> = None;
    for (_, kind, format) in FORMATS {
        let weight = weight(&ranges, kind);
        if weight > 0.0 && found.is_none_or(|(best, _)| weight > best) {
            found = Some((weight, format));
        }
    }
    found.map(|(_, format)| format)
}

fn range(text: &str) -> (String, f32) {
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="))).map_or(1.0, |q| q.parse().unwrap_or(0.0));
    (kind, weight)
}

/// The most specific range that names a media type says its weight.
fn weight(ranges: &[(String, f32)], kind: &str) -> f32 {
    let whole = kind.split_once('/').map_or(String::new(), |(first, _)| format!("{first}/*"));
    [kind, whole.as_str(), "*/*"].into_iter().find_map(|wanted| ranges.iter().find(|(range, _)| range == wanted)).map_or(0.0, |(_, weight)| *weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_chooses() {
        for (accept, format) in [
            ("", Some(Format::Csv)),
            ("*/*", Some(Format::Csv)),
            ("application/vnd.apache.parquet", Some(Format::Parquet)),
            ("Application/VND.apache.arrow.stream, text/csv;q=0.5", Some(Format::Arrow)),
            ("text/csv;q=0, */*;q=0.1", Some(Format::JsonLines)),
            ("text/*", Some(Format::Csv)),
            ("text/html, application/x-ndjson;q=0.2", Some(Format::JsonLines)),
            ("application/*;q=0.9, application/vnd.apache.arrow.stream", Some(Format::Arrow)),
            ("image/png", None),
            ("text/csv;q=0", None),
        ] {
            assert_eq!(best(accept), format, "{accept}");
        }
    }
}
