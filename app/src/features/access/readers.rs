//! Who may read under an agreement: the people of its team and its machine clients; and who has read, the two apart.

use crate::ui::{csrf_field, data_table, empty_state, hidden, moment, text_field};
use domain::Violation;
use leptos::prelude::*;
use store::access::{AgreementView, MachineView, ReadBy};

/// The people of the team that holds it; nothing for one person's own.
pub fn people_section(agreement: &AgreementView) -> Option<AnyView> {
    agreement.team.as_ref()?;
    let people =
        agreement.people.iter().map(|one| format!("{}{}", one.name, if one.lead { " (keeps it)" } else { "" })).collect::<Vec<_>>().join(", ");
    let people = if people.is_empty() { "Nobody is in the team now, so nobody reads.".to_owned() } else { people };
    let view = view! {
        <section aria-labelledby="people">
            <h2 id="people">"Who may read"</h2>
            <p>{people}</p>
            <p class="hint">"Everybody in the team, each with a credential of their own. Whoever leaves the team loses it at once; whoever decided this request holds none."</p>
        </section>
    };
    Some(view.into_any())
}

/// Programs that read with credentials of their own.
pub fn machines_section(csrf: &str, agreement: &AgreementView, machines: &[MachineView], keeps: bool, wrong: &[Violation]) -> AnyView {
    if machines.is_empty() && !keeps {
        return ().into_any();
    }
    let id = agreement.id;
    let list = if machines.is_empty() {
        let text = "Name one when a program is to read by itself: it gets a credential of its own, and its reads are apart from people’s in the audit trail.";
        empty_state("No machine client.", text, ().into_any()).into_any()
    } else {
        let rows = machines
            .iter()
            .map(|machine| {
                let press = |action: &'static str, label: &'static str| {
                    let name = machine.name.clone();
                    keeps.then(|| {
                        view! {
                            <form method="post" action=format!("/agreements/{id}/machines/{action}") class="inline">
                                {csrf_field(csrf)}{hidden("machine_id", &machine.id.to_string())}
                                <button type="submit" class="link-button">{label}<span class="sr-only">{format!(" of {name}")}</span></button>
                            </form>
                        }
                    })
                };
                let made = machine.set_at.map_or_else(|| "Not yet".into_any(), |at| moment(at).into_any());
                let label = if machine.set_at.is_some() { "Replace credential" } else { "Create credential" };
                vec![machine.name.clone().into_any(), made, view! { {press("credential", label)}" "{press("end", "End")} }.into_any()]
            })
            .collect();
        data_table("Programs that read by themselves", &["Name", "Credential made", "Change"], rows).into_any()
    };
    let add = keeps.then(|| {
        view! {
            <form method="post" action=format!("/agreements/{id}/machines") class="inline-form">
                {csrf_field(csrf)}
                {text_field("machine", "New machine client", "Such as the program’s name: Nightly load.", "", wrong)}
                <button type="submit" class="button button-secondary">"Add machine client"</button>
            </form>
        }
    });
    view! { <section aria-labelledby="machines"><h2 id="machines">"Machine clients"</h2>{list}{add}</section> }.into_any()
}

/// How often each has read, and when last.
pub fn read_by_section(read_by: &[ReadBy]) -> AnyView {
    if read_by.is_empty() {
        return ().into_any();
    }
    let rows = read_by
        .iter()
        .map(|one| {
            let kind = if one.machine { "Machine client" } else { "Person" };
            vec![one.name.clone().into_any(), kind.into_any(), one.times.to_string().into_any(), moment(one.last_at).into_any()]
        })
        .collect();
    view! { <section aria-labelledby="reads"><h2 id="reads">"Who has read"</h2>{data_table("Reads under this agreement", &["Who", "Kind", "Times", "Last"], rows)}</section> }
        .into_any()
}
