//! What the figures say, in sentences: the titles of plots.

use crate::ui::count;
use domain::access::{Figures, Funnel, ProductFigures, WorkingTime};
use domain::calendar::WORKING_DAYS_TO_SHARE;

/// Working days to a tenth: 4.2, 7, under 0.1.
pub fn days(time: WorkingTime) -> String {
    match format!("{:.1}", time.days()) {
        none if none == "0.0" => "under 0.1".to_owned(),
        text => text.strip_suffix(".0").map_or(text.clone(), str::to_owned),
    }
}

pub fn days_or_not_yet(time: Option<WorkingTime>) -> String {
    time.map_or_else(|| "not yet".to_owned(), days)
}

/// With their unit: 1 working day, 4.2 working days.
pub fn working_days(time: WorkingTime) -> String {
    let number = days(time);
    let unit = if number == "1" { "working day" } else { "working days" };
    format!("{number} {unit}")
}

/// The whole in one sentence.
pub fn finding(figures: &Figures) -> String {
    match figures.lead.median {
        Some(median) if median.within_target() => {
            format!("Half of the requests were read within {}; the target is {WORKING_DAYS_TO_SHARE}", working_days(median))
        }
        Some(median) => format!("It took {} until half of the requests were read; the target is {WORKING_DAYS_TO_SHARE}", working_days(median)),
        None if figures.running == 0 => format!("No request led to data being read yet; the target is {WORKING_DAYS_TO_SHARE} working days"),
        None => format!("Fewer than half of the requests have been read so far; the target is {WORKING_DAYS_TO_SHARE} working days"),
    }
}

/// How many have been on their way for too long.
pub fn lateness(figures: &Figures) -> String {
    let late = match figures.late {
        0 => return format!("No request has been on its way for longer than {WORKING_DAYS_TO_SHARE} working days."),
        1 => "1 request has".to_owned(),
        n => format!("{} requests have", whole(n)),
    };
    format!("{late} been on the way for longer than {WORKING_DAYS_TO_SHARE} working days.")
}

/// Which agency shares soonest and which latest, of those whose half is known.
pub fn agencies_finding(agencies: &[(String, Figures)]) -> String {
    let mut known: Vec<_> = agencies.iter().filter_map(|(name, figures)| Some((name, figures.lead.median?))).collect();
    known.sort_by_key(|(_, median)| *median);
    match known[..] {
        [] => "No agency has had half of its requests read so far".to_owned(),
        [(name, median)] => format!("{name}: half of the requests were read within {}", working_days(median)),
        [(first, soonest), .., (last, latest)] => {
            format!("{first} shares soonest, half within {}; {last} latest, {}", working_days(soonest), days(latest))
        }
    }
}

/// The same of products, quickest first.
pub fn products_finding(products: &[&ProductFigures]) -> String {
    let median = |product: &ProductFigures| product.figures.lead.median.map(working_days).unwrap_or_default();
    match products {
        [] => "No product has had enough requests to compare".to_owned(),
        [one] => format!("{}: half of the requests were read within {}", one.title, median(one)),
        [first, .., last] => format!("{} is shared soonest, half within {}; {} latest, {}", first.title, median(first), last.title, median(last)),
    }
}

pub fn funnel_finding(funnel: &Funnel) -> String {
    let requests = if funnel.submitted == 1 { "request" } else { "requests" };
    format!("Of {} {requests}, {} approved and {} read", whole(funnel.submitted), whole(funnel.approved), whole(funnel.read))
}

pub fn whole(n: usize) -> String {
    count(i64::try_from(n).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::{Quartiles, WorkingDays};

    fn time(hours: i64) -> WorkingTime {
        let monday: chrono::DateTime<chrono::Utc> = "2026-11-01T16:00:00Z".parse().unwrap();
        let weeks = hours / 120;
        WorkingDays::default().between(monday, monday + chrono::TimeDelta::hours(hours + 48 * weeks), &[])
    }

    fn of(median: Option<i64>, running: usize, late: usize) -> Figures {
        Figures { lead: Quartiles { median: median.map(time), ..Quartiles::default() }, running, late, ..Figures::default() }
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0, 1, 24, 101, 168].map(|hours| days(time(hours))), ["under 0.1", "under 0.1", "1", "4.2", "7"]);
        assert_eq!((working_days(time(24)), working_days(time(101))), ("1 working day".into(), "4.2 working days".into()));
    }

    #[test]
    fn the_finding_is_true_in_every_state() {
        assert_eq!(finding(&of(Some(101), 0, 0)), "Half of the requests were read within 4.2 working days; the target is 7");
        assert_eq!(finding(&of(Some(216), 3, 0)), "It took 9 working days until half of the requests were read; the target is 7");
        assert!(finding(&of(None, 3, 0)).starts_with("Fewer than half"));
        assert!(finding(&of(None, 0, 0)).starts_with("No request led"));
        assert_eq!(lateness(&of(None, 3, 1)), "1 request has been on the way for longer than 7 working days.");
        assert!(lateness(&of(None, 3, 0)).starts_with("No request has"));
    }

    #[test]
    fn soonest_and_latest_are_named() {
        let agencies = [("Rail".to_owned(), of(Some(240), 0, 0)), ("Water".to_owned(), of(Some(48), 0, 0)), ("Parks".to_owned(), of(None, 2, 0))];
        assert_eq!(agencies_finding(&agencies), "Water shares soonest, half within 2 working days; Rail latest, 10");
        assert_eq!(agencies_finding(&agencies[2..]), "No agency has had half of its requests read so far");
    }
}
