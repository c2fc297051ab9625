//! Choosing columns and rows of a dataset: the same fields for who asks and for who decides.

use crate::ui::hidden;
use domain::Violation;
use leptos::prelude::*;

/// One dataset in a form.
#[derive(Debug, Clone)]
pub struct ScopeChoice {
    /// Names the dataset in the form's fields; holds no slash.
    pub key: String,
    pub title: String,
    pub columns: Vec<ColumnChoice>,
    /// Columns by which rows can be narrowed, with what was typed.
    pub rows: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct ColumnChoice {
    pub name: String,
    /// Its classification, in words.
    pub note: String,
    pub ticked: bool,
    /// Stronger masks that may be asked for: value and words; none when there is nothing to choose.
    pub masks: Vec<(String, String)>,
    /// The one that was chosen.
    pub mask: String,
}

/// Closed while everything is chosen: most ask for and get a whole dataset.
pub fn scope_fields(at: usize, choice: &ScopeChoice, wrong: &[Violation]) -> impl IntoView + use<> {
    let ticked = choice.columns.iter().filter(|column| column.ticked).count();
    let narrowed = choice.rows.iter().any(|(_, typed)| !typed.trim().is_empty());
    let faulty = wrong.iter().any(|fault| matches!(fault.field, "columns" | "rows" | "masks"));
    let masked = choice.columns.iter().any(|column| !column.mask.is_empty());
    let open = faulty || narrowed || masked || ticked < choice.columns.len();
    let rows = if narrowed { "some rows" } else { "every row" };
    let summary = format!("{}: {ticked} of {} columns, {rows}", choice.title, choice.columns.len());
    // The first dataset carries the fields' own ids, so that the summary of faults leads to it.
    let id = |name: &str, n: usize| if at == 0 && n == 0 { name.to_owned() } else { format!("{name}-{at}-{n}") };
    let columns = choice
        .columns
        .iter()
        .enumerate()
        .map(|(n, column)| {
            let id = id("columns", n);
            view! {
                <div class="choice">
                    <input type="checkbox" id=id.clone() name="columns" value=format!("{}/{}", choice.key, column.name) checked=column.ticked/>
                    <label for=id>{column.name.clone()}<span class="hint">{column.note.clone()}</span></label>
                    {(!column.masks.is_empty()).then(|| mask_select(&mask_id(at, n), &choice.key, column))}
                </div>
            }
        })
        .collect_view();
    let narrowing = choice
        .rows
        .iter()
        .enumerate()
        .map(|(n, (column, typed))| {
            let id = id("rows", n);
            let hint = format!("{id}-hint");
            view! {
                {hidden("row_names", &format!("{}/{column}", choice.key))}
                <div class="field">
                    <label for=id.clone()>{format!("Only rows whose {column} is")}</label>
                    <p class="hint" id=hint.clone()>"Values with commas between them. Empty for every row."</p>
                    <input type="text" id=id name="row_values" value=typed.clone() maxlength="2000" aria-describedby=hint/>
                </div>
            }
        })
        .collect_view();
    let legend = format!("Columns of {}", choice.title);
    view! {
        {hidden("columns_shown", &choice.key)}
        <details class="scope" open=open>
            <summary>{summary}</summary>
            <fieldset><legend class="sr-only">{legend}</legend>{columns}</fieldset>
            {narrowing}
        </details>
    }
}

/// The first carries the field's own id, so that the summary of faults leads to it.
fn mask_id(at: usize, n: usize) -> String {
    if at == 0 && n == 0 { "masks".into() } else { format!("masks-{at}-{n}") }
}

/// What is to be done to one column beyond what is done to it anyway.
fn mask_select(id: &str, key: &str, column: &ColumnChoice) -> impl IntoView + use<> {
    let options = column
        .masks
        .iter()
        .map(|(value, words)| view! { <option value=value.clone() selected=*value == column.mask>{words.clone()}</option> })
        .collect_view();
    view! {
        {hidden("mask_columns", &format!("{key}/{}", column.name))}
        <label class="sr-only" for=id.to_owned()>{format!("Stronger mask for {}", column.name)}</label>
        <select id=id.to_owned() name="masks"><option value="">"No stronger mask"</option>{options}</select>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(ticked: bool, typed: &str) -> ScopeChoice {
        let column =
            |name: &str, ticked| ColumnChoice { name: name.into(), note: "Official (open)".into(), ticked, masks: vec![], mask: String::new() };
        ScopeChoice {
            key: "a.b.c.d".into(),
            title: "Routes".into(),
            columns: vec![column("route", true), column("area", ticked)],
            rows: vec![("area".into(), typed.into())],
        }
    }

    #[test]
    fn it_is_closed_while_everything_is_chosen() {
        let whole = scope_fields(0, &choice(true, ""), &[]).to_html();
        assert!(whole.contains("Routes: 2 of 2 columns, every row") && !whole.contains(" open"), "{whole}");
        assert!(whole.contains("value=\"a.b.c.d/route\"") && whole.contains("id=\"columns\"") && whole.contains("id=\"rows\""));
        assert!(scope_fields(1, &choice(false, ""), &[]).to_html().contains(" open"));
        assert!(scope_fields(1, &choice(true, "AM"), &[]).to_html().contains("some rows"));
    }
}
