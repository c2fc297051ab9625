//! Plans of audits: made, changed, paused, resumed and ended by whoever keeps the quality of a sector.

use super::PLAN;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{DomainId, PersonId, ProductId, QualityAuditPlanId, SectorId};
use domain::quality_audit::{Criterion, Hearer, NewPlan, PlanScope, PlanState, Rhythm};
use domain::{Ids, calendar};
use sqlx::PgConnection;
use uuid::Uuid;

/// A plan as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanView {
    pub id: QualityAuditPlanId,
    pub sector: SectorId,
    pub sector_slug: String,
    pub sector_title: String,
    pub name: String,
    pub scope: PlanScope,
    pub domain: Option<(DomainId, String)>,
    /// Those that were chosen and that the reader may know of: id, address, title.
    pub products: Vec<(ProductId, String, String)>,
    pub criteria: Vec<Criterion>,
    pub rhythm: Rhythm,
    pub first_on: NaiveDate,
    pub next_on: Option<NaiveDate>,
    pub announce_days: i32,
    pub mend_days: i32,
    pub told: Vec<Hearer>,
    pub state: PlanState,
    pub version: i32,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

/// Plans that the reader may know of: those with an audit to come first. One alone, or those of a sector, where they are named.
async fn read(
    conn: &mut PgConnection,
    reader: PersonId,
    id: Option<QualityAuditPlanId>,
    sector: Option<SectorId>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<PlanView>> {
    let rows = sqlx::query!(
        r#"SELECT a.id AS "id!", a.sector_id AS "sector_id!", s.slug, s.title AS sector_title, a.name AS "name!", a.scope AS "scope!", a.domain_id AS "domain_id?",
                  d.title AS "domain?", a.criteria AS "criteria!", a.rhythm AS "rhythm!", a.first_on AS "first_on!", a.next_on AS "next_on?",
                  a.announce_days AS "announce_days!", a.mend_days AS "mend_days!", a.told AS "told!", a.state AS "state!", a.version AS "version!",
                  h.name AS made_by, a.made_at AS "made_at!"
           FROM visible_quality_audit_plan($1, $2) a JOIN sector s ON s.id = a.sector_id JOIN person h ON h.id = a.made_by
           LEFT JOIN data_domain d ON d.id = a.domain_id
           WHERE ($3::uuid IS NULL OR a.id = $3) AND ($4::uuid IS NULL OR a.sector_id = $4)
           ORDER BY a.state = 'ended', a.next_on NULLS LAST, a.name, a.id LIMIT $5"#,
        reader.0,
        now,
        id.map(|id| id.0),
        sector.map(|id| id.0),
        most
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let chosen = sqlx::query!(
        r#"SELECT c.plan_id, p.id AS "id!", p.address AS "address!", p.title AS "title!"
           FROM quality_audit_plan_product c JOIN visible_product($2, $3) p ON p.id = c.product_id WHERE c.plan_id = ANY($1) ORDER BY p.title, p.address"#,
        &ids,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let products = chosen.iter().filter(|one| one.plan_id == row.id);
            Ok(PlanView {
                id: QualityAuditPlanId(row.id),
                sector: SectorId(row.sector_id),
                sector_slug: row.slug,
                sector_title: row.sector_title,
                name: row.name,
                scope: row.scope.parse()?,
                domain: row.domain_id.map(DomainId).zip(row.domain),
                products: products.map(|one| (ProductId(one.id), one.address.clone(), one.title.clone())).collect(),
                criteria: row.criteria.iter().map(|word| Ok(word.parse::<Criterion>()?)).collect::<Result<_>>()?,
                rhythm: row.rhythm.parse()?,
                first_on: row.first_on,
                next_on: row.next_on,
                announce_days: row.announce_days,
                mend_days: row.mend_days,
                told: row.told.iter().map(|word| Ok(word.parse::<Hearer>()?)).collect::<Result<_>>()?,
                state: row.state.parse()?,
                version: row.version,
                made_by: row.made_by,
                made_at: row.made_at,
            })
        })
        .collect()
}

/// Plans that the reader may know of, of one sector or of all; those with an audit to come first.
pub async fn plans(conn: &mut PgConnection, reader: PersonId, sector: Option<SectorId>, most: i64, now: DateTime<Utc>) -> Result<Vec<PlanView>> {
    read(conn, reader, None, sector, most, now).await
}

/// One plan, where the reader may know of it.
pub async fn plan(conn: &mut PgConnection, reader: PersonId, id: QualityAuditPlanId, now: DateTime<Utc>) -> Result<Option<PlanView>> {
    Ok(read(conn, reader, Some(id), None, 1, now).await?.pop())
}

/// Domains of a sector that are in use, with their titles.
pub async fn domains(conn: &mut PgConnection, sector: SectorId) -> Result<Vec<(DomainId, String)>> {
    let rows = sqlx::query!("SELECT id, title FROM data_domain WHERE sector_id = $1 AND retired_at IS NULL ORDER BY title, id", sector.0);
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (DomainId(row.id), row.title)).collect())
}

