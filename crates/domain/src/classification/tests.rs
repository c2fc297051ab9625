use super::*;
use crate::id::ColumnProposalId;
use chrono::DateTime;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

const RULE: JoinRule = JoinRule { from: 3, classification: Classification::Restricted, sensitivity: Sensitivity::SensitiveNormal };

fn class(classification: Classification, personal: PersonalCategory) -> ColumnClass {
    ColumnClass { classification, sensitivity: Sensitivity::NonSensitive, personal }
}

fn scheme() -> Scheme {
    let words = |dimension, codes: &[(&str, &str)]| {
        let level = |(code, title): &(&str, &str)| Level {
            dimension,
            code: (*code).into(),
            title: (*title).into(),
            meaning: "m".into(),
            guidance: "g".into(),
            in_use: *code != "confidential",
        };
        codes.iter().map(level).collect::<Vec<_>>()
    };
    let security: Vec<_> = Classification::ALL.iter().map(|one| (one.as_str(), one.label())).collect();
    let sensitivity: Vec<_> = Sensitivity::ALL.iter().map(|one| (one.as_str(), one.label())).collect();
    let personal: Vec<_> = PersonalCategory::ALL.iter().map(|one| (one.as_str(), one.label())).collect();
    let levels = [words(Dimension::Security, &security), words(Dimension::Sensitivity, &sensitivity), words(Dimension::Personal, &personal)].concat();
    Scheme { version: 1, levels, join: RULE, note: String::new(), made_at: DateTime::UNIX_EPOCH, made_by: None }
}

fn column<'a>(dataset: &'a str, name: &'a str, key: bool, personal: PersonalCategory) -> ClassifiedColumn<'a> {
    ClassifiedColumn { dataset, name, key, class: class(Classification::OfficialClosed, personal) }
}

#[test]
fn the_highest_names_the_column_that_causes_it() {
    let nric = ColumnClass::least_for(PersonalCategory::Direct, true);
    let columns =
        [column("staff", "depot", false, PersonalCategory::None), ClassifiedColumn { dataset: "staff", name: "nric", key: false, class: nric }];
    let found = highest(&columns, RULE).unwrap();
    assert_eq!(found.class, nric);
    assert_eq!(found.classification_cause.words(), "because of staff.nric");
    assert_eq!(highest(&[], RULE), None);
}

#[test]
fn joining_raises_what_no_column_raises_alone() {
    use PersonalCategory::{Indirect, None};
    let apart = [column("a", "age", false, Indirect), column("a", "sex", false, Indirect), column("b", "postal", false, Indirect)];
    assert_eq!(highest(&apart, RULE).unwrap().class.classification, Classification::OfficialClosed);
    let mut joined = apart.to_vec();
    joined.extend([column("a", "case_no", true, None), column("b", "case_no", false, None)]);
    let found = highest(&joined, RULE).unwrap();
    assert_eq!(found.class.classification, Classification::Restricted);
    assert_eq!(found.classification_cause.words(), "because a.age, a.sex, b.postal point to a person together");
}

#[test]
fn names_of_one_kind_have_one_pattern() {
    for name in ["Staff_No2", "staffNo", "STAFF-NO", "staff no 17"] {
        assert_eq!(name_pattern(name), "staff no", "{name}");
    }
    assert_eq!(name_pattern("12"), "");
}

fn shown(now: Option<ColumnClass>, proposed: Option<PersonalCategory>) -> Shown {
    let judged = |personal: PersonalCategory| Judged {
        id: ColumnProposalId(Uuid::nil()),
        class: ColumnClass::proposed(now, personal, false),
        kind: personal.is_personal().then(|| "staff-number".to_owned()),
    };
    Shown { name: "staff.staff_no".into(), column: "staff_no".into(), now, proposal: proposed.map(judged) }
}

fn typed(verdict: &str, classification: &str, personal: &str) -> Typed {
    Typed {
        verdict: verdict.into(),
        classification: classification.into(),
        sensitivity: "non-sensitive".into(),
        personal: personal.into(),
        note: String::new(),
    }
}

