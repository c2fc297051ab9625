//! The gates where somebody asks: publishing a product, submitting a request, deciding it. What refuses is told with its standard, and
//! kept with the input that it was found from.

use super::Set;
use super::evaluate::masks;
use super::judge::{Found, Judged, judge};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use chrono::NaiveDate;
use domain::access::{Answer, NewRequest, RequiredStep};
use domain::id::{PersonId, ProductId, RequestPartId};
use domain::organisation::{Role, Scope};
use domain::protection::Technique;
use domain::{Violation, Violations, calendar};
use rules::input::{Request, Step, rank, words};
use rules::{Effect, Gate, Input};
use std::collections::BTreeMap;
use store::PgConnection;
use store::access::{self, Asked};
use store::standard::{self, GateJudgement};
use uuid::Uuid;

/// What products' standards say at a gate, of the product alone or of a request for it, while somebody acts.
pub async fn at(
    state: &AppState,
    conn: &mut PgConnection,
    actor: PersonId,
    gate: Gate,
    asked: Vec<(ProductId, Option<Request>)>,
) -> Result<Vec<Judged>, HttpError> {
    let acting = state.rules.acting(&mut *conn, calendar::day(state.now())).await?;
    under(state, conn, &acting, actor, gate, asked).await
}

/// The same of standards that were read already.
async fn under(
    state: &AppState,
    conn: &mut PgConnection,
    acting: &Set,
    actor: PersonId,
    gate: Gate,
    asked: Vec<(ProductId, Option<Request>)>,
) -> Result<Vec<Judged>, HttpError> {
    let today = calendar::day(state.now());
    let set = acting.that_matter_at(gate);
    if set.is_empty() {
        return Ok(vec![]);
    }
    let products: Vec<Uuid> = asked.iter().map(|(product, _)| product.0).collect();
    let mut inputs: BTreeMap<ProductId, Input> = standard::inputs(&mut *conn, &products, today).await?.into_iter().collect();
    for (product, roles) in standard::roles_over(&mut *conn, actor, &products, state.now()).await? {
        if let Some(input) = inputs.get_mut(&product) {
            input.people.actor = roles;
        }
    }
    let waivers = standard::waivers_in_force(conn, &products, today).await?;
    let with_request = |(product, request): (ProductId, Option<Request>)| Some((product, Input { request, ..inputs.get(&product)?.clone() }));
    judge(&set, asked.into_iter().filter_map(with_request).collect(), waivers, today).await.map_err(HttpError::Internal)
}

/// What is found of a product at a gate; nothing when no standard matters there.
pub async fn of_product(
    state: &AppState,
    conn: &mut PgConnection,
    actor: PersonId,
    gate: Gate,
    product: ProductId,
) -> Result<Option<Judged>, HttpError> {
    Ok(at(state, conn, actor, gate, vec![(product, None)]).await?.pop())
}

/// Fields that standards keep at their source while a column of a product has this technique: what rows that show the choice leave out.
pub async fn masks_with(
    state: &AppState,
    conn: &mut PgConnection,
    product: ProductId,
    (dataset, column): (&str, &str),
    technique: Technique,
) -> Result<Vec<String>, HttpError> {
    let (today, products) = (calendar::day(state.now()), [product.0]);
    let set = state.rules.acting(&mut *conn, today).await?.that_matter_at(Gate::Serving);
    let mut inputs = standard::inputs(&mut *conn, &products, today).await?;
    let waivers = standard::waivers_in_force(conn, &products, today).await?;
    let datasets = inputs.iter_mut().flat_map(|(_, input)| &mut input.datasets).filter(|one| one.name == dataset);
    for one in datasets.flat_map(|one| &mut one.columns).filter(|one| one.name == column) {
        one.technique = Some(technique.kind().as_str().to_owned());
    }
    let judged = judge(&set, inputs, waivers, today).await.map_err(HttpError::Internal)?;
    Ok(judged.iter().flat_map(masks).collect())
}

/// Keeps what was judged; with its refusal in the trail when it refuses. In a transaction of its own, as what was refused is rolled back.
pub async fn keep(state: &AppState, who: &SignedIn, gate: Gate, judged: &Judged, part: Option<RequestPartId>) -> Result<(), HttpError> {
    let mut tx = state.pool.begin().await?;
    note(state, &mut tx, who, gate, judged, part).await?;
    tx.commit().await?;
    Ok(())
}

