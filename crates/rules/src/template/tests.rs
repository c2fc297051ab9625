use super::*;
use crate::corpus;
use crate::rule::Rule;
use crate::verdict::Verdict;
use proptest::prelude::*;

/// A form of a template that follows from a number: every field filled in with something that is allowed.
fn form(id: &str, mut number: u64) -> Form {
    let mut next = |most: usize| {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(number >> 33).unwrap() % most.max(1)
    };
    let mut form = Form::new();
    for field in Template::fields(id).unwrap() {
        let values: Vec<String> = match &field.input {
            FieldInput::Number { least, most } => {
                let numbers = [*least, 30, 90, 365, *most];
                vec![numbers[next(5)].clamp(*least, *most).to_string()]
            }
            FieldInput::Check => (next(2) == 0).then(|| "yes".to_owned()).into_iter().collect(),
            FieldInput::One(choices) => vec![choices[next(choices.len())].0.to_owned()],
            FieldInput::Several(choices) => {
                let always = next(choices.len());
                choices.iter().enumerate().filter(|(at, _)| *at == always || next(2) == 0).map(|(_, (word, _))| (*word).to_owned()).collect()
            }
            FieldInput::Lines => ["daily", "blk_no", "nric", "open", "none"]
                .iter()
                .enumerate()
                .filter(|(at, _)| *at == 0 || next(2) == 0)
                .map(|(_, word)| (*word).to_owned())
                .collect(),
        };
        if !values.is_empty() {
            form.insert(field.name.to_owned(), values);
        }
    }
    form
}

fn template(id: &str, number: u64) -> Template {
    Template::read(id, &form(id, number)).unwrap().unwrap_or_else(|faults| panic!("{id}: {faults:?}"))
}

/// As another setting, with one field of this one.
fn mixed(id: &str, first: u64, second: u64, at: usize) -> Template {
    let (mut mixed, other) = (form(id, first), form(id, second));
    let fields = Template::fields(id).unwrap();
    let name = fields[at % fields.len()].name;
    mixed.remove(name);
    if let Some(values) = other.get(name) {
        mixed.insert(name.to_owned(), values.clone());
    }
    Template::read(id, &mixed).unwrap().unwrap()
}

fn ids() -> impl Strategy<Value = &'static str> {
    prop::sample::select(OFFERED.iter().map(|(id, ..)| *id).collect::<Vec<_>>())
}

#[test]
fn every_template_is_offered_once_with_words() {
    let mut ids: Vec<&str> = OFFERED.iter().map(|(id, ..)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), OFFERED.len());
    assert!(OFFERED.iter().all(|(_, title, help)| !title.is_empty() && !help.is_empty()));
    assert!(Template::read("no-such", &Form::new()).is_none());
}

#[test]
fn an_empty_form_says_what_is_missing_field_by_field() {
    for (id, ..) in OFFERED {
        let faults = Template::read(id, &Form::new()).unwrap();
        let needs = Template::fields(id).unwrap().iter().any(|field| !matches!(field.input, FieldInput::Check));
        assert_eq!(faults.is_err(), needs, "{id}");
    }
    let wrong = Form::from([("days".to_owned(), vec!["many".to_owned()]), ("dasy".to_owned(), vec!["3".to_owned()])]);
    assert_eq!(Template::read("freshness", &wrong).unwrap().unwrap_err()[0].code, "parameter_unknown");
    let wrong = Form::from([("days".to_owned(), vec!["many".to_owned()])]);
    assert_eq!(Template::read("freshness", &wrong).unwrap().unwrap_err()[0].field, "days");
}

#[test]
fn limits_name_fields_that_there_are() {
    for (id, ..) in OFFERED {
        let (own, other) = (template(id, 1), template(id, 2));
        for looser in own.looser_than(&other).unwrap() {
            assert!(Template::fields(id).unwrap().iter().any(|field| field.name == looser.field), "{id}: {}", looser.field);
            assert!(!looser.message.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_form_is_shown_again_as_it_was(id in ids(), number: u64) {
        let template = template(id, number);
        prop_assert_eq!(Template::read(id, &template.form()).unwrap().unwrap(), template);
    }

    #[test]
    fn every_setting_compiles_and_answers(id in ids(), number: u64, product: u64) {
        let template = template(id, number);
        let rule = Rule::compile(&template.to_rego()).map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{}", template.to_rego())))?;
        let verdict = rule.evaluate(&corpus::input(product).facts().unwrap());
        prop_assert!(!matches!(verdict, Verdict::CannotTell(_)), "{:?}", verdict);
    }

    #[test]
    fn strictness_is_an_order(id in ids(), a: u64, b: u64, at: usize, again: usize) {
        let (a, b, c) = (template(id, a), mixed(id, a, b, at), mixed(id, a, b, again));
        prop_assert!(a.at_least_as_strict(&a));
        if a.at_least_as_strict(&b) && b.at_least_as_strict(&c) {
            prop_assert!(a.at_least_as_strict(&c));
        }
        if a.at_least_as_strict(&b) && b.at_least_as_strict(&a) {
            prop_assert_eq!(a, b);
        }
    }

    /// The order is right about what really happens: whatever violates the wider setting violates the stricter one.
    #[test]
    fn what_is_at_least_as_strict_refuses_at_least_as_much(id in ids(), a: u64, b: u64, at: usize, products in prop::collection::vec(any::<u64>(), 12)) {
        let (own, other) = (template(id, a), mixed(id, a, b, at));
        let (strict, wide) = if own.at_least_as_strict(&other) { (own, other) } else { (other, own) };
        prop_assume!(strict.at_least_as_strict(&wide));
        let (strict, wide) = (Rule::compile(&strict.to_rego()).unwrap(), Rule::compile(&wide.to_rego()).unwrap());
        for product in products {
            let facts = corpus::input(product).facts().unwrap();
            if matches!(wide.evaluate(&facts), Verdict::Violated(_)) {
                prop_assert!(matches!(strict.evaluate(&facts), Verdict::Violated(_)), "product {product}");
            }
        }
    }
}
