//! `pasar sample load`: organisations, invented people, products, the glossary and requests of the past into the record,
//! invented rows into the source. Loading again changes nothing that is the same.

use super::connect;
use super::sample_protection::protect;
use crate::clock::{SystemClock, system_ids};
use crate::jobs::outbox::{column_plan, policy_plan};
use anyhow::{Context, bail};
use chrono::{DateTime, Datelike, Days, Utc};
use domain::access::PartState;
use domain::audit::Origin;
use domain::calendar;
use domain::catalogue::{ColumnType, DatasetDocument, PersonalCategory};
use domain::cost::NewCost;
use domain::id::{PersonId, StandardId};
use domain::organisation::Scope;
use domain::quality_audit::{Criterion, Hearer, NewPlan, PlanScope, Rhythm};
use domain::{Clock, Month};
use ports::Source;
use ports::demonstration::{self, TableSpec};
use sample::{PastOutcome, PastRequest, Product};
use sqlx::{Connection, PgConnection};
use std::collections::HashMap;
use std::path::Path;
use store::access::{self, PastPart};
use store::catalogue::{Applied, Applier};
use store::cost;
use store::glossary;
use store::organisation::{self, NewRole};
use store::quality_audit;
use store::standard::{self, NewWaiver};
use uuid::Uuid;

pub async fn load_sample(url: &str, source_owner_url: &str, folder: &Path) -> anyhow::Result<()> {
    let products = sample::read_products(folder)?;
    let mut conn = connect(url, "the record's database (PASAR_DATABASE_URL)").await?;
    let mut tx = conn.begin().await?;
    let (created, updated) = record_sample(&mut tx, folder, &products, SystemClock.now()).await?;
    let (terms, sets) = glossary_words(&mut tx, folder).await?;
    let requests = past(&mut tx, folder, &products).await?;
    audit_of_quality(&mut tx).await?;
    tx.commit().await?;
    // At once, so that a portal that starts next finds everything.
    crate::jobs::search::index_waiting(&mut conn, &SystemClock).await?;
    let mut source_conn = demonstration::connect(source_owner_url).await.context("cannot reach the source as its owner (PASAR_SOURCE_OWNER_URL)")?;
    let portal_url = std::env::var("PASAR_SOURCE_URL").context("PASAR_SOURCE_URL is not set")?;
    let portal_login = portal_url.parse::<url::Url>().context("PASAR_SOURCE_URL is not a URL")?.username().to_owned();
    demonstration::install(&mut source_conn, &portal_login).await.context("installing the source's functions")?;
    let loaded = tables(&mut source_conn, &products).await?;
    let source = Source::new(&portal_url)?;
    for open in store::catalogue::preview_tables(&mut conn).await? {
        let columns: Vec<_> = open.columns.iter().map(|(name, technique)| column_plan(name, *technique)).collect();
        source.set_preview(open.dataset.0, &open.schema, &open.table, &columns, &policy_plan(&open.policy)).await?;
    }
    println!(
        "{} products: {created} created, {updated} updated; {terms} terms and {sets} sets of phrases written; {loaded} tables filled; {requests} past requests written.",
        products.len()
    );
    Ok(())
}

/// Writes organisations, people, products and standards as they are at a moment, and nothing at the source. How many products were created, and how
/// many updated.
pub async fn record_sample(conn: &mut PgConnection, folder: &Path, products: &[Product], now: DateTime<Utc>) -> anyhow::Result<(usize, usize)> {
    let ids = system_ids();
    let all = sample::read_organisations(folder)?;
    let mut sectors = HashMap::new();
    for sector in &all.sectors {
        let id = organisation::ensure_sector(conn, &sector.slug, &sector.title, &sector.trusted_centre, &ids, now).await?;
        sectors.insert(sector.slug.as_str(), id);
    }
    let mut agencies = HashMap::new();
    for agency in &all.agencies {
        let id = organisation::ensure_agency(conn, &agency.slug, &agency.title, agency.abbreviation.as_deref(), &ids, now).await?;
        agencies.insert(agency.slug.as_str(), id);
    }
    for domain in &all.domains {
        let (Some(agency), Some(sector)) = (agencies.get(domain.agency.as_str()), sectors.get(domain.sector.as_str())) else {
            bail!("domain {} names an agency or a sector that is not in the document", domain.slug);
        };
        organisation::ensure_domain(conn, &domain.slug, &domain.title, *agency, *sector, &ids, now).await?;
    }
    for (position, purpose) in all.purposes.iter().enumerate() {
        organisation::ensure_purpose(conn, &purpose.at(position)).await?;
    }
    for holiday in &all.holidays {
        organisation::ensure_holiday(conn, holiday.day, &holiday.title).await?;
    }
    for person in &all.people {
        organisation::ensure_person(conn, &person.email, &person.name, Some(&person.agency), &ids, now).await?;
    }
    let (mut created, mut updated) = (0, 0);
    let mut applier = Applier::load(conn, ids.clone()).await?;
    for product in products {
        match applier.apply(conn, &product.document, now).await? {
            Applied::Created(_) => created += 1,
            Applied::Updated(_) => updated += 1,
            Applied::Unchanged(_) => {}
        }
    }
    protect(conn, products, now).await?;
    // Those that the program brings, in force as their documents say; the portal judges the catalogue by them when it begins.
    for sample in rules::examples::all() {
        if let Some(id) = standard::ensure_sample(conn, &sample, &ids, now).await? {
            let_off(conn, id, &sample.id, now).await?;
        }
    }
    // Roles come last: some are held at a product.
    for person in &all.people {
        let id = organisation::ensure_person(conn, &person.email, &person.name, Some(&person.agency), &ids, now).await?;
        for held in &person.roles {
            let Some(scope) = organisation::scopes(conn, &held.at).await? else {
                bail!("{} holds a role at {}, which does not exist", person.email, held.at)
            };
            let role = NewRole { person: id, role: held.role, scope, by: None, until: None, origin: Origin::default() };
            organisation::grant_role(conn, &role, &ids, now).await?;
        }
    }
    costs(conn, now).await?;
    Ok((created, updated))
}

