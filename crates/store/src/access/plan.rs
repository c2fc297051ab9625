//! What a source must be made to allow for an agreement: read under a lock before it is told, and compared with what stands there.

use super::linked;
use super::requests::{PartDataset, PartView};
use crate::{Result, protection};
use chrono::{DateTime, Utc};
use domain::access::{GrantState, RowScope};
use domain::id::{AgreementId, ProductId};
use domain::protection::{DatasetPolicy, Technique};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One dataset as its holder may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedView {
    pub view: String,
    pub schema: String,
    pub table: String,
    /// In order, each with what is done to it; none of them is left out.
    pub columns: Vec<(String, Technique)>,
    pub rows: RowScope,
    pub policy: DatasetPolicy,
    /// What the source said of it when it was made; none before that.
    pub digest: Option<String>,
    /// Beside whose rows these stand, where two agreements are linked.
    pub linked: Option<AgreedLink>,
}

/// The other side of a linked view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedLink {
    pub linkage: Uuid,
    pub column: String,
    pub other_agreement: Uuid,
    pub other: Box<AgreedView>,
    pub other_column: String,
    /// When the first of both agreements ends.
    pub until: DateTime<Utc>,
}

/// An agreement in force, as a source is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantPlan {
    pub product: ProductId,
    pub address: String,
    pub until: DateTime<Utc>,
    pub views: Vec<AgreedView>,
    /// A hold stands, or the account of whoever holds it alone is closed: nothing may be read for now.
    pub held: bool,
    /// The holder has a credential.
    pub credential: bool,
    /// The code of the purpose that it was agreed for.
    pub purpose: String,
    /// Those who have roles of their own.
    pub holders: Vec<AgreedHolder>,
}

/// A person of the agreement's team, or a machine client, with a role of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreedHolder {
    pub credential: Uuid,
    /// A credential was made, and no suspension stops it: the role may log in.
    pub set: bool,
}

/// Locks the agreement, so that what is told to the source is what stands in the record until the transaction ends. None unless
/// the agreement is in force.
pub async fn grant_plan(conn: &mut PgConnection, id: AgreementId) -> Result<Option<GrantPlan>> {
    let locked =
        sqlx::query_scalar!("SELECT id FROM agreement WHERE id = $1 AND state = 'active' FOR UPDATE", id.0).fetch_optional(&mut *conn).await?;
    Ok(if locked.is_some() { plans(conn, Some(id.0)).await?.remove(&id) } else { None })
}

/// The same without a lock, for whoever only answers what may be read. None when its time is over.
pub async fn standing_plan(conn: &mut PgConnection, id: AgreementId, now: DateTime<Utc>) -> Result<Option<GrantPlan>> {
    Ok(plans(conn, Some(id.0)).await?.remove(&id).filter(|plan| plan.until > now))
}

