//! Reading at a port through the API: whose token it is, and the row that every read leaves in the audit trail.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::access::{AgreementState, GrantState};
use domain::audit::{AuditAction, AuditEvent, Origin, Outcome};
use domain::id::{AgreementId, CredentialId, PersonId, ProductId};
use sqlx::PgConnection;

/// The agreement that a token names, and who reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub agreement: AgreementId,
    /// The person who reads; none when it is a machine client.
    pub person: Option<PersonId>,
    pub machine: Option<CredentialId>,
    /// The credential counts no longer, though the agreement may: it was ended, or its holder left.
    pub lost: bool,
    pub disabled: bool,
    pub product: ProductId,
    pub state: AgreementState,
    pub grant_state: GrantState,
    pub until: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// As whoever ended it wrote it.
    pub end_reason: Option<String>,
    /// Why nothing is read for now; none when no hold stands.
    pub held: Option<String>,
    /// Of the one credential that counts; none when there is none, or no longer.
    pub credential_hash: Option<Vec<u8>>,
    /// Address of each dataset with its port, and its view.
    pub views: Vec<(String, String)>,
}

pub async fn reader(conn: &mut PgConnection, agreement: AgreementId) -> Result<Option<Reader>> {
    let row = sqlx::query!(
        r#"SELECT a.holder_id, (h.disabled_at IS NOT NULL) AS "disabled!", (a.team_id IS NOT NULL) AS "of_team!", a.product_id, a.state, a.grant_state, a.until, a.ended_at, a.end_reason, a.credential_hash,
                  (SELECT h.reason FROM agreement_hold h WHERE h.agreement_id = a.id AND h.lifted_at IS NULL ORDER BY h.placed_at, h.id LIMIT 1) AS held,
                  ARRAY(SELECT p.address || '.' || o.name || '.' || d.name FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id
                        JOIN output_port o ON o.id = x.output_port_id WHERE x.agreement_id = a.id ORDER BY o.id, d.id) AS "addresses!",
                  ARRAY(SELECT x.view_name FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id
                        JOIN output_port o ON o.id = x.output_port_id WHERE x.agreement_id = a.id ORDER BY o.id, d.id) AS "views!"
           FROM agreement a JOIN person h ON h.id = a.holder_id JOIN product p ON p.id = a.product_id WHERE a.id = $1"#,
        agreement.0
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Reader {
        agreement,
        person: Some(PersonId(row.holder_id)),
        machine: None,
        lost: row.of_team,
        disabled: row.disabled,
        product: ProductId(row.product_id),
        state: row.state.parse()?,
        grant_state: row.grant_state.parse()?,
        until: row.until,
        ended_at: row.ended_at,
        end_reason: row.end_reason,
        held: row.held,
        credential_hash: row.credential_hash,
        views: row.addresses.into_iter().zip(row.views).collect(),
    }))
}

/// The agreement granted last on a dataset that may be read now, with its view: what a read through the port is measured by. None while nobody may read.
pub async fn newest_view(conn: &mut PgConnection, product: ProductId, dataset: &str, now: DateTime<Utc>) -> Result<Option<(AgreementId, String)>> {
    let row = sqlx::query!(
        "SELECT a.id, x.view_name FROM agreement a JOIN agreement_dataset x ON x.agreement_id = a.id JOIN dataset d ON d.id = x.dataset_id
         WHERE a.product_id = $1 AND d.name = $2 AND a.state = 'active' AND a.grant_state = 'granted' AND a.until > $3
           AND NOT EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = a.id AND h.lifted_at IS NULL)
         ORDER BY a.made_at DESC, a.id, x.view_name LIMIT 1",
        product.0,
        dataset,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (AgreementId(row.id), row.view_name)))
}

/// The same for a credential of somebody of a team, or of a machine client.
pub async fn reader_by(conn: &mut PgConnection, credential: CredentialId) -> Result<Option<Reader>> {
    let row = sqlx::query!(
        r#"SELECT c.agreement_id, c.person_id, c.token_hash,
                  (c.ended_at IS NULL AND EXISTS (SELECT FROM agreement_people u WHERE u.agreement_id = c.agreement_id
                                                  AND (c.person_id IS NULL OR u.person_id = c.person_id))) AS "kept!",
                  CASE WHEN NOT EXISTS (SELECT FROM credential_in_force f WHERE f.id = c.id) THEN coalesce(
                      (SELECT s.reason FROM suspension s JOIN agreement a ON a.id = c.agreement_id JOIN product p ON p.id = a.product_id
                       JOIN data_domain d ON d.id = p.domain_id
                       WHERE s.lifted_at IS NULL AND s.person_id = c.person_id AND (s.sector_id IS NULL OR s.sector_id = d.sector_id)
                       ORDER BY s.placed_at, s.id LIMIT 1), 'Everybody who may use it is suspended') END AS suspended
           FROM agreement_credential c WHERE c.id = $1"#,
        credential.0
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(None) };
    Ok(reader(conn, AgreementId(row.agreement_id)).await?.map(|of| Reader {
        person: row.person_id.map(PersonId),
        machine: row.person_id.is_none().then_some(credential),
        lost: !row.kept,
        // Whoever asked for a team may have left it; that is in the line above.
        disabled: false,
        // A person's suspension stops their own credential as a hold would.
        held: of.held.clone().or(row.suspended),
        credential_hash: row.token_hash,
        ..of
    }))
}

/// Writes down a read, or its refusal or failure with the reason; the first read that succeeds ends the lead time. Gives the event's number.
pub async fn note_read(
    conn: &mut PgConnection,
    reader: &Reader,
    address: &str,
    outcome: Outcome,
    reason: Option<&str>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<i64> {
    let origin = match reader.machine {
        Some(client) => origin.clone().with_machine(client),
        None => origin.clone(),
    };
    let event = AuditEvent {
        product: Some(reader.product),
        address: Some(address.to_owned()),
        reason: reason.map(str::to_owned),
        outcome,
        ..AuditEvent::done(reader.person, AuditAction::PortRead, "agreement", Some(reader.agreement.0), origin)
    };
    let number = audit::append_numbered(conn, &event, now).await?;
    if outcome == Outcome::Done {
        sqlx::query!("UPDATE agreement SET first_read_at = $2 WHERE id = $1 AND first_read_at IS NULL", reader.agreement.0, now)
            .execute(conn)
            .await?;
    }
    Ok(number)
}