/// What a product of the sample cost in the months before this one, the latest first: cents, and rows read.
const COSTS: (&str, [(i64, i64); 6]) =
    ("ssot-a.busroutes-dp", [(184_250, 512_000), (179_900, 488_000), (201_075, 640_000), (176_430, 455_000), (170_000, 431_000), (168_215, 402_000)]);
const REPORTS_COSTS: &str = "omar.rahman@example.invalid";

async fn costs(conn: &mut PgConnection, now: DateTime<Utc>) -> anyhow::Result<()> {
    let ids = system_ids();
    let (address, months) = COSTS;
    let Some(Scope::Product(product)) = organisation::scopes(conn, &format!("product:{address}")).await? else { return Ok(()) };
    let Some(by) = organisation::by_email(conn, REPORTS_COSTS).await? else { return Ok(()) };
    for (back, (cents, rows_read)) in (1..).zip(months) {
        let month = Month::of(now).earlier(back);
        let new = NewCost { month, cents, rows_read: Some(rows_read), measured_by: "Bill of the data platform (invented)".into() };
        // The same month is the same report when the sample is loaded again.
        let key = Uuid::from_u128(calendar::day(month.begins()).num_days_from_ce().unsigned_abs().into());
        cost::report(conn, by, (product, address), &new, key, &Origin::default(), &ids, now).await?;
    }
    Ok(())
}

/// Products of the sample that are let off a standard for a while: address, standard, and why.
const LET_OFF: [(&str, &str, &str); 2] = [
    (
        "ssot-a.depot-visitors-dp",
        "security",
        "Gate books are read by every depot until requests for them are decided one by one; that is being built.",
    ),
    (
        "ssot-a.depot-contractors-dp",
        "security",
        "Gate books are read by every depot until requests for them are decided one by one; that is being built.",
    ),
];
/// Who lets them off, and for how many days.
const LETS_OFF: (&str, u64) = ("admin.ng@example.invalid", 180);

async fn let_off(conn: &mut PgConnection, id: StandardId, slug: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
    let ids = system_ids();
    let Some(by) = organisation::by_email(conn, LETS_OFF.0).await? else { return Ok(()) };
    for (address, _, reason) in LET_OFF.iter().filter(|(_, of, _)| *of == slug) {
        let Some(Scope::Product(product)) = organisation::scopes(conn, &format!("product:{address}")).await? else { continue };
        let until = calendar::day(now).checked_add_days(Days::new(LETS_OFF.1)).unwrap_or_else(|| calendar::day(now));
        let new = NewWaiver { standard: id, slug, product, address, reason, until };
        standard::grant_waiver(conn, by, &new, &Origin::default(), &ids, now).await?;
    }
    Ok(())
}

/// Who plans audits of quality in the sample, and for which sector.
const AUDITS: (&str, &str) = ("curator.wong@example.invalid", "sector:geospatial");

/// An audit of the promises of a sector, each quarter: the first on the day that the sample is loaded, so that the portal takes it when it runs. Once,
/// however often the sample is loaded.
async fn audit_of_quality(conn: &mut PgConnection) -> anyhow::Result<()> {
    let (ids, now) = (system_ids(), SystemClock.now());
    let Some(by) = organisation::by_email(conn, AUDITS.0).await? else { return Ok(()) };
    let Some(Scope::Sector(sector)) = organisation::scopes(conn, AUDITS.1).await? else { return Ok(()) };
    let plan = NewPlan {
        name: "Promises of data about places".into(),
        scope: PlanScope::Sector,
        domain: None,
        products: vec![],
        criteria: vec![Criterion::Promises],
        rhythm: Rhythm::Quarter,
        first_on: calendar::day(now),
        announce_days: 7,
        mend_days: 30,
        told: vec![Hearer::Curators],
    };
    quality_audit::make(conn, by, sector, &plan, uuid::Uuid::from_u128(1), &Origin::default(), &ids, now).await?;
    Ok(())
}

