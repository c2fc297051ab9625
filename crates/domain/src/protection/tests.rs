use super::*;
use crate::catalogue::{Classification, ColumnType, PersonalCategory, Sensitivity};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

fn technique() -> impl Strategy<Value = Technique> {
    prop_oneof![
        Just(Technique::Clear {}),
        Just(Technique::Suppress {}),
        Just(Technique::PostalSector {}),
        (0u8..4, 0u8..4, 0u8..8).prop_map(|(first, last, more)| Technique::Mask { first, last, shortest: (first + last) * 2 + more.max(1) }),
        select(KeyScope::ALL).prop_map(|per| Technique::Pseudonym { per }),
        (2i64..40).prop_map(|width| Technique::Band { width }),
        select(DateUnit::ALL).prop_map(|unit| Technique::DateTo { unit }),
        (1u16..60).prop_map(|thousandths| Technique::Grid { thousandths }),
        select(&["lng", "longitude"][..]).prop_map(|name| Technique::PlanningArea { longitude: ColumnName::new(name).unwrap() }),
        (-3i8..4).prop_map(|digits| Technique::Round { digits }),
        (1i64..40).prop_map(|most| Technique::Noise { most }),
    ]
}

fn policy() -> impl Strategy<Value = DatasetPolicy> {
    let names = || btree_set("[a-d]", 1..4);
    let k = (2u16..9, names()).prop_map(|(k, identifiers)| KAnonymity { k, identifiers });
    let aggregate = (2u16..9, names()).prop_map(|(minimum, by)| Aggregation { minimum, by });
    (btree_map("[a-d]", names(), 0..3), option::of(k), option::of(aggregate)).prop_map(|(without, k, aggregate)| DatasetPolicy {
        without,
        k,
        aggregate,
    })
}

/// A value that the technique fits.
fn values(technique: Technique) -> BoxedStrategy<String> {
    match technique {
        Technique::DateTo { .. } => (1990i32..2030, 1u32..13, 1u32..29).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}")).boxed(),
        Technique::PostalSector {} => "[0-9]{6}".boxed(),
        Technique::Mask { .. } | Technique::Clear {} => "\\PC{0,20}".boxed(),
        _ => "-?[0-9]{1,4}(\\.[0-9]{1,4})?".boxed(),
    }
}

proptest! {
    #[test]
    fn strictness_is_a_half_order_with_a_least_upper_bound(a in technique(), b in technique(), c in technique()) {
        prop_assert!(a.check().is_empty());
        let (least, most) = (Technique::Clear {}, Technique::Suppress {});
        prop_assert!(a.at_least_as_strict(a) && a.at_least_as_strict(least) && most.at_least_as_strict(a));
        prop_assert!(!(a.at_least_as_strict(b) && b.at_least_as_strict(a)) || a == b);
        prop_assert!(!(a.at_least_as_strict(b) && b.at_least_as_strict(c)) || a.at_least_as_strict(c));
        prop_assert_eq!(a.and(b), b.and(a));
        prop_assert_eq!(a.and(b).and(c), a.and(b.and(c)));
        prop_assert!(a.and(b).at_least_as_strict(a) && a.and(b).at_least_as_strict(b));
        prop_assert!(!(c.at_least_as_strict(a) && c.at_least_as_strict(b)) || c.at_least_as_strict(a.and(b)), "the least of them");
        prop_assert!(a.and(b).check().is_empty());
    }

    /// What the stricter technique shows follows from what the looser one shows: it can tell nothing new. Rounding is no such
    /// function (45 is 50 in tens and 0 in hundreds, 54 is 50 and 100), so that there only groups grow.
    #[test]
    fn the_stricter_one_tells_apart_no_more(
        (a, b, seen) in (technique(), technique()).prop_flat_map(|(a, b)| (Just(a), Just(b), vec(values(b), 1..60)))
    ) {
        let strict = a.and(b);
        if !matches!(b, Technique::Round { .. } | Technique::Clear {}) && b.kind() == strict.kind() {
            let mut told: BTreeMap<Option<String>, Option<String>> = BTreeMap::new();
            for value in seen {
                let shown = strict.apply_preview(&value);
                let before = told.entry(b.apply_preview(&value)).or_insert_with(|| shown.clone());
                // Only a longer mask hides more of some values, and then all of those.
                if !matches!(b, Technique::Mask { .. }) {
                    prop_assert_eq!(before.clone(), shown);
                }
            }
        }
    }

    #[test]
    fn a_mask_shows_at_most_half(value in "\\PC{0,30}", first in 0u8..5, last in 0u8..5) {
        let Some(shown) = (Technique::Mask { first, last, shortest: (first + last).max(1) * 2 }).apply_preview(&value) else { return Ok(()) };
        let kept = shown.chars().count() - 5;
        prop_assert!(kept * 2 <= value.chars().count(), "{}", shown);
    }

    #[test]
    fn bands_keep_order(mut two in vec(-10_000i64..10_000, 2), width in 2i64..500) {
        two.sort_unstable();
        let seen: Vec<i64> = two.iter().map(|n| (Technique::Band { width }).apply_preview(&n.to_string()).unwrap().parse().unwrap()).collect();
        prop_assert!(seen[0] <= seen[1] && seen[0] <= two[0] && two[0] < seen[0] + width);
    }

    #[test]
    fn policies_only_tighten(a in policy(), b in policy(), c in policy()) {
        prop_assert!(a.and(&b).at_least_as_strict(&a) && a.and(&b).at_least_as_strict(&b));
        prop_assert_eq!(a.and(&b), b.and(&a));
        prop_assert_eq!(a.and(&b).and(&c), a.and(&b.and(&c)));
        prop_assert_eq!(a.and(&a), a.clone());
        prop_assert!(a.at_least_as_strict(&DatasetPolicy::default()));
    }

    #[test]
    fn it_is_written_and_typed_as_it_is(a in technique(), p in policy()) {
        prop_assert_eq!(serde_json::from_str::<Technique>(&serde_json::to_string(&a).unwrap()).unwrap(), a);
        prop_assert_eq!(TechniqueForm::of(Some(a)).parse(), Ok(Some(a)));
        prop_assert_eq!(serde_json::from_str::<DatasetPolicy>(&serde_json::to_string(&p).unwrap()).unwrap(), p);
        prop_assert!(!a.describe().is_empty());
    }

    #[test]
    fn an_agreement_only_tightens(
        classification in select(Classification::ALL), sensitivity in select(Sensitivity::ALL), personal in select(PersonalCategory::ALL),
        column in select(ColumnType::ALL), chosen in option::of(technique()), agreed in technique(), waived: bool
    ) {
        let of = (classification, sensitivity, personal, column);
        let alone = effective(of, chosen, waived, None);
        let with = effective(of, chosen, waived, Some(agreed));
        prop_assert!(with.at_least_as_strict(alone) && with.at_least_as_strict(agreed));
        prop_assert!(with.fits(column));
        let default = default_for(classification, sensitivity, personal, column).technique;
        prop_assert!(needs_waiver(default, classification, sensitivity, personal).is_none());
        prop_assert!(waived || needs_waiver(alone, classification, sensitivity, personal).is_none());
        if personal.is_personal() && chosen.is_none() {
            prop_assert!(alone.is_suppressed());
        }
    }
}

