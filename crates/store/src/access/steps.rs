//! Who must agree to a part: compiled from the rules in force, kept as steps, and never left without somebody who can decide.

use super::submit::Asked;
use crate::session::scope;
use crate::{Result, StoreError};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::{Agency, Applies, ApprovalRule, Asks, DatasetScope, Facts, PlannedStep, Route, StepState, above, compile};
use domain::id::{PartStepId, PersonId, ProductId, RequestId, RequestPartId, TeamId};
use domain::organisation::{Place, Role, Scope};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// Every rule in force, with where it holds.
async fn rules(conn: &mut PgConnection) -> Result<Vec<(Scope, ApprovalRule)>> {
    let rows = sqlx::query!(
        r#"SELECT code, title, scope_kind, scope_id, applies AS "applies: Json<Applies>", asks AS "asks: Json<Asks>" FROM approval_rule
           WHERE retired_at IS NULL ORDER BY position, code"#
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let scope = scope(&row.scope_kind, row.scope_id).ok_or_else(|| StoreError::Conflict(format!("rule {} holds nowhere", row.code)))?;
            Ok((scope, ApprovalRule { code: row.code, title: row.title, applies: row.applies.0, asks: row.asks.0 }))
        })
        .collect()
}

fn holds(scope: Scope, place: Place) -> bool {
    match scope {
        Scope::Whole => true,
        Scope::Sector(id) => id == place.sector,
        Scope::Domain(id) => id == place.domain,
        Scope::Product(id) => id == place.product,
    }
}

/// How each product's part would be decided if this were submitted for this purpose; of datasets in `wanted` less than all.
pub async fn routes(
    conn: &mut PgConnection,
    asked: &[Asked],
    wanted: &BTreeMap<String, DatasetScope>,
    purpose: &str,
) -> Result<BTreeMap<ProductId, Route>> {
    let rules = rules(conn).await?;
    let mut products: BTreeMap<ProductId, Vec<&Asked>> = BTreeMap::new();
    for asked in asked {
        products.entry(asked.place.product).or_default().push(asked);
    }
    let route = |datasets: &[&Asked]| {
        let first = datasets.first()?;
        let here: Vec<ApprovalRule> = rules.iter().filter(|(scope, _)| holds(*scope, first.place)).map(|(_, rule)| rule.clone()).collect();
        let facts = Facts {
            sharing: first.sharing,
            classification: datasets.iter().filter_map(|asked| asked.classification_of(wanted.get(&asked.address))).max(),
            // Personal columns are absent: nobody gets them yet.
            personal: false,
            agency: if first.own_agency { Agency::Own } else { Agency::Other },
            purpose: purpose.to_owned(),
        };
        Some(compile(&here, &facts))
    };
    Ok(products.iter().filter_map(|(product, datasets)| Some((*product, route(datasets)?))).collect())
}

/// Roles that a step needs so that somebody other than the requester and their team holds one of them: those above are added until
/// somebody does. Gives whether any was added.
pub(super) async fn with_somebody(
    conn: &mut PgConnection,
    roles: &[Role],
    requester: PersonId,
    team: Option<TeamId>,
    place: Place,
    now: DateTime<Utc>,
) -> Result<(Vec<Role>, bool)> {
    let mut roles = roles.to_vec();
    let planned = roles.len();
    loop {
        let words: Vec<String> = roles.iter().map(ToString::to_string).collect();
        let somebody = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM role_grant g JOIN person h ON h.id = g.person_id
                   WHERE g.role = ANY($1) AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2) AND h.disabled_at IS NULL AND h.id <> $3
                     AND NOT EXISTS (SELECT FROM team_member m WHERE m.team_id = $7 AND m.person_id = h.id AND m.ended_at IS NULL)
                     AND covers(g.scope_kind, g.scope_id, $4, $5, $6)) AS "somebody!""#,
            &words,
            now,
            requester.0,
            place.product.0,
            place.domain.0,
            place.sector.0,
            team.map(|team| team.0)
        )
        .fetch_one(&mut *conn)
        .await?;
        match above(&roles) {
            Some(higher) if !somebody => roles.push(higher),
            _ => return Ok((roles, planned < words.len())),
        }
    }
}

