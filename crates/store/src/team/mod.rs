//! Teams: who is in one now, who keeps it, what it holds. Whoever leaves, changes agency or is disabled is out at once, by the
//! view `team_people`; what is written here says so afterwards.

mod members;

pub use members::{add, drop_out, leave, set_lead};

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::AgreementState;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AgencyId, AgreementId, PersonId, TeamId, TeamMemberId};
use domain::team::{InTeam, NewTeam};
use sqlx::PgConnection;

const KIND: &str = "team";

/// A line of a list of teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamLine {
    pub id: TeamId,
    pub name: String,
    pub agency: String,
    pub people: i64,
    pub leads: bool,
}

/// The teams that somebody is in now, by name.
pub async fn teams_of(conn: &mut PgConnection, person: PersonId) -> Result<Vec<TeamLine>> {
    let rows = sqlx::query_as!(
        TeamLine,
        r#"SELECT t.id, t.name, g.title AS agency, (SELECT count(*) FROM team_people o WHERE o.team_id = t.id) AS "people!", m.lead AS "leads!"
           FROM team_people m JOIN team t ON t.id = m.team_id JOIN agency g ON g.id = t.agency_id
           WHERE m.person_id = $1 ORDER BY lower(t.name), t.id"#,
        person.0
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Every team that has not ended, by name, at most 500: for those who look after all of them.
pub async fn teams(conn: &mut PgConnection) -> Result<Vec<TeamLine>> {
    let rows = sqlx::query_as!(
        TeamLine,
        r#"SELECT t.id, t.name, g.title AS agency, (SELECT count(*) FROM team_people o WHERE o.team_id = t.id) AS "people!", false AS "leads!"
           FROM team t JOIN agency g ON g.id = t.agency_id WHERE t.ended_at IS NULL ORDER BY lower(t.name), t.id LIMIT 500"#
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Somebody in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub lead: bool,
    pub added_at: DateTime<Utc>,
}

/// What a team holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamAgreement {
    pub id: AgreementId,
    pub product_title: String,
    pub state: AgreementState,
    pub until: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamView {
    pub id: TeamId,
    pub name: String,
    pub about: String,
    pub agency: String,
    pub made_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Who is in it now: who leads it first.
    pub people: Vec<MemberView>,
    /// Newest first, at most 200.
    pub agreements: Vec<TeamAgreement>,
}

impl TeamView {
    /// How somebody stands to it now.
    pub fn standing(&self, person: PersonId) -> InTeam {
        self.people.iter().find(|member| member.person == person).map_or(InTeam::Stranger, |m| if m.lead { InTeam::Lead } else { InTeam::Member })
    }
}

pub async fn team(conn: &mut PgConnection, id: TeamId) -> Result<Option<TeamView>> {
    let row = sqlx::query!(
        "SELECT t.name, t.about, g.title AS agency, t.made_at, t.ended_at FROM team t JOIN agency g ON g.id = t.agency_id WHERE t.id = $1",
        id.0
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let people = sqlx::query_as!(
        MemberView,
        r#"SELECT h.id AS person, h.name, h.email, m.lead, m.added_at FROM team_people p
           JOIN team_member m ON m.team_id = p.team_id AND m.person_id = p.person_id AND m.ended_at IS NULL JOIN person h ON h.id = m.person_id
           WHERE p.team_id = $1 ORDER BY m.lead DESC, h.name, h.id"#,
        id.0
    );
    let people = people.fetch_all(&mut *conn).await?;
    let agreements = sqlx::query!(
        "SELECT a.id, p.title, a.state, a.until FROM agreement a JOIN product p ON p.id = a.product_id WHERE a.team_id = $1 ORDER BY a.id DESC LIMIT 200",
        id.0
    );
    let agreements = agreements
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(|one| Ok(TeamAgreement { id: AgreementId(one.id), product_title: one.title, state: one.state.parse()?, until: one.until }))
        .collect::<Result<_>>()?;
    Ok(Some(TeamView { id, name: row.name, about: row.about, agency: row.agency, made_at: row.made_at, ended_at: row.ended_at, people, agreements }))
}

/// The agency of the record that somebody belongs to, as the identity provider says it: by title, slug or abbreviation.
pub async fn agency_of(conn: &mut PgConnection, person: PersonId) -> Result<Option<(AgencyId, String)>> {
    let row = sqlx::query!(
        "SELECT g.id, g.title FROM person h JOIN agency g ON means_agency(h.agency, g)
         WHERE h.id = $1 ORDER BY lower(g.title) = lower(h.agency) DESC, g.slug LIMIT 1",
        person.0
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (AgencyId(row.id), row.title)))
}

/// Makes a team of an agency, led by who makes it. `Conflict` when the agency has one of this name.
pub async fn make(
    conn: &mut PgConnection,
    actor: PersonId,
    agency: AgencyId,
    new: &NewTeam,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<TeamId> {
    let id: TeamId = ids.next(now);
    let made = sqlx::query!(
        "INSERT INTO team (id, agency_id, name, about, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency_id, lower(name)) WHERE ended_at IS NULL DO NOTHING",
        id.0,
        agency.0,
        new.name,
        new.about,
        actor.0,
        now
    );
    if made.execute(&mut *conn).await?.rows_affected() == 0 {
        return Err(StoreError::Conflict("Your agency has a team of this name already. Choose another, or ask its lead to add you.".into()));
    }
    let member: TeamMemberId = ids.next(now);
    sqlx::query!(
        "INSERT INTO team_member (id, team_id, person_id, lead, added_by, added_at) VALUES ($1, $2, $3, true, $3, $4)",
        member.0,
        id.0,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let event =
        AuditEvent { detail: Some(new.name.clone()), ..AuditEvent::done(Some(actor), AuditAction::TeamMake, KIND, Some(id.0), origin.clone()) };
    audit::append(conn, &event, now).await?;
    Ok(id)
}

/// Holds a team fast until the transaction ends; `Conflict` when it has ended.
async fn lock(conn: &mut PgConnection, id: TeamId) -> Result<()> {
    let found = sqlx::query_scalar!("SELECT id FROM team WHERE id = $1 AND ended_at IS NULL FOR UPDATE", id.0).fetch_optional(conn).await?;
    found.map(|_| ()).ok_or_else(|| StoreError::Conflict("This team has ended. Nothing was changed.".into()))
}

/// Ends a team that holds nothing and waits for nothing.
pub async fn end(conn: &mut PgConnection, actor: PersonId, id: TeamId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    lock(conn, id).await?;
    let busy = sqlx::query_scalar!(
        r#"SELECT (EXISTS (SELECT FROM agreement WHERE team_id = $1 AND state = 'active') OR EXISTS (
               SELECT FROM access_request r JOIN request_part q ON q.request_id = r.id WHERE r.team_id = $1 AND q.state = 'submitted')) AS "busy!""#,
        id.0
    );
    if busy.fetch_one(&mut *conn).await? {
        return Err(StoreError::Conflict("Give up the team’s agreements and withdraw its requests first. Nothing was changed.".into()));
    }
    sqlx::query!("UPDATE team_member SET ended_at = $2, end_reason = 'team-ended' WHERE team_id = $1 AND ended_at IS NULL", id.0, now)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("UPDATE team SET ended_at = $2 WHERE id = $1", id.0, now).execute(&mut *conn).await?;
    audit::append(conn, &AuditEvent::done(Some(actor), AuditAction::TeamEnd, KIND, Some(id.0), origin.clone()), now).await
}