/// The agreement whose credential this is, while somebody may use it.
pub async fn agreement_of_credential(conn: &mut PgConnection, id: Uuid) -> Result<Option<AgreementId>> {
    let found = sqlx::query_scalar!(r#"SELECT agreement_id AS "id!" FROM credential_in_force WHERE id = $1"#, id).fetch_optional(conn).await?;
    Ok(found.map(AgreementId))
}

/// Every agreement that is granted, and that no work is waiting for: the source should allow exactly this. Work that has failed
/// many times is no excuse.
pub async fn granted_plans(conn: &mut PgConnection) -> Result<BTreeMap<AgreementId, GrantPlan>> {
    plans(conn, None).await
}

async fn plans(conn: &mut PgConnection, only: Option<Uuid>) -> Result<BTreeMap<AgreementId, GrantPlan>> {
    let mut plans = alone(conn, only).await?;
    linked::attach(conn, &mut plans).await?;
    Ok(plans)
}

/// Without what other agreements add by a linkage.
pub(super) async fn alone(conn: &mut PgConnection, only: Option<Uuid>) -> Result<BTreeMap<AgreementId, GrantPlan>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.product_id, p.address, a.until, r.purpose, (a.credential_at IS NOT NULL) AS "credential!",
                  (EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = a.id AND h.lifted_at IS NULL)
                   OR (a.team_id IS NULL AND EXISTS (SELECT FROM person h WHERE h.id = a.holder_id AND h.disabled_at IS NOT NULL))) AS "held!"
           FROM agreement a JOIN product p ON p.id = a.product_id JOIN request_part q ON q.id = a.part_id JOIN access_request r ON r.id = q.request_id
           WHERE a.state = 'active' AND (a.id = $1 OR ($1::uuid IS NULL AND a.grant_state = 'granted' AND NOT EXISTS (
               SELECT FROM outbox o WHERE o.object_id = a.id AND o.done_at IS NULL AND o.topic LIKE 'agreement.%' AND o.attempts < 5)
             AND NOT EXISTS (SELECT FROM outbox o JOIN agreement_credential c ON c.id = o.object_id
                             WHERE c.agreement_id = a.id AND o.done_at IS NULL AND o.topic = 'credential.end' AND o.attempts < 5)))"#,
        only
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut plans: BTreeMap<AgreementId, GrantPlan> = rows
        .into_iter()
        .map(|row| {
            let plan = GrantPlan {
                product: ProductId(row.product_id),
                address: row.address,
                until: row.until,
                views: vec![],
                held: row.held,
                credential: row.credential,
                holders: vec![],
                purpose: row.purpose,
            };
            (AgreementId(row.id), plan)
        })
        .collect();
    let ids: Vec<Uuid> = plans.keys().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT x.agreement_id, x.dataset_id, d.name AS dataset_name, x.view_name, d.table_schema AS "table_schema!", d.table_name AS "table_name!", x.columns,
                  x.row_scope AS "row_scope: Json<RowScope>", x.view_digest, x.techniques AS "techniques: Json<BTreeMap<String, Technique>>",
                  x.policy AS "agreed: Json<DatasetPolicy>", d.policy AS "policy: Json<DatasetPolicy>",
                  d.policy_tightening AS "tightening: Json<DatasetPolicy>"
           FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id WHERE x.agreement_id = ANY($1) AND d.table_name IS NOT NULL
           ORDER BY x.agreement_id, x.view_name, x.output_port_id"#,
        &ids
    )
    .fetch_all(&mut *conn)
    .await?;
    let datasets: Vec<Uuid> = rows.iter().map(|row| row.dataset_id).collect::<BTreeSet<_>>().into_iter().collect();
    let protected = protection::columns(conn, &datasets).await?;
    let products: Vec<Uuid> = plans.values().map(|plan| plan.product.0).collect();
    let masked = protection::masked(conn, &products).await?;
    for row in rows {
        let Some(plan) = plans.get_mut(&AgreementId(row.agreement_id)) else { continue };
        // What a standard wants protected and is not stays at its source.
        let withheld = |name: &String| masked.get(&plan.product.0).is_some_and(|fields| protection::withheld(fields, &row.dataset_name, name));
        // What the record no longer describes has no classification, and does not leave.
        let known = protected.get(&row.dataset_id);
        let technique = |name: &String| Some(known?.get(name)?.effective(row.techniques.get(name).copied()));
        let columns: Vec<(String, Technique)> = row
            .columns
            .iter()
            .filter_map(|name| Some((name.clone(), technique(name)?)))
            .filter(|(name, technique)| !technique.is_suppressed() && !withheld(name))
            .collect();
        let view = AgreedView {
            view: row.view_name,
            schema: row.table_schema,
            table: row.table_name,
            columns,
            rows: row.row_scope.0,
            policy: protection::holding(row.policy.0, row.tightening).and(&row.agreed.0),
            digest: row.view_digest,
            linked: None,
        };
        // A dataset at two ports is one view: it shows what both of them may.
        match plan.views.iter_mut().find(|known| known.view == view.view) {
            Some(known) => {
                let other: BTreeMap<&String, Technique> = view.columns.iter().map(|(name, technique)| (name, *technique)).collect();
                known.columns = std::mem::take(&mut known.columns)
                    .into_iter()
                    .filter_map(|(name, technique)| other.get(&name).map(|more| technique.and(*more)).map(|both| (name, both)))
                    .filter(|(_, technique)| !technique.is_suppressed())
                    .collect();
                known.rows = known.rows.and(&view.rows);
                known.policy = known.policy.and(&view.policy);
            }
            None => plan.views.push(view),
        }
    }
    let rows = sqlx::query!(
        r#"SELECT c.agreement_id AS agreement, c.id, (c.set_at IS NOT NULL AND EXISTS (SELECT FROM credential_in_force f WHERE f.id = c.id)) AS "set!"
           FROM agreement_credential c WHERE c.agreement_id = ANY($1) AND c.ended_at IS NULL AND (NOT c.once OR c.set_at IS NOT NULL)
             AND EXISTS (SELECT FROM agreement_people u WHERE u.agreement_id = c.agreement_id AND (c.person_id IS NULL OR u.person_id = c.person_id))
           ORDER BY c.id"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        if let Some(plan) = plans.get_mut(&AgreementId(row.agreement)) {
            plan.holders.push(AgreedHolder { credential: row.id, set: row.set });
        }
    }
    for plan in plans.values_mut() {
        plan.views.retain(|view| !view.columns.is_empty());
    }
    Ok(plans)
}

