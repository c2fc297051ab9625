//! The terms of a product: the current version with its history, an old one, and two of them side by side.

use crate::features::catalogue::ProductTab;
use crate::ui::{breadcrumbs, data_table, day, deadline, moment, notice, summary_list};
use domain::access::usual_answers;
use domain::catalogue::{DataSharingAgreement, Piece, Standing, word_difference};
use leptos::prelude::*;
use store::catalogue::{ProductView, TermsLine, TermsNames, TermsVersion};

/// What a version says that a program can hold somebody to, by name, in words.
pub fn term_facts(terms: &DataSharingAgreement, names: &TermsNames) -> Vec<(&'static str, String)> {
    let purposes = |codes: &[String]| listed(codes, names.purposes.iter().map(|(code, title, _)| (code, title)));
    let agencies = |slugs: &[String]| listed(slugs, names.agencies.iter().map(|(slug, title)| (slug, title)));
    let days = |days: i32| format!("{days} day{}", if days == 1 { "" } else { "s" });
    vec![
        ("Sharing", terms.sharing.label().to_owned()),
        ("Purposes allowed", purposes(&terms.purposes).unwrap_or_else(|| "Any listed purpose".into())),
        ("Purposes not allowed", purposes(&terms.forbidden).unwrap_or_else(|| "None named".into())),
        ("Agencies that may ask", agencies(&terms.agencies_may).unwrap_or_else(|| "Every agency".into())),
        ("Agencies that may not", agencies(&terms.agencies_may_not).unwrap_or_else(|| "None named".into())),
        ("Who may use it", terms.who_may.clone().unwrap_or_else(|| "Every officer".into())),
        ("Who may not", terms.who_may_not.clone().unwrap_or_else(|| "Nobody is excluded by name".into())),
        ("Passing on", terms.distribution.label().to_owned()),
        ("To whom", terms.onward.map_or_else(|| "Not said".to_owned(), |onward| onward.label().to_owned())),
        ("Keeping it", terms.retention.clone().unwrap_or_else(|| "No rule beyond the term of the agreement".into())),
        (
            "Copies gone after the end",
            terms.retention_days.map_or_else(|| "Not said".to_owned(), |n| if n == 0 { "At once".into() } else { format!("Within {}", days(n)) }),
        ),
        ("Longest term", format!("{}, renewable", days(terms.longest_days))),
        ("A request must say", asked(terms)),
    ]
}

/// What a request needs beside its purpose.
fn asked(terms: &DataSharingAgreement) -> String {
    let usual = usual_answers(terms.sharing);
    let answers = terms.asks.as_ref().unwrap_or(&usual);
    let said: Vec<&str> = std::iter::once("Its purpose").chain(answers.iter().map(|answer| answer.label())).collect();
    match &terms.asks {
        None => format!("As usual: {}", said.join("; ")),
        Some(asks) if asks.is_empty() => "Nothing but its purpose".to_owned(),
        Some(_) => said.join("; "),
    }
}

fn listed<'a>(codes: &[String], names: impl Iterator<Item = (&'a String, &'a String)>) -> Option<String> {
    let names: Vec<_> = names.collect();
    let titled = |code: &String| names.iter().find(|(known, _)| *known == code).map_or_else(|| code.clone(), |(_, title)| (*title).clone());
    (!codes.is_empty()).then(|| codes.iter().map(titled).collect::<Vec<_>>().join("; "))
}

fn paragraphs(text: &str) -> AnyView {
    text.split('\n')
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| view! { <p class="prose">{line.to_owned()}</p> })
        .collect_view()
        .into_any()
}

/// The text and then the terms of one version.
fn wording(terms: &DataSharingAgreement, names: &TermsNames) -> AnyView {
    let parts = terms
        .text
        .parts()
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(heading, text)| view! { <h2>{heading}</h2>{paragraphs(text)} })
        .collect_view();
    let nothing =
        terms.text.is_empty().then(|| view! { <p class="muted">"The owner has not written the terms out in words; what follows holds."</p> });
    let facts = term_facts(terms, names).into_iter().map(|(name, text)| (name, text.into_any())).collect();
    view! { {nothing}{parts}<h2>"The terms in short"</h2>{summary_list(facts)} }.into_any()
}

fn about(line: &TermsLine) -> AnyView {
    let by = line.made_by.clone().unwrap_or_else(|| "the product's document".into());
    let until = line.accept_by.map(|by| view! { ". Holders of agreements accept it by "{deadline(by)} });
    view! { <p class="muted">{format!("Version {} of ", line.version)}{moment(line.made_at)}{format!(", by {by}")}{until}"."</p> }.into_any()
}

