//! What a proposal says, and what it must never hold.

use detect::{Basis, Column, Detectors, Kind, Rule};
use domain::catalogue::{ColumnType, PersonalCategory};
use proptest::prelude::*;

fn some<'a>(values: &[&'a str]) -> Vec<Option<&'a str>> {
    values.iter().map(|value| Some(*value)).collect()
}

#[test]
fn names_alone_suffice_where_sampling_is_off() {
    let detectors = Detectors::default();
    for (name, kind) in [
        ("nric_no", Kind::Nric),
        ("email", Kind::Email),
        ("date_of_birth", Kind::BirthDate),
        ("applicant_name", Kind::PersonName),
        ("mobile", Kind::Phone),
    ] {
        let proposal = detectors.column(&Column::new("applications", name, &[]));
        assert_eq!(proposal.kind, Some(kind), "{name}");
        assert!(proposal.evidence.iter().all(|piece| piece.of == 0 && piece.examples.is_empty()));
    }
    assert!(!detectors.column(&Column::new("stations", "name", &[])).pii);
}

#[test]
fn evidence_says_how_many_of_how_many_and_shows_no_value() {
    let values = some(&["S1234567D", "T1234567J", "F1234567N", "G1234567X", "M1234567K", "n/a"]);
    let proposal = Detectors::default().column(&Column::new("t", "product_code", &values));
    assert_eq!((proposal.kind, proposal.category), (Some(Kind::Nric), PersonalCategory::Direct));
    let piece = proposal.evidence.iter().find(|piece| piece.basis == Basis::Values).unwrap();
    assert_eq!((piece.matched, piece.of, piece.detector.as_str()), (5, 5, "nric"));
    assert_eq!(piece.examples.first().map(String::as_str), Some("••••••••D"));
}

#[test]
fn look_alikes_with_wrong_letters_are_explained() {
    let values = some(&["S1234567A", "T1234567A", "F1234567A", "G1234567A", "S7654321B", "S1111111B"]);
    let proposal = Detectors::default().column(&Column::new("t", "serial", &values));
    assert!(!proposal.pii);
    assert!(proposal.evidence.iter().any(|piece| piece.note.contains("check character is wrong")), "{proposal:?}");
}

#[test]
fn a_type_and_a_term_count() {
    let detectors = Detectors::default();
    let flag = Column { column_type: Some(ColumnType::Boolean), ..Column::new("t", "nric", &[]) };
    assert!(!detectors.column(&flag).pii);
    let by_term = Column { term: Some("date-of-birth"), ..Column::new("t", "c7", &[]) };
    let proposal = detectors.column(&by_term);
    assert_eq!(proposal.kind, Some(Kind::BirthDate));
    assert!(proposal.evidence.iter().any(|piece| piece.basis == Basis::Term));
}

#[test]
fn neighbours_tell_an_age_of_one_from_an_age_of_many() {
    let ages = some(&["34", "51", "8", "77", "42", "19"]);
    let names = some(&["Tan Ah Kow", "Siti binte Ahmad", "Priya Nair", "Lim Wei Ming", "Grace Ong", "Daniel Koh"]);
    let detectors = Detectors::default();
    let persons = detectors.table(&[Column::new("extract", "age", &ages), Column::new("extract", "col_2", &names)]);
    assert!(persons.iter().all(|proposal| proposal.pii), "{persons:?}");
    let counted = detectors.table(&[Column::new("population_by_age", "age", &ages), Column::new("population_by_age", "persons", &ages)]);
    assert!(counted.iter().all(|proposal| !proposal.pii), "{counted:?}");
}

#[test]
fn a_domain_adds_a_detector_as_data() {
    let rule = Rule {
        name: "library card".into(),
        domain: Some("education".into()),
        category: PersonalCategory::Direct,
        name_patterns: vec!["card".into()],
        value_pattern: Some(r"LC-\d{6}".into()),
    };
    let detectors = Detectors::with([rule.clone()]).unwrap();
    let values = some(&["LC-123456", "LC-654321", "LC-000001"]);
    let column = Column { domain: Some("education"), ..Column::new("loans", "card", &values) };
    let proposal = detectors.column(&column);
    assert_eq!((proposal.kind, proposal.category), (Some(Kind::Custom), PersonalCategory::Direct));
    assert_eq!(proposal.evidence.first().map(|piece| piece.detector.as_str()), Some("library card"));
    assert!(!detectors.column(&Column { domain: Some("water"), ..column }).pii);
    assert!(Detectors::with([Rule { value_pattern: Some("(".into()), ..rule.clone() }]).is_err());
    assert!(Detectors::with([Rule { name_patterns: vec![], value_pattern: None, ..rule.clone() }]).is_err());
    assert!(Detectors::with([Rule { category: PersonalCategory::None, ..rule }]).is_err());
}

proptest! {
    #[test]
    fn no_column_panics_and_no_example_holds_two_characters_of_a_value_in_a_row(
        table in "\\PC{0,20}", name in "\\PC{0,30}", values in proptest::collection::vec(proptest::option::of("\\PC{0,40}"), 0..20)
    ) {
        let values: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
        let column = Column::new(&table, &name, &values);
        let detectors = Detectors::default();
        let proposal = detectors.column(&column);
        prop_assert_eq!(proposal.pii, proposal.category.is_personal());
        prop_assert_eq!(proposal.pii, proposal.kind.is_some());
        prop_assert!((0.5..1.0).contains(&proposal.confidence));
        prop_assert!(!proposal.evidence.is_empty());
        for example in proposal.evidence.iter().flat_map(|piece| &piece.examples) {
            let shown: Vec<char> = example.chars().collect();
            prop_assert!(!shown.windows(2).any(|pair| pair.iter().all(|c| c.is_alphanumeric())));
        }
        prop_assert_eq!(detectors.table(&[column]).len(), 1);
    }

    #[test]
    fn identity_numbers_are_found_under_any_name(name in "[a-z_]{1,12}", numbers in proptest::collection::vec(0_u32..10_000_000, 6..30)) {
        let values: Vec<String> = numbers.iter().map(|number| with_letter(*number)).collect();
        let values: Vec<Option<&str>> = values.iter().map(|value| Some(value.as_str())).collect();
        prop_assert!(Detectors::default().column(&Column::new("t", &name, &values)).pii);
    }
}

/// S, seven digits, and the letter that the published weights give.
fn with_letter(number: u32) -> String {
    let digits = format!("{number:07}");
    let sum: u32 = digits.bytes().zip([2, 7, 6, 5, 4, 3, 2]).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("S{digits}{}", char::from(b"JZIHGFEDCBA"[(sum % 11) as usize]))
}
