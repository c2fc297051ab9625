//! Who is told of an event, from the roles in force at the moment of telling.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::authorisation::ANSWERING_ROLES;
use domain::event::Topic;
use domain::id::{DomainId, PersonId, SectorId};
use domain::notice::{DECIDING_ROLES, NoticeKind, TEAM_ROLES, Told, told};
use domain::organisation::Role;
use sqlx::PgConnection;
use uuid::Uuid;

/// What an event is about and where that stands.
pub(super) struct Around {
    pub object: Uuid,
    pub product: Option<Uuid>,
    pub domain: Option<DomainId>,
    pub sector: Option<SectorId>,
    pub actor: Option<PersonId>,
    pub person: Option<PersonId>,
    /// The team that asks, or holds the agreement.
    pub team: Option<Uuid>,
    /// The standard that it is about, or that the product is let off.
    pub standard: Option<Uuid>,
}

/// People to tell, with the kind of notice it is to them; never the one who did it.
pub(super) async fn recipients(
    conn: &mut PgConnection,
    topic: Topic,
    around: &Around,
    now: DateTime<Utc>,
) -> Result<Option<(Vec<Uuid>, NoticeKind)>> {
    let Some(told) = told(topic) else { return Ok(None) };
    let (mut people, kind) = match told {
        Told::Person(kind) => (theirs(conn, around).await?, kind),
        Told::Deciders(kind) => {
            let mut people = deciders(conn, around, now).await?;
            let asking = theirs(conn, around).await?;
            people.retain(|id| !asking.contains(id) && around.person.is_none_or(|person| person.0 != *id));
            (people, kind)
        }
        Told::Holders(kind) => {
            let people = sqlx::query_scalar!(
                r#"SELECT DISTINCT person_id AS "id!" FROM agreement_people WHERE product_id = $1 AND state = 'active'"#,
                around.product
            );
            (people.fetch_all(&mut *conn).await?, kind)
        }
        Told::Team(kind) => (holders(conn, &TEAM_ROLES.map(|role| role.as_str().to_owned()), around, true, now).await?, kind),
        Told::HoldersAndTeam(kind) => {
            let team = holders(conn, &TEAM_ROLES.map(|role| role.as_str().to_owned()), around, true, now).await?;
            let query = sqlx::query_scalar!(
                r#"SELECT DISTINCT person_id AS "id!" FROM agreement_people WHERE product_id = $1 AND state = 'active' AND NOT person_id = ANY($2)"#,
                around.product,
                &team
            );
            let mut people = query.fetch_all(&mut *conn).await?;
            people.extend(team);
            (people, kind)
        }
        Told::PersonAndOffice(kind) => {
            let mut people = theirs(conn, around).await?;
            people.extend(holders(conn, &[Role::GdoAdministrator.as_str().to_owned()], around, false, now).await?);
            people.sort_unstable();
            people.dedup();
            (people, kind)
        }
        Told::Owners(kind) => (holders(conn, &[Role::Owner.as_str().to_owned()], around, true, now).await?, kind),
        Told::OwnersAndSecurity(kind) if around.product.is_some() => {
            let roles = [Role::Owner, Role::TcSecurityOfficer].map(|role| role.as_str().to_owned());
            (holders(conn, &roles, around, true, now).await?, kind)
        }
        Told::OwnersAndSecurity(kind) => (watchers(conn, now).await?, kind),
        Told::Keepers(kind) => (keepers(conn, around, now).await?, kind),
        Told::OwnersAndKeepers(kind) => {
            let mut people = holders(conn, &[Role::Owner.as_str().to_owned()], around, true, now).await?;
            people.extend(keepers(conn, around, now).await?);
            people.sort_unstable();
            people.dedup();
            (people, kind)
        }
        Told::Commenters(kind) => {
            let people = sqlx::query_scalar!(
                "SELECT DISTINCT c.author_id FROM standard_comment c WHERE c.standard_id = $1 AND c.answered_at = (
                     SELECT max(x.answered_at) FROM standard_comment x WHERE x.standard_id = $1)",
                around.object
            );
            (people.fetch_all(&mut *conn).await?, kind)
        }
        Told::Sector(kind) => {
            // One that was taken back before it was told is not told any more.
            let people = sqlx::query_scalar!(
                "SELECT DISTINCT g.person_id FROM fitness_announcement f JOIN data_domain d ON d.sector_id = f.sector_id
                     JOIN role_grant g ON g.scope_id IN (f.sector_id, d.id) OR (g.scope_kind = 'product' AND g.scope_id IN (
                         SELECT p.id FROM product p WHERE p.domain_id = d.id))
                 JOIN person h ON h.id = g.person_id
                 WHERE f.id = $1 AND f.withdrawn_at IS NULL AND h.disabled_at IS NULL AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2)",
                around.object,
                now
            );
            (people.fetch_all(&mut *conn).await?, kind)
        }
        Told::Audited(kind) => (audited(conn, around, now).await?, kind),
        Told::Curators(kind) => (holders(conn, &[Role::TcCurator.as_str().to_owned()], around, false, now).await?, kind),
        Told::Answerers(kind) => {
            let mut people = holders(conn, &ANSWERING_ROLES.map(|role| role.as_str().to_owned()), around, false, now).await?;
            people.retain(|id| around.person.is_none_or(|person| person.0 != *id));
            (people, kind)
        }
    };
    people.retain(|id| around.actor.is_none_or(|actor| actor.0 != *id));
    Ok(Some((people, kind)))
}