fn at(address: &str) -> String {
    ProductTab::Agreement.url(address)
}

/// The agreement tab: what holds now, and what held before. `may_edit`: whether its reader may publish another version.
pub fn current_terms(address: &str, current: &TermsVersion, history: &[TermsLine], names: &TermsNames, may_edit: bool) -> AnyView {
    let edit = may_edit.then(
        || view! { <p class="no-print"><a class="button button-secondary" href=format!("{}/edit", at(address))>"Write another version"</a></p> },
    );
    view! {
        <h2>"Data sharing agreement"</h2>
        {about(&current.about)}
        <p>"These are the terms under which the owner shares this product. Your request is decided against them, and by submitting it you accept them."</p>
        {edit}
        {wording(&current.terms, names)}
        {history_table(address, history)}
    }
    .into_any()
}

fn history_table(address: &str, history: &[TermsLine]) -> AnyView {
    let rows = history
        .iter()
        .map(|line| {
            let (version, former) = (line.version, line.version - 1);
            let link = view! { <a href=format!("{}/{version}", at(address))>{format!("Version {version}")}</a> };
            let compare = (former > 0).then(|| {
                view! { <a href=format!("{}/compare?from={former}&to={version}", at(address))>"Compare"<span class="sr-only">{format!(" versions {former} and {version}")}</span></a> }
            });
            vec![
                link.into_any(),
                moment(line.made_at).into_any(),
                line.made_by.clone().unwrap_or_else(|| "The product's document".into()).into_any(),
                line.change_note.clone().unwrap_or_default().into_any(),
                line.accept_by.map_or_else(|| "–".into_any(), |by| day(by).into_any()),
                compare.map_or_else(|| "–".into_any(), IntoAny::into_any),
            ]
        })
        .collect();
    data_table("Versions of these terms", &["Version", "Made", "By", "What changed", "Accept by", "With the one before"], rows).into_any()
}

fn way_back(product: &ProductView) -> impl IntoView + use<> {
    breadcrumbs(vec![(format!("/products/{}", product.address), product.title.clone()), (at(&product.address), "Agreement".into())])
}

/// One version, old or current.
pub fn version_page(product: &ProductView, shown: &TermsVersion, current: i32, names: &TermsNames) -> AnyView {
    let (version, address) = (shown.about.version, &product.address);
    let old = (version != current).then(|| {
        notice(
            view! {
                {format!("This version no longer holds: version {current} is current. ")}
                <a href=format!("{}/compare?from={version}&to={current}", at(address))>"What changed since"</a>
            }
            .into_any(),
        )
    });
    view! {
        {way_back(product)}
        <h1>{format!("Terms of {}, version {version}", product.title)}</h1>
        <p class="address">{address.clone()}</p>
        {about(&shown.about)}
        {shown.about.change_note.clone().map(|note| view! { <p class="prose">"What changed: "{note}</p> })}
        {old}
        {wording(&shown.terms, names)}
    }
    .into_any()
}

/// Two versions side by side.
pub fn compare_page(product: &ProductView, former: &TermsVersion, latter: &TermsVersion, versions: &[i32], names: &TermsNames) -> AnyView {
    let (from, to) = (former.about.version, latter.about.version);
    let choice = |id: &'static str, label: &'static str, chosen: i32| {
        let options = versions
            .iter()
            .map(|version| view! { <option value=version.to_string() selected=*version == chosen>{format!("Version {version}")}</option> })
            .collect_view();
        view! { <div class="field"><label for=id>{label}</label><select id=id name=id>{options}</select></div> }
    };
    view! {
        {way_back(product)}
        <h1>{format!("Terms of {}: versions {from} and {to}", product.title)}</h1>
        {about(&former.about)}
        {about(&latter.about)}
        <form method="get" action=format!("{}/compare", at(&product.address)) class="inline-form">
            {choice("from", "From", from)}{choice("to", "To", to)}
            <button type="submit" class="button button-secondary">"Compare"</button>
        </form>
        {difference(&former.terms, &latter.terms, names, &[&format!("Version {from}"), &format!("Version {to}")])}
    }
    .into_any()
}

