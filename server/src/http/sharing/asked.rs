//! Reads the filters of the address, and works the figures out.

use app::features::sharing::Asked;
use chrono::{DateTime, Utc};
use domain::Month;
use domain::access::{Sharing, WorkingDays};
use domain::id::PersonId;
use serde::Deserialize;
use store::PgConnection;
use store::access::{self, SharingFilter};

/// Months that are shown when none are named.
const USUAL: u32 = 12;
/// Months that the home page shows.
const LATELY: u32 = 6;
/// Months that are shown at most.
const MOST: u32 = 60;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    agency: String,
    requester: String,
    product: String,
    from: String,
    until: String,
}

/// What the address asks for. What is no month is left out rather than refused, and months in the wrong order are turned round: an
/// old link still shows something.
pub fn read(typed: &Typed, now: DateTime<Utc>) -> Asked {
    let clean = |text: &str| text.trim().replace('\0', "");
    let this_month = Month::of(now);
    let until = typed.until.trim().parse().unwrap_or(this_month);
    let from = typed.from.trim().parse().unwrap_or_else(|_| until.earlier(USUAL - 1));
    let (from, until) = if from <= until { (from, until) } else { (until, from) };
    Asked {
        agency: clean(&typed.agency),
        requester: clean(&typed.requester),
        product: clean(&typed.product),
        from: from.max(until.earlier(MOST - 1)),
        until,
        this_month,
    }
}

/// The last months, as the home page shows them.
pub fn lately(now: DateTime<Utc>) -> Asked {
    let usual = read(&Typed::default(), now);
    Asked { from: usual.until.earlier(LATELY - 1), ..usual }
}

/// The figures for a reader; without one, over what everybody may know of.
pub async fn figures(conn: &mut PgConnection, reader: Option<PersonId>, asked: &Asked, now: DateTime<Utc>) -> store::Result<Sharing> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let filter = SharingFilter {
        agency: some(&asked.agency),
        requester: some(&asked.requester),
        product: some(&asked.product),
        from: asked.from,
        until: asked.until,
    };
    let products = access::lead_times(&mut *conn, reader, &filter, now).await?;
    let calendar = WorkingDays::new(&access::holidays(conn).await?);
    Ok(Sharing::of(&products, asked.from.through(asked.until), &calendar, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(from: &str, until: &str) -> (String, String) {
        let typed = Typed { from: from.into(), until: until.into(), ..Typed::default() };
        let asked = read(&typed, "2026-11-30T16:00:00Z".parse().unwrap());
        (asked.from.to_string(), asked.until.to_string())
    }

    #[test]
    fn months_are_a_year_unless_they_are_named() {
        let own = |from: &str, until: &str| (from.to_owned(), until.to_owned());
        assert_eq!(months("", ""), own("2026-01", "2026-12"));
        assert_eq!(months("nonsense", "2026-06"), own("2025-07", "2026-06"));
        assert_eq!(months("2026-06", "2026-02"), own("2026-02", "2026-06"));
        assert_eq!(months("2000-01", "2026-02"), own("2021-03", "2026-02"));
    }
}
