//! `/teams` and `/teams/{id}`: one's teams, and one team with its people and what it holds.

use crate::ui::{
    breadcrumbs, csrf_field, data_table, empty_state, error_summary, hidden, moment, notice, status_tag, summary_list, text_area, text_field,
};
use domain::Violation;
use domain::id::PersonId;
use leptos::prelude::*;
use store::team::{MemberView, TeamLine, TeamView};

/// What was typed into the form for a new team.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub name: String,
    pub about: String,
}

/// One's own, and for those who look after all of them every team. `agency` is whose teams the reader may make.
pub fn teams_page(csrf: &str, own: &[TeamLine], all: Option<&[TeamLine]>, agency: Option<&str>, form: &Form, wrong: &[Violation]) -> AnyView {
    let list = if own.is_empty() {
        empty_state(
            "You are in no team.",
            "A team asks for data together and holds its agreements together. Make one below, or ask its lead to add you.",
            ().into_any(),
        )
        .into_any()
    } else {
        data_table("Teams that you are in", &["Team", "Agency", "People", "You"], own.iter().map(|line| row(line, true)).collect()).into_any()
    };
    let all = all.map(|all| {
        let table = data_table("Every team", &["Team", "Agency", "People"], all.iter().map(|line| row(line, false)).collect());
        view! { <section aria-labelledby="all"><h2 id="all">"Every team"</h2>{table}</section> }
    });
    let make = match agency {
        None => notice("Your agency is not in the record, so you cannot make a team. The data office can add it.".into_any()).into_any(),
        Some(agency) => view! {
            <section aria-labelledby="new">
                <h2 id="new">"Make a team"</h2>
                <form method="post" action="/teams" class="narrow" novalidate="">
                    {csrf_field(csrf)}
                    <p class="hint">{format!("Of {agency}. You lead it, and may add colleagues of your agency.")}</p>
                    {text_field("name", "Name", "Such as Mobility study.", &form.name, wrong)}
                    {text_area("about", "What it does (optional)", "Those who decide its requests read this.", &form.about, wrong)}
                    <button type="submit" class="button">"Make team"</button>
                </form>
            </section>
        }
        .into_any(),
    };
    view! {
        {error_summary(wrong)}
        <h1>"Teams"</h1>
        <p class="lead">"An agreement may belong to a team: whoever joins may read, and whoever leaves no longer can."</p>
        {list}{all}{make}
    }
    .into_any()
}

fn row(line: &TeamLine, mine: bool) -> Vec<AnyView> {
    let mut cells = vec![
        view! { <a href=format!("/teams/{}", line.id)>{line.name.clone()}</a> }.into_any(),
        line.agency.clone().into_any(),
        line.people.to_string().into_any(),
    ];
    if mine {
        cells.push(if line.leads { "You lead it" } else { "Member" }.into_any());
    }
    cells
}

/// What the reader may do with a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct May {
    pub keep: bool,
    pub leave: bool,
}

/// One team. `email` is what was typed of somebody to add.
pub fn team_page(csrf: &str, team: &TeamView, reader: PersonId, may: May, email: &str, wrong: &[Violation]) -> AnyView {
    let id = team.id;
    let in_force = team.ended_at.is_none();
    let people = if team.people.is_empty() {
        empty_state("Nobody is in this team now.", "Whoever leaves the agency, or is disabled, leaves its teams.", ().into_any()).into_any()
    } else {
        let rows = team.people.iter().map(|member| person_row(csrf, team, member, reader, may)).collect();
        data_table("Who is in it", &["Name", "E-mail", "Since", "Lead", "Change"], rows).into_any()
    };
    let add = (in_force && may.keep).then(|| {
        view! {
            <form method="post" action=format!("/teams/{id}/add") class="inline-form" novalidate="">
                {csrf_field(csrf)}
                {text_field("email", "Add a colleague", "The e-mail address of somebody of the team’s agency who has signed in before.", email, wrong)}
                <button type="submit" class="button button-secondary">"Add"</button>
            </form>
        }
    });
    let agreements = if team.agreements.is_empty() {
        let next = view! { <a class="button" href="/products">"Find data"</a> }.into_any();
        empty_state("The team holds no agreement.", "Ask for data and choose the team in the form.", next).into_any()
    } else {
        let rows = team
            .agreements
            .iter()
            .map(|one| {
                vec![
                    view! { <a href=format!("/agreements/{}", one.id)>{one.product_title.clone()}</a> }.into_any(),
                    one.state.label().into_any(),
                    moment(one.until).into_any(),
                ]
            })
            .collect();
        data_table("What it holds", &["Product", "State", "Until"], rows).into_any()
    };
    let end = (in_force && may.keep).then(|| {
        view! {
            <form method="post" action=format!("/teams/{id}/end")>
                {csrf_field(csrf)}
                <button type="submit" class="button button-danger">"End this team"</button>
                <p class="hint">"Possible once it holds no agreement and waits for none."</p>
            </form>
        }
    });
    let mut facts = vec![("Agency", team.agency.clone().into_any()), ("Made", moment(team.made_at).into_any())];
    if !team.about.is_empty() {
        facts.insert(0, ("What it does", team.about.clone().into_any()));
    }
    facts.extend(team.ended_at.map(|at| ("Ended", moment(at).into_any())));
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/teams".into(), "Teams".into())])}
        <h1>{team.name.clone()}</h1>
        {(!in_force).then(|| view! { <p class="badges">{status_tag("Ended")}</p> })}
        {summary_list(facts)}
        <section aria-labelledby="people"><h2 id="people">"People"</h2>{people}{add}</section>
        <section aria-labelledby="agreements"><h2 id="agreements">"Agreements"</h2>{agreements}</section>
        {end}
    }
    .into_any()
}

fn person_row(csrf: &str, team: &TeamView, member: &MemberView, reader: PersonId, may: May) -> Vec<AnyView> {
    let press = |action: &'static str, lead: &'static str, label: &'static str| {
        let name = member.name.clone();
        view! {
            <form method="post" action=format!("/teams/{}/{action}", team.id) class="inline">
                {csrf_field(csrf)}{hidden("person", &member.person.to_string())}{hidden("lead", lead)}
                <button type="submit" class="link-button">{label}<span class="sr-only">{format!(": {name}")}</span></button>
            </form>
        }
    };
    let lead = may.keep.then(|| if member.lead { press("lead", "", "No longer lead") } else { press("lead", "1", "Make lead") });
    let out = if member.person == reader && may.leave {
        Some(press("remove", "", "Leave the team"))
    } else {
        may.keep.then(|| press("remove", "", "Remove"))
    };
    vec![
        member.name.clone().into_any(),
        member.email.clone().into_any(),
        moment(member.added_at).into_any(),
        if member.lead { "Leads it" } else { "" }.into_any(),
        view! { {lead}" "{out} }.into_any(),
    ]
}
