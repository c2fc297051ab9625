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
            "text_not_storable",
            "text_too_long"
        ]
    );
    let empty = ["sharing_missing", "distribution_missing", "longest_days_not_a_number", "change_note_missing", "accept_by_missing"];
    assert_eq!(codes(TermsForm::default()), empty);
}
