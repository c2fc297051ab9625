use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

fn hour(n: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(n)
}

fn write(at: i64, run: u128, from: &[u8]) -> Write<u8> {
    Write { at: hour(at), run: Uuid::from_u128(run), from: from.iter().copied().collect() }
}

#[test]
fn what_a_write_says_holds_until_the_next() {
    let found = spans(&[write(5, 2, &[2, 3]), write(1, 1, &[1, 2]), write(9, 3, &[1, 2])]);
    let span = |what, since, until: Option<i64>| Span { what, since: hour(since), until: until.map(hour) };
    assert_eq!(found, [span(1, 1, Some(5)), span(1, 9, None), span(2, 1, None), span(3, 5, Some(9))]);
    assert!(spans::<u8>(&[]).is_empty());
}

#[test]
fn names_are_bounded_and_hold_no_control_characters() {
    assert!(name_fits("db.schema.table", 20));
    assert!(!name_fits(" ", 20) && !name_fits("a\0b", 20) && !name_fits("abc", 2));
}

#[test]
fn names_of_the_source_and_addresses_mean_datasets() {
    let home = Home { namespaces: vec!["postgres://db.example:5432".into()], database: "agency".into() };
    let meant = |namespace: &str, name: &str| home.meant(&Name::new(namespace, name));
    assert_eq!(meant("postgres://DB.example:5432", "agency.buses.routes"), Some(Meant::Table("buses".into(), "routes".into())));
    assert_eq!(meant("postgres://elsewhere:5432", "agency.buses.routes"), None);
    assert_eq!(meant("postgres://db.example:5432", "agency2.buses.routes"), None);
    let dataset = Some(Meant::Dataset("ssot-a.busroutes-dp".into(), "routes".into()));
    assert_eq!((meant(OWN, "ssot-a.busroutes-dp.routes"), meant(OWN, "ssot-a.busroutes-dp.port1.routes")), (dataset.clone(), dataset));
    assert_eq!((meant(OWN, "ssot-a.busroutes-dp"), meant(OWN, "No address")), (None, None));
}

fn writes() -> impl Strategy<Value = Vec<Write<u8>>> {
    let one = (0i64..6, any::<u8>(), proptest::collection::btree_set(0u8..4, 1..4));
    proptest::collection::vec(one.prop_map(|(at, run, from)| Write { at: hour(at), run: Uuid::from_u128(run.into()), from }), 0..12).prop_map(
        // A run writes once; what two events of it say is put together before.
        |all| {
            let mut seen = BTreeSet::new();
            all.into_iter().filter(|one| seen.insert(one.run)).collect()
        },
    )
}

proptest! {
    #[test]
    fn the_answer_at_any_moment_is_the_last_write_before_it(all in writes(), seed in any::<usize>(), asked in 0i64..8) {
        let mut turned = all.clone();
        let by = seed % turned.len().max(1);
        turned.rotate_left(by);
        let found = spans(&all);
        prop_assert_eq!(&found, &spans(&turned));
        let held: BTreeSet<u8> =
            found.iter().filter(|span| span.since <= hour(asked) && span.until.is_none_or(|until| until > hour(asked))).map(|span| span.what).collect();
        let last = all.iter().filter(|one| one.at <= hour(asked)).max_by_key(|one| (one.at, one.run));
        prop_assert_eq!(held, last.map(|one| one.from.clone()).unwrap_or_default());
    }
}
