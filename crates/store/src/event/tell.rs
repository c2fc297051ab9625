//! Telling one event: who is told becomes a row each, and so does each webhook that hears of it. All in the transaction that
//! takes the outbox row, so that a repetition finds them there.

use super::recipients::{Around, recipients};
use crate::{Result, outbox};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::calendar;
use domain::event::{Data, Object, Payload, Product, Topic};
use domain::id::{DeliveryId, DomainId, EventId, NoticeId, PersonId, SectorId};
use domain::notice::{self, Delivery, NoticeKind};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Tells an event. `mail` says whether e-mail is sent at all: without it nothing is left waiting for it.
pub async fn tell(conn: &mut PgConnection, id: EventId, mail: bool, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let Some((topic, at, around, data)) = read(conn, id).await? else { return Ok(()) };
    if let Some((people, kind)) = recipients(conn, topic, &around, now).await? {
        write_notices(conn, id, &people, kind, mail, ids, now).await?;
    }
    let payload = Payload::new(id, topic, at, data);
    sqlx::query!("UPDATE event SET payload = $2, told_at = $3 WHERE id = $1", id.0, Json(&payload) as _, now).execute(&mut *conn).await?;
    deliver(conn, &payload, &around, ids, now).await
}

/// The event with what stands around it; none when it was told before.
async fn read(conn: &mut PgConnection, id: EventId) -> Result<Option<(Topic, DateTime<Utc>, Around, Data)>> {
    let row = sqlx::query!(
        r#"SELECT e.topic, e.at, e.actor_id, e.object_kind, e.object_id, e.product_id, e.days, x.detail AS "detail?", p.address AS "address?",
                  d.id AS "domain_id?", d.slug AS "domain?", s.id AS "sector_id?", s.slug AS "sector?", a.until AS "until?",
                  q.id AS "standard?",
                  CASE e.topic
                      WHEN 'standard.affects' THEN (SELECT f.effective_from FROM standard_version f WHERE f.standard_id = q.id AND f.published_at <= e.at
                                                    ORDER BY f.published_at DESC LIMIT 1)
                      WHEN 'agreement.stopping' THEN (SELECT f.effective_from + f.grace_days FROM standard_version f
                                                      WHERE f.standard_id = q.id AND f.published_at <= e.at ORDER BY f.published_at DESC LIMIT 1)
                      WHEN 'waiver.ending' THEN (SELECT f.until FROM standard_waiver f WHERE f.standard_id = q.id AND f.product_id = e.product_id AND f.ended_at IS NULL)
                  END AS "by_when?",
                  coalesce(r.requester_id, a.holder_id, w.asked_by, y.opened_by, z.requested_by, b.reported_by, m.person_id, h.id) AS person_id,
                  coalesce(r.team_id, a.team_id) AS team_id
           FROM event e LEFT JOIN audit_event x ON x.id = e.audit_id LEFT JOIN product p ON p.id = e.product_id
           LEFT JOIN access_request r ON e.object_kind = 'request' AND r.id = e.object_id
           LEFT JOIN agreement a ON e.object_kind = 'agreement' AND a.id = e.object_id
           LEFT JOIN wanted_data w ON e.object_kind = 'wanted-data' AND w.id = e.object_id
           LEFT JOIN person h ON e.object_kind = 'person' AND h.id = e.object_id
           LEFT JOIN problem b ON e.object_kind = 'problem' AND b.id = e.object_id
           LEFT JOIN saved_search m ON e.object_kind = 'saved-search' AND m.id = e.object_id AND m.removed_at IS NULL
           LEFT JOIN linkage z ON e.object_kind = 'linkage' AND z.id = e.object_id
           LEFT JOIN access_review v ON e.object_kind = 'access-review' AND v.id = e.object_id
           LEFT JOIN subject_task k ON e.object_kind = 'subject-task' AND k.id = e.object_id
           LEFT JOIN subject_request y ON y.id = CASE e.object_kind WHEN 'subject-request' THEN e.object_id ELSE k.request_id END
           -- A waiver's row is about its product, a warning's about the agreement: the standard is named in its words.
           LEFT JOIN standard q ON CASE WHEN e.object_kind = 'standard' THEN q.id = e.object_id WHEN e.topic IN ('waiver.ending', 'waiver.ended', 'agreement.stopping') THEN q.slug = x.detail END
           LEFT JOIN data_domain d ON d.id = coalesce(w.domain_id, k.domain_id, v.domain_id, p.domain_id) LEFT JOIN sector s ON s.id = d.sector_id
           WHERE e.id = $1 AND e.told_at IS NULL FOR UPDATE OF e"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let topic: Topic = row.topic.parse()?;
    let object = Object { kind: row.object_kind, id: row.object_id };
    // The trail says a role as its word, with where it holds behind it.
    let is_role = matches!(topic, Topic::RoleGranted | Topic::RoleEnded | Topic::RoleEnding | Topic::RoleExpired);
    let role = row.detail.filter(|_| is_role).and_then(|detail| detail.split_whitespace().next().map(str::to_owned));
    let around = Around {
        object: object.id,
        product: row.product_id,
        domain: row.domain_id.map(DomainId),
        sector: row.sector_id.map(SectorId),
        actor: row.actor_id.map(PersonId),
        person: row.person_id.map(PersonId),
        team: row.team_id,
        standard: row.standard,
    };
    let data = Data {
        path: notice::path(&object, row.address.as_deref()),
        object,
        product: row.product_id.zip(row.address).map(|(id, address)| Product { id, address }),
        domain: row.domain,
        sector: row.sector,
        actor: row.actor_id,
        person: row.person_id,
        role,
        // The agreement ends with that day: a moment before its end is still in it. A standard may stop it sooner.
        until: row.by_when.or(row.until.map(calendar::last_day)),
        days: row.days,
    };
    Ok(Some((topic, row.at, around, data)))
}

/// A notice for each of the people, as they want to be told; nobody gets the same event twice.
async fn write_notices(
    conn: &mut PgConnection,
    event: EventId,
    people: &[Uuid],
    kind: NoticeKind,
    mail: bool,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let new: Vec<Uuid> = people.iter().map(|_| ids.next::<NoticeId>(now).0).collect();
    sqlx::query!(
        "INSERT INTO notice (id, person_id, event_id, kind, made_at, mail)
         SELECT u.id, u.person, $3, $4, $5, CASE WHEN $7 AND coalesce(w.delivery, $6) IN ('at-once', 'daily') THEN coalesce(w.delivery, $6) ELSE 'none' END
         FROM unnest($1::uuid[], $2::uuid[]) AS u(id, person) LEFT JOIN notice_preference w ON w.person_id = u.person AND w.kind = $4
         WHERE coalesce(w.delivery, $6) <> $8 ON CONFLICT (event_id, person_id) DO NOTHING",
        &new,
        people,
        event.0,
        kind.as_str(),
        now,
        kind.usual().as_str(),
        mail,
        Delivery::Off.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A delivery for each webhook that hears of it; what a paused one hears of is sent when it goes on.
async fn deliver(conn: &mut PgConnection, payload: &Payload, around: &Around, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    if payload.topic.is_private() {
        return Ok(());
    }
    let webhooks = sqlx::query_scalar!(
        "SELECT id FROM webhook WHERE removed_at IS NULL AND (topics = '{}' OR $1 = ANY(topics)) AND (domain_id IS NULL OR domain_id = $2)",
        payload.topic.as_str(),
        around.domain.map(|id| id.0)
    )
    .fetch_all(&mut *conn)
    .await?;
    if webhooks.is_empty() {
        return Ok(());
    }
    let body = serde_json::to_string(payload).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    for webhook in webhooks {
        let id: DeliveryId = ids.next(now);
        sqlx::query!(
            "INSERT INTO webhook_delivery (id, webhook_id, event_id, body, state, made_at) VALUES ($1, $2, $3, $4, 'waiting', $5)",
            id.0,
            webhook,
            payload.id.0,
            body,
            now
        )
        .execute(&mut *conn)
        .await?;
        outbox::push(conn, crate::webhook::SEND, id.0, now).await?;
    }
    Ok(())
}
