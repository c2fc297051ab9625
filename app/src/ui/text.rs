//! Numbers and dates in words: Singapore time, with the day of the week where a deadline is meant.

use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::singapore;
use leptos::prelude::*;

/// A whole number with thousands apart: 25,431.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// A calendar day: 4 Nov 2026.
pub fn day(day: NaiveDate) -> impl IntoView {
    view! { <time datetime=day.to_string()>{day.format("%-d %b %Y").to_string()}</time> }
}

/// A day by which something is due, with its weekday: Wed 25 Nov 2026.
pub fn deadline(day: NaiveDate) -> impl IntoView {
    view! { <time datetime=day.to_string()>{day.format("%a %-d %b %Y").to_string()}</time> }
}

/// A moment in Singapore: Mon 16 Nov 2026, 10:02.
pub fn moment(at: DateTime<Utc>) -> impl IntoView {
    let local = at.with_timezone(&singapore());
    view! { <time datetime=local.to_rfc3339()>{local.format("%a %-d %b %Y, %H:%M").to_string()}</time> }
}

/// Text as HTML, for where no view escapes it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A query string; values are percent-encoded.
pub fn query_string(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() || b"-._~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(-25_431), "-25,431");
    }

    #[test]
    fn a_query_string_encodes_what_it_must() {
        assert_eq!(query_string(&[("q", "bus & rail"), ("type", "")]), "q=bus%20%26%20rail");
    }
}
