//! Check-ins of the working group on a standard's page: what was on the agenda, who was there, what was decided.

use super::act::{Acts, Open};
use crate::ui::{csrf_field, date_field, day, moment, text_area};
use domain::Violation;
use domain::standard::CheckInForm;
use leptos::prelude::*;
use store::standard::{CheckIn, Version};

pub(super) fn check_ins(csrf: &str, version: &Version, all: &[CheckIn], may: Open, acts: &Acts, wrong: &[Violation]) -> AnyView {
    if all.is_empty() && !may.keeps {
        return ().into_any();
    }
    let at = format!("/standards/{}/check-ins", version.standard.id);
    let nothing = CheckInForm::default();
    let planning = if acts.check_in.of.is_none() { (&acts.check_in, wrong) } else { (&nothing, &[][..]) };
    let plan = may.keeps.then(|| {
        view! {
            <form method="post" action=at.clone() class="narrow" novalidate="">
                {csrf_field(csrf)}
                <h3>"Plan a check-in"</h3>
                {date_field("held_on", "Day", "A day that has been may be added too.", &planning.0.held_on, planning.1)}
                {text_area("agenda", "Agenda", "Everybody who may read the standard can read it.", &planning.0.agenda, planning.1)}
                <button type="submit" class="button button-secondary">"Plan it"</button>
            </form>
        }
    });
    let items = all.iter().map(|one| item(csrf, &at, one, may, acts, wrong)).collect_view();
    view! {
        <section aria-labelledby="check-ins">
            <h2 id="check-ins">"Check-ins of the working group"</h2>
            <ul class="plain-list">{items}</ul>
            {plan}
        </section>
    }
    .into_any()
}

fn item(csrf: &str, at: &str, one: &CheckIn, may: Open, acts: &Acts, wrong: &[Violation]) -> AnyView {
    let noted = match &one.noted {
        Some((decisions, by, when)) => view! {
            <h4>"Decided"</h4>
            <p class="wording">{decisions.clone()}</p>
            <p class="muted">{format!("There were {}. Written down by {by}, ", one.attendance.join(", "))}{moment(*when)}</p>
        }
        .into_any(),
        None if may.keeps => minutes(csrf, at, one, acts, wrong),
        None => view! { <p class="muted">"Nothing is written down yet."</p> }.into_any(),
    };
    view! {
        <li>
            <h3>{day(one.held_on)}</h3>
            <p class="wording">{one.agenda.clone()}</p>
            <p class="muted">{format!("Planned by {}", one.planned_by)}</p>
            {noted}
        </li>
    }
    .into_any()
}

/// Several of these may stand on one page, so that each field's name is of its check-in.
fn minutes(csrf: &str, at: &str, one: &CheckIn, acts: &Acts, wrong: &[Violation]) -> AnyView {
    let nothing = CheckInForm::default();
    let (typed, wrong) = if acts.check_in.of == Some(one.id) { (&acts.check_in, wrong) } else { (&nothing, &[][..]) };
    let field = |name: &'static str, label: &'static str, hint: &'static str, value: &str| {
        let id = format!("{name}-{}", one.id);
        let fault = wrong.iter().find(|fault| fault.field == name).map(|fault| view! { <p class="fault" id=name>{fault.message.clone()}</p> });
        view! {
            <div class="field">
                <label for=id.clone()>{label}<span class="sr-only">{format!(" of {}", one.held_on)}</span></label>
                <p class="hint">{hint}</p>
                {fault}
                <textarea id=id name=name rows="3" maxlength="2000">{value.to_owned()}</textarea>
            </div>
        }
    };
    view! {
        <form method="post" action=format!("{at}/{}", one.id) class="narrow" novalidate="">
            {csrf_field(csrf)}
            {field("attendance", "Who was there", "A name on each line, with the agency.", &typed.attendance)}
            {field("decisions", "What was decided", "It cannot be changed after it is written down.", &typed.decisions)}
            <button type="submit" class="button button-secondary">"Write it down"</button>
        </form>
    }
    .into_any()
}