/// Keeps what the source said of the views that it made.
pub async fn note_made(conn: &mut PgConnection, id: AgreementId, made: &[(String, String)]) -> Result<()> {
    let (views, digests): (Vec<String>, Vec<String>) = made.iter().cloned().unzip();
    sqlx::query!(
        "UPDATE agreement_dataset x SET view_digest = m.digest FROM unnest($2::text[], $3::text[]) AS m(view_name, digest)
         WHERE x.agreement_id = $1 AND x.view_name = m.view_name AND x.view_digest IS DISTINCT FROM m.digest",
        id.0,
        &views,
        &digests
    )
    .execute(&mut *conn)
    .await?;
    linked::note_made(conn, &views, &digests).await
}

/// Every agreement whose role may still stand at a source.
pub async fn pending_grants(conn: &mut PgConnection) -> Result<Vec<(Uuid, GrantState)>> {
    let rows = sqlx::query!("SELECT id, grant_state FROM agreement WHERE grant_state <> 'ended'").fetch_all(conn).await?;
    rows.into_iter().map(|row| Ok((row.id, row.grant_state.parse()?))).collect()
}

/// What somebody would read of a part if it were agreed as it was asked for: each dataset with its title. What a standard keeps at its source is
/// left out, as it is of an agreement's plan.
pub async fn part_views(conn: &mut PgConnection, part: &PartView) -> Result<Vec<(String, AgreedView)>> {
    let ids: Vec<Uuid> = part.datasets.iter().map(|dataset| dataset.dataset.0).collect();
    let tables = sqlx::query!(
        r#"SELECT id, name, table_schema AS "schema!", table_name AS "table!" FROM dataset WHERE id = ANY($1) AND table_name IS NOT NULL AND table_schema IS NOT NULL"#,
        &ids
    )
    .fetch_all(&mut *conn)
    .await?;
    let product = part.place.product.0;
    let masked = protection::masked(conn, &[product]).await?.remove(&product).unwrap_or_default();
    let view = |dataset: &PartDataset| {
        let table = tables.iter().find(|table| table.id == dataset.dataset.0)?;
        let shown = dataset.columns.iter().filter(|column| !protection::withheld(&masked, &table.name, &column.name));
        let view = AgreedView {
            view: table.name.clone(),
            schema: table.schema.clone(),
            table: table.table.clone(),
            columns: shown.map(|column| (column.name.clone(), column.technique)).collect(),
            rows: dataset.rows.clone(),
            policy: dataset.policy.clone(),
            digest: None,
            linked: None,
        };
        Some((dataset.title.clone(), view)).filter(|(_, view)| !view.columns.is_empty())
    };
    Ok(part.datasets.iter().filter_map(view).collect())
}
