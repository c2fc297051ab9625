use super::*;
use crate::catalogue::Outline;
use proptest::prelude::*;

fn codes(areas: &BTreeSet<AreaCode>) -> Vec<&'static str> {
    areas.iter().map(|area| area.as_str()).collect()
}

fn typed(areas: &[&str], bounds: &str, near: &str) -> PlaceTyped {
    PlaceTyped { areas: areas.iter().map(|code| (*code).to_owned()).collect(), bounds: bounds.into(), near: near.into() }
}

fn understood(areas: &[&str], bounds: &str, near: &str) -> PlaceQuestion {
    let (question, faults) = PlaceQuestion::read(&typed(areas, bounds, near));
    assert!(faults.is_empty(), "{faults:?}");
    question
}

/// Ang Mo Kio and, three hundredths of a degree to its east, Bedok: invented squares.
fn outlines() -> AreaOutlines {
    [("AM", 103.8), ("BD", 103.93)]
        .into_iter()
        .map(|(code, west)| {
            let ring = vec![[west, 1.3], [west + 0.1, 1.3], [west + 0.1, 1.4], [west, 1.4], [west, 1.3]];
            (code.parse().unwrap(), Outline::new(vec![vec![ring]]).unwrap())
        })
        .collect()
}

#[test]
fn all_that_is_asked_becomes_codes_and_widens() {
    let answer = understood(&["WD", "nonsense"], "103.95, 1.31, 103.96, 1.32", "S 569 933").answer(&outlines());
    assert_eq!(codes(&answer.areas.unwrap()), ["AM", "BD", "WD"]);
    assert_eq!(codes(&answer.looked_up), ["AM", "BD"]);
    assert_eq!(answer.notices, [PlaceNotice::SomeMissing(53)]);
}

#[test]
fn near_a_point_reaches_a_kilometre() {
    let near = |point: &str| codes(&understood(&[], "", point).answer(&outlines()).looked_up);
    assert_eq!(near("1.35,103.85"), ["AM"]);
    assert_eq!(near("1.35,103.905"), ["AM"], "half a kilometre outside");
    assert_eq!(near("1.35,103.915"), [""; 0], "more than a kilometre from both");
}

#[test]
fn a_place_without_areas_finds_nothing_and_nothing_asked_finds_all() {
    let elsewhere = understood(&[], "0,0,1,1", "").answer(&outlines());
    assert_eq!(elsewhere.areas, Some(BTreeSet::new()));
    assert!(elsewhere.notices.contains(&PlaceNotice::NoAreaThere));
    assert_eq!(understood(&[], " ", " ").answer(&outlines()), PlaceAnswer::default());
}

#[test]
fn without_outlines_names_and_postal_codes_still_narrow() {
    let none = AreaOutlines::default();
    let postal = understood(&[], "", "Singapore 560123").answer(&none);
    assert_eq!((codes(&postal.areas.unwrap()), postal.notices), (vec!["AM"], vec![PlaceNotice::BoxesLeftOut]));
    let bounds = understood(&[], "103.8,1.25,103.9,1.35", "").answer(&none);
    assert_eq!((bounds.areas, bounds.notices), (None, vec![PlaceNotice::NotLookedUp]));
    let both = understood(&["BD"], "", "1.3,103.85").answer(&none);
    assert_eq!(codes(&both.areas.unwrap()), ["BD"]);
    assert_eq!(both.notices, [PlaceNotice::NotLookedUp, PlaceNotice::BoxesLeftOut]);
}

#[test]
fn what_cannot_be_read_is_a_fault_of_its_field_and_not_asked() {
    for (bounds, near, fault, words) in [
        ("103.8,1.25,103.9", "", ("box", "box_unreadable"), "four numbers"),
        ("a,b,c,d", "", ("box", "box_unreadable"), "four numbers"),
        ("104,1.2,103,1.3", "", ("box", "box_impossible"), "lies east of"),
        ("nan,1.2,103,1.3", "", ("box", "box_impossible"), "in this order"),
        ("", "103.85,1.3", ("near", "near_impossible"), "latitude 103.85"),
        ("", "1.3,103.85,0", ("near", "near_unreadable"), "six digits"),
        ("", "Bedok", ("near", "near_unreadable"), "six digits"),
        ("", "56012", ("near", "near_unreadable"), "six digits"),
        ("", "５６０１２３", ("near", "near_unreadable"), "six digits"),
        ("", "740123", ("near", "near_no_sector"), "two digits"),
    ] {
        let (question, faults) = PlaceQuestion::read(&typed(&[], bounds, near));
        let found: Vec<_> = faults.iter().map(|found| (found.field, found.code)).collect();
        assert_eq!(found, [fault], "{bounds} {near}");
        assert!(faults[0].message.contains(words), "{}", faults[0].message);
        assert!(question.is_empty());
    }
}

#[test]
fn only_boxes_and_points_need_outlines() {
    assert!(!understood(&["BD"], "", "560123").needs_outlines());
    assert!(understood(&[], "103.8,1.25,103.9,1.35", "").needs_outlines());
    assert!(understood(&[], "", "1.3,103.85").needs_outlines());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(bounds in ".{0,120}", near in ".{0,120}", numbers in "[0-9,.e -]{0,40}") {
        for (bounds, near) in [(bounds.as_str(), near.as_str()), (numbers.as_str(), numbers.as_str())] {
            let (question, _) = PlaceQuestion::read(&typed(&[], bounds, near));
            let _ = question.answer(&outlines());
        }
    }
}
