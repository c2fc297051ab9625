//! Who read which personal columns, for which purpose, under which agreement and masks.

use super::{MOST, Surveyed};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::AgreementId;
use domain::protection::Technique;
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// A personal column that left with some reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnTaken {
    pub name: String,
    /// Each mask that held for it at one of them.
    pub masks: Vec<Technique>,
    /// At some of them nobody wrote its mask down.
    pub unknown: bool,
}

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
    /// Personal columns that left with any of the reads, by name.
    pub columns: Vec<ColumnTaken>,
    pub reads: i64,
    /// Rows of the reads whose rows were counted, and how many those are.
    pub rows: i64,
    pub counted: i64,
    /// Those of them whose number an event says, under the seal; others were read before that was so, or the event's words were erased.
    pub sealed: i64,
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
}

/// What one or more reads took: personal columns, and for each of all columns everything that held for it then.
#[derive(Debug, Deserialize)]
struct Taken {
    personal: Vec<String>,
    masks: Option<BTreeMap<String, Vec<serde_json::Value>>>,
}

impl Taken {
    /// What a reader got of a column: what all that held allows together. None where it is not known, or a word of another release.
    fn mask(&self, column: &str) -> Option<Technique> {
        let mut held = self.masks.as_ref()?.get(column)?.iter().map(|one| serde_json::from_value::<Technique>(one.clone()).ok());
        held.try_fold(Technique::Clear {}, |all, one| Some(all.and(one?)))
    }
}

/// Every personal column of some reads, with each of its masks once.
fn columns(all: &[Taken]) -> Vec<ColumnTaken> {
    let mut found: BTreeMap<&str, ColumnTaken> = BTreeMap::new();
    for (taken, name) in all.iter().flat_map(|taken| taken.personal.iter().map(move |name| (taken, name.as_str()))) {
        let column = found.entry(name).or_insert_with(|| ColumnTaken { name: name.to_owned(), ..ColumnTaken::default() });
        match taken.mask(name) {
            Some(mask) if !column.masks.contains(&mask) => column.masks.push(mask),
            Some(_) => {}
            None => column.unknown = true,
        }
    }
    found.into_values().collect()
}

/// Those with most reads first, at most 2,000.
pub async fn personal_reads(conn: &mut PgConnection, surveyed: &Surveyed) -> Result<Vec<PersonalRead>> {
    let rows = sqlx::query!(
        r#"SELECT coalesce(m.machine, h.name) AS reader, (m.id IS NOT NULL) AS "is_machine!", a.id AS agreement, u.title AS purpose, p.title AS product,
                  p.address, d.title AS dataset,
                  jsonb_agg(DISTINCT jsonb_build_object('personal', r.personal, 'masks', r.masks)) AS "taken!: Json<Vec<Taken>>",
                  count(*) AS "reads!", coalesce(sum(rows_left(r)), 0)::bigint AS "rows!", count(r.rows) AS "counted!",
                  count(rows_said(r)) AS "sealed!", min(e.at) AS "first!", max(e.at) AS "last!"
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
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PersonalRead {
            columns: columns(&row.taken.0),
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
            sealed: row.sealed,
            first: row.first,
            last: row.last,
        })
        .collect())
}
