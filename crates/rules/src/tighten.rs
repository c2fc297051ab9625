//! A narrower scope tightens, never loosens. That holds by itself when standards are asked, because every standard that covers a product
//! adds what it finds to what the others found ([`crate::Ruleset`]): a narrower one has no way to take anything away. What is checked
//! here, when a standard is saved, is that it does not *say* something looser than a wider one, which people would then rely on.

use crate::corpus;
use crate::input::Input;
use crate::limits::Limits;
use crate::rule::Rule;
use crate::standard::{Source, Standard};
use crate::verdict::{Verdict, Violation};

/// Where a standard says something looser than a wider one.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The wider standard.
    pub id: String,
    pub version: u32,
    pub title: String,
    /// The parameter, when both are of one template.
    pub field: Option<&'static str>,
    pub message: String,
    /// A product that the wider standard finds fault with and this one does not.
    pub example: Option<Box<Example>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    pub input: Input,
    pub violations: Vec<Violation>,
}

/// Every conflict of a standard with wider ones that act or will; those that are not wider are passed over.
///
/// Of one template, limits that both set are compared. With [`Standard::tightens`], the whole of it must be at least as strict: by the
/// template's order or, when one of them is Rego, over the products of [`corpus`], where no counter-example is no proof and is still needed.
pub fn conflicts(narrow: &Standard, others: &[Standard]) -> Vec<Conflict> {
    conflicts_while(narrow, others, &|| true)
}

/// The same for whoever has no time without end: `more` is asked before each product whether there is some left. What could not be compared
/// to the end is a conflict, as it says nothing of the rest.
pub fn conflicts_while(narrow: &Standard, others: &[Standard], more: &dyn Fn() -> bool) -> Vec<Conflict> {
    let wider = others.iter().filter(|other| other.id != narrow.id && narrow.scope.is_narrower_than(&other.scope));
    wider.flat_map(|wider| against(narrow, wider, more)).collect()
}

fn against(narrow: &Standard, wider: &Standard, more: &dyn Fn() -> bool) -> Vec<Conflict> {
    let conflict =
        |field, message, example| Conflict { id: wider.id.clone(), version: wider.version, title: wider.title.clone(), field, message, example };
    let replaces = narrow.tightens.as_deref() == Some(wider.id.as_str());
    match (&narrow.source, &wider.source) {
        (Source::Template(own), Source::Template(other)) if own.id() == other.id() => {
            let looser = if replaces { own.looser_than(other) } else { own.contradicts(other) };
            looser.unwrap_or_default().into_iter().map(|looser| conflict(Some(looser.field), looser.message, None)).collect()
        }
        // Whoever reads two lengths relies on the longer one, whichever templates they are of.
        (Source::Template(own), Source::Template(other)) if !replaces => {
            let looser = own.longest().zip(other.longest()).and_then(|(own, other)| own.contradicts(&other));
            looser.unwrap_or_default().into_iter().map(|looser| conflict(Some(looser.field), looser.message, None)).collect()
        }
        _ if replaces => match counter_example(narrow, wider, more) {
            Ok(None) => Vec::new(),
            Ok(Some(example)) => {
                let codes: Vec<&str> = example.violations.iter().map(|violation| violation.code.as_str()).collect();
                let message = format!("it lets through a product that “{}” refuses: {}", wider.title, codes.join(", "));
                vec![conflict(None, message, Some(Box::new(example)))]
            }
            Err(why) => vec![conflict(None, why, None)],
        },
        _ => Vec::new(),
    }
}

