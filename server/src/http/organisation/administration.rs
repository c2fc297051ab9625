//! `GET /admin`: everything of administration that this person may open.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::administration::{AdministrationPlace, administration_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::{Action, authorise};
use domain::organisation::Scope;

/// What opens a place, its address, its name, and what is done there.
type Entry = (Action, &'static str, &'static str, &'static str);

const PEOPLE: [Entry; 3] = [
    (Action::ReadAdministration, "/admin/people", "People and roles", "Who holds which role, where and until when; close an account."),
    (Action::ManageUnits, "/admin/organisations", "Organisations", "Sectors, agencies and domains: add, rename, retire."),
    (Action::ReadAdministration, "/reviews", "Reviews of access", "What owners say each quarter of who holds what."),
];

const SHARING: [Entry; 5] = [
    (
        Action::KeepStandard { scope: Scope::Whole },
        "/standards",
        "Standards",
        "Make, try, publish and retire what products have to meet; let products off.",
    ),
    (Action::ManagePurposes, "/admin/purposes", "Purposes", "What data may be asked for, and the text that people read when they choose."),
    (Action::ManageHolidays, "/admin/holidays", "Public holidays", "Days that the seven working days leave out."),
    (Action::ManageRetention, "/admin/retention", "Retention", "How long the record keeps what it need not keep for ever."),
    (Action::ManageSynonyms, "/admin/synonyms", "Search synonyms", "Words that find the same data."),
];

const WATCH: [Entry; 3] = [
    (Action::ReadSuspensions, "/suspensions", "Suspensions", "Stop every agreement of a person, an agency or a product at once."),
    (Action::ReadDrift, "/admin/drift", "Drift at the source", "What databases granted that nobody had agreed to, and what became of it."),
    (Action::ReadAudit, "/audit", "Audit trail", "Who did what, when and with which outcome."),
];

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let open = |entries: &[Entry]| -> Vec<AdministrationPlace> {
        let allowed = entries.iter().filter(|(action, ..)| authorise(&who.actor, *action).is_ok());
        allowed.map(|&(_, address, name, what)| AdministrationPlace { address, name, what }).collect()
    };
    let mut groups = vec![("People", open(&PEOPLE)), ("Sharing", open(&SHARING)), ("Watching", open(&WATCH))];
    groups.retain(|(_, places)| !places.is_empty());
    if groups.is_empty() {
        authorise(&who.actor, Action::ReadAdministration)?;
    }
    render::page(&state, &who, Section::Administration, "Administration", StatusCode::OK, move || administration_page(groups)).await
}