/// Whoever watches sources, wherever: what stands outside of every product is in no sector.
async fn watchers(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let people = sqlx::query_scalar!(
        "SELECT DISTINCT g.person_id FROM role_grant g JOIN person h ON h.id = g.person_id
         WHERE h.disabled_at IS NULL AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $1) AND g.role = ANY($2)",
        now,
        &[Role::TcSecurityOfficer, Role::GdoAdministrator].map(|role| role.as_str().to_owned())
    );
    Ok(people.fetch_all(conn).await?)
}

/// Whoever may change the standard.
async fn keepers(conn: &mut PgConnection, around: &Around, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let people = sqlx::query_scalar!(
        "SELECT DISTINCT g.person_id FROM standard s JOIN role_grant g ON g.scope_kind = s.scope_kind AND g.scope_id IS NOT DISTINCT FROM s.scope_id
             AND g.role = CASE s.scope_kind WHEN 'whole' THEN 'gdo-administrator' WHEN 'sector' THEN 'tc-curator' ELSE 'owner' END
         JOIN person h ON h.id = g.person_id
         WHERE s.id = $1 AND h.disabled_at IS NULL AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2)",
        around.standard,
        now
    );
    Ok(people.fetch_all(conn).await?)
}

/// Owners of the products that an audit of quality is about, or found, and whom its plan names beside them. A plan that was paused or ended before it
/// was told is not told any more.
async fn audited(conn: &mut PgConnection, around: &Around, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let people = sqlx::query_scalar!(
        r#"WITH plan AS (
               SELECT a.id, a.sector_id, a.told FROM quality_audit_plan a
               WHERE (a.id = $1 AND a.state = 'active') OR a.id = (SELECT q.plan_id FROM quality_audit q WHERE q.id = $1)),
           about AS (
               SELECT p.id, p.domain_id, d.sector_id FROM product p JOIN data_domain d ON d.id = p.domain_id
               WHERE p.id IN (SELECT f.product_id FROM quality_audit_finding f WHERE f.audit_id = $1
                              UNION SELECT quality_audit_products(plan.id) FROM plan WHERE plan.id = $1))
           SELECT g.person_id AS "id!" FROM role_grant g JOIN person h ON h.id = g.person_id CROSS JOIN plan
           WHERE h.disabled_at IS NULL AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2)
             AND ((g.role = 'tc-curator' AND g.scope_id = plan.sector_id AND 'curators' = ANY(plan.told))
                  OR (g.role = 'gdo-administrator' AND 'office' = ANY(plan.told))
                  OR ((g.role = 'owner' OR (g.role IN ('steward', 'product-owner', 'developer') AND 'team' = ANY(plan.told)))
                      AND EXISTS (SELECT FROM about b WHERE covers(g.scope_kind, g.scope_id, b.id, b.domain_id, b.sector_id))))
           UNION
           SELECT m.person_id FROM agreement_people m CROSS JOIN plan
           WHERE m.state = 'active' AND 'holders' = ANY(plan.told) AND m.product_id IN (SELECT b.id FROM about b)"#,
        around.object,
        now
    );
    Ok(people.fetch_all(conn).await?)
}

/// Whose it is: the people of the team, or the one person.
async fn theirs(conn: &mut PgConnection, around: &Around) -> Result<Vec<Uuid>> {
    match around.team {
        Some(team) => Ok(sqlx::query_scalar!(r#"SELECT person_id AS "id!" FROM team_people WHERE team_id = $1"#, team).fetch_all(conn).await?),
        None => Ok(around.person.iter().map(|id| id.0).collect()),
    }
}

/// Who holds one of the roles where the event stands, or above; `product` counts roles over the product alone, too.
async fn holders(conn: &mut PgConnection, roles: &[String], around: &Around, product: bool, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let people = sqlx::query_scalar!(
        "SELECT DISTINCT g.person_id FROM role_grant g JOIN person h ON h.id = g.person_id
         WHERE h.disabled_at IS NULL AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $1) AND g.role = ANY($2)
           AND (g.scope_kind = 'whole' OR (g.scope_kind = 'sector' AND g.scope_id = $3) OR (g.scope_kind = 'domain' AND g.scope_id = $4)
                OR (g.scope_kind = 'product' AND g.scope_id = $5))",
        now,
        roles,
        around.sector.map(|id| id.0),
        around.domain.map(|id| id.0),
        around.product.filter(|_| product)
    )
    .fetch_all(conn)
    .await?;
    Ok(people)
}

/// Who may decide the request's part on this product at the stage that it has reached, and has not done so: holders of the roles of its steps, for
/// a step that was handed over the one who has it now, and whoever stands in for one of them.
async fn deciders(conn: &mut PgConnection, around: &Around, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let steps = sqlx::query!(
        "SELECT s.roles, s.handed_to FROM part_step s JOIN request_part q ON q.id = s.part_id AND q.stage = s.stage
         WHERE q.request_id = $1 AND q.product_id = $2 AND s.state IN ('waiting', 'closed')",
        around.object,
        around.product
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut roles: Vec<String> = steps.iter().filter(|step| step.handed_to.is_none()).flat_map(|step| step.roles.clone()).collect();
    if steps.is_empty() {
        roles = DECIDING_ROLES.map(|role| role.as_str().to_owned()).to_vec();
    }
    let mut people = holders(conn, &roles, around, true, now).await?;
    people.extend(steps.iter().filter_map(|step| step.handed_to));
    let instead = sqlx::query_scalar!(
        "SELECT t.delegate_id FROM delegation t JOIN person h ON h.id = t.delegate_id
         WHERE h.disabled_at IS NULL AND t.ended_at IS NULL AND t.since <= $1 AND t.until > $1 AND t.person_id = ANY($2)",
        now,
        &people
    )
    .fetch_all(conn)
    .await?;
    people.extend(instead);
    people.sort_unstable();
    people.dedup();
    Ok(people)
}
