//! Agreements and requests as rules look at them: agencies, purposes, days and columns, and no person.

use crate::Result;
use chrono::TimeDelta;
use domain::calendar;
use domain::catalogue::Classification;
use domain::id::{AgreementId, PersonId, ProductId, RequestPartId};
use rules::input::{Agreement, Request, Step, rank};
use sqlx::PgConnection;
use uuid::Uuid;

/// Agreements in force on these products.
pub async fn agreement_inputs(conn: &mut PgConnection, products: &[Uuid]) -> Result<Vec<(ProductId, AgreementId, Agreement)>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.product_id, a.made_at, a.until, r.purpose, r.legal_basis, coalesce(g.slug, lower(h.agency), '') AS "agency!",
                  ARRAY(SELECT d.name || '.' || c FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id, unnest(x.columns) AS c
                        WHERE x.agreement_id = a.id ORDER BY 1) AS "columns!"
           FROM agreement a JOIN person h ON h.id = a.holder_id JOIN request_part q ON q.id = a.part_id JOIN access_request r ON r.id = q.request_id
           LEFT JOIN agency g ON means_agency(h.agency, g)
           WHERE a.state = 'active' AND a.product_id = ANY($1) ORDER BY a.product_id, a.id"#,
        products
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            // It ends with its last day: a moment before its end is still in it.
            let last = calendar::day(row.until - TimeDelta::seconds(1));
            let agreement = Agreement {
                id: row.id.to_string(),
                agency: row.agency,
                purpose: row.purpose,
                legal_basis: Some(row.legal_basis),
                days: (last - calendar::day(row.made_at)).num_days(),
                columns: row.columns,
                held: false,
            };
            (ProductId(row.product_id), AgreementId(row.id), agreement)
        })
        .collect())
}

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
            found.columns.push(format!("{}.{}", row.dataset, row.name));
            found.classification = found.classification.max(Some(row.classification.parse()?));
            found.personal |= row.personal;
        }
    }
    Ok(found)
}

/// A request's part with its product; steps as they stand.
pub async fn part_request(conn: &mut PgConnection, part: RequestPartId) -> Result<Option<(ProductId, Request)>> {
    let row = sqlx::query!(
        r#"SELECT q.product_id, q.request_id, r.requester_id, r.purpose, r.legal_basis, r.explanation, r.until, r.submitted_at,
                  EXISTS (SELECT FROM person h JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id JOIN agency g ON g.id = d.agency_id
                          WHERE h.id = r.requester_id AND means_agency(h.agency, g)) AS "own_agency!"
           FROM request_part q JOIN access_request r ON r.id = q.request_id WHERE q.id = $1"#,
        part.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let wanted = sqlx::query!("SELECT dataset_id, columns FROM request_part_dataset WHERE part_id = $1", part.0).fetch_all(&mut *conn).await?;
    let wanted: Vec<(Uuid, Option<Vec<String>>)> = wanted.into_iter().map(|row| (row.dataset_id, row.columns)).collect();
    let asked = requested_columns(&mut *conn, &wanted).await?;
    let steps = sqlx::query!("SELECT stage, roles FROM part_step WHERE part_id = $1 ORDER BY stage, id", part.0).fetch_all(&mut *conn).await?;
    let steps = steps
        .into_iter()
        .map(|step| Step {
            stage: u8::try_from(step.stage).unwrap_or(u8::MAX),
            roles: step.roles.iter().filter_map(|word| word.parse().ok()).collect(),
        })
        .collect();
    let classification = asked.classification.unwrap_or(Classification::OfficialOpen);
    let request = Request {
        id: row.request_id.to_string(),
        agency: agency_of(conn, PersonId(row.requester_id)).await?,
        own_agency: row.own_agency,
        purpose: row.purpose,
        legal_basis: Some(row.legal_basis),
        explanation_words: u32::try_from(row.explanation.split_whitespace().count()).unwrap_or(u32::MAX),
        days: (row.until - calendar::day(row.submitted_at)).num_days(),
        columns: asked.columns,
        classification,
        classification_rank: rank(classification),
        personal: asked.personal,
        steps,
    };
    Ok(Some((ProductId(row.product_id), request)))
}
