//! A rule as a product's team declares it, before anything ran it: what it is about, what is measured, and what the number keeps to.

use super::Layer;
use crate::glossary::{Rule, read_rule};
use crate::service_level::{Comparison, Measure};
use crate::{Violation, Violations};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a rule may measure. Whether what is reported passed is said by whoever reports it; the rest Pasar asks the source for.
pub const MEASURES: &[Measure] = &[Measure::Reported, Measure::Rows, Measure::Filled, Measure::Unique, Measure::InRange, Measure::Written];
/// Rules of one product, at most: a source is asked for each of them on one day.
pub const MOST_RULES: usize = 100;
/// Characters of a name or title, at most.
const LONGEST: usize = 200;

/// As a document and a program say it: `{name: stops filled, title: Every stop has a code, layer: schema, measure: filled, dataset: routes, column: stop,
/// comparison: at-least, bound: 100}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleDocument {
    pub name: String,
    pub title: String,
    pub layer: String,
    pub measure: String,
    pub dataset: Option<String>,
    pub column: Option<String>,
    /// The least and the greatest value that are right.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How values are written: a bounded pattern, or every value that there is.
    pub pattern: Option<String>,
    pub codes: Vec<String>,
    pub comparison: Option<String>,
    pub bound: Option<f64>,
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleForm {
    pub name: String,
    pub title: String,
    pub layer: String,
    pub measure: String,
    /// A dataset, or `dataset.column`; nothing is the product.
    pub about: String,
    pub low: String,
    pub high: String,
    pub pattern: String,
    /// With commas or ends of lines between them.
    pub codes: String,
    pub comparison: String,
    pub bound: String,
}

impl From<&RuleDocument> for RuleForm {
    fn from(said: &RuleDocument) -> Self {
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        let about = match (&said.dataset, &said.column) {
            (Some(dataset), Some(column)) => format!("{dataset}.{column}"),
            (Some(dataset), None) => dataset.clone(),
            // A column of no dataset is none that anybody knows.
            (None, column) => column.as_ref().map(|column| format!(".{column}")).unwrap_or_default(),
        };
        Self {
            name: said.name.clone(),
            title: said.title.clone(),
            layer: said.layer.clone(),
            measure: said.measure.clone(),
            about,
            low: number(said.low),
            high: number(said.high),
            pattern: said.pattern.clone().unwrap_or_default(),
            codes: said.codes.join("\n"),
            comparison: said.comparison.clone().unwrap_or_default(),
            bound: number(said.bound),
        }
    }
}

/// A rule that may be declared.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRule {
    /// As tools call it; results are matched by it.
    pub name: String,
    pub title: String,
    pub layer: Layer,
    pub measure: Measure,
    pub dataset: Option<String>,
    pub column: Option<String>,
    /// Of values, for [`Measure::InRange`].
    pub range: Option<(f64, f64)>,
    /// For [`Measure::Written`].
    pub format: Option<Rule>,
    /// What the number keeps to; none where whoever reports says what passed.
    pub bound: Option<(Comparison, f64)>,
}