/// Products of a sector that may be chosen: in use, readable at a port and known to the reader; with the titles of their domains.
pub async fn products(conn: &mut PgConnection, sector: SectorId, reader: PersonId, now: DateTime<Utc>) -> Result<Vec<(ProductId, String, String)>> {
    let rows = sqlx::query!(
        r#"SELECT p.id AS "id!", p.title AS "title!", d.title AS domain FROM visible_product($2, $3) p JOIN data_domain d ON d.id = p.domain_id
           WHERE d.sector_id = $1 AND p.status IN ('published', 'deprecated')
             AND EXISTS (SELECT FROM dataset s WHERE s.product_id = p.id AND s.table_name IS NOT NULL) ORDER BY p.title, p.address"#,
        sector.0,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (ProductId(row.id), row.title, row.domain)).collect())
}

fn words(criteria: &[Criterion]) -> Vec<String> {
    criteria.iter().map(|one| one.as_str().to_owned()).collect()
}

fn hearers(told: &[Hearer]) -> Vec<String> {
    told.iter().map(|one| one.as_str().to_owned()).collect()
}

/// What the trail says of a plan.
fn said(plan: &NewPlan) -> String {
    format!("{}: {}, from {}, counting {}", plan.name, plan.rhythm.label().to_lowercase(), plan.first_on, words(&plan.criteria).join(", "))
}