/// The same in the transaction of what was let through.
pub async fn note(
    state: &AppState,
    conn: &mut PgConnection,
    who: &SignedIn,
    gate: Gate,
    judged: &Judged,
    part: Option<RequestPartId>,
) -> Result<(), HttpError> {
    let kept = GateJudgement {
        gate,
        product: judged.product,
        address: judged.input.product.address.clone(),
        part,
        effect: judged.effect(gate),
        findings: judged.json(),
        input: judged.input.stored().map_err(|error| HttpError::Internal(error.into()))?,
    };
    let refusing = judged.refusing(gate);
    if refusing.is_empty() {
        standard::note_gate(conn, &kept, Some(who.actor.person), &state.ids, state.now()).await?;
    } else {
        let said = refusing.iter().map(|found| named(found)).collect::<Vec<_>>().join("; ");
        standard::refuse(conn, &kept, who.actor.person, &said, &who.origin, &state.ids, state.now()).await?;
    }
    Ok(())
}

/// `metadata version 1: owner_missing, summary_missing`.
pub(super) fn named(found: &Found) -> String {
    let codes: Vec<&str> = found.told.iter().map(|told| told.violation.code.as_str()).collect();
    let codes = if codes.is_empty() { "cannot tell".to_owned() } else { codes.join(", ") };
    format!("{} version {}: {codes}", found.version.standard.id, found.version.standard.version)
}

/// What refuses, as faults of a form's field. Each says the standard, what is wrong, what to do, and whom to ask.
pub fn faults(judged: &Judged, gate: Gate, field: &'static str) -> Violations {
    let mut wrong = vec![];
    for found in judged.refusing(gate) {
        let standard = &found.version.standard;
        let whom = format!("Standard “{}” version {}, {} ({})", standard.title, standard.version, standard.owner, standard.contact);
        for told in &found.told {
            let mend = if told.violation.mend.is_empty() { String::new() } else { format!(" {}.", told.violation.mend.trim_end_matches('.')) };
            wrong.push(Violation::new(field, "standard_not_met", format!("{}.{mend} {whom}.", told.violation.message.trim_end_matches('.'))));
        }
        if let Some(why) = found.why() {
            wrong.push(Violation::new(field, "standard_cannot_tell", format!("It cannot be told whether this is met: {why}. {whom}.")));
        }
    }
    wrong
}

/// Steps that standards ask for at a gate. A violation that names a role asks for that role's own step, any other for one by whoever
/// answers for the standard.
pub fn steps(judged: &Judged, gate: Gate) -> Vec<RequiredStep> {
    let mut asked: Vec<RequiredStep> = vec![];
    for found in judged.found.iter().filter(|found| found.effect(gate) == Effect::AddStep) {
        let named = found.told.iter().filter_map(|told| told.violation.field.parse::<Role>().ok());
        let mut roles: Vec<Role> = named.collect();
        let unnamed = found.told.len() > roles.len() || found.told.is_empty();
        if unnamed {
            roles.push(keeper(found.version.place));
        }
        for role in roles {
            let why = format!("Standard: {}", found.version.standard.title);
            if !asked.iter().any(|one| one.standard == found.version.id && one.roles == [role]) {
                asked.push(RequiredStep { product: judged.product, standard: found.version.id, roles: vec![role], why });
            }
        }
    }
    asked
}

/// Who answers for standards of a scope.
const fn keeper(place: Scope) -> Role {
    match place {
        Scope::Whole => Role::GdoAdministrator,
        Scope::Sector(_) => Role::TcCurator,
        Scope::Domain(_) | Scope::Product(_) => Role::Owner,
    }
}

/// What a form would become, product by product, as rules look at it.
async fn requests(
    state: &AppState,
    conn: &mut PgConnection,
    who: &SignedIn,
    request: &NewRequest,
    asked: &[Asked],
) -> Result<Vec<(ProductId, Option<Request>)>, HttpError> {
    let routes = access::routes(&mut *conn, asked, &request.wanted, &request.purpose).await?;
    let agency = standard::agency_of(&mut *conn, who.actor.person).await?;
    let mut all = vec![];
    for (product, route) in routes {
        let own: Vec<&Asked> = asked.iter().filter(|one| one.place.product == product).collect();
        let wanted: Vec<(Uuid, Option<Vec<String>>)> =
            own.iter().map(|one| (one.dataset.0, request.wanted.get(&one.address).map(|scope| scope.columns.iter().cloned().collect()))).collect();
        let columns = standard::requested_columns(&mut *conn, &wanted).await?;
        let classification = columns.classification.unwrap_or(domain::catalogue::Classification::OfficialOpen);
        let steps = match route {
            domain::access::Route::Automatic { .. } => vec![],
            domain::access::Route::Steps(steps) => steps.into_iter().map(|step| Step { stage: step.stage, roles: step.roles }).collect(),
        };
        let facts = Request {
            id: String::new(),
            agency: agency.clone(),
            own_agency: own.first().is_some_and(|one| one.own_agency),
            purpose: request.purpose.clone(),
            legal_basis: Some(request.legal_basis.clone()),
            explanation_words: words(&request.explanation),
            team_words: words(&request.team),
            others_words: words(&request.seen_by),
            days: (request.until - calendar::day(state.now())).num_days(),
            columns: columns.columns,
            classification,
            classification_rank: rank(classification),
            personal: columns.personal,
            steps,
        };
        all.push((product, Some(facts)));
    }
    Ok(all)
}