fn codes(found: Result<Vec<Decided>, Violations>) -> Vec<&'static str> {
    found.unwrap_err().iter().map(|violation| violation.code).collect()
}

#[test]
fn a_review_accepts_changes_and_rejects() {
    let direct = || shown(None, Some(PersonalCategory::Direct));
    let said = |shown: Shown, typed: Typed| review(&scheme(), &[(shown, typed)]);
    let accepted = said(direct(), typed("accepted", "", "")).unwrap().remove(0);
    assert_eq!((accepted.class.personal, accepted.learn), (PersonalCategory::Direct, None));
    let rejected = said(direct(), typed("rejected", "", "")).unwrap().remove(0);
    assert_eq!(rejected.class, ColumnClass::least_for(PersonalCategory::None, false));
    assert_eq!(rejected.learn, Some(("staff no".to_owned(), "staff-number".to_owned())));
    let changed = said(direct(), typed("changed", "restricted", "indirect")).unwrap().remove(0);
    assert_eq!((changed.class.personal, changed.learn, changed.unlearn.is_some()), (PersonalCategory::Indirect, None, true));
    assert_eq!(said(direct(), typed("", "", "")).unwrap(), []);
    assert_eq!(codes(said(direct(), typed("changed", "official-open", "direct"))), ["personal_not_restricted"]);
    assert_eq!(codes(said(direct(), typed("changed", "", "direct"))), ["class_missing"]);
    assert_eq!(codes(said(shown(None, None), typed("accepted", "", ""))), ["proposal_missing"]);
    assert_eq!(codes(said(direct(), typed("changed", "confidential", "none"))), ["level_not_in_use"]);
    let long = Typed { note: "x".repeat(501), ..typed("accepted", "", "") };
    assert_eq!(codes(said(direct(), long)), ["note_too_long"]);
}

#[test]
fn a_level_keeps_its_code_and_one_stays_in_use() {
    let good = LevelForm { title: "Open".into(), meaning: "m".into(), guidance: "g".into(), in_use: true, note: "Shorter".into() };
    let (level, note) = change_level(&scheme(), "official-open", &good).unwrap();
    assert_eq!((level.code.as_str(), level.title.as_str(), note.as_str()), ("official-open", "Open", "Shorter"));
    let twin = LevelForm { title: "restricted".into(), ..good.clone() };
    assert_eq!(change_level(&scheme(), "official-open", &twin).unwrap_err()[0].code, "title_known");
    assert_eq!(change_level(&scheme(), "nothing", &good).unwrap_err()[0].code, "level_unknown");
    assert_eq!(change_level(&scheme(), "secret", &LevelForm::default()).unwrap_err().len(), 4);
}

#[test]
fn what_is_not_classified_is_not_published() {
    assert!(check_publication(&[]).is_empty());
    let found = check_publication(&[("staff".into(), "nric".into()), ("staff".into(), "grade".into())]);
    assert!(found[0].message.contains("staff.nric, staff.grade"));
}

#[test]
fn detectors_need_a_name_a_category_and_a_pattern() {
    let found = check_detector(&DetectorForm::default()).unwrap_err();
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["name_missing", "category_missing", "pattern_missing"]);
    let good = DetectorForm { name: "library card".into(), category: "direct".into(), value_pattern: "LC[0-9]{6}".into(), ..DetectorForm::default() };
    assert_eq!(check_detector(&good).unwrap().3.as_deref(), Some("LC[0-9]{6}"));
    assert!(check_detector(&DetectorForm { category: "none".into(), ..good }).is_err());
}

proptest! {
    #[test]
    fn a_proposal_never_lowers_a_level(
        classification in select(Classification::ALL), sensitivity in select(Sensitivity::ALL), personal in select(PersonalCategory::ALL), found in select(PersonalCategory::ALL), identifies: bool
    ) {
        let known = ColumnClass { classification, sensitivity, personal };
        let proposed = ColumnClass::proposed(Some(known), found, identifies);
        prop_assert!(proposed.classification >= classification && proposed.sensitivity >= sensitivity && proposed.personal == found);
        prop_assert!(ColumnClass::proposed(None, found, identifies).check("x", "x").is_empty());
    }
}