/// A product that violates the wider standard and meets the narrower one.
fn counter_example(narrow: &Standard, wider: &Standard, more: &dyn Fn() -> bool) -> Result<Option<Example>, String> {
    let compiled = |standard: &Standard| -> Result<Rule, String> {
        standard
            .compile()
            .map_err(|faults| format!("“{}” cannot be compiled: {}", standard.title, faults.first().map(ToString::to_string).unwrap_or_default()))
    };
    let (narrow_rule, wider_rule) = (compiled(narrow)?, compiled(wider)?);
    let (mut own, mut other) = (narrow_rule.machine(Limits::default()), wider_rule.machine(Limits::default()));
    for number in 0..corpus::COMPARED {
        if !more() {
            return Err(format!("it could not be compared with “{}” in the time that there is; write the rule more simply", wider.title));
        }
        let input = corpus::input(number);
        let Ok(facts) = input.facts() else { continue };
        let Verdict::Violated(violations) = other.evaluate(&facts) else { continue };
        match own.evaluate(&facts) {
            Verdict::Violated(_) => {}
            Verdict::Met => return Ok(Some(Example { input, violations })),
            Verdict::CannotTell(why) => return Err(format!("it cannot be compared with “{}”: {why}", wider.title)),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Form, Template};

    fn duration(days: i64, scope: &str, tightens: Option<&str>) -> Standard {
        let form = Form::from([("days".to_owned(), vec![days.to_string()]), ("from".to_owned(), vec!["restricted".to_owned()])]);
        let source = Source::Template(Template::read("maximum-duration", &form).unwrap().unwrap());
        Standard {
            id: format!("duration-{scope}"),
            scope: scope.parse().unwrap(),
            source,
            tightens: tightens.map(str::to_owned),
            ..crate::examples::all().remove(0)
        }
    }

    fn rego(source: &str, scope: &str, tightens: Option<&str>) -> Standard {
        Standard { id: format!("rego-{scope}"), source: Source::Rego(source.to_owned()), ..duration(1, scope, tightens) }
    }

    #[test]
    fn a_longer_duration_than_the_wider_one_is_a_conflict_and_a_shorter_one_is_not() {
        let whole = duration(365, "whole", None);
        let found = conflicts(&duration(400, "sector:geospatial", None), std::slice::from_ref(&whole));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].field, found[0].message.as_str()), (Some("days"), "400 days is longer than the 365 allowed there"));
        assert_eq!(conflicts(&duration(180, "sector:geospatial", None), std::slice::from_ref(&whole)), []);
        // The wider one is not held to the narrower, and siblings say nothing to each other.
        assert_eq!(conflicts(&whole, &[duration(30, "sector:geospatial", None)]), []);
        assert_eq!(conflicts(&duration(400, "sector:sensor", None), &[duration(30, "sector:geospatial", None)]), []);
    }

    #[test]
    fn a_longer_duration_is_a_conflict_with_a_template_that_asks_for_more_besides() {
        let form = [("days", "365"), ("from", "restricted"), ("personal", "direct"), ("techniques", "pseudonym")];
        let form: Form = form.into_iter().map(|(name, value)| (name.to_owned(), vec![value.to_owned()])).collect();
        let source = Source::Template(Template::read("restricted-personal-data", &form).unwrap().unwrap());
        let whole = Standard { source, ..duration(1, "whole", None) };
        let found = conflicts(&duration(400, "sector:geospatial", None), std::slice::from_ref(&whole));
        assert_eq!(
            found.iter().map(|one| (one.field, one.message.as_str())).collect::<Vec<_>>(),
            [(Some("days"), "400 days is longer than the 365 allowed there")]
        );
        assert_eq!(conflicts(&duration(180, "sector:geospatial", None), &[whole]), []);
    }

    #[test]
    fn rego_that_says_it_tightens_is_shown_a_product_that_it_lets_through() {
        const LONGER: &str = "package standard\nimport rego.v1\nviolations contains {\"code\": \"long\", \"message\": \"long\"} if input.product.terms.longest_days > 1000\n";
        const ALWAYS: &str =
            "package standard\nimport rego.v1\nviolations contains {\"code\": \"never\", \"message\": \"never\"} if input.product.title != \"\"\n";
        let whole = duration(365, "whole", None);
        let found = conflicts(&rego(LONGER, "sector:geospatial", Some("duration-whole")), std::slice::from_ref(&whole));
        let example = found[0].example.as_ref().unwrap();
        assert!(whole.compile().unwrap().evaluate(&example.input.facts().unwrap()).violations().len() == example.violations.len());
        assert_eq!(conflicts(&rego(ALWAYS, "sector:geospatial", Some("duration-whole")), std::slice::from_ref(&whole)), []);
        // Without the claim it is a standard of its own: the wider one acts beside it.
        assert_eq!(conflicts(&rego(LONGER, "sector:geospatial", None), std::slice::from_ref(&whole)), []);
        // What time did not allow to be compared is none that was found to be at least as strict.
        let left = std::cell::Cell::new(3);
        let more = || left.replace(left.get() - 1) > 0;
        let found = conflicts_while(&rego(ALWAYS, "sector:geospatial", Some("duration-whole")), &[whole], &more);
        assert!(found[0].message.contains("in the time that there is") && found[0].example.is_none(), "{found:?}");
    }
}
