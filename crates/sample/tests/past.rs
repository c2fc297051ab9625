//! The invented past: the same for the same day, over by then, and nobody's who could be real.

#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

use chrono::{DateTime, Utc};
use domain::access::{AgreementTimes, PartState, PartTimes, ProductTimes, Sharing, WorkingDays};
use domain::{Month, id::ProductId};
use sample::{PastOutcome, PastRequest, past_people, past_requests, read_organisations, read_products};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample"))
}

fn now() -> DateTime<Utc> {
    "2026-11-21T04:00:00Z".parse().unwrap()
}

fn made(now: DateTime<Utc>) -> Vec<PastRequest> {
    past_requests(&read_products(folder()).unwrap(), &read_organisations(folder()).unwrap(), now)
}

#[test]
fn everything_is_over_and_in_order() {
    for now in [now(), "2027-01-01T00:00:01Z".parse().unwrap(), "2026-03-31T15:59:59Z".parse().unwrap()] {
        let requests = made(now);
        assert!(requests.len() > 80, "{} at {now}", requests.len());
        assert_eq!(requests, made(now));
        for request in &requests {
            assert!(request.submitted_at <= request.decided_at && request.decided_at < now, "{request:?}");
            if let PastOutcome::Approved { at_once, first_read_at, ended_at } = request.outcome {
                assert!(ended_at <= now && first_read_at.is_none_or(|read| request.decided_at < read && read < ended_at), "{request:?}");
                assert_eq!(at_once, request.submitted_at == request.decided_at, "{request:?}");
            }
        }
        assert_eq!(requests.iter().map(|request| request.number).collect::<BTreeSet<_>>().len(), requests.len());
    }
}

#[test]
fn its_people_are_labelled_and_hold_no_roles() {
    let all = read_organisations(folder()).unwrap();
    let people = past_people(&all);
    let known: BTreeSet<&str> = people.iter().map(|person| person.email.as_str()).collect();
    assert_eq!(known.len(), people.len());
    assert!(people.iter().all(|person| person.roles.is_empty() && person.name.ends_with("(sample)") && person.email.ends_with("@example.invalid")));
    assert!(people.iter().all(|person| all.people.iter().all(|other| other.email != person.email)), "nobody who signs in has a past");
    assert!(made(now()).iter().all(|request| known.contains(request.requester.as_str())));
}

#[test]
fn plots_of_it_say_something() {
    let all = read_organisations(folder()).unwrap();
    let agency = |domain: &str| all.domains.iter().find(|known| known.slug == domain).map(|known| known.agency.clone()).unwrap_or_default();
    let mut products: BTreeMap<String, ProductTimes> = BTreeMap::new();
    for request in made(now()) {
        let domain = request.product.split('.').next().unwrap_or_default();
        let (id, agency) = (ProductId(uuid::Uuid::nil()), agency(domain));
        let product = ProductTimes { product: id, address: request.product.clone(), title: request.product.clone(), agency, parts: vec![] };
        let (state, agreement) = match request.outcome {
            PastOutcome::Refused => (PartState::Refused, None),
            PastOutcome::Withdrawn => (PartState::Withdrawn, None),
            PastOutcome::Approved { first_read_at, .. } => {
                (PartState::Approved, Some(AgreementTimes { made_at: request.decided_at, granted: true, in_force: false, first_read_at }))
            }
        };
        let part = PartTimes { submitted_at: request.submitted_at, state, decided_at: Some(request.decided_at), agreement, pauses: vec![] };
        products.entry(request.product).or_insert(product).parts.push(part);
    }
    let products: Vec<ProductTimes> = products.into_values().collect();
    let holidays = all.holidays.iter().map(|holiday| holiday.day).collect();
    let months = Month::of(now()).earlier(7).through(Month::of(now()).earlier(1));
    let sharing = Sharing::of(&products, months, &WorkingDays::new(&holidays), now());
    let medians: Vec<f64> = sharing.months.iter().filter_map(|(_, figures)| Some(figures.lead.median?.days())).collect();
    assert_eq!(medians.len(), 7, "each month has a point");
    assert!(medians[0] > medians[6] && medians.iter().all(|days| (0.5..15.0).contains(days)), "{medians:?}");
    let agencies = sharing.agencies.iter().filter(|(_, figures)| figures.lead.median.is_some()).count();
    assert!(agencies >= 8, "{agencies} agencies");
    assert!(sharing.all.funnel.withdrawn > 0 && sharing.all.funnel.decided > sharing.all.funnel.approved, "{:?}", sharing.all.funnel);
    assert!(sharing.all.within < sharing.all.funnel.read, "some were late");
}
