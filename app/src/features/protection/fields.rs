//! The fields by which a technique is chosen. Without scripting every parameter is shown, each saying which technique it belongs to; those
//! of other techniques are ignored (`domain::protection::TechniqueForm`).

use crate::ui::Remarks;
use domain::catalogue::ColumnType;
use domain::protection::{ColumnName, DateUnit, KeyScope, Kind, Technique, TechniqueForm};
use leptos::prelude::*;

/// Fields named as `TechniqueForm` reads them, for a column of this type. `default` says what holds when nothing is chosen.
pub fn technique_fields(form: &TechniqueForm, column: ColumnType, default: &str, said: Remarks<'_>) -> AnyView {
    let offered: Vec<(String, String)> = kinds(column).into_iter().map(|kind| (kind.to_string(), kind.label().to_owned())).collect();
    let fits = |kind| kinds(column).contains(&kind);
    let units: Vec<(String, String)> = DateUnit::ALL.iter().map(|unit| (unit.to_string(), unit.label().to_owned())).collect();
    let scopes: Vec<(String, String)> = KeyScope::ALL.iter().map(|scope| (scope.to_string(), scope.label().to_owned())).collect();
    let mask = fits(Kind::Mask).then(|| {
        view! {
            {said.text_field("technique_first", "First characters shown", "For masking: how many stay at the beginning.", &form.technique_first)}
            {said.text_field("technique_last", "Last characters shown", "For masking: how many stay at the end; 4 for an NRIC.", &form.technique_last)}
            {said.text_field("technique_shortest", "Mask whole below", "For masking: values of fewer characters show nothing; 8 for an NRIC.", &form.technique_shortest)}
        }
    });
    view! {
        {said.select_field("technique", "Technique", &format!("Without a choice: {default}"), &offered, &form.technique)}
        {mask}
        {fits(Kind::Pseudonym).then(|| said.select_field("technique_per", "The same within", "For a pseudonym.", &scopes, &form.technique_per))}
        {fits(Kind::Band).then(|| said.text_field("technique_width", "Width of a band", "For bands: 5 makes 25 of 26.", &form.technique_width))}
        {fits(Kind::DateTo).then(|| said.select_field("technique_unit", "Dates to the", "For dates.", &units, &form.technique_unit))}
        {fits(Kind::Grid).then(|| said.text_field("technique_thousandths", "Size of a cell", "For coordinates: thousandths of a degree; 10 is about a kilometre.", &form.technique_thousandths))}
        {fits(Kind::PlanningArea).then(|| said.text_field("technique_longitude", "Column of the longitude", "For planning areas: this column is the latitude.", &form.technique_longitude))}
        {fits(Kind::Round).then(|| said.text_field("technique_digits", "Decimals", "For rounding: 2 for hundredths, -2 for hundreds.", &form.technique_digits))}
        {fits(Kind::Noise).then(|| said.text_field("technique_most", "At most", "For noise: how far a number may be changed.", &form.technique_most))}
    }
    .into_any()
}

/// Techniques that fit a column whatever their parameters.
fn kinds(column: ColumnType) -> Vec<Kind> {
    let examples = [
        Technique::Clear {},
        Technique::LAST_FOUR,
        Technique::Pseudonym { per: KeyScope::Agreement },
        Technique::Band { width: 5 },
        Technique::DateTo { unit: DateUnit::Month },
        Technique::PostalSector {},
        Technique::Grid { thousandths: 10 },
        Technique::Round { digits: 0 },
        Technique::Noise { most: 10 },
        Technique::Suppress {},
    ];
    let area = ColumnName::new("longitude").map(|longitude| Technique::PlanningArea { longitude });
    examples.into_iter().chain(area).filter(|one| one.fits(column)).map(Technique::kind).collect()
}

/// Stronger masks that a condition may ask for: the value of the option, and words.
pub fn stronger(current: Technique, column: ColumnType) -> Vec<(String, String)> {
    let option = |technique: Technique| Some((serde_json::to_string(&technique).ok()?, technique.describe()));
    current.stricter(column).into_iter().filter_map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_is_offered_and_what_was_typed_is_kept() {
        let form = TechniqueForm { technique: "band".into(), technique_width: "<5".into(), ..TechniqueForm::default() };
        let wrong = form.parse().unwrap_err();
        let html = technique_fields(&form, ColumnType::Integer, "left out", Remarks { wrong: &wrong, advice: &[] }).to_html();
        assert!(html.contains("value=\"&lt;5\"") && html.contains("value=\"band\" selected") && html.contains("in digits"), "{html}");
        assert!(!html.contains("value=\"grid\"") && !html.contains("technique_unit"), "{html}");
        assert!(html.contains("Without a choice: left out"));
    }

    #[test]
    fn options_are_read_back() {
        let offered = stronger(Technique::Clear {}, ColumnType::Text);
        assert!(!offered.is_empty());
        for (value, words) in offered {
            assert_eq!(serde_json::from_str::<Technique>(&value).unwrap().describe(), words);
        }
    }
}
