//! Writing another version of a product's terms: the form, and what would change before it is published.

use super::terms::difference;
use crate::features::catalogue::ProductTab;
use crate::ui::{Remarks, breadcrumbs, csrf_field, deadline, error_summary, hidden, notice, summary_list};
use domain::access::Answer;
use domain::catalogue::{DataSharingAgreement, Distribution, NewTerms, Onward, PURPOSE_ALONE, Sharing, TermsForm};
use leptos::prelude::*;
use store::catalogue::{ProductView, TermsNames, TermsVersion};

fn way_back(product: &ProductView) -> impl IntoView + use<> {
    breadcrumbs(vec![
        (format!("/products/{}", product.address), product.title.clone()),
        (ProductTab::Agreement.url(&product.address), "Agreement".into()),
    ])
}

fn options<T: Copy>(all: &[T], word: fn(T) -> &'static str, label: fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter().map(|one| (word(*one).to_owned(), label(*one).to_owned())).collect()
}

/// Answers that a request may have to give, and that it needs none.
fn answers(chosen: &[String]) -> Vec<(String, String, String, bool)> {
    let all = Answer::ALL.iter().map(|answer| (answer.as_str(), answer.label())).chain([(PURPOSE_ALONE, "Nothing but its purpose")]);
    all.map(|(word, label)| (word.to_owned(), label.to_owned(), String::new(), chosen.iter().any(|one| one == word))).collect()
}

/// The form, made from the version `over`. `newer`: another version that came meanwhile. What standards say is of the version that holds.
pub fn edit_page(
    csrf: &str,
    product: &ProductView,
    over: i32,
    newer: Option<&TermsVersion>,
    form: &TermsForm,
    names: &TermsNames,
    said: Remarks<'_>,
) -> AnyView {
    let at = ProductTab::Agreement.url(&product.address);
    let purposes = |chosen: &[String]| {
        // A retired purpose stays while the terms name it.
        let offered = names.purposes.iter().filter(|(code, _, offered)| *offered || chosen.contains(code));
        offered.map(|(code, title, _)| (code.clone(), title.clone(), String::new(), chosen.contains(code))).collect::<Vec<_>>()
    };
    let agencies = |chosen: &[String]| {
        names.agencies.iter().map(|(slug, title)| (slug.clone(), title.clone(), String::new(), chosen.contains(slug))).collect::<Vec<_>>()
    };
    let stale = newer.map(|newer| {
        let version = newer.about.version;
        let by = newer.about.made_by.clone().unwrap_or_else(|| "the product's document".into());
        notice(
            view! {
                {format!("Version {version} was published by {by} while you were writing over version {over}. What you typed is kept below; published, it replaces version {version}. ")}
                <a href=format!("{at}/compare?from={over}&to={version}")>{format!("What version {version} changed")}</a>
            }
            .into_any(),
        )
    });
    let base = newer.map_or(over, |newer| newer.about.version);
    let (advice, described) = said.of_form("terms-advice");
    view! {
        <div class="narrow">
            {error_summary(said.wrong)}
            {way_back(product)}
            <h1>{format!("Write version {} of the terms", base + 1)}</h1>
            {stale}
            <p>"Old versions stay readable. Everyone who holds an agreement on this product is asked to accept the new one."</p>
            {advice}
            <form method="post" action=format!("{at}/edit") novalidate="" aria-describedby=described>
                {csrf_field(csrf)}{hidden("over", &base.to_string())}
                <h2>"What people read"</h2>
                {said.text_area("introduction", "What this agreement is for", "What is shared, by whom, and why.", &form.introduction)}
                {said.text_area("obligations", "What the holder undertakes", "One obligation a line.", &form.obligations)}
                {said.text_area("safeguards", "How it is kept safe", "Where it may lie, who may see it, what is deleted when.", &form.safeguards)}
                {said.text_area("breach", "When something goes wrong", "Whom to tell, how soon, and what follows.", &form.breach)}
                <h2>"What requests are held to"</h2>
                {said.select_field("sharing", "Sharing", "", &options(Sharing::ALL, Sharing::as_str, Sharing::label), &form.sharing)}
                {said.choice_list("purposes", "Purposes allowed (none ticked: all)", purposes(&form.purposes))}
                {said.choice_list("forbidden", "Purposes not allowed", purposes(&form.forbidden))}
                {said.choice_list("agencies_may", "Agencies whose officers may ask (none ticked: all)", agencies(&form.agencies_may))}
                {said.choice_list("agencies_may_not", "Agencies whose officers may not ask", agencies(&form.agencies_may_not))}
                {said.text_field("who_may", "Who may use it, in words", "Optional.", &form.who_may)}
                {said.text_field("who_may_not", "Who may not, in words", "Optional.", &form.who_may_not)}
                {said.select_field("distribution", "Passing on", "", &options(Distribution::ALL, Distribution::as_str, Distribution::label), &form.distribution)}
                {said.select_field("onward", "To whom", "Optional.", &options(Onward::ALL, Onward::as_str, Onward::label), &form.onward)}
                {said.text_field("retention", "Keeping it, in words", "Optional.", &form.retention)}
                {said.text_field("retention_days", "Days after the end until copies are gone", "Optional; 0 means at once.", &form.retention_days)}
                {said.text_field("longest_days", "Longest term, in days", "", &form.longest_days)}
                {said.choice_list("asks", "What a request must say beside its purpose (none ticked: as usual)", answers(&form.asks))}
                <p class="hint">"As usual is all but who else will see it, and where the product is open to every officer, the last day alone. What is not ticked is not asked."</p>
                <h2>"For those who must accept it"</h2>
                {said.text_area("change_note", "What changes, and why", "In a sentence or two.", &form.change_note)}
                {said.date_field("accept_by", "Accept by", "At least 14 days away. Whoever has not accepted by then reads nothing until they do.", &form.accept_by)}
                <div class="actions">
                    <button type="submit" class="button">"See what would change"</button>
                    <a href=at.clone()>"Leave the terms as they are"</a>
                </div>
            </form>
        </div>
    }
    .into_any()
}

