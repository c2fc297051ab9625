//! Requests as rules look at them: agencies, purposes, days, columns and steps, and no person.

use crate::Result;
use chrono::NaiveDate;
use domain::calendar;
use domain::catalogue::Classification;
use domain::id::{PersonId, ProductId, RequestPartId};
use rules::input::{Request, Step, rank, words};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// The slug of somebody's agency; what they carry in words when it is not in the record.
pub async fn agency_of(conn: &mut PgConnection, person: PersonId) -> Result<String> {
    let found = sqlx::query_scalar!(
        r#"SELECT coalesce((SELECT g.slug FROM agency g WHERE means_agency(h.agency, g) LIMIT 1),
                           lower(h.agency), '') AS "agency!" FROM person h WHERE h.id = $1"#,
        person.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.unwrap_or_default())
}

/// What is asked for of some datasets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestedColumns {
    pub columns: Vec<String>,
    pub classification: Option<Classification>,
    pub personal: bool,
}

impl RequestedColumns {
    fn add(&mut self, dataset: &str, column: &str, classification: Classification, personal: bool) {
        self.columns.push(format!("{dataset}.{column}"));
        self.classification = self.classification.max(Some(classification));
        self.personal |= personal;
    }
}

/// Of each dataset the columns that are named, or all that leave the source.
pub async fn requested_columns(conn: &mut PgConnection, wanted: &[(Uuid, Option<Vec<String>>)]) -> Result<RequestedColumns> {
    let datasets: Vec<Uuid> = wanted.iter().map(|(dataset, _)| *dataset).collect();
    let rows = sqlx::query!(
        r#"SELECT c.dataset_id, d.name AS dataset, c.name, c.classification, (c.personal <> 'none') AS "personal!"
           FROM data_column c JOIN dataset d ON d.id = c.dataset_id WHERE c.dataset_id = ANY($1) AND column_leaves(c) ORDER BY d.position, c.position"#,
        &datasets
    )
    .fetch_all(conn)
    .await?;
    let mut found = RequestedColumns::default();
    for row in rows {
        let asked =
            wanted.iter().any(|(dataset, columns)| *dataset == row.dataset_id && columns.as_ref().is_none_or(|columns| columns.contains(&row.name)));
        if asked {
            found.add(&row.dataset, &row.name, row.classification.parse()?, row.personal);
        }
    }
    Ok(found)
}

/// Parts of requests with their products, in the order of products and parts; steps as they stand.
pub async fn part_requests(conn: &mut PgConnection, wanted: &[RequestPartId]) -> Result<Vec<(RequestPartId, ProductId, Request)>> {
    parts(conn, &wanted.iter().map(|part| part.0).collect::<Vec<_>>()).await
}

/// Parts that wait for a decision on these products, in the order of products and parts.
pub async fn open_requests(conn: &mut PgConnection, products: &[Uuid]) -> Result<Vec<(RequestPartId, ProductId, Request)>> {
    let waiting =
        sqlx::query_scalar!("SELECT id FROM request_part WHERE product_id = ANY($1) AND state = 'submitted'", products).fetch_all(&mut *conn).await?;
    if waiting.is_empty() { Ok(vec![]) } else { parts(conn, &waiting).await }
}

/// Any number of parts in three queries.
async fn parts(conn: &mut PgConnection, wanted: &[Uuid]) -> Result<Vec<(RequestPartId, ProductId, Request)>> {
    let rows = sqlx::query!(
        r#"SELECT q.id, q.product_id, q.request_id, r.purpose, r.legal_basis, r.explanation, r.team, r.seen_by, r.until, r.submitted_at,
                  coalesce(g.slug, lower(h.agency), '') AS "agency!", coalesce(g.id = d.agency_id, false) AS "own_agency!"
           FROM request_part q JOIN access_request r ON r.id = q.request_id JOIN person h ON h.id = r.requester_id
           JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id
           LEFT JOIN LATERAL (SELECT a.id, a.slug FROM agency a WHERE means_agency(h.agency, a)
                              ORDER BY a.id <> d.agency_id LIMIT 1) g ON true
           WHERE q.id = ANY($1) ORDER BY q.product_id, q.id"#,
        wanted
    )
    .fetch_all(&mut *conn)
    .await?;
    let (mut columns, mut steps) = (columns(&mut *conn, wanted).await?, steps(conn, wanted).await?);
    Ok(rows
        .into_iter()
        .map(|row| {
            let asked = columns.remove(&row.id).unwrap_or_default();
            let classification = asked.classification.unwrap_or(Classification::OfficialOpen);
            let until: NaiveDate = row.until;
            let request = Request {
                id: row.request_id.to_string(),
                agency: row.agency,
                own_agency: row.own_agency,
                purpose: row.purpose,
                legal_basis: Some(row.legal_basis),
                explanation_words: words(&row.explanation),
                team_words: words(&row.team),
                others_words: words(&row.seen_by),
                days: (until - calendar::day(row.submitted_at)).num_days(),
                columns: asked.columns,
                classification,
                classification_rank: rank(classification),
                personal: asked.personal,
                steps: steps.remove(&row.id).unwrap_or_default(),
            };
            (RequestPartId(row.id), ProductId(row.product_id), request)
        })
        .collect())
}

/// What each part asks for: the columns that it names, or all that leave the source.
async fn columns(conn: &mut PgConnection, parts: &[Uuid]) -> Result<HashMap<Uuid, RequestedColumns>> {
    let rows = sqlx::query!(
        r#"SELECT x.part_id, d.name AS dataset, c.name, c.classification, (c.personal <> 'none') AS "personal!"
           FROM request_part_dataset x JOIN dataset d ON d.id = x.dataset_id
           JOIN data_column c ON c.dataset_id = d.id AND column_leaves(c) AND (x.columns IS NULL OR c.name = ANY(x.columns))
           WHERE x.part_id = ANY($1) ORDER BY x.part_id, d.position, c.position"#,
        parts
    )
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<Uuid, RequestedColumns> = HashMap::new();
    for row in rows {
        found.entry(row.part_id).or_default().add(&row.dataset, &row.name, row.classification.parse()?, row.personal);
    }
    Ok(found)
}

async fn steps(conn: &mut PgConnection, parts: &[Uuid]) -> Result<HashMap<Uuid, Vec<Step>>> {
    let rows = sqlx::query!("SELECT part_id, stage, roles FROM part_step WHERE part_id = ANY($1) ORDER BY part_id, stage, id", parts)
        .fetch_all(conn)
        .await?;
    let mut found: HashMap<Uuid, Vec<Step>> = HashMap::new();
    for row in rows {
        let roles = row.roles.iter().filter_map(|word| word.parse().ok()).collect();
        found.entry(row.part_id).or_default().push(Step { stage: u8::try_from(row.stage).unwrap_or(u8::MAX), roles });
    }
    Ok(found)
}
