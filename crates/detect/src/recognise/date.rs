//! Days as people write them.

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day, and whether a time of day that is not midnight stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub year: u32,
    pub month: u32,
    pub of_month: u32,
    pub timed: bool,
}

/// Reads `1990-12-31`, `31/12/1990`, `12/31/1990`, `31 Dec 1990`, `Dec 31, 1990`, `19901231`, with or without a time behind it.
pub fn day(value: &str) -> Option<Day> {
    let text = value.trim();
    if !(6..=40).contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return valid(text.get(..4)?.parse().ok()?, text.get(4..6)?.parse().ok()?, text.get(6..)?.parse().ok()?, false);
    }
    let (date, time) = match text.find(['T', ':']) {
        Some(_) => parted(text),
        None => (text, ""),
    };
    let timed = time.bytes().any(|byte| matches!(byte, b'1'..=b'9')) && !time.starts_with("00:00");
    let parts: Vec<&str> = date.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    if let Some(month) = named_month(second) {
        return valid(year(third)?, month, first.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?, timed);
    }
    if let Some(month) = named_month(first) {
        return valid(year(third)?, month, second.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?, timed);
    }
    let (x, y, z): (u32, u32, u32) = (first.parse().ok()?, second.parse().ok()?, third.parse().ok()?);
    match (first.len(), third.len()) {
        (4, 1 | 2) => valid(x, y, z, timed),
        (1 | 2, 4) => valid(z, y, x, timed).or_else(|| valid(z, x, y, timed)),
        (1 | 2, 2) if date.contains(['/', '-', '.']) => valid(year(third)?, y, x, timed).or_else(|| valid(year(third)?, x, y, timed)),
        _ => None,
    }
}

/// The day and the time of a text that has a colon in it.
fn parted(text: &str) -> (&str, &str) {
    let split = text.find('T').filter(|at| *at >= 8).or_else(|| text.get(..text.find(':').unwrap_or_default()).and_then(|front| front.rfind(' ')));
    split.map_or((text, ""), |at| (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()))
}

fn named_month(text: &str) -> Option<u32> {
    let text = text.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| text.starts_with(month) && text.len() <= 9)?;
    u32::try_from(at + 1).ok()
}

fn year(text: &str) -> Option<u32> {
    let year: u32 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        // Two digits of a year: the pivot matters little, since only how far years lie apart is looked at.
        2 => Some(if year < 30 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

const fn valid(year: u32, month: u32, day: u32, timed: bool) -> Option<Day> {
    if matches!(year, 1850..=2150) && matches!(month, 1..=12) && matches!(day, 1..=31) {
        Some(Day { year, month, of_month: day, timed })
    } else {
        None
    }
}

/// `901231`: six digits that are a day.
pub fn is_yymmdd(text: &str) -> bool {
    let number = |from: usize| text.get(from..from + 2).and_then(|part| part.parse::<u32>().ok()).unwrap_or_default();
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) && matches!(number(2), 1..=12) && matches!(number(4), 1..=31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_day_in_many_forms() {
        let forms = [
            "1990-12-31",
            "31/12/1990",
            "12/31/1990",
            "31-12-1990",
            "31.12.90",
            "31 Dec 1990",
            "Dec 31, 1990",
            "19901231",
            "1990-12-31T00:00:00Z",
            "31st December 1990",
        ];
        for form in forms {
            assert_eq!(day(form), valid(1990, 12, 31, false), "{form}");
        }
        assert!(day("1990-12-31 08:15:00").is_some_and(|day| day.timed));
        for other in ["91234567", "123456", "1.2.3.4", "S1234567D", "2008/09", "12:30", ""] {
            assert_eq!(day(other), None, "{other}");
        }
        assert!(is_yymmdd("901231") && !is_yymmdd("409812"));
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,40}", near in "[0-9T: /-]{6,24}") {
            let _ = (day(&value), day(&near), is_yymmdd(&value));
        }
    }
}
