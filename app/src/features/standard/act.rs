//! What may be done with a standard on its page: talking it over, agreeing, publishing, letting off, retiring.

use crate::ui::{choice_list, csrf_field, date_field, hidden, text_area, text_field};
use domain::Violation;
use domain::standard::{CheckInForm, NOTICE_DAYS, PublicationForm, earliest};
use leptos::prelude::*;
use rules::Status;
use store::standard::{Comment, Version};

/// What was typed into the page's forms, kept when something is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Acts {
    pub publication: PublicationForm,
    pub product: String,
    pub waiver_until: String,
    pub waiver_reason: String,
    pub retire_reason: String,
    pub comment: String,
    pub check_in: CheckInForm,
}

/// What this reader may do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Open {
    pub keeps: bool,
    pub may_agree: bool,
}

/// The way from a draft to what holds, for whoever keeps the standard or may agree to it.
pub(super) fn next_steps(csrf: &str, version: &Version, may: Open, acts: &Acts, wrong: &[Violation], today: chrono::NaiveDate) -> AnyView {
    let standard = &version.standard;
    if !standard.status.is_open() || !(may.keeps || may.may_agree) {
        return ().into_any();
    }
    let at = format!("/standards/{}", standard.id);
    let number = standard.version;
    let one_press = |verb: &str, label: &'static str, style: &'static str| {
        view! {
            <form method="post" action=format!("{at}/{verb}")>{csrf_field(csrf)}{hidden("version", &number.to_string())}<button type="submit" class=style>{label}</button></form>
        }
    };
    let shared = format!("/standards/shared/{}", version.share_key);
    let writing = may.keeps.then(|| {
        let consult = (standard.status == Status::Draft).then(|| one_press("consult", "Open consultation", "button button-secondary"));
        view! {
            <div class="actions">
                <a class="button button-secondary" href=format!("{at}/edit")>"Edit"</a>
                <a class="button button-secondary" href=format!("{at}/simulate?version={number}")>"See what it would do"</a>
                {consult}
            </div>
        }
    });
    let agreement = match (&version.agreed_by_name, may.may_agree) {
        (Some(name), _) => view! { <p>{format!("{name} agreed that it is published.")}</p> }.into_any(),
        (None, true) => view! {
            <p>"Read the text, the rule with its tests, "{changes(version)}"and "<a href=simulation(version)>"what it would do"</a>". You are the second person who is needed: nobody publishes alone."</p>
            {one_press("agree", "Agree to publish", "button")}
        }
        .into_any(),
        (None, false) => view! {
            <p>"Nobody publishes alone. Send this address to somebody else who may keep this standard, or to the data office; they read it and agree: "<a href=shared.clone()>{shared.clone()}</a></p>
        }
        .into_any(),
    };
    let publish = (may.keeps && version.agreed_at.is_some()).then(|| publication(csrf, &at, number, acts, wrong, today));
    view! {
        <section aria-labelledby="next">
            <h2 id="next">"What comes next"</h2>
            {writing}{agreement}{publish}
        </section>
    }
    .into_any()
}

/// Where whoever reads a version sees it beside the one before, word by word; nothing when it is the first.
fn changes(version: &Version) -> Option<impl IntoView + use<>> {
    let standard = &version.standard;
    let before = standard.version.checked_sub(1).filter(|before| *before > 0)?;
    let key = if standard.status == Status::Draft { format!("&key={}", version.share_key) } else { String::new() };
    let href = format!("/standards/{}/compare?from={before}&to={}{key}", standard.id, standard.version);
    Some(view! { <a href=href>"what it changes"</a>" " })
}

/// Where whoever reads a version sees what it would do; a draft's own key opens it for those who were sent its address.
pub(super) fn simulation(version: &Version) -> String {
    let standard = &version.standard;
    let key = if standard.status == Status::Draft { format!("&key={}", version.share_key) } else { String::new() };
    format!("/standards/{}/simulate?version={}{key}", standard.id, standard.version)
}

