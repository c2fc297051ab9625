use super::*;
use crate::input::Input;
use proptest::prelude::*;
use std::sync::OnceLock;

static SAMPLE: OnceLock<Standard> = OnceLock::new();

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn standard() -> Standard {
    Standard {
        status: Status::Published,
        effective_from: Some(day("2026-12-01")),
        effective_until: Some(day("2027-06-01")),
        grace_days: 30,
        ..SAMPLE.get_or_init(|| crate::examples::all().remove(0)).clone()
    }
}

#[test]
fn it_flags_in_its_grace_then_acts_whole_then_ends() {
    let standard = standard();
    for (today, acting) in [
        ("2026-11-30", Acting::No),
        ("2026-12-01", Acting::Grace),
        ("2026-12-30", Acting::Grace),
        ("2026-12-31", Acting::Whole),
        ("2027-05-31", Acting::Whole),
        ("2027-06-01", Acting::No),
    ] {
        assert_eq!(standard.acts(day(today)), acting, "{today}");
    }
}

#[test]
fn the_table_of_moves_goes_forward_only() {
    use Status::{Consultation, Draft, Effective, Published, Retired, Superseded};
    let legal = [
        (Draft, Consultation),
        (Draft, Published),
        (Draft, Retired),
        (Consultation, Draft),
        (Consultation, Published),
        (Consultation, Retired),
        (Published, Effective),
        (Published, Superseded),
        (Published, Retired),
        (Effective, Superseded),
        (Effective, Retired),
        (Superseded, Retired),
    ];
    for from in Status::ALL {
        for to in Status::ALL {
            assert_eq!(from.to(*to).is_ok(), legal.contains(&(*from, *to)), "{from} to {to}");
        }
    }
    assert_eq!(Retired.to(Draft).unwrap_err().to_string(), "cannot go from Retired to Draft");
}

#[test]
fn scopes_are_read_as_they_are_written() {
    for text in ["whole", "sector:geospatial", "domain:geospatial/ssot-a"] {
        assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
    }
    for text in ["", "all", "sector:", "domain:ssot-a", "sector:A B"] {
        assert!(text.parse::<Scope>().is_err(), "{text}");
    }
}

#[test]
fn a_scope_covers_what_lies_in_it() {
    let product = Input::example().product;
    for (scope, covers) in [
        ("whole", true),
        ("sector:geospatial", true),
        ("sector:sensor", false),
        ("domain:geospatial/ssot-a", true),
        ("domain:geospatial/parks", false),
    ] {
        assert_eq!(scope.parse::<Scope>().unwrap().covers(&product), covers, "{scope}");
    }
}

proptest! {
    /// Whatever its status, dates and grace: it never acts before its first day nor from its end on.
    #[test]
    fn it_never_acts_outside_its_dates(status in 0..Status::ALL.len(), from in 0_u64..2000, length in 0_u64..2000, grace in 0_u32..2000, today in 0_u64..4000) {
        let begin = day("2024-01-01");
        let at = |days| begin.checked_add_days(Days::new(days)).unwrap();
        let standard = Standard {
            status: Status::ALL[status],
            effective_from: Some(at(from)),
            effective_until: Some(at(from + length)),
            grace_days: grace,
            ..standard()
        };
        let acts = standard.acts(at(today)) != Acting::No;
        prop_assert_eq!(acts, Status::ALL[status].may_act() && today >= from && today < from + length);
    }

    #[test]
    fn narrower_is_an_order(a in 0_usize..5, b in 0_usize..5, c in 0_usize..5) {
        let scopes: Vec<Scope> = ["whole", "sector:s", "sector:t", "domain:s/d", "domain:t/e"].iter().map(|text| text.parse().unwrap()).collect();
        let (a, b, c) = (&scopes[a], &scopes[b], &scopes[c]);
        prop_assert!(!a.is_narrower_than(a));
        prop_assert!(!(a.is_narrower_than(b) && b.is_narrower_than(a)));
        if a.is_narrower_than(b) && b.is_narrower_than(c) {
            prop_assert!(a.is_narrower_than(c));
        }
    }
}
