//! Many steps at once, for deciding them together: as much of each as its authorisation and its preview need, in three queries
//! however many there are.

use super::steps::parsed;
use crate::{Result, protection};
use chrono::NaiveDate;
use domain::access::RowScope;
use domain::id::{DomainId, PartStepId, PersonId, ProductId, RequestPartId, SectorId};
use domain::organisation::{Place, Role};
use domain::protection::{DatasetPolicy, Technique};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A step that is open, with what its requester would get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStep {
    pub id: PartStepId,
    pub part: RequestPartId,
    pub roles: Vec<Role>,
    pub place: Place,
    /// The requester, and whoever was in the team that asks since it was submitted.
    pub asking: Vec<PersonId>,
    pub requester_name: String,
    pub product_title: String,
    /// The last day that was asked for.
    pub until: NaiveDate,
    pub datasets: Vec<OpenDataset>,
    /// Others that must agree as well.
    pub others: i64,
}

/// What its requester would get of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDataset {
    pub title: String,
    /// In order, each with what is done to it.
    pub columns: Vec<(String, Technique)>,
    pub rows: RowScope,
    /// What holds for the rows together.
    pub policy: DatasetPolicy,
}

/// Those of these steps that can be decided now, in the order given. Whether somebody may is for the caller to say.
pub async fn open_steps(conn: &mut PgConnection, steps: &[PartStepId]) -> Result<Vec<OpenStep>> {
    let ids: Vec<Uuid> = steps.iter().map(|step| step.0).collect();
    let rows = sqlx::query!(
        r#"SELECT s.id, s.part_id, s.roles, q.product_id, p.domain_id, d.sector_id, h.name, p.title, r.until,
                  ARRAY(SELECT r.requester_id UNION SELECT m.person_id FROM team_member m
                        WHERE m.team_id = r.team_id AND (m.ended_at IS NULL OR m.ended_at >= r.submitted_at)) AS "asking!",
                  (SELECT count(*) FROM part_step o WHERE o.part_id = q.id AND o.state = 'waiting' AND o.id <> s.id) AS "others!"
           FROM unnest($1::uuid[]) WITH ORDINALITY AS u(id, place) JOIN part_step s ON s.id = u.id
           JOIN request_part q ON q.id = s.part_id AND q.state = 'submitted' AND q.stage = s.stage AND s.state = 'waiting'
           JOIN access_request r ON r.id = q.request_id JOIN person h ON h.id = r.requester_id JOIN product p ON p.id = q.product_id
           JOIN data_domain d ON d.id = p.domain_id ORDER BY u.place"#,
        &ids
    )
    .fetch_all(&mut *conn)
    .await?;
    let parts: Vec<Uuid> = rows.iter().map(|row| row.part_id).collect();
    let asked = sqlx::query!(
        r#"SELECT x.part_id, d.id, d.title, d.policy AS "policy: Json<DatasetPolicy>", x.row_scope AS "rows: Json<RowScope>",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND column_leaves(c) AND (x.columns IS NULL OR c.name = ANY(x.columns))
                        ORDER BY c.position) AS "columns!"
           FROM request_part_dataset x JOIN dataset d ON d.id = x.dataset_id WHERE x.part_id = ANY($1) ORDER BY x.part_id, d.position"#,
        &parts
    )
    .fetch_all(&mut *conn)
    .await?;
    // Many ask for the same few.
    let distinct: BTreeSet<Uuid> = asked.iter().map(|row| row.id).collect();
    let protected = protection::columns(conn, &distinct.into_iter().collect::<Vec<_>>()).await?;
    let mut datasets: HashMap<Uuid, Vec<OpenDataset>> = HashMap::new();
    for row in asked {
        let known = protected.get(&row.id);
        let described = |name: String| known?.get(&name).map(|column| (name, column.effective(None)));
        let columns = row.columns.into_iter().filter_map(described).collect();
        datasets.entry(row.part_id).or_default().push(OpenDataset { title: row.title, columns, rows: row.rows.0, policy: row.policy.0 });
    }
    rows.into_iter()
        .map(|row| {
            Ok(OpenStep {
                id: PartStepId(row.id),
                part: RequestPartId(row.part_id),
                roles: parsed(&row.roles)?,
                place: Place { product: ProductId(row.product_id), domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
                asking: row.asking.into_iter().map(PersonId).collect(),
                requester_name: row.name,
                product_title: row.title,
                until: row.until,
                datasets: datasets.get(&row.part_id).cloned().unwrap_or_default(),
                others: row.others,
            })
        })
        .collect()
}