impl From<&NewRule> for RuleForm {
    fn from(rule: &NewRule) -> Self {
        let about = match (&rule.dataset, &rule.column) {
            (Some(dataset), Some(column)) => format!("{dataset}.{column}"),
            (dataset, _) => dataset.clone().unwrap_or_default(),
        };
        let format = rule.format.as_ref();
        Self {
            name: rule.name.clone(),
            title: rule.title.clone(),
            layer: rule.layer.as_str().to_owned(),
            measure: rule.measure.as_str().to_owned(),
            about,
            low: rule.range.map(|(low, _)| low.to_string()).unwrap_or_default(),
            high: rule.range.map(|(_, high)| high.to_string()).unwrap_or_default(),
            pattern: format.and_then(Rule::pattern).unwrap_or_default().to_owned(),
            codes: format.and_then(Rule::codes).unwrap_or_default().join("\n"),
            comparison: rule.bound.map(|(comparison, _)| comparison.as_str().to_owned()).unwrap_or_default(),
            bound: rule.bound.map(|(_, bound)| bound.to_string()).unwrap_or_default(),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// In one line, when it is short and can be seen.
fn line(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control)).then_some(text)
}

type Place = (Option<String>, Option<String>);

fn place(about: &str, measure: Option<Measure>, datasets: &[String], columns: &[String]) -> Result<Place, Violation> {
    let (dataset, column) = match about.split_once('.') {
        _ if about.is_empty() => (None, None),
        Some((dataset, column)) => (Some(dataset.to_owned()), Some(column.to_owned())),
        None => (Some(about.to_owned()), None),
    };
    let known = match &column {
        Some(_) => columns.iter().any(|one| one == about),
        None => dataset.as_ref().is_none_or(|name| datasets.contains(name)),
    };
    if !known {
        return Err(Violation::new("about", "about_unknown", "Choose a dataset or a column of this product."));
    }
    if column.is_none() && measure.is_some_and(Measure::needs_column) {
        return Err(Violation::new("about", "column_missing", "Choose the column that is measured."));
    }
    if dataset.is_none() && measure.is_some_and(Measure::asks_source) {
        return Err(Violation::new("about", "dataset_missing", "Choose the dataset that is measured."));
    }
    Ok((dataset, column))
}

fn bound(form: &RuleForm, measure: Measure) -> Result<Option<(Comparison, f64)>, Violation> {
    if measure == Measure::Reported {
        return Ok(None);
    }
    let comparison = form
        .comparison
        .parse::<Comparison>()
        .map_err(|_| Violation::new("comparison", "comparison_unknown", "Choose whether it must be at least or at most that much."))?;
    let of_percent = measure.unit() == "%";
    let bound = number(&form.bound).filter(|bound| *bound >= 0.0 && !(of_percent && *bound > 100.0));
    let said = if of_percent { "Enter a share from 0 to 100." } else { "Enter the number that is expected." };
    Ok(Some((comparison, bound.ok_or_else(|| Violation::new("bound", "bound_wrong", said))?)))
}

/// Checks what was typed against what the product has: datasets, and `dataset.column`.
pub fn check_rule(form: &RuleForm, datasets: &[String], columns: &[String]) -> Result<NewRule, Violations> {
    let mut wrong = vec![];
    let name = line(&form.name);
    if name.is_none() {
        wrong.push(Violation::new("name", "name_missing", "Write in at most 200 characters what tools call the rule."));
    }
    let title = line(&form.title);
    if title.is_none() {
        wrong.push(Violation::new("title", "title_missing", "Say in at most 200 characters what the data keeps to."));
    }
    let layer = form.layer.parse::<Layer>().ok();
    if layer.is_none() {
        wrong.push(Violation::new("layer", "layer_unknown", "Choose a layer: structural, schema or business."));
    }
    let measure = form.measure.parse::<Measure>().ok().filter(|measure| MEASURES.contains(measure));
    if measure.is_none() {
        wrong.push(Violation::new("measure", "measure_unknown", "Choose what is measured."));
    }
    let place = place(form.about.trim(), measure, datasets, columns).map_err(|fault| wrong.push(fault)).ok();
    let range = (measure == Some(Measure::InRange)).then(|| number(&form.low).zip(number(&form.high)).filter(|(low, high)| low < high)).flatten();
    if measure == Some(Measure::InRange) && range.is_none() {
        wrong.push(Violation::new("low", "range_wrong", "Enter the least and the greatest value that are right."));
    }
    let format = (measure == Some(Measure::Written)).then(|| read_rule(&form.pattern, &form.codes).map_err(|fault| wrong.push(fault)).ok()).flatten();
    let bound = measure.and_then(|measure| bound(form, measure).map_err(|fault| wrong.push(fault)).ok());
    match (name, title, layer, measure, place, bound) {
        (Some(name), Some(title), Some(layer), Some(measure), Some((dataset, column)), Some(bound)) if wrong.is_empty() => {
            Ok(NewRule { name, title, layer, measure, dataset, column, range, format, bound })
        }
        _ => Err(wrong),
    }
}

/// The rules of a document, or what is wrong with the first that cannot be.
pub fn check_rules(said: &[RuleDocument], datasets: &[String], columns: &[String]) -> Result<Vec<NewRule>, String> {
    if said.len() > MOST_RULES {
        return Err(format!("{} quality rules, {MOST_RULES} at most", said.len()));
    }
    let mut names = BTreeSet::new();
    said.iter()
        .map(|one| {
            let fault = |why: &str| format!("quality rule “{}”: {why}", one.name);
            let rule = check_rule(&RuleForm::from(one), datasets, columns)
                .map_err(|wrong| fault(&wrong.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join(" ")))?;
            if names.insert(rule.name.to_lowercase()) { Ok(rule) } else { Err(fault("the name is said twice")) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> RuleDocument {
        RuleDocument {
            name: "stops filled".into(),
            title: "Every stop has a code".into(),
            layer: "schema".into(),
            measure: "filled".into(),
            dataset: Some("routes".into()),
            column: Some("stop".into()),
            comparison: Some("at-least".into()),
            bound: Some(99.5),
            ..RuleDocument::default()
        }
    }

    fn check(said: &RuleDocument) -> Result<NewRule, Vec<&'static str>> {
        check_rule(&RuleForm::from(said), &["routes".into()], &["routes.stop".into()]).map_err(|wrong| wrong.iter().map(|one| one.code).collect())
    }

    #[test]
    fn a_rule_is_what_its_document_says() {
        let rule = check(&filled()).unwrap();
        assert_eq!((rule.layer, rule.measure, rule.bound), (Layer::Schema, Measure::Filled, Some((Comparison::AtLeast, 99.5))));
        assert_eq!((rule.dataset.as_deref(), rule.column.as_deref()), (Some("routes"), Some("stop")));
        let written = RuleDocument { measure: "written".into(), codes: vec!["N".into(), "S".into()], ..filled() };
        assert_eq!(check(&written).unwrap().format.unwrap().codes().unwrap(), ["N", "S"]);
        let form = RuleForm::from(&check(&written).unwrap());
        assert_eq!(check_rule(&form, &["routes".into()], &["routes.stop".into()]).unwrap(), check(&written).unwrap(), "as a form and back");
        let ranged = RuleDocument { measure: "in-range".into(), low: Some(-0.5), high: Some(42.0), ..filled() };
        assert_eq!(check(&ranged).unwrap().range, Some((-0.5, 42.0)));
        // Whoever reports says whether it passed, and it may be of the whole product.
        let reported = RuleDocument { measure: "reported".into(), dataset: None, column: None, comparison: None, bound: None, ..filled() };
        assert_eq!(check(&reported).unwrap().bound, None);
    }

    #[test]
    fn what_is_wrong_is_said_of_its_field() {
        assert_eq!(check(&RuleDocument::default()).unwrap_err(), ["name_missing", "title_missing", "layer_unknown", "measure_unknown"]);
        assert_eq!(check(&RuleDocument { column: None, ..filled() }).unwrap_err(), ["column_missing"]);
        assert_eq!(check(&RuleDocument { dataset: None, ..filled() }).unwrap_err(), ["about_unknown"]);
        assert_eq!(check(&RuleDocument { measure: "rows".into(), dataset: None, column: None, ..filled() }).unwrap_err(), ["dataset_missing"]);
        assert_eq!(check(&RuleDocument { bound: Some(100.5), ..filled() }).unwrap_err(), ["bound_wrong"]);
        assert_eq!(check(&RuleDocument { measure: "written".into(), pattern: Some("[0-9]*".into()), ..filled() }).unwrap_err(), ["pattern_wrong"]);
        assert_eq!(check(&RuleDocument { measure: "in-range".into(), low: Some(2.0), high: Some(1.0), ..filled() }).unwrap_err(), ["range_wrong"]);
        assert_eq!(
            check(&RuleDocument { measure: "read".into(), ..filled() }).unwrap_err(),
            ["measure_unknown"],
            "a promise, and no rule of the data"
        );
    }

    #[test]
    fn a_document_says_each_rule_once_and_not_too_many() {
        let (datasets, columns) = (["routes".to_owned()], ["routes.stop".to_owned()]);
        assert_eq!(check_rules(&[filled()], &datasets, &columns).unwrap().len(), 1);
        let twice = [filled(), RuleDocument { name: "Stops Filled".into(), ..filled() }];
        assert!(check_rules(&twice, &datasets, &columns).unwrap_err().contains("said twice"));
        let many: Vec<_> = (0..=MOST_RULES).map(|n| RuleDocument { name: format!("rule {n}"), ..filled() }).collect();
        assert!(check_rules(&many, &datasets, &columns).unwrap_err().contains("100 at most"));
    }
}