/// Terms as the document says them; sets of phrases only where there are none yet. How many of each were written.
async fn glossary_words(conn: &mut PgConnection, folder: &Path) -> anyhow::Result<(usize, usize)> {
    let (ids, now) = (system_ids(), SystemClock.now());
    let terms = glossary::ensure_terms(conn, &sample::read_glossary(folder)?, &ids, now).await?;
    let sets = glossary::begin_with_synonyms(conn, &sample::read_synonyms(folder)?, &ids, now).await?;
    Ok((terms, sets))
}

/// Requests of the last months that are over, by people who are invented for them: once, into a record that has none of theirs.
/// Loaded again on another day they would be others.
async fn past(conn: &mut PgConnection, folder: &Path, products: &[Product]) -> anyhow::Result<usize> {
    let (ids, now) = (system_ids(), SystemClock.now());
    let all = sample::read_organisations(folder)?;
    let mut people = HashMap::new();
    for person in sample::past_people(&all) {
        if organisation::by_email(conn, &person.email).await?.is_some() {
            return Ok(0);
        }
        let id = organisation::ensure_person(conn, &person.email, &person.name, Some(&person.agency), &ids, now).await?;
        people.insert(person.email, id);
    }
    let requests = sample::past_requests(products, &all, now);
    let parts: Vec<PastPart> = requests.into_iter().filter_map(|request| Some(past_part(*people.get(&request.requester)?, request))).collect();
    Ok(access::write_past(conn, &parts, "Invented for the sample catalogue", &ids, now).await?)
}

fn past_part(requester: PersonId, request: PastRequest) -> PastPart {
    let (state, at_once, first_read_at, ended_at) = match request.outcome {
        PastOutcome::Refused => (PartState::Refused, false, None, request.decided_at),
        PastOutcome::Withdrawn => (PartState::Withdrawn, false, None, request.decided_at),
        PastOutcome::Approved { at_once, first_read_at, ended_at } => (PartState::Approved, at_once, first_read_at, ended_at),
    };
    PastPart {
        requester,
        key: uuid::Uuid::from_u128(u128::from(request.number)),
        product: request.product,
        purpose: request.purpose,
        submitted_at: request.submitted_at,
        decided_at: request.decided_at,
        state,
        at_once,
        first_read_at,
        ended_at,
    }
}

/// `pasar sample synonyms`: only the sets of phrases, into a record that has none.
pub async fn load_synonyms(url: &str, folder: &Path) -> anyhow::Result<()> {
    let sets = sample::read_synonyms(folder)?;
    let mut conn = connect(url, "the record's database (PASAR_DATABASE_URL)").await?;
    let mut tx = conn.begin().await?;
    let added = glossary::begin_with_synonyms(&mut tx, &sets, &system_ids(), SystemClock.now()).await?;
    tx.commit().await?;
    println!("{added} of {} sets of phrases were added; a record that has sets keeps its own.", sets.len());
    Ok(())
}

async fn tables(conn: &mut PgConnection, products: &[Product]) -> anyhow::Result<usize> {
    let mut loaded = 0;
    for product in products {
        let address = product.document.urn()?.to_string();
        for (dataset, document) in product.datasets.iter().zip(&product.document.datasets) {
            let Some((schema, table)) = document.table.clone() else { continue };
            let at = (schema.clone(), table.clone());
            let spec = TableSpec {
                schema,
                table,
                comment: format!("{address}.{}: invented rows of the sample catalogue", dataset.name),
                columns: document.columns.iter().map(|column| (column.name.clone(), sql_type(column.column_type))).collect(),
            };
            if demonstration::load_table(conn, &spec, sample::rows(&address, dataset)).await.with_context(|| format!("{address}.{}", dataset.name))? {
                loaded += 1;
            }
            demonstration::index_columns(conn, &at.0, &at.1, &sought(document)).await.with_context(|| format!("{address}.{}", dataset.name))?;
        }
    }
    Ok(loaded)
}

/// Columns by which people are looked for. Phone numbers have no index, so that a demonstration shows what has to be looked for by hand.
fn sought(document: &DatasetDocument) -> Vec<&str> {
    let names = document.columns.iter().filter(|column| column.personal == PersonalCategory::Direct).map(|column| column.name.as_str());
    names.filter(|name| !name.ends_with("mobile")).collect()
}

const fn sql_type(column: ColumnType) -> &'static str {
    match column {
        ColumnType::Text => "text",
        ColumnType::Integer => "integer",
        ColumnType::BigInt => "bigint",
        ColumnType::Numeric => "numeric",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Timestamptz => "timestamptz",
        ColumnType::Double => "double precision",
    }
}