fn publication(csrf: &str, at: &str, number: u32, acts: &Acts, wrong: &[Violation], today: chrono::NaiveDate) -> AnyView {
    let form = &acts.publication;
    let from = if form.from.is_empty() { earliest(today).to_string() } else { form.from.clone() };
    let urgent = vec![("yes".to_owned(), format!("It cannot wait for {NOTICE_DAYS} days"), "Everybody can read why.".to_owned(), form.urgent)];
    view! {
        <form method="post" action=format!("{at}/publish") class="narrow" novalidate="" id="publish">
            {csrf_field(csrf)}{hidden("version", &number.to_string())}
            <h3>"Publish it"</h3>
            {date_field("from", "First day", &format!("Those whom it concerns are told at once and get {NOTICE_DAYS} days."), &from, wrong)}
            {date_field("until", "Day on which it ends (optional)", "The first day on which it no longer acts.", &form.until, wrong)}
            {choice_list("urgent", "Is it urgent?", urgent, wrong)}
            {text_area("reason", "Why it is urgent", "Leave it empty when it is not.", &form.reason, wrong)}
            <button type="submit" class="button">"Publish"</button>
        </form>
    }
    .into_any()
}

/// What is said of it, and saying something.
pub(super) fn consultation(csrf: &str, version: &Version, comments: &[Comment], may: Open, acts: &Acts, wrong: &[Violation]) -> AnyView {
    let open = version.standard.status == Status::Consultation;
    if comments.is_empty() && !open {
        return ().into_any();
    }
    let at = format!("/standards/{}", version.standard.id);
    let said = comments
        .iter()
        .map(|comment| {
            let agency = comment.agency.clone().map(|agency| format!(", {agency}")).unwrap_or_default();
            let answer = match &comment.answer {
                Some((text, by, when)) => {
                    view! { <p class="wording">{text.clone()}</p><p class="muted">{format!("Answered by {by}, ")}{crate::ui::moment(*when)}</p> }
                        .into_any()
                }
                None if may.keeps => answer_form(csrf, &at, comment),
                None => view! { <p class="muted">"Not answered yet."</p> }.into_any(),
            };
            view! {
                <li>
                    <p class="wording">{comment.text.clone()}</p>
                    <p class="muted">{format!("{}{agency}, on version {}, ", comment.author, comment.version)}{crate::ui::moment(comment.at)}</p>
                    {answer}
                </li>
            }
        })
        .collect_view();
    let form = open.then(|| {
        view! {
            <form method="post" action=format!("{at}/comment") class="narrow" novalidate="">
                {csrf_field(csrf)}{hidden("version", &version.standard.version.to_string())}
                {text_area("comment", "Your comment", "What would it mean for your products? Everybody can read it.", &acts.comment, wrong)}
                <button type="submit" class="button button-secondary">"Comment"</button>
            </form>
        }
    });
    view! {
        <section aria-labelledby="consultation">
            <h2 id="consultation">"Consultation"</h2>
            <ul class="plain-list">{said}</ul>
            {form}
        </section>
    }
    .into_any()
}

fn answer_form(csrf: &str, at: &str, comment: &Comment) -> AnyView {
    let id = format!("answer-{}", comment.id);
    view! {
        <form method="post" action=format!("{at}/answer") class="narrow">
            {csrf_field(csrf)}{hidden("id", &comment.id.to_string())}
            <div class="field"><label for=id.clone()>"Answer "<span class="sr-only">{comment.author.clone()}</span></label><textarea id=id name="answer" rows="2" maxlength="2000"></textarea></div>
            <button type="submit" class="button button-secondary">"Answer"</button>
        </form>
    }
    .into_any()
}

/// Letting a product off, and ending the standard.
pub(super) fn keeping(csrf: &str, version: &Version, may: Open, acts: &Acts, wrong: &[Violation]) -> AnyView {
    if !may.keeps || !version.standard.status.may_act() {
        return ().into_any();
    }
    let at = format!("/standards/{}", version.standard.id);
    view! {
        <section aria-labelledby="keeping">
            <h2 id="keeping">"Let a product off, or change it"</h2>
            <form method="post" action=format!("{at}/waive") class="narrow" novalidate="">
                {csrf_field(csrf)}
                {text_field("product", "Product", "Its address, such as ssot-a.busroutes-dp.", &acts.product, wrong)}
                {date_field("waiver_until", "Until", "The last day of it.", &acts.waiver_until, wrong)}
                {text_area("waiver_reason", "Why, and what is being done meanwhile", "It is shown on the product.", &acts.waiver_reason, wrong)}
                <button type="submit" class="button button-secondary">"Let it off"</button>
            </form>
            <p class="actions"><a class="button button-secondary" href=format!("{at}/edit")>"Write the next version"</a></p>
            <form method="post" action=format!("{at}/retire") class="narrow" novalidate="">
                {csrf_field(csrf)}
                {text_area("retire_reason", "Why it is retired", "It stops acting today.", &acts.retire_reason, wrong)}
                <button type="submit" class="button button-danger">"Retire the standard"</button>
            </form>
        </section>
    }
    .into_any()
}
