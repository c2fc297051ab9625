//! Invented requests of the last months, so that a demonstration has a past: made from a seed and the day they are made on, all of
//! them over by then. The people who ask are invented too, and say so by their names.

use crate::documents::Product;
use crate::organisations::{Organisations, Person};
use crate::people;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use domain::Month;
use domain::calendar::{self, add_working_days, is_working_day};
use domain::catalogue::{ProductStatus, Sharing, Visibility};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

/// One request for one product, with how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRequest {
    /// Its place in the order of making: the same request has the same number.
    pub number: u32,
    /// E-mail address of one of [`past_people`].
    pub requester: String,
    pub product: String,
    pub purpose: String,
    pub submitted_at: DateTime<Utc>,
    pub decided_at: DateTime<Utc>,
    pub outcome: PastOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastOutcome {
    Refused,
    Withdrawn,
    /// Approved; the agreement has ended since.
    Approved {
        /// The product's own terms approved it.
        at_once: bool,
        first_read_at: Option<DateTime<Utc>>,
        ended_at: DateTime<Utc>,
    },
}

/// Months before this one that have requests.
const MONTHS: u32 = 8;
const PEOPLE_OF_AN_AGENCY: usize = 2;
const SEED: u64 = 7;

/// Two of each agency, without roles.
pub fn past_people(all: &Organisations) -> Vec<Person> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let agencies = all.agencies.iter().flat_map(|agency| std::iter::repeat_n(agency, PEOPLE_OF_AN_AGENCY));
    let person = |(number, agency): (usize, &crate::Agency)| Person {
        email: format!("past.requester.{:02}@example.invalid", number + 1),
        name: format!("{} (sample)", people::name(&mut rng)),
        agency: agency.title.clone(),
        roles: vec![],
    };
    agencies.enumerate().map(person).collect()
}

/// Oldest months first. What would not be over by `now` is left out.
pub fn past_requests(products: &[Product], all: &Organisations, now: DateTime<Utc>) -> Vec<PastRequest> {
    let people = past_people(all);
    let listed = |product: &&Product| product.document.visibility == Visibility::Listed && product.document.status == ProductStatus::Published;
    let products: Vec<&Product> = products.iter().filter(listed).collect();
    let holidays: BTreeSet<NaiveDate> = all.holidays.iter().map(|holiday| holiday.day).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED + 1);
    let mut found = vec![];
    let mut number = 0;
    for back in (0..=MONTHS).rev() {
        let month = Month::of(now).earlier(back);
        for _ in 0..rng.random_range(14..24) {
            number += 1;
            let (Some(product), Some(person)) = (products.choose(&mut rng), people.choose(&mut rng)) else { continue };
            let from = calendar::day(month.begins());
            let day = from + Days::new(rng.random_range(0..28));
            let mut making = Making { rng: &mut rng, holidays: &holidays, now };
            // Sharing gets quicker over the months, and some agencies are slower than others.
            let pace = (0.35 + 0.07 * f64::from(back)) * (0.6 + slowness(all, &product.document.domain));
            found.extend(making.request(number, product, person, day, pace));
        }
    }
    found
}

/// From 0 to 1, by the domain's place in the document.
fn slowness(all: &Organisations, domain: &str) -> f64 {
    let place = all.domains.iter().position(|known| known.slug == domain).unwrap_or_default();
    f64::from(u32::try_from((place * 5) % all.domains.len().max(1)).unwrap_or_default())
        / f64::from(u32::try_from(all.domains.len().max(1)).unwrap_or(1))
}

struct Making<'a> {
    rng: &'a mut ChaCha8Rng,
    holidays: &'a BTreeSet<NaiveDate>,
    now: DateTime<Utc>,
}

impl Making<'_> {
    /// Everything is drawn whatever becomes of it, so that a request that is left out changes no other.
    fn request(&mut self, number: u32, product: &Product, person: &Person, day: NaiveDate, pace: f64) -> Option<PastRequest> {
        let at_once = product.document.agreement.sharing == Sharing::Open;
        let submitted_at = self.hour(day, 9..13);
        let (decision, reading) = (self.days(7.0 * pace), self.days(1.5));
        let decided_on = add_working_days(day, decision.max(1), self.holidays);
        let decided_at = if at_once { submitted_at } else { self.hour(decided_on, 13..18) };
        let read_on = if reading == 0 { calendar::day(decided_at) } else { add_working_days(calendar::day(decided_at), reading, self.holidays) };
        let read_at = self.hour(read_on, 18..20);
        let (lot, kept) = (self.rng.random_range(0..100), self.rng.random_range(3..40));
        let purpose = self.purpose(product);
        // It ends with a day, the last one that is over by now at the latest.
        let yesterday = calendar::day(self.now).pred_opt()?;
        let ended_at = calendar::end_of(yesterday.min(read_on + Days::new(kept)));
        let outcome = match lot {
            0..10 if !at_once => PastOutcome::Refused,
            10..14 if !at_once => PastOutcome::Withdrawn,
            14..20 => PastOutcome::Approved { at_once, first_read_at: None, ended_at },
            _ => PastOutcome::Approved { at_once, first_read_at: Some(read_at), ended_at },
        };
        let over = decided_at < self.now && read_at < ended_at && is_working_day(day, self.holidays);
        let address = format!("{}.{}", product.document.domain, product.document.name);
        over.then(|| PastRequest { number, requester: person.email.clone(), product: address, purpose, submitted_at, decided_at, outcome })
    }

    /// Some days around a middle, seldom many more.
    fn days(&mut self, middle: f64) -> u32 {
        let share: f64 = self.rng.random_range(0.2..1.5);
        let long = if self.rng.random_bool(0.12) { 2.0 } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some days")]
        let days = (middle * share * long).round() as u32;
        days
    }

    /// A moment of the day in Singapore.
    fn hour(&mut self, day: NaiveDate, hours: std::ops::Range<i64>) -> DateTime<Utc> {
        let at = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(self.rng.random_range(hours.start * 60..hours.end * 60));
        calendar::singapore().from_local_datetime(&at).single().map_or_else(|| at.and_utc(), |at| at.with_timezone(&Utc))
    }

    fn purpose(&mut self, product: &Product) -> String {
        let terms = &product.document.agreement;
        let usual = ["policy".to_owned(), "planning".to_owned(), "statistics".to_owned()];
        let allowed = if terms.purposes.is_empty() { &usual[..] } else { &terms.purposes };
        allowed.choose(self.rng).cloned().unwrap_or_default()
    }
}
