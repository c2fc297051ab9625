//! Tables of what is masked and how, and of rows as somebody would get them.

use crate::ui::data_table;
use domain::protection::{DatasetPolicy, Technique};
use leptos::prelude::*;

/// Names of columns, and cells row by row.
pub type SampleRows = (Vec<String>, Vec<Vec<Option<String>>>);

/// Rows of one dataset as its reader gets them; none when there is no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub title: String,
    pub rows: Option<SampleRows>,
}

/// Of one dataset, each column that is not shown as it is: what is done, what that is good for, what it leaves open. Nothing when every
/// column and row is shown as it is.
pub fn protected_columns(title: &str, columns: &[(String, Technique)], policy: &DatasetPolicy) -> Option<AnyView> {
    let rows: Vec<Vec<AnyView>> = columns
        .iter()
        .filter(|(_, technique)| !technique.is_clear())
        .map(|(name, technique)| {
            vec![
                view! { <code>{name.clone()}</code> }.into_any(),
                technique.describe().into_any(),
                technique.protects().into_any(),
                technique.does_not().into_any(),
            ]
        })
        .collect();
    let rules = policy.describe();
    if rows.is_empty() && rules.is_empty() {
        return None;
    }
    let heads = &["Column", "What is done", "Protects against", "Leaves open"];
    let table = (!rows.is_empty()).then(|| data_table(&format!("How columns of {title} are protected"), heads, rows));
    let policy = (!rules.is_empty()).then(|| {
        let rules = rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect_view();
        view! {
            <h2>{format!("How rows of {title} are protected")}</h2>
            <ul>{rules}</ul>
            <p class="muted">{format!("Protects against: {} Leaves open: {}", DatasetPolicy::protects(), DatasetPolicy::does_not())}</p>
        }
    });
    Some(view! { {table}{policy} }.into_any())
}

/// A sample, or that there is no row to show.
pub fn sample_table(sample: &Sample) -> AnyView {
    let caption = format!("What they would see of {}", sample.title);
    let Some((names, rows)) = &sample.rows else {
        return view! { <p class="muted">{format!("{caption}: no row.")}</p> }.into_any();
    };
    let heads: Vec<&str> = names.iter().map(String::as_str).collect();
    let cells = rows
        .iter()
        .map(|row| {
            row.iter().map(|cell| cell.clone().map_or_else(|| view! { <span class="muted">"none"</span> }.into_any(), IntoAny::into_any)).collect()
        })
        .collect();
    data_table(&caption, &heads, cells).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_done_is_said() {
        assert!(protected_columns("Staff", &[("route".into(), Technique::Clear {})], &DatasetPolicy::default()).is_none());
        let policy: DatasetPolicy = DatasetPolicy { without: [("area".to_owned(), ["X".to_owned()].into())].into(), ..DatasetPolicy::default() };
        let html =
            protected_columns("Staff", &[("nric".into(), Technique::LAST_FOUR), ("route".into(), Technique::Clear {})], &policy).unwrap().to_html();
        assert!(html.contains("nric") && html.contains("the last 4 characters") && !html.contains("route"), "{html}");
        assert!(html.contains("Records with area X are left out"));
    }

    #[test]
    fn a_sample_is_escaped_and_an_empty_one_says_so() {
        let rows = Some((vec!["a".to_owned()], vec![vec![Some("<b>".to_owned())], vec![None]]));
        let html = sample_table(&Sample { title: "Staff".into(), rows }).to_html();
        assert!(html.contains("&lt;b&gt;") && html.contains("none"), "{html}");
        assert!(sample_table(&Sample { title: "Staff".into(), rows: None }).to_html().contains("no row"));
    }
}
