//! Who read which personal columns, for which purpose, under which agreement and masks.

use super::{MOST, Surveyed};
use crate::{Result, protection};
use chrono::{DateTime, Utc};
use domain::id::AgreementId;
use domain::protection::Technique;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// All reads of one reader, of one dataset, under one agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalRead {
    /// None when who it was has been erased.
    pub reader: Option<String>,
    pub is_machine: bool,
    pub agreement: AgreementId,
    pub purpose: String,
    pub product: String,
    pub address: String,
    pub dataset: String,
    /// Personal columns that left with any of the reads, each with the mask that holds now; none when the column is described no longer.
    pub columns: Vec<(String, Option<Technique>)>,
    pub reads: i64,
    /// Rows of the reads whose rows were counted, and how many those are.
    pub rows: i64,
    pub counted: i64,
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
}

/// Those with most reads first, at most 2,000.
pub async fn personal_reads(conn: &mut PgConnection, surveyed: &Surveyed) -> Result<Vec<PersonalRead>> {
    let rows = sqlx::query!(
        r#"SELECT coalesce(m.machine, h.name) AS reader, (m.id IS NOT NULL) AS "is_machine!", a.id AS agreement, u.title AS purpose, p.title AS product,
                  p.address, d.id AS dataset_id, d.title AS dataset, array_agg(DISTINCT array_to_string(r.personal, E'\n')) AS "columns!: Vec<String>",
                  count(*) AS "reads!", coalesce(sum(r.rows), 0)::bigint AS "rows!", count(r.rows) AS "counted!", min(e.at) AS "first!", max(e.at) AS "last!"
           FROM port_read r JOIN audit_event e ON e.id = r.event_id JOIN agreement a ON a.id = e.object_id JOIN product p ON p.id = a.product_id
           JOIN dataset d ON d.id = r.dataset_id JOIN request_part q ON q.id = a.part_id JOIN access_request s ON s.id = q.request_id
           JOIN purpose u ON u.code = s.purpose LEFT JOIN person h ON h.id = e.actor_id
           LEFT JOIN agreement_credential m ON m.id = machine_of(e.client_address)
           WHERE e.at >= $2 AND e.at < $3 AND p.domain_id = ANY($1) AND cardinality(r.personal) > 0
           GROUP BY m.id, m.machine, h.id, h.name, a.id, u.title, p.id, p.title, p.address, d.id, d.title
           ORDER BY count(*) DESC, max(e.at) DESC, a.id, d.id LIMIT $4"#,
        &surveyed.domains,
        surveyed.from,
        surveyed.until,
        MOST
    )
    .fetch_all(&mut *conn)
    .await?;
    let datasets: BTreeSet<Uuid> = rows.iter().map(|row| row.dataset_id).collect();
    let agreements: BTreeSet<Uuid> = rows.iter().map(|row| row.agreement).collect();
    let agreed = agreed(&mut *conn, &agreements.into_iter().collect::<Vec<_>>()).await?;
    let protected = protection::columns(conn, &datasets.into_iter().collect::<Vec<_>>()).await?;
    let mask = |agreement: Uuid, dataset: Uuid, name: &str| {
        let asked = agreed.get(&(agreement, dataset)).and_then(|techniques| techniques.get(name)).copied();
        Some(protected.get(&dataset)?.get(name)?.effective(asked))
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let names: BTreeSet<&str> = row.columns.iter().flat_map(|names| names.lines()).collect();
            PersonalRead {
                columns: names.into_iter().map(|name| (name.to_owned(), mask(row.agreement, row.dataset_id, name))).collect(),
                reader: row.reader,
                is_machine: row.is_machine,
                agreement: AgreementId(row.agreement),
                purpose: row.purpose,
                product: row.product,
                address: row.address,
                dataset: row.dataset,
                reads: row.reads,
                rows: row.rows,
                counted: row.counted,
                first: row.first,
                last: row.last,
            }
        })
        .collect())
}

type Agreed = HashMap<(Uuid, Uuid), BTreeMap<String, Technique>>;

/// What deciders asked for on top, by agreement and dataset.
async fn agreed(conn: &mut PgConnection, agreements: &[Uuid]) -> Result<Agreed> {
    let rows = sqlx::query!(
        r#"SELECT agreement_id, dataset_id, techniques AS "techniques: Json<BTreeMap<String, Technique>>" FROM agreement_dataset WHERE agreement_id = ANY($1)"#,
        agreements
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.agreement_id, row.dataset_id), row.techniques.0)).collect())
}
