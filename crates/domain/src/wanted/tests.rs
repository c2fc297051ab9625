//! Each fault has its code, and nothing that passes is too long to keep.

use super::*;
use uuid::Uuid;

fn domain() -> DomainId {
    DomainId(Uuid::from_u128(7))
}

fn form() -> WantedForm {
    WantedForm { words: " Taxi \n ranks ".into(), explanation: "Plan shelters".into(), domain: domain().to_string() }
}

fn codes<T: std::fmt::Debug>(checked: Result<T, Violations>) -> Vec<&'static str> {
    checked.unwrap_err().iter().map(|fault| fault.code).collect()
}

#[test]
fn a_full_form_is_a_question() {
    let new = NewWanted::check(&form(), &[domain()]).unwrap();
    assert_eq!((new.words.as_str(), new.domain), ("Taxi ranks", domain()));
    let longest = WantedForm { words: "é".repeat(200), explanation: "é".repeat(2000), ..form() };
    assert!(NewWanted::check(&longest, &[domain()]).is_ok());
}

#[test]
fn each_fault_of_a_question_has_its_code() {
    assert_eq!(codes(NewWanted::check(&WantedForm::default(), &[])), ["words_missing", "explanation_missing", "domain_missing"]);
    let long = WantedForm { words: "w".repeat(201), explanation: "e".repeat(2001), domain: "x".into() };
    assert_eq!(codes(NewWanted::check(&long, &[domain()])), ["words_too_long", "text_too_long", "domain_unknown"]);
    let odd = WantedForm { words: "a\0b".into(), explanation: "a\0b".into(), domain: Uuid::from_u128(8).to_string() };
    assert_eq!(codes(NewWanted::check(&odd, &[domain()])), ["text_not_storable", "text_not_storable", "domain_unknown"]);
}

#[test]
fn an_answer_may_name_a_product_as_the_browser_shows_it() {
    for typed in ["ssot-a.busroutes-dp", " https://pasar.example/products/ssot-a.busroutes-dp/schema?a=b ", "/products/ssot-a.busroutes-dp#ports"] {
        let form = AnswerForm { kind: "exists".into(), text: "Here.".into(), product: typed.into() };
        assert_eq!(NewAnswer::check(&form).unwrap().product.as_deref(), Some("ssot-a.busroutes-dp"), "{typed}");
    }
    let without = AnswerForm { kind: "not-planned".into(), text: "Nobody counts them.".into(), product: " ".into() };
    assert_eq!(NewAnswer::check(&without), Ok(NewAnswer { kind: AnswerKind::NotPlanned, text: "Nobody counts them.".into(), product: None }));
}

#[test]
fn each_fault_of_an_answer_has_its_code() {
    assert_eq!(codes(NewAnswer::check(&AnswerForm::default())), ["kind_missing", "text_missing"]);
    let odd = AnswerForm { kind: "perhaps".into(), text: "t".repeat(2001), product: "the bus one".into() };
    assert_eq!(codes(NewAnswer::check(&odd)), ["kind_unknown", "text_too_long", "product_not_an_address"]);
}

#[test]
fn only_an_open_question_moves() {
    for from in WantedState::ALL {
        for to in WantedState::ALL {
            let legal = *from == WantedState::Open && *to != WantedState::Open;
            assert_eq!(from.to(*to).is_ok(), legal, "{from} to {to}");
        }
    }
    assert_eq!(WantedState::of(false, false), WantedState::Open);
    assert_eq!(WantedState::of(true, false), WantedState::Answered);
    assert_eq!(WantedState::of(false, true), WantedState::Withdrawn);
}