/// Writes the steps of a new part.
#[expect(clippy::too_many_arguments, reason = "each is one part of what is recorded")]
pub(super) async fn insert_steps(
    conn: &mut PgConnection,
    part: RequestPartId,
    requester: PersonId,
    team: Option<TeamId>,
    place: Place,
    steps: &[PlannedStep],
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    for step in steps {
        let (roles, escalated) = with_somebody(conn, &step.roles, requester, team, place, now).await?;
        let id: PartStepId = ids.next(now);
        sqlx::query!(
            "INSERT INTO part_step (id, part_id, stage, roles, why, state, escalated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id.0,
            part.0,
            i16::from(step.stage),
            &roles.iter().map(ToString::to_string).collect::<Vec<_>>(),
            step.why,
            StepState::Waiting.as_str(),
            escalated.then_some(now)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// One who must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    pub id: PartStepId,
    pub part: RequestPartId,
    pub stage: i16,
    pub roles: Vec<Role>,
    /// Some of those who may decide it.
    pub people: Vec<String>,
    pub why: String,
    pub state: StepState,
    /// It can be decided now: its part is undecided and has come to its stage.
    pub open: bool,
    pub handed_to: Option<String>,
    pub escalated_at: Option<DateTime<Utc>>,
    pub decided_by: Option<PersonId>,
    pub decider: Option<String>,
    /// For whom it was decided, when that person was away.
    pub decided_for: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
}

impl StepView {
    /// “Data domain steward or Data owner (Grace Tan, Omar Rahman)”.
    pub fn who(&self) -> String {
        let people = if self.people.is_empty() { String::new() } else { format!(" ({})", self.people.join(", ")) };
        format!("{}{people}", named(&self.roles))
    }
}

/// Roles as one reads them.
pub fn named(roles: &[Role]) -> String {
    roles.iter().map(|role| role.label()).collect::<Vec<_>>().join(" or ")
}

/// The steps of all parts of a request, in order.
pub(super) async fn steps(conn: &mut PgConnection, request: RequestId, now: DateTime<Utc>) -> Result<Vec<StepView>> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.part_id, s.stage, s.roles, s.why, s.state, (q.state = 'submitted' AND s.state = 'waiting' AND s.stage = q.stage) AS "open!",
                  t.name AS "handed_to?", s.escalated_at, s.decided_by,
                  ARRAY(SELECT DISTINCT h.name FROM role_grant g JOIN person h ON h.id = g.person_id
                        WHERE s.state = 'waiting' AND g.role = ANY(s.roles) AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2)
                          AND h.disabled_at IS NULL AND h.id <> r.requester_id
                          AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, h.id, r.submitted_at)) AND covers(g.scope_kind, g.scope_id, p.id, d.id, d.sector_id)
                        ORDER BY h.name LIMIT 3) AS "people!", w.name AS "decider?", f.name AS "decided_for?", s.decided_at, s.note
           FROM request_part q JOIN access_request r ON r.id = q.request_id JOIN product p ON p.id = q.product_id
           JOIN data_domain d ON d.id = p.domain_id JOIN part_step s ON s.part_id = q.id LEFT JOIN person w ON w.id = s.decided_by LEFT JOIN person f ON f.id = s.decided_for
           LEFT JOIN person t ON t.id = s.handed_to
           WHERE q.request_id = $1 ORDER BY s.part_id, s.stage, s.id"#,
        request.0,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StepView {
                id: PartStepId(row.id),
                part: RequestPartId(row.part_id),
                stage: row.stage,
                roles: parsed(&row.roles)?,
                people: row.people,
                why: row.why,
                state: row.state.parse()?,
                open: row.open,
                handed_to: row.handed_to,
                escalated_at: row.escalated_at,
                decided_by: row.decided_by.map(PersonId),
                decider: row.decider,
                decided_for: row.decided_for,
                decided_at: row.decided_at,
                note: row.note,
            })
        })
        .collect()
}

pub(super) fn parsed(words: &[String]) -> Result<Vec<Role>> {
    Ok(words.iter().map(|word| word.parse()).collect::<std::result::Result<_, _>>()?)
}