/// What differs between two wordings, term by term and word by word; `heads` name the two.
pub fn difference(former: &DataSharingAgreement, latter: &DataSharingAgreement, names: &TermsNames, heads: &[&str; 2]) -> AnyView {
    let texts = former.text.parts().into_iter().zip(latter.text.parts()).filter(|((_, old), (_, new))| old != new);
    let mut rows: Vec<Vec<AnyView>> = texts.map(|((heading, old), (_, new))| row(heading, &word_difference(old, new))).collect();
    let facts = term_facts(former, names).into_iter().zip(term_facts(latter, names));
    let (same, changed): (Vec<_>, Vec<_>) = facts.partition(|((_, old), (_, new))| old == new);
    rows.extend(changed.into_iter().map(|((name, old), (_, new))| row(name, &[gone(old), new_one(new)])));
    let same: Vec<&str> = same.into_iter().map(|((name, _), _)| name).collect();
    if rows.is_empty() {
        return notice("Nothing differs between these two.".into_any()).into_any();
    }
    view! {
        {data_table("What differs", &["Term", heads[0], heads[1]], rows)}
        <p class="muted">"Words that went are struck through, words that came are underlined."</p>
        {(!same.is_empty()).then(|| view! { <p class="muted">{format!("The same in both: {}.", same.join(", ").to_lowercase())}</p> })}
    }
    .into_any()
}

fn gone(text: String) -> Piece {
    Piece { standing: Standing::Gone, text }
}

fn new_one(text: String) -> Piece {
    Piece { standing: Standing::New, text }
}

fn row(name: &'static str, pieces: &[Piece]) -> Vec<AnyView> {
    vec![name.into_any(), side(pieces, Standing::Gone), side(pieces, Standing::New)]
}

/// One side of a difference: what is in both, and what is on this side alone.
pub fn side(pieces: &[Piece], own: Standing) -> AnyView {
    let words: Vec<_> = pieces.iter().filter(|piece| piece.standing == Standing::InBoth || piece.standing == own).collect();
    if words.is_empty() {
        return view! { <span class="muted">"Nothing"</span> }.into_any();
    }
    let words = words
        .into_iter()
        .map(|piece| {
            let text = piece.text.clone();
            match piece.standing {
                Standing::InBoth => text.into_any(),
                Standing::Gone => view! { <del>{text}</del> }.into_any(),
                Standing::New => view! { <ins>{text}</ins> }.into_any(),
            }
        })
        .collect_view();
    view! { <div class="wording">{words}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Answer;
    use domain::catalogue::{Distribution, Sharing, TermsText};

    #[test]
    fn a_difference_shows_each_side_and_escapes_it() {
        let terms = |obligations: &str, days| DataSharingAgreement {
            text: TermsText { obligations: obligations.into(), ..TermsText::default() },
            agencies_may: vec!["parks".into()],
            ..DataSharingAgreement::plain(Sharing::Approval, Distribution::None, days)
        };
        let names = TermsNames { purposes: vec![], agencies: vec![("parks".into(), "Parks agency".into())] };
        let (old, new) = (terms("Keep <b>it</b> safe", 365), terms("Keep it very safe", 90));
        let html = difference(&old, &new, &names, &["Version 1", "Version 2"]).to_html();
        assert!(html.contains("<ins>") && html.contains("<del>") && html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
        assert!(html.contains("365 days, renewable") && html.contains("90 days, renewable"));
        assert!(html.contains("The same in both: sharing, "), "what did not change is named once: {html}");
        assert!(difference(&old, &old, &names, &["", ""]).to_html().contains("Nothing differs"));
        assert!(wording(&old, &names).to_html().contains("Parks agency"));
    }

    #[test]
    fn what_a_request_must_say_is_said_and_compared() {
        let terms = |asks: Option<&[Answer]>| DataSharingAgreement {
            asks: asks.map(|asks| asks.iter().copied().collect()),
            ..DataSharingAgreement::plain(Sharing::Open, Distribution::None, 365)
        };
        let (usual, basis) = (terms(None), terms(Some(&[Answer::LegalBasis])));
        assert_eq!(asked(&usual), "As usual: Its purpose; The last day on which it is needed");
        assert_eq!((asked(&basis).as_str(), asked(&terms(Some(&[]))).as_str()), ("Its purpose; The legal basis", "Nothing but its purpose"));
        let html = difference(&usual, &basis, &TermsNames::default(), &["Version 1", "Version 2"]).to_html();
        assert!(html.contains("A request must say") && html.contains("<ins>Its purpose; The legal basis</ins>"), "{html}");
    }
}
