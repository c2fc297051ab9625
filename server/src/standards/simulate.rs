//! What a version would do before it does anything: asked of every product that its reader may know of, of their agreements and of what is
//! asked for and not decided, beside the version in force.

use super::Held;
use crate::http::error::HttpError;
use crate::state::AppState;
use domain::calendar;
use domain::id::{AgreementId, PersonId, ProductId};
use rules::{CannotTell, Compiled, Impact, Input, Rule, Verdict};
use std::collections::BTreeMap;
use std::thread;
use std::time::Instant;
use store::standard::{self, Filter, Version};
use uuid::Uuid;

/// Products whose inputs are read together.
const BATCH: usize = 1000;

/// The whole answer.
#[derive(Debug, Clone)]
pub struct Simulated {
    pub impact: Impact,
    /// The version that it was compared with.
    pub against: Option<Version>,
    pub products: usize,
    pub agreements: usize,
    pub requests: usize,
    pub milliseconds: u128,
    /// Ids by address.
    pub ids: BTreeMap<String, ProductId>,
}

/// Why it could not be asked.
pub enum NotSimulated {
    /// The rule cannot be compiled: line, column and what is wrong.
    Faults(Vec<String>),
    Other(HttpError),
}

impl<E: Into<HttpError>> From<E> for NotSimulated {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

fn compiled(held: &Held) -> Result<Compiled, Vec<String>> {
    let rule: Rule = held.rule.clone().map_err(|why| vec![why.to_string()])?;
    Ok(Compiled { standard: held.version.standard.clone(), rule })
}

/// Asks a version of all products that `reader` may know of; of every product when nobody reads it.
pub async fn simulate(state: &AppState, version: &Version, reader: Option<PersonId>) -> Result<Simulated, NotSimulated> {
    let mut conn = state.pool.acquire().await?;
    let ids = standard::known_products(&mut conn, version.place, reader, state.now()).await?;
    drop(conn);
    of_products(state, version, &ids).await
}

/// Asks a version of these products, of their agreements and of the requests for them.
pub async fn of_products(state: &AppState, version: &Version, ids: &[Uuid]) -> Result<Simulated, NotSimulated> {
    let _turn = state.rules.simulating.acquire().await.map_err(|error| HttpError::Internal(error.into()))?;
    let started = Instant::now();
    let today = calendar::day(state.now());
    let candidate = compiled(&state.rules.held(version.clone())).map_err(NotSimulated::Faults)?;
    let mut conn = state.pool.acquire().await?;
    let in_force = Filter { id: Some(version.id), acting: Some(today), ..Filter::default() };
    let against = standard::versions(&mut conn, &in_force).await?.into_iter().find(|other| other.standard.version != version.standard.version);
    let current = against.as_ref().and_then(|version| compiled(&state.rules.held(version.clone())).ok());
    let mut by_address = BTreeMap::new();
    let mut inputs: Vec<Input> = Vec::with_capacity(ids.len());
    let (mut products, mut agreements, mut requests) = (0, 0, 0);
    for batch in ids.chunks(BATCH) {
        let found: BTreeMap<ProductId, Input> = standard::inputs(&mut conn, batch, today).await?.into_iter().collect();
        products += found.len();
        for (product, _, agreement) in standard::agreement_inputs(&mut conn, batch).await? {
            if let Some(input) = found.get(&product) {
                agreements += 1;
                inputs.push(Input { agreement: Some(agreement), ..input.clone() });
            }
        }
        for (_, product, request) in standard::open_requests(&mut conn, batch).await? {
            if let Some(input) = found.get(&product) {
                requests += 1;
                inputs.push(Input { request: Some(request), ..input.clone() });
            }
        }
        for (id, input) in found {
            by_address.insert(input.product.address.clone(), id);
            inputs.push(input);
        }
    }
    drop(conn);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let most = state.config.rule_time;
    let asked = tokio::task::spawn_blocking(move || {
        let begun = Instant::now();
        rules::simulate_while(&candidate, current.as_ref(), &inputs, threads, &|| begun.elapsed() < most)
    });
    let impact = asked.await.map_err(|error| HttpError::Internal(error.into()))?;
    Ok(Simulated { impact, against, products, agreements, requests, milliseconds: started.elapsed().as_millis(), ids: by_address })
}

impl Simulated {
    /// Products that would not meet it, for telling their owners. What there was no time for is nobody's to mend.
    pub fn concerned(&self) -> Vec<(ProductId, String)> {
        let rows = self.impact.rows.iter().filter(|row| !matches!(row.after, Verdict::Met | Verdict::CannotTell(CannotTell::NoTime)));
        let all: BTreeMap<&String, ProductId> = rows.filter_map(|row| Some((&row.address, *self.ids.get(&row.address)?))).collect();
        all.into_iter().map(|(address, id)| (id, address.clone())).collect()
    }

    /// Agreements that would not meet it, for telling their holders. One of which nothing can be told goes on.
    pub fn stopping(&self) -> Vec<AgreementId> {
        let rows = self.impact.rows.iter().filter(|row| matches!(row.after, Verdict::Violated(_)));
        rows.filter_map(|row| row.agreement()?.parse().ok()).collect()
    }
}
