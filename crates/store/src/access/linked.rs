//! Rows that a linkage puts side by side: one more view of the first agreement, made of what both agreements allow.

use super::plan::{AgreedLink, AgreedView, GrantPlan, alone};
use crate::{Result, outbox};
use chrono::{DateTime, Utc};
use domain::id::AgreementId;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Adds the linked views of these plans. Where the other side shows nothing, there is none.
pub(super) async fn attach(conn: &mut PgConnection, plans: &mut BTreeMap<AgreementId, GrantPlan>) -> Result<()> {
    let ids: Vec<Uuid> = plans.keys().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT l.id AS "id!", l.view_digest, l.view_name AS "view_name!", l.agreement_id AS "agreement_id!", l.other_id AS "other_id!",
                  l.column_name AS "column_name!", l.other_column AS "other_column!", x.view_name AS "of!", y.view_name AS "other_of!"
           FROM linkage_rows l
           JOIN LATERAL (SELECT view_name FROM agreement_dataset WHERE agreement_id = l.agreement_id AND dataset_id = l.dataset_id ORDER BY output_port_id LIMIT 1) x ON true
           JOIN LATERAL (SELECT view_name FROM agreement_dataset WHERE agreement_id = l.other_id AND dataset_id = l.other_dataset_id ORDER BY output_port_id LIMIT 1) y ON true
           WHERE l.agreement_id = ANY($1) ORDER BY l.id"#,
        &ids
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in rows {
        let other = match plans.get(&AgreementId(row.other_id)) {
            Some(plan) => Some(plan.clone()),
            None => alone(conn, Some(row.other_id)).await?.remove(&AgreementId(row.other_id)),
        };
        let Some(other) = other else { continue };
        let Some(plan) = plans.get_mut(&AgreementId(row.agreement_id)) else { continue };
        let of = |plan: &GrantPlan, name: &str| plan.views.iter().find(|view| view.linked.is_none() && view.view == name).cloned();
        let (Some(left), Some(right)) = (of(plan, &row.of), of(&other, &row.other_of)) else { continue };
        // Groups have no rows to put side by side.
        if left.policy.aggregate.is_some() || right.policy.aggregate.is_some() {
            continue;
        }
        let link = AgreedLink {
            linkage: row.id,
            column: row.column_name,
            other_agreement: row.other_id,
            other: Box::new(right),
            other_column: row.other_column,
            until: plan.until.min(other.until),
        };
        plan.views.push(AgreedView { view: row.view_name, digest: row.view_digest, linked: Some(link), ..left });
    }
    Ok(())
}

/// Keeps what the source said of linked views, beside those of datasets.
pub(super) async fn note_made(conn: &mut PgConnection, views: &[String], digests: &[String]) -> Result<()> {
    sqlx::query!(
        "UPDATE linkage l SET view_digest = m.digest FROM unnest($1::text[], $2::text[]) AS m(view_name, digest), linkage_rows r
         WHERE r.id = l.id AND r.view_name = m.view_name AND l.view_digest IS DISTINCT FROM m.digest",
        views,
        digests
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the source make anew what stands beside rows of this agreement, which has ended, is held or may be read again.
pub async fn follow_linked(conn: &mut PgConnection, id: AgreementId, now: DateTime<Utc>) -> Result<()> {
    let beside = sqlx::query_scalar!(
        "SELECT DISTINCT s.agreement_id FROM linkage l JOIN linkage_side s ON s.linkage_id = l.id AND s.side = 'left'
         JOIN linkage_side t ON t.linkage_id = l.id AND t.side = 'right' JOIN agreement a ON a.id = s.agreement_id
         WHERE t.agreement_id = $1 AND l.gives_rows AND l.state = 'in-force' AND a.state = 'active'",
        id.0
    );
    for agreement in beside.fetch_all(&mut *conn).await? {
        outbox::push(conn, "agreement.protect", agreement, now).await?;
    }
    Ok(())
}
