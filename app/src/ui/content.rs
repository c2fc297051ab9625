//! Things to read: badges, tables, lists of facts, notices, and what stands where nothing is yet.

use super::text::count;
use domain::catalogue::Classification;
use leptos::prelude::*;

/// A classification as word, shape and colour; never colour alone.
pub fn classification_badge(class: Classification) -> impl IntoView {
    let (shape, style) = match class {
        Classification::OfficialOpen => ("●", "class-badge class-open"),
        Classification::OfficialClosed => ("■", "class-badge class-closed"),
        Classification::Restricted => ("▲", "class-badge class-restricted"),
        Classification::Confidential => ("◆", "class-badge class-confidential"),
        Classification::Secret => ("⬟", "class-badge class-secret"),
    };
    view! { <span class=style><span aria-hidden="true">{shape}" "</span>{class.label()}</span> }
}

/// A state in a word.
pub fn status_tag(word: &str) -> impl IntoView + use<> {
    view! { <span class="tag">{word.to_owned()}</span> }
}

/// A table with a caption; on a phone each row becomes a labelled list. The first cell of a row is its header.
pub fn data_table(caption: &str, heads: &[&str], rows: Vec<Vec<AnyView>>) -> impl IntoView + use<> {
    let shown = view! { <caption>{caption.to_owned()}</caption> }.into_any();
    table(caption, shown, heads, rows)
}

/// The same right under a heading that says what it is: its caption is for whoever does not see where it stands.
pub fn data_table_under_heading(caption: &str, heads: &[&str], rows: Vec<Vec<AnyView>>) -> impl IntoView + use<> {
    let heard = view! { <caption class="sr-only">{caption.to_owned()}</caption> }.into_any();
    table(caption, heard, heads, rows)
}

fn table(name: &str, caption: AnyView, heads: &[&str], rows: Vec<Vec<AnyView>>) -> impl IntoView + use<> {
    let labels: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let body = rows
        .into_iter()
        .map(|row| {
            let cells = row
                .into_iter()
                .zip(labels.clone())
                .enumerate()
                .map(|(index, (cell, label))| {
                    if index == 0 {
                        view! { <th scope="row" data-label=label>{cell}</th> }.into_any()
                    } else {
                        view! { <td data-label=label>{cell}</td> }.into_any()
                    }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=name.to_owned()>
            <table class="labelled">
                {caption}
                <thead><tr>{labels.into_iter().map(|label| view! { <th scope="col">{label}</th> }).collect_view()}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}

/// Facts by name.
pub fn summary_list(facts: Vec<(&'static str, AnyView)>) -> impl IntoView {
    let rows = facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view();
    view! { <dl class="summary">{rows}</dl> }
}

/// Something the reader should know before going on.
pub fn notice(text: AnyView) -> impl IntoView {
    view! { <div class="notice" role="note">{text}</div> }
}

/// Said above a list that was cut: `found` is one more than `most` where there are others.
pub fn cut_notice(found: usize, most: usize) -> Option<AnyView> {
    let shown = count(i64::try_from(most).unwrap_or(i64::MAX));
    (found > most).then(|| notice(format!("Only the first {shown} are shown; there are more.").into_any()).into_any())
}

/// What would be here, and how to make it so.
pub fn empty_state(title: &str, text: &str, next: AnyView) -> impl IntoView + use<> {
    view! { <div class="empty"><p class="empty-title">{title.to_owned()}</p><p>{text.to_owned()}</p>{next}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_that_it_is_cut_only_where_it_is() {
        assert!(cut_notice(2_000, 2_000).is_none());
        let said = cut_notice(2_001, 2_000).unwrap().to_html();
        assert!(said.contains("Only the first 2,000 are shown"), "{said}");
    }
}
