//! What a product costs in a month, in Singapore dollars, and how that is shared out. Amounts are whole cents: nothing is lost by adding them.

use crate::{Month, Violation, Violations};

/// The longest that what is reported may lie back, in months.
pub const OLDEST_MONTHS: u32 = 24;
/// The most that one month may cost: a thousand million dollars.
const MOST_CENTS: i64 = 100_000_000_000;
const MOST_ROWS: i64 = 1_000_000_000_000_000;
const LONGEST_SOURCE: usize = 100;

/// What was sent, before it is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CostForm {
    /// `2026-10`.
    pub month: String,
    /// Dollars with at most two decimals: `1234.5`.
    pub amount: String,
    /// Empty is `SGD`, which is all that is taken.
    pub currency: String,
    pub rows_read: Option<i64>,
    pub measured_by: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCost {
    pub month: Month,
    pub cents: i64,
    /// Rows that were read in that month, where the source counts them.
    pub rows_read: Option<i64>,
    /// The bill or program that the amount is from.
    pub measured_by: String,
}

pub fn check_cost(form: &CostForm, this_month: Month) -> Result<NewCost, Violations> {
    let mut wrong = vec![];
    let mut fault = |field, code, message: String| wrong.push(Violation::new(field, code, message));
    let month = form.month.trim().parse::<Month>().ok().filter(|month| (this_month.earlier(OLDEST_MONTHS)..=this_month).contains(month));
    if month.is_none() {
        fault("month", "month_wrong", format!("Send a month of the last {OLDEST_MONTHS}, such as 2026-10, that is not to come."));
    }
    let cents = cents(&form.amount).filter(|cents| *cents <= MOST_CENTS);
    if cents.is_none() {
        fault("amount", "amount_wrong", "Send dollars that are not below nought and have at most two decimals, such as 1234.50.".into());
    }
    if !matches!(form.currency.trim(), "" | "SGD") {
        fault("currency", "currency_unknown", "Amounts are in Singapore dollars: SGD.".into());
    }
    if form.rows_read.is_some_and(|rows| !(0..=MOST_ROWS).contains(&rows)) {
        fault("rows_read", "rows_wrong", "Send how many rows were read, or leave it out.".into());
    }
    let measured_by = form.measured_by.trim();
    if measured_by.is_empty() || measured_by.chars().count() > LONGEST_SOURCE || measured_by.chars().any(char::is_control) {
        fault("measured_by", "measured_by_missing", format!("Say in at most {LONGEST_SOURCE} characters which bill or program the amount is from."));
    }
    match (month, cents) {
        (Some(month), Some(cents)) if wrong.is_empty() => {
            Ok(NewCost { month, cents, rows_read: form.rows_read, measured_by: measured_by.to_owned() })
        }
        _ => Err(wrong),
    }
}

/// `1234`, `1234.5` and `1234.50`; no sign, no exponent, no separators.
fn cents(text: &str) -> Option<i64> {
    let text = text.trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole, 12) || !digits(part, 2) {
        return None;
    }
    let part: i64 = if part.len() == 1 { part.parse::<i64>().ok()? * 10 } else { part.parse().ok()? };
    Some(whole.parse::<i64>().ok()? * 100 + part)
}

/// Cents for each of so many, to the nearest; none for nobody.
pub fn each(cents: i64, among: i64) -> Option<i64> {
    (among > 0).then(|| (cents + among / 2) / among)
}

/// Cents for each thousand rows, to the nearest; none for no row.
pub fn per_thousand_rows(cents: i64, rows: i64) -> Option<i64> {
    each(cents * 1_000, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(month: &str, amount: &str) -> CostForm {
        CostForm { month: month.into(), amount: amount.into(), measured_by: "Bill of the data platform".into(), ..CostForm::default() }
    }

    fn checked(form: &CostForm) -> Result<i64, Vec<&'static str>> {
        check_cost(form, "2026-11".parse().unwrap()).map(|new| new.cents).map_err(|wrong| wrong.into_iter().map(|one| one.code).collect())
    }

    #[test]
    fn an_amount_is_dollars_and_cents_of_a_month_that_was() {
        for (amount, cents) in [("0", 0), ("1234.5", 123_450), (" 1234.05 ", 123_405), ("7", 700)] {
            assert_eq!(checked(&form("2026-11", amount)), Ok(cents), "{amount}");
        }
        for amount in ["", "-1", "1,234", "1.234", "1e3", ".5", "1.", "NaN", "1000000001", "９"] {
            assert_eq!(checked(&form("2026-11", amount)), Err(vec!["amount_wrong"]), "{amount}");
        }
        assert_eq!(checked(&form("2024-11", "1")), Ok(100));
        for month in ["2026-12", "2024-10", "2026", ""] {
            assert_eq!(checked(&form(month, "1")), Err(vec!["month_wrong"]), "{month}");
        }
        let other = CostForm { currency: "USD".into(), rows_read: Some(-1), measured_by: " ".into(), ..form("2026-11", "1") };
        assert_eq!(checked(&other), Err(vec!["currency_unknown", "rows_wrong", "measured_by_missing"]));
    }

    #[test]
    fn it_is_shared_out_to_the_nearest_cent() {
        assert_eq!((each(100, 3), each(200, 3), each(100, 0)), (Some(33), Some(67), None));
        assert_eq!(
            (per_thousand_rows(123_450, 1_000), per_thousand_rows(MOST_CENTS, 1), per_thousand_rows(1, 0)),
            (Some(123_450), Some(MOST_CENTS * 1_000), None)
        );
    }

    proptest! {
        #[test]
        fn no_words_make_it_stumble(month in ".{0,9}", amount in ".{0,20}", measured_by in ".{0,120}", rows_read in any::<Option<i64>>()) {
            let _ = checked(&CostForm { month, amount, rows_read, measured_by, currency: String::new() });
        }

        #[test]
        fn what_is_written_as_dollars_is_read_so(cents in 0..MOST_CENTS) {
            prop_assert_eq!(checked(&form("2026-11", &format!("{}.{:02}", cents / 100, cents % 100))), Ok(cents));
        }
    }
}
