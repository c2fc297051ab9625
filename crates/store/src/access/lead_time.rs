//! What the record knows of how long sharing takes: the moments of every part of a request, by product. How long that is in
//! working time, the domain works out.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::Month;
use domain::access::{AgreementTimes, PartState, PartTimes, Pause, ProductTimes};
use domain::id::{PersonId, ProductId};
use sqlx::{Connection, PgConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// Which parts are looked at; what is none does not narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingFilter {
    /// Slug of the agency that runs the product's domain.
    pub agency: Option<String>,
    /// Name of the requester's agency when they asked.
    pub requester: Option<String>,
    /// The product's address.
    pub product: Option<String>,
    /// Months in which they were submitted, both included.
    pub from: Month,
    pub until: Month,
}

/// The moments of every part that fits, on products that the reader may know of; without a reader, on those that everybody may.
/// Three statements, however many there are.
pub async fn lead_times(conn: &mut PgConnection, reader: Option<PersonId>, filter: &SharingFilter, now: DateTime<Utc>) -> Result<Vec<ProductTimes>> {
    let mut tx = conn.begin().await?;
    // A plan that does not know the filters walks from request to part to product one by one: four times slower over a year.
    sqlx::raw_sql("SET LOCAL plan_cache_mode = force_custom_plan").execute(&mut *tx).await?;
    let parts = parts(&mut tx, reader, filter, now).await?;
    let found = if parts.is_empty() { vec![] } else { named(&mut tx, parts).await? };
    tx.commit().await?;
    Ok(found)
}

/// Parts by product. They come as one row of lists: a row for each would cost more than everything else together.
async fn parts(
    conn: &mut PgConnection,
    reader: Option<PersonId>,
    filter: &SharingFilter,
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, Vec<PartTimes>>> {
    let mut pauses = pauses(conn, filter).await?;
    let row = sqlx::query!(
        r#"SELECT array_agg(q.id) AS "parts?: Vec<Uuid>", array_agg(v.id) AS "products?: Vec<Uuid>", array_agg(q.state) AS "states?: Vec<String>",
                  array_agg(r.submitted_at) AS "submitted?: Vec<DateTime<Utc>>", array_agg(q.decided_at) AS "decided?: Vec<Option<DateTime<Utc>>>",
                  array_agg(g.made_at) AS "made?: Vec<Option<DateTime<Utc>>>", array_agg(g.first_read_at) AS "read?: Vec<Option<DateTime<Utc>>>",
                  array_agg(g.grant_state <> 'pending') AS "granted?: Vec<Option<bool>>", array_agg(g.state = 'active') AS "in_force?: Vec<Option<bool>>"
           FROM access_request r JOIN request_part q ON q.request_id = r.id JOIN visible_product($1, $2) v ON v.id = q.product_id
           LEFT JOIN agreement g ON g.part_id = q.id AND g.state <> 'undone'
           WHERE r.submitted_at >= $3 AND r.submitted_at < $4
             AND ($5::text IS NULL OR v.domain_id IN (SELECT d.id FROM data_domain d JOIN agency y ON y.id = d.agency_id WHERE y.slug = $5))
             AND ($6::text IS NULL OR r.agency = $6) AND ($7::text IS NULL OR v.address = $7)"#,
        reader.map_or(Uuid::nil(), |reader| reader.0),
        now,
        filter.from.begins(),
        filter.until.next().begins(),
        filter.agency,
        filter.requester,
        filter.product
    )
    .fetch_one(conn)
    .await?;
    let mut found: HashMap<Uuid, Vec<PartTimes>> = HashMap::new();
    let ids = row.parts.unwrap_or_default().into_iter().zip(row.products.unwrap_or_default());
    let decisions = row.states.unwrap_or_default().into_iter().zip(row.submitted.unwrap_or_default()).zip(row.decided.unwrap_or_default());
    let grants = row.made.unwrap_or_default().into_iter().zip(row.granted.unwrap_or_default());
    let uses = row.in_force.unwrap_or_default().into_iter().zip(row.read.unwrap_or_default());
    for (((id, product), ((state, submitted_at), decided_at)), ((made, granted), (in_force, first_read_at))) in
        ids.zip(decisions).zip(grants.zip(uses))
    {
        let agreement = made.map(|made_at| AgreementTimes {
            made_at,
            granted: granted.unwrap_or_default(),
            in_force: in_force.unwrap_or_default(),
            first_read_at,
        });
        let part =
            PartTimes { submitted_at, state: state.parse::<PartState>()?, decided_at, agreement, pauses: pauses.remove(&id).unwrap_or_default() };
        found.entry(product).or_default().push(part);
    }
    Ok(found)
}

/// For each part of these months whose requester was asked, from each first question until its answer.
async fn pauses(conn: &mut PgConnection, filter: &SharingFilter) -> Result<HashMap<Uuid, Vec<Pause>>> {
    let rows = sqlx::query!(
        "SELECT m.part_id, m.kind, m.at FROM access_request r JOIN request_part q ON q.request_id = r.id JOIN part_message m ON m.part_id = q.id
         WHERE r.submitted_at >= $1 AND r.submitted_at < $2 ORDER BY m.at, m.id",
        filter.from.begins(),
        filter.until.next().begins()
    )
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<Uuid, Vec<Pause>> = HashMap::new();
    for row in rows {
        let pauses = found.entry(row.part_id).or_default();
        match pauses.last_mut().filter(|pause| pause.until.is_none()) {
            Some(lasting) if row.kind == "answer" => lasting.until = Some(row.at),
            None if row.kind == "question" => pauses.push(Pause { from: row.at, until: None }),
            _ => {}
        }
    }
    Ok(found)
}

/// With the names of products that were found visible.
async fn named(conn: &mut PgConnection, mut parts: HashMap<Uuid, Vec<PartTimes>>) -> Result<Vec<ProductTimes>> {
    let ids: Vec<Uuid> = parts.keys().copied().collect();
    let rows = sqlx::query!(
        "SELECT p.id, p.address, p.title, y.title AS agency FROM product p JOIN data_domain d ON d.id = p.domain_id JOIN agency y ON y.id = d.agency_id
         WHERE p.id = ANY($1)",
        &ids
    )
    .fetch_all(conn)
    .await?;
    let product = |id: Uuid, address, title, agency, parts| ProductTimes { product: ProductId(id), address, title, agency, parts };
    Ok(rows.into_iter().map(|row| product(row.id, row.address, row.title, row.agency, parts.remove(&row.id).unwrap_or_default())).collect())
}

/// What filters can be set to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharingChoices {
    /// Slug and name of every agency.
    pub agencies: Vec<(String, String)>,
    /// Agencies that people belong to, or asked for, as they are written there.
    pub requesters: Vec<String>,
}

pub async fn sharing_choices(conn: &mut PgConnection) -> Result<SharingChoices> {
    let agencies = sqlx::query!("SELECT slug, title FROM agency ORDER BY title").fetch_all(&mut *conn).await?;
    let requesters = sqlx::query_scalar!(
        r#"SELECT agency AS "agency!" FROM person WHERE agency <> '' UNION SELECT agency FROM access_request WHERE agency <> '' ORDER BY 1"#
    )
    .fetch_all(conn)
    .await?;
    Ok(SharingChoices { agencies: agencies.into_iter().map(|row| (row.slug, row.title)).collect(), requesters })
}

#[cfg(test)]
mod tests;