/// Makes a plan; the form sent twice is one.
#[expect(clippy::too_many_arguments, reason = "who, where, what and when, and no two of them belong together")]
pub async fn make(
    conn: &mut PgConnection,
    by: PersonId,
    sector: SectorId,
    new: &NewPlan,
    key: Uuid,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<QualityAuditPlanId> {
    let id: QualityAuditPlanId = ids.next(now);
    let made = sqlx::query!(
        "INSERT INTO quality_audit_plan (id, sector_id, name, scope, domain_id, criteria, rhythm, first_on, next_on, announce_days, mend_days, told, made_by, made_at,
                                         submission_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (submission_key) DO NOTHING",
        id.0,
        sector.0,
        new.name,
        new.scope.as_str(),
        new.domain.map(|id| id.0),
        &words(&new.criteria),
        new.rhythm.as_str(),
        new.first_on,
        new.announce_days,
        new.mend_days,
        &hearers(&new.told),
        by.0,
        now,
        key
    )
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 0 {
        let known = sqlx::query_scalar!("SELECT id FROM quality_audit_plan WHERE submission_key = $1", key).fetch_one(conn).await?;
        return Ok(QualityAuditPlanId(known));
    }
    choose(conn, id, &new.products).await?;
    let event = AuditEvent { detail: Some(said(new)), ..AuditEvent::done(Some(by), AuditAction::QualityAuditPlan, PLAN, Some(id.0), origin.clone()) };
    audit::append(conn, &event, now).await?;
    Ok(id)
}

async fn choose(conn: &mut PgConnection, plan: QualityAuditPlanId, products: &[ProductId]) -> Result<()> {
    let products: Vec<Uuid> = products.iter().map(|id| id.0).collect();
    sqlx::query!("DELETE FROM quality_audit_plan_product WHERE plan_id = $1", plan.0).execute(&mut *conn).await?;
    sqlx::query!("INSERT INTO quality_audit_plan_product (plan_id, product_id) SELECT $1, x FROM unnest($2::uuid[]) AS x", plan.0, &products)
        .execute(conn)
        .await?;
    Ok(())
}

/// The next day on which an audit is due: from today on, and none that was taken.
async fn upcoming(
    conn: &mut PgConnection,
    id: QualityAuditPlanId,
    rhythm: Rhythm,
    first_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<NaiveDate>> {
    let taken = sqlx::query_scalar!("SELECT max(due_on) FROM quality_audit WHERE plan_id = $1", id.0).fetch_one(conn).await?;
    let today = calendar::day(now);
    let yesterday = today.pred_opt().unwrap_or(today);
    Ok(rhythm.next(first_on, taken.map_or(yesterday, |taken| taken.max(yesterday))))
}

fn changed_meanwhile() -> StoreError {
    StoreError::Conflict("Somebody changed this plan meanwhile, or ended it. Open its page again.".into())
}

/// Changes a plan; `version` is the one that was shown.
pub async fn change(
    conn: &mut PgConnection,
    by: PersonId,
    id: QualityAuditPlanId,
    version: i32,
    new: &NewPlan,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let next_on = upcoming(conn, id, new.rhythm, new.first_on, now).await?;
    let changed = sqlx::query!(
        "UPDATE quality_audit_plan SET name = $3, scope = $4, domain_id = $5, criteria = $6, rhythm = $7, first_on = $8, next_on = $9, announce_days = $10,
             mend_days = $11, told = $12, version = version + 1
         WHERE id = $1 AND version = $2 AND state <> 'ended'",
        id.0,
        version,
        new.name,
        new.scope.as_str(),
        new.domain.map(|id| id.0),
        &words(&new.criteria),
        new.rhythm.as_str(),
        new.first_on,
        next_on,
        new.announce_days,
        new.mend_days,
        &hearers(&new.told)
    )
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(changed_meanwhile());
    }
    choose(conn, id, &new.products).await?;
    let event =
        AuditEvent { detail: Some(said(new)), ..AuditEvent::done(Some(by), AuditAction::QualityAuditChange, PLAN, Some(id.0), origin.clone()) };
    audit::append(conn, &event, now).await
}

/// Pauses, resumes or ends a plan. What was missed while it was paused is not made up for.
pub async fn set_state(conn: &mut PgConnection, by: PersonId, plan: &PlanView, to: PlanState, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let to = plan.state.to(to).map_err(|error| StoreError::Conflict(format!("This plan {error}.")))?;
    let next_on = match to {
        PlanState::Active => upcoming(conn, plan.id, plan.rhythm, plan.first_on, now).await?,
        PlanState::Paused => plan.next_on,
        PlanState::Ended => None,
    };
    let changed = sqlx::query!(
        "UPDATE quality_audit_plan SET state = $3, next_on = $4, version = version + 1 WHERE id = $1 AND version = $2",
        plan.id.0,
        plan.version,
        to.as_str(),
        next_on
    )
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(changed_meanwhile());
    }
    let detail = Some(format!("{}: {}", plan.name, to.label().to_lowercase()));
    let event = AuditEvent { detail, ..AuditEvent::done(Some(by), AuditAction::QualityAuditChange, PLAN, Some(plan.id.0), origin.clone()) };
    audit::append(conn, &event, now).await
}
