//! What a version would do before it does anything: asked of every product that its reader may know of, of their agreements and of what is
//! asked for and not decided, beside the version in force.

use super::Held;
use crate::http::error::HttpError;
use crate::state::AppState;
use chrono::NaiveDate;
use domain::calendar;
use domain::id::{AgreementId, PersonId, ProductId};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rules::{CannotTell, Compiled, Impact, Input, Reads, Row, Rule, Verdict};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Instant;
use store::standard::{self, Filter, Version};
use uuid::Uuid;

/// Products that are read and judged together.
const BATCH: usize = 250;

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
    let begun = Instant::now();
    let today = calendar::day(state.now());
    let candidate = compiled(&state.rules.held(version.clone())).map_err(NotSimulated::Faults)?;
    let in_force = Filter { id: Some(version.id), acting: Some(today), ..Filter::default() };
    let all = standard::versions(&mut *state.pool.acquire().await?, &in_force).await?;
    let against = all.into_iter().find(|other| other.standard.version != version.standard.version);
    let current = against.as_ref().and_then(|version| compiled(&state.rules.held(version.clone())).ok());
    let asking = Arc::new(Asking { candidate, current, today, until: begun + state.config.rule_time });
    let batches: Vec<_> = ids.chunks(BATCH).map(|batch| of_batch(state.clone(), asking.clone(), batch.to_vec())).collect();
    let found: Vec<Batch> = stream::iter(batches).buffered(at_once()).try_collect().await?;
    let mut whole = Batch::default();
    for batch in found {
        whole.rows.extend(batch.rows);
        whole.ids.extend(batch.ids);
        whole.agreements += batch.agreements;
        whole.requests += batch.requests;
    }
    let Batch { rows, ids, agreements, requests } = whole;
    let impact = Impact::of(rows);
    Ok(Simulated { impact, against, products: ids.len(), agreements, requests, milliseconds: begun.elapsed().as_millis(), ids })
}

/// What is asked of every batch.
struct Asking {
    candidate: Compiled,
    current: Option<Compiled>,
    today: NaiveDate,
    /// When there is no time left.
    until: Instant,
}

impl Asking {
    /// What either version looks at: of a rule that asks of titles alone, no column is read.
    fn reads(&self) -> Reads {
        self.current.as_ref().map_or(Reads::NOTHING, |current| current.rule.reads()).or(self.candidate.rule.reads())
    }
}

#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    ids: BTreeMap<String, ProductId>,
    agreements: usize,
    requests: usize,
}

/// While one batch is judged on each processor, the record reads another.
fn at_once() -> usize {
    thread::available_parallelism().map_or(1, usize::from) + 1
}

/// Reads some products with their agreements and open requests, and asks them.
async fn of_batch(state: AppState, asking: Arc<Asking>, products: Vec<Uuid>) -> Result<Batch, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found: BTreeMap<ProductId, Input> = standard::inputs_of(&mut conn, &products, asking.today, asking.reads()).await?.into_iter().collect();
    let agreements = standard::agreement_inputs(&mut conn, &products).await?;
    let requests = standard::open_requests(&mut conn, &products).await?;
    drop(conn);
    let of = |product: &ProductId, agreement, request| found.get(product).map(|input| Input { agreement, request, ..input.clone() });
    let of_agreements: Vec<Input> = agreements.into_iter().filter_map(|(product, _, agreement)| of(&product, Some(agreement), None)).collect();
    let of_requests: Vec<Input> = requests.into_iter().filter_map(|(_, product, request)| of(&product, None, Some(request))).collect();
    let (agreements, requests) = (of_agreements.len(), of_requests.len());
    let ids = found.iter().map(|(id, input)| (input.product.address.clone(), *id)).collect();
    let inputs: Vec<Input> = found.into_values().chain(of_agreements).chain(of_requests).collect();
    let asked = tokio::task::spawn_blocking(move || {
        rules::rows_while(&asking.candidate, asking.current.as_ref(), &inputs, &|| Instant::now() < asking.until)
    });
    let rows = asked.await.map_err(|error| HttpError::Internal(error.into()))?;
    Ok(Batch { rows, ids, agreements, requests })
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