/// What standards ask of a form before it is sent: steps to add, or what refuses what would be granted at once.
pub async fn submitting(
    state: &AppState,
    conn: &mut PgConnection,
    who: &SignedIn,
    request: &NewRequest,
    asked: &[Asked],
) -> Result<(Vec<Judged>, Vec<RequiredStep>, Violations), HttpError> {
    let acting = state.rules.acting(&mut *conn, calendar::day(state.now())).await?;
    if acting.is_empty() {
        return Ok((vec![], vec![], vec![]));
    }
    let all = requests(state, &mut *conn, who, request, asked).await?;
    let at_once: Vec<ProductId> =
        all.iter().filter(|(_, request)| request.as_ref().is_some_and(|request| request.steps.is_empty())).map(|(product, _)| *product).collect();
    let judged = under(state, &mut *conn, &acting, who.actor.person, Gate::Submitting, all.clone()).await?;
    let mut required: Vec<RequiredStep> = judged.iter().flat_map(|one| steps(one, Gate::Submitting)).collect();
    // What nobody would decide is decided here.
    let decided: Vec<_> = all.into_iter().filter(|(product, _)| at_once.contains(product)).collect();
    let mut wrong = vec![];
    for one in under(state, conn, &acting, who.actor.person, Gate::Deciding, decided).await? {
        for step in steps(&one, Gate::Deciding) {
            if !required.iter().any(|known| known.product == step.product && known.standard == step.standard && known.roles == step.roles) {
                required.push(step);
            }
        }
        wrong.extend(faults(&one, Gate::Deciding, "ports"));
    }
    Ok((judged, required, wrong))
}

/// Answers for want of which a request that says nothing would be refused, or would need somebody more: each with the standard's title.
pub async fn missing(
    state: &AppState,
    conn: &mut PgConnection,
    who: &SignedIn,
    silent: &NewRequest,
    asked: &[Asked],
) -> Result<Vec<(Answer, String)>, HttpError> {
    let acting = state.rules.acting(&mut *conn, calendar::day(state.now())).await?;
    if acting.that_matter_at(Gate::Deciding).is_empty() {
        return Ok(vec![]);
    }
    let all = requests(state, &mut *conn, who, silent, asked).await?;
    let mut found = vec![];
    for judged in under(state, conn, &acting, who.actor.person, Gate::Deciding, all).await? {
        for one in judged.found.iter().filter(|one| matches!(one.effect(Gate::Deciding), Effect::AddStep | Effect::Refuse)) {
            let answers = one.told.iter().filter_map(|told| Answer::named(&told.violation.field));
            found.extend(answers.map(|answer| (answer, one.version.standard.title.clone())));
        }
    }
    Ok(found)
}

/// What standards say of parts that are about to be approved until a day each, in as many queries for many as for one. Nothing when none
/// matters here.
pub async fn deciding(
    state: &AppState,
    conn: &mut PgConnection,
    actor: PersonId,
    parts: &[(RequestPartId, NaiveDate)],
) -> Result<BTreeMap<RequestPartId, Judged>, HttpError> {
    let today = calendar::day(state.now());
    let acting = state.rules.acting(&mut *conn, today).await?;
    if acting.that_matter_at(Gate::Deciding).is_empty() {
        return Ok(BTreeMap::new());
    }
    let until: BTreeMap<RequestPartId, NaiveDate> = parts.iter().copied().collect();
    let ids: Vec<RequestPartId> = until.keys().copied().collect();
    let (mut known, mut asked) = (vec![], vec![]);
    for (part, product, request) in standard::part_requests(&mut *conn, &ids).await? {
        let last = until.get(&part).copied().unwrap_or(today);
        known.push(part);
        asked.push((product, Some(Request { days: (last - today).num_days().max(0), ..request })));
    }
    let judged = under(state, conn, &acting, actor, Gate::Deciding, asked).await?;
    if judged.len() != known.len() {
        return Err(HttpError::Internal(anyhow::anyhow!("a product went away while requests for it were judged")));
    }
    Ok(known.into_iter().zip(judged).collect())
}