#[test]
fn what_is_offered_may_be_asked_for() {
    for column in ColumnType::ALL {
        for current in [Technique::Clear {}, Technique::LAST_FOUR, Technique::Band { width: 10 }, Technique::DateTo { unit: DateUnit::Quarter }] {
            for offer in current.stricter(*column) {
                assert!(offer.check().is_empty() && offer.may_replace(current, *column), "{offer:?} for {current:?}");
                assert_eq!(offer.and(current), offer);
            }
        }
        assert!(!Technique::Clear {}.stricter(*column).is_empty() || *column == ColumnType::Boolean, "{column}");
        assert!(!Technique::Clear {}.may_replace(Technique::LAST_FOUR, *column));
    }
}

#[test]
fn examples_are_as_people_know_them() {
    for (technique, value, shown) in [
        (Technique::LAST_FOUR, "S1234567D", Some("xxxxx567D")),
        (Technique::LAST_FOUR, "567D", Some("xxxxx")),
        (Technique::Mask { first: 2, last: 0, shortest: 6 }, "235546", Some("23xxxxx")),
        (Technique::Band { width: 5 }, "26", Some("25")),
        (Technique::Band { width: 5 }, "-0.5", Some("-5")),
        (Technique::DateTo { unit: DateUnit::Quarter }, "1994-08-31", Some("1994-07-01")),
        (Technique::DateTo { unit: DateUnit::Day }, "2026-11-21T17:00:00Z", Some("2026-11-22")),
        (Technique::PostalSector {}, "018956", Some("01")),
        (Technique::PostalSector {}, "18956", None),
        (Technique::Grid { thousandths: 10 }, "1.35679", Some("1.350")),
        (Technique::Round { digits: -2 }, "1250", Some("1300")),
        (Technique::Round { digits: 1 }, "-0.25", Some("-0.3")),
        (Technique::Suppress {}, "S1234567D", None),
        (Technique::Pseudonym { per: KeyScope::Agreement }, "S1234567D", None),
    ] {
        assert_eq!(technique.apply_preview(value).as_deref(), shown, "{technique:?} of {value}");
    }
}

#[test]
fn unknown_words_and_wrong_parameters_are_refused() {
    for wrong in [
        r#"{"technique": "plain"}"#,
        r#"{"technique": "band"}"#,
        r#"{"technique": "clear", "width": 5}"#,
        r#"{"technique": "band", "width": "5; DROP"}"#,
    ] {
        assert!(serde_json::from_str::<Technique>(wrong).is_err(), "{wrong}");
    }
    for wrong in [
        Technique::Mask { first: 2, last: 4, shortest: 8 },
        Technique::Mask { first: 0, last: 0, shortest: 0 },
        Technique::Band { width: 1 },
        Technique::Grid { thousandths: 0 },
        Technique::Round { digits: 10 },
        Technique::Noise { most: 0 },
    ] {
        assert_eq!(wrong.check().len(), 1, "{wrong:?}");
    }
    assert!(Technique::LAST_FOUR.check().is_empty());
    let typed = TechniqueForm { technique: "band".into(), technique_width: "five".into(), ..TechniqueForm::default() };
    assert_eq!(typed.parse().unwrap_err()[0].field, "technique_width");
    assert_eq!(TechniqueForm::default().parse(), Ok(None));
}
