//! What a new version of terms must be.

use super::*;

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

fn now() -> DataSharingAgreement {
    let text = TermsText { introduction: "Routes are shared for planning.".into(), ..TermsText::default() };
    DataSharingAgreement { purposes: vec!["old".into()], text, ..DataSharingAgreement::plain(Sharing::Approval, Distribution::None, 365) }
}

fn form() -> TermsForm {
    TermsForm {
        obligations: "  Say where the figures come from.\r\nDelete copies.  ".into(),
        change_note: "What you undertake is written down".into(),
        accept_by: "2026-12-07".into(),
        ..TermsForm::from(&now())
    }
}

fn check(form: &TermsForm) -> Result<NewTerms, Violations> {
    check_terms(form, &now(), &["policy".into(), "planning".into()], &["health".into(), "parks".into()], today())
}

fn codes(form: TermsForm) -> Vec<&'static str> {
    check(&form).err().unwrap_or_default().iter().map(|violation| violation.code).collect()
}

#[test]
fn a_changed_form_is_a_version() {
    let chosen = TermsForm { purposes: vec!["planning".into(), "old".into(), "policy".into()], agencies_may: vec!["parks".into()], ..form() };
    let new = check(&chosen).unwrap();
    assert_eq!(new.terms.text.obligations, "Say where the figures come from.\nDelete copies.");
    assert_eq!(new.terms.purposes, ["old", "policy", "planning"], "in the order of the list; what was named already may stay");
    assert_eq!((new.terms.agencies_may, new.accept_by), (vec!["parks".into()], "2026-12-07".parse().unwrap()));
}

#[test]
fn a_form_that_changes_nothing_is_none() {
    assert_eq!(codes(TermsForm { change_note: "again".into(), accept_by: "2026-12-07".into(), ..TermsForm::from(&now()) }), ["nothing_changed"]);
}

#[test]
fn holders_get_their_fourteen_days() {
    for (day, code) in
        [("2026-12-06", "accept_by_too_soon"), ("2028-01-01", "accept_by_too_late"), ("", "accept_by_missing"), ("soon", "accept_by_not_a_date")]
    {
        assert_eq!(codes(TermsForm { accept_by: day.into(), ..form() }), [code]);
    }
}

#[test]
fn every_fault_has_its_field() {
    let bad = TermsForm {
        purposes: vec!["policy".into(), "nonsense".into()],
        forbidden: vec!["policy".into()],
        agencies_may: vec!["parks".into()],
        agencies_may_not: vec!["parks".into(), "nowhere".into()],
        onward: "public".into(),
        longest_days: "0".into(),
        retention_days: "many".into(),
        asks: vec!["team".into(), "shoe-size".into()],
        who_may: "a\0b".into(),
        breach: "x".repeat(LONGEST_TEXT + 1),
        ..form()
    };
    assert_eq!(
        codes(bad),
        [
            "purpose_unknown",
            "purpose_both",
            "agency_unknown",
            "agency_both",
            "onward_without_distribution",
            "longest_days_not_a_number",
            "retention_days_not_a_number",
            "answer_unknown",
            "text_not_storable",
            "text_too_long"
        ]
    );
    let empty = ["sharing_missing", "distribution_missing", "longest_days_not_a_number", "change_note_missing", "accept_by_missing"];
    assert_eq!(codes(TermsForm::default()), empty);
}

#[test]
fn what_a_request_must_say_is_as_usual_chosen_or_its_purpose_alone() {
    let asked =
        |ticked: &[&str]| check(&TermsForm { asks: ticked.iter().map(|one| (*one).to_owned()).collect(), ..form() }).map(|new| new.terms.asks);
    assert_eq!(asked(&[]), Ok(None));
    assert_eq!(asked(&["until", "legal-basis", "until"]), Ok(Some([Answer::LegalBasis, Answer::Until].into())));
    assert_eq!(asked(&[PURPOSE_ALONE]), Ok(Some(BTreeSet::new())));
    assert_eq!(asked(&[PURPOSE_ALONE, "team"]).unwrap_err()[0].code, "answers_both");
    for asks in [None, Some(BTreeSet::new()), Some([Answer::Others].into())] {
        let terms = DataSharingAgreement { asks: asks.clone(), ..now() };
        let again = TermsForm { obligations: "More".into(), change_note: "More".into(), accept_by: "2026-12-07".into(), ..TermsForm::from(&terms) };
        assert_eq!(check(&again).unwrap().terms.asks, asks, "the form gives what it was made from");
    }
}
