//! Public holidays as the data office lists them, one by one or pasted from a notice. Pure checks of what is typed.

use crate::violation::{Violation, Violations};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

/// A day that no clock counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub day: NaiveDate,
    pub title: String,
}

const LONGEST_TITLE: usize = 100;
/// Lines pasted at once, at most.
const MOST_LINES: usize = 200;
/// Years that a holiday may lie in: anything else is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// One day as the form sends it: an ISO day and its name.
pub fn check_holiday(day: &str, title: &str) -> Result<Holiday, Violations> {
    let mut found = Violations::new();
    let date = day.trim().parse::<NaiveDate>().ok().filter(|day| YEARS.contains(&day.year()));
    if date.is_none() {
        found.push(Violation::new("day", "day_not_a_date", "Enter a date such as 2027-08-09."));
    }
    let title = named(title);
    if title.is_none() {
        found.push(Violation::new("title", "title_missing", format!("Name the holiday in at most {LONGEST_TITLE} characters.")));
    }
    match (date, title) {
        (Some(day), Some(title)) => Ok(Holiday { day, title }),
        _ => Err(found),
    }
}

fn named(title: &str) -> Option<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty() && title.chars().count() <= LONGEST_TITLE && !title.chars().any(char::is_control)).then_some(title)
}

/// A pasted list: one holiday a line, the date first (2027-08-09 or 9 August 2027), then its name. All lines are right, or none is
/// taken.
pub fn read_holidays(pasted: &str) -> Result<Vec<Holiday>, Violations> {
    let fault = |code, message: String| Err(vec![Violation::new("pasted", code, message)]);
    let lines: Vec<(usize, &str)> = pasted.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()).collect();
    if lines.is_empty() {
        return fault("pasted_missing", "Paste one holiday a line: the date, then its name.".into());
    }
    if lines.len() > MOST_LINES {
        return fault("pasted_too_long", format!("Paste at most {MOST_LINES} lines at once."));
    }
    let (mut holidays, mut seen) = (vec![], BTreeSet::new());
    for (index, line) in lines {
        let number = index + 1;
        let Some(holiday) = read_line(line) else {
            let start: String = line.chars().filter(|letter| !letter.is_control()).take(40).collect();
            return fault("line_not_a_holiday", format!("Line {number} (“{start}”) is no date with a name, such as 2027-08-09 National Day."));
        };
        if !seen.insert(holiday.day) {
            return fault("day_twice", format!("Line {number} names {} a second time. Leave one of the two.", holiday.day));
        }
        holidays.push(holiday);
    }
    Ok(holidays)
}

fn read_line(line: &str) -> Option<Holiday> {
    let between = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | ':' | '–' | '-');
    let iso = line.get(..10).and_then(|start| start.parse::<NaiveDate>().ok()).map(|day| (day, &line[10..]));
    let (day, rest) = iso.or_else(|| {
        // "9 August 2027", with what follows after a space or a comma.
        let mut words = line.splitn(4, [' ', '\t', ',']);
        let (day, month, year) = (words.next()?, words.next()?, words.next()?);
        Some((NaiveDate::parse_from_str(&format!("{day} {month} {year}"), "%d %B %Y").ok()?, words.next()?))
    })?;
    let title = named(rest.trim_start_matches(between))?;
    YEARS.contains(&day.year()).then_some(Holiday { day, title })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(pasted: &str) -> &'static str {
        read_holidays(pasted).unwrap_err()[0].code
    }

    #[test]
    fn a_list_is_read_as_it_is_pasted() {
        let pasted = "2027-01-01 New Year's Day\r\n\r\n2027-02-06, Chinese  New Year\n9 August 2027, National Day\n25 Dec 2027\tChristmas Day";
        let read: Vec<String> = read_holidays(pasted).unwrap().iter().map(|holiday| format!("{} {}", holiday.day, holiday.title)).collect();
        assert_eq!(read, ["2027-01-01 New Year's Day", "2027-02-06 Chinese New Year", "2027-08-09 National Day", "2027-12-25 Christmas Day"]);
    }

    #[test]
    fn one_wrong_line_is_named_and_nothing_taken() {
        assert_eq!(code(" \n"), "pasted_missing");
        assert_eq!(code("2027-01-01 A\nNational Day"), "line_not_a_holiday");
        assert_eq!(code("2027-02-30 A"), "line_not_a_holiday");
        assert_eq!(code("1027-02-03 A"), "line_not_a_holiday");
        assert_eq!(code("2027-01-01"), "line_not_a_holiday");
        assert_eq!(code("日本日本日本 A"), "line_not_a_holiday");
        assert_eq!(code("2027-01-01 A\n1 January 2027 B"), "day_twice");
        assert_eq!(code(&"2027-01-01 A\n".repeat(201)), "pasted_too_long");
        assert!(read_holidays("2027-01-01 A\n\nNational Day").unwrap_err()[0].message.starts_with("Line 3"));
    }

    #[test]
    fn one_day_needs_a_date_and_a_name() {
        assert_eq!(check_holiday("2027-08-09", " National   Day ").unwrap().title, "National Day");
        let codes: Vec<_> = check_holiday("9.8.27", "").unwrap_err().iter().map(|violation| violation.code).collect();
        assert_eq!(codes, ["day_not_a_date", "title_missing"]);
    }
}
