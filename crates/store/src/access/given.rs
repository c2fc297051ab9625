//! Agreements on what somebody looks after: who holds what of their products, so that whoever may revoke one finds it.

use crate::Result;
use crate::session::scopes;
use chrono::{DateTime, Utc};
use domain::Actor;
use domain::access::{AgreementState, GrantState};
use domain::id::AgreementId;
use domain::organisation::Role;
use domain::text_enum;
use sqlx::PgConnection;
use uuid::Uuid;

/// Who may revoke agreements of what their role covers, as [`domain::Action::RevokeAgreement`] says.
const KEEPING_ROLES: [Role; 3] = [Role::Steward, Role::Owner, Role::TcSecurityOfficer];

text_enum! {
    /// Which agreements to list.
    GivenState, "state of agreements" {
        InForce = "in-force", "In force";
        Held = "held", "On hold";
        Ended = "ended", "Ended";
    }
}

/// What to list; nothing chosen lists everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenFilter {
    /// A product's address.
    pub product: Option<String>,
    pub state: Option<GivenState>,
}

/// An agreement as whoever looks after its product reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenLine {
    pub id: AgreementId,
    pub product_title: String,
    pub holder: String,
    pub agency: Option<String>,
    pub team: Option<String>,
    pub purpose: String,
    pub state: AgreementState,
    pub grant_state: GrantState,
    pub held: bool,
    pub until: DateTime<Utc>,
    pub first_read_at: Option<DateTime<Utc>>,
}

/// Whether somebody looks after anything that agreements are made on.
pub fn looks_after_agreements(actor: &Actor) -> bool {
    actor.roles.iter().any(|held| KEEPING_ROLES.contains(&held.role))
}

/// Agreements on what somebody looks after, newest first, after one of them; at most `limit`.
pub async fn agreements_on(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &GivenFilter,
    after: Option<AgreementId>,
    limit: i64,
) -> Result<Vec<GivenLine>> {
    let (kinds, ids) = scopes(actor, &KEEPING_ROLES);
    let rows = sqlx::query!(
        r#"SELECT a.id, p.title, h.name, h.agency, t.name AS "team?", u.title AS purpose, a.state, a.grant_state, a.until, a.first_read_at, k.held AS "held!"
           FROM agreement a JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id JOIN person h ON h.id = a.holder_id
           JOIN request_part q ON q.id = a.part_id JOIN access_request r ON r.id = q.request_id JOIN purpose u ON u.code = r.purpose
           LEFT JOIN team t ON t.id = a.team_id
           CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM agreement_hold w WHERE w.agreement_id = a.id AND w.lifted_at IS NULL) AS held) k
           WHERE EXISTS (SELECT FROM unnest($1::text[], $2::uuid[]) AS s(kind, id) WHERE covers(s.kind, s.id, p.id, d.id, d.sector_id))
             AND ($3::text IS NULL OR p.address = $3)
             AND CASE $4::text WHEN 'in-force' THEN a.state = 'active' AND NOT k.held WHEN 'held' THEN a.state = 'active' AND k.held
                               WHEN 'ended' THEN a.state <> 'active' ELSE true END
             AND ($5::uuid IS NULL OR a.id < $5)
           ORDER BY a.id DESC LIMIT $6"#,
        &kinds,
        &ids as &[Option<Uuid>],
        filter.product.as_deref(),
        filter.state.map(GivenState::as_str),
        after.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(GivenLine {
                id: AgreementId(row.id),
                product_title: row.title,
                holder: row.name,
                agency: row.agency,
                team: row.team,
                purpose: row.purpose,
                state: row.state.parse()?,
                grant_state: row.grant_state.parse()?,
                held: row.held,
                until: row.until,
                first_read_at: row.first_read_at,
            })
        })
        .collect()
}

/// Address and title of the products that such agreements are on, by title; at most 500.
pub async fn given_products(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<(String, String)>> {
    let (kinds, ids) = scopes(actor, &KEEPING_ROLES);
    let rows = sqlx::query!(
        "SELECT p.address, p.title FROM product p JOIN data_domain d ON d.id = p.domain_id
         WHERE EXISTS (SELECT FROM unnest($1::text[], $2::uuid[]) AS s(kind, id) WHERE covers(s.kind, s.id, p.id, d.id, d.sector_id))
           AND EXISTS (SELECT FROM agreement a WHERE a.product_id = p.id) ORDER BY p.title, p.address LIMIT 500",
        &kinds,
        &ids as &[Option<Uuid>]
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.address, row.title)).collect())
}