/// What would change, with a way on and a way back that keeps what was typed.
pub fn preview_page(csrf: &str, product: &ProductView, now: &TermsVersion, form: &TermsForm, new: &NewTerms, names: &TermsNames) -> AnyView {
    let (at, over) = (ProductTab::Agreement.url(&product.address), now.about.version);
    let next = over + 1;
    let kept = |action: String, label: String, class: &'static str, change: bool| {
        view! {
            <form method="post" action=action class="inline">
                {csrf_field(csrf)}{hidden("over", &over.to_string())}{typed(form)}
                {change.then(|| hidden("change", "1"))}
                <button type="submit" class=class>{label}</button>
            </form>
        }
    };
    let asked = match product.trust.used_by {
        0 => "Nobody: no agreement on this product is in force".to_owned(),
        1 => "One person, who holds an agreement in force".to_owned(),
        n => format!("{n} people, who hold agreements in force"),
    };
    view! {
        {way_back(product)}
        <h1>{format!("Check version {next} of the terms")}</h1>
        {difference(&now.terms, &new.terms, names, &[&format!("Version {over}, now"), &format!("Version {next}")])}
        {summary_list(vec![
            ("What changes", new.change_note.clone().into_any()),
            ("Accept by", deadline(new.accept_by).into_any()),
            ("Who is asked", asked.into_any()),
        ])}
        {wider(&now.terms, &new.terms)}
        <div class="actions">
            {kept(format!("{at}/publish"), format!("Publish version {next}"), "button", false)}
            {kept(format!("{at}/edit"), "Change it".into(), "button button-secondary", true)}
        </div>
    }
    .into_any()
}

/// A version narrows what is asked for from now on; agreements in force keep what was decided.
fn wider(now: &DataSharingAgreement, new: &DataSharingAgreement) -> Option<AnyView> {
    let narrower = new.purposes != now.purposes
        || new.forbidden != now.forbidden
        || new.agencies_may != now.agencies_may
        || new.agencies_may_not != now.agencies_may_not;
    narrower.then(|| {
        notice("Purposes and agencies bind new requests. What is in force already keeps its purpose: revoke it where it should not go on.".into_any())
            .into_any()
    })
}

fn typed(form: &TermsForm) -> AnyView {
    let one = [
        ("sharing", &form.sharing),
        ("who_may", &form.who_may),
        ("who_may_not", &form.who_may_not),
        ("distribution", &form.distribution),
        ("onward", &form.onward),
        ("retention", &form.retention),
        ("retention_days", &form.retention_days),
        ("longest_days", &form.longest_days),
        ("introduction", &form.introduction),
        ("obligations", &form.obligations),
        ("safeguards", &form.safeguards),
        ("breach", &form.breach),
        ("change_note", &form.change_note),
        ("accept_by", &form.accept_by),
    ];
    let many = [
        ("purposes", &form.purposes),
        ("forbidden", &form.forbidden),
        ("agencies_may", &form.agencies_may),
        ("agencies_may_not", &form.agencies_may_not),
        ("asks", &form.asks),
    ];
    view! {
        {one.into_iter().map(|(name, value)| hidden(name, value)).collect_view()}
        {many.into_iter().flat_map(|(name, values)| values.iter().map(move |value| hidden(name, value))).collect_view()}
    }
    .into_any()
}
