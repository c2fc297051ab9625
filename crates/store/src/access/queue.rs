//! What waits for one person's decision, oldest clock first, and what concerns one person now.

use super::waiting::{After, Holding, Window, Windows};
use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::Actor;
use domain::authorisation::Answering;
use domain::catalogue::Classification;
use domain::id::{PartStepId, RequestId, RequestPartId};
use sqlx::PgConnection;
use uuid::Uuid;

/// Counts stop here: who has more to do is not helped by the number.
pub const MOST_COUNTED: i64 = 100;

/// What concerns one person now; shown in the header and on the home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// At most [`MOST_COUNTED`].
    pub waiting_for_me: i64,
    /// Questions that this person may answer: about own requests, and about those of a team that they lead.
    pub questions_for_me: i64,
    /// Data that people look for, waiting for this person's answer.
    pub wanted_of_me: i64,
    pub my_open_requests: i64,
    pub my_agreements: i64,
    pub basket: i64,
}

pub async fn standing(conn: &mut PgConnection, actor: &Actor, stands_for: &[Actor], now: DateTime<Utc>) -> Result<Standing> {
    let answers = Answering::of(actor);
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM access_request r JOIN request_part q ON q.request_id = r.id
                   WHERE r.requester_id = $1 AND q.paused_at IS NOT NULL
                     AND (r.team_id IS NULL OR EXISTS (SELECT FROM team_people m WHERE m.team_id = r.team_id AND m.person_id = $1)))
                + (SELECT count(*) FROM team_people m JOIN access_request r ON r.team_id = m.team_id JOIN request_part q ON q.request_id = r.id
                   WHERE m.person_id = $1 AND m.lead AND r.requester_id <> $1 AND q.paused_at IS NOT NULL) AS "questions!",
                  (SELECT count(DISTINCT r.id) FROM access_request r JOIN request_part q ON q.request_id = r.id
                   WHERE r.requester_id = $1 AND q.state = 'submitted') AS "open!",
                  (SELECT count(*) FROM wanted_data w JOIN data_domain d ON d.id = w.domain_id
                   WHERE w.answered_at IS NULL AND w.withdrawn_at IS NULL AND w.asked_by <> $1 AND ($3 OR d.id = ANY($4) OR d.sector_id = ANY($5))) AS "wanted!",
                  (SELECT count(*) FROM agreement_people a WHERE a.person_id = $1 AND a.state = 'active') AS "agreements!",
                  (SELECT count(*) FROM basket_item b JOIN dataset d ON d.id = b.dataset_id JOIN visible_product($1, $2) v ON v.id = d.product_id
                   WHERE b.person_id = $1) AS "basket!""#,
        actor.person.0,
        now,
        answers.whole,
        &answers.domains.iter().map(|id| id.0).collect::<Vec<_>>(),
        &answers.sectors.iter().map(|id| id.0).collect::<Vec<_>>()
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(Standing {
        waiting_for_me: waiting_for(conn, actor, &Holding::of(actor, stands_for)).await?,
        questions_for_me: row.questions,
        wanted_of_me: row.wanted,
        my_open_requests: row.open,
        my_agreements: row.agreements,
        basket: row.basket,
    })
}

/// How many steps this person may decide now, as far as they are counted.
async fn waiting_for(conn: &mut PgConnection, actor: &Actor, holding: &Holding) -> Result<i64> {
    let mut windows = Windows::of(conn, holding, None, MOST_COUNTED).await?;
    let mut counted = 0;
    while counted < MOST_COUNTED {
        let Some(window) = windows.next(conn).await? else { break };
        let After { paused, due_on, part, step } = window.after;
        // What waits for its requester is last, so nothing that counts comes after it.
        if paused {
            break;
        }
        counted += sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM (
                   SELECT FROM request_part q JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id
                   JOIN access_request r ON r.id = q.request_id JOIN part_step s ON s.part_id = q.id AND s.stage = q.stage AND s.state = 'waiting'
                   WHERE q.id = ANY($6) AND q.state = 'submitted' AND q.paused_at IS NULL AND r.requester_id <> $1
                     AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, $1, r.submitted_at))
                     AND (s.handed_to IS NULL OR s.handed_to = ANY($2))
                     AND EXISTS (SELECT FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[]) AS h(person, role, kind, id)
                                 WHERE h.role = ANY(s.roles) AND covers(h.kind, h.id, p.id, d.id, d.sector_id) AND h.person <> r.requester_id
                                   AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, h.person, r.submitted_at)))
                     AND (q.paused_at IS NOT NULL, q.due_on, q.id, s.id) > ($7, $8, $9, $10)
                   LIMIT $11) w"#,
            actor.person.0,
            &holding.people,
            &holding.roles,
            &holding.kinds,
            &holding.ids as &[Option<Uuid>],
            &window.parts,
            paused,
            due_on,
            part.0,
            step.0,
            MOST_COUNTED
        )
        .fetch_one(&mut *conn)
        .await?;
    }
    Ok(counted.min(MOST_COUNTED))
}

/// A line of the deciders' queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueLine {
    pub step: PartStepId,
    pub part: RequestPartId,
    pub request: RequestId,
    pub product_title: String,
    pub product_address: String,
    pub requester: String,
    /// The requester's when they asked.
    pub agency: Option<String>,
    pub team: String,
    pub purpose: String,
    pub classification: Option<Classification>,
    pub due_on: NaiveDate,
    /// The requester is being waited for since then.
    pub paused_at: Option<DateTime<Utc>>,
    pub handed_to_me: bool,
    /// For whom this person would decide, when not in their own right.
    pub stands_for: Option<String>,
}

/// What waits for this person, oldest clock first; what waits for its requester comes last.
pub async fn queue(
    conn: &mut PgConnection,
    actor: &Actor,
    stands_for: &[Actor],
    words: &str,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<QueueLine>> {
    let holding = Holding::of(actor, stands_for);
    let like = format!("%{}%", words.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let mut windows = Windows::of(conn, &holding, after, limit).await?;
    let (mut lines, mut left) = (vec![], limit);
    while left > 0 {
        let Some(window) = windows.next(conn).await? else { break };
        let found = lines_in(conn, actor, stands_for, &holding, &like, &window, left).await?;
        left -= i64::try_from(found.len()).unwrap_or(left);
        lines.extend(found);
    }
    Ok(lines)
}

/// Those of a window that this person may decide, in order.
async fn lines_in(
    conn: &mut PgConnection,
    actor: &Actor,
    stands_for: &[Actor],
    holding: &Holding,
    like: &str,
    window: &Window,
    limit: i64,
) -> Result<Vec<QueueLine>> {
    let After { paused, due_on, part, step } = window.after;
    let rows = sqlx::query!(
        r#"SELECT s.id, q.id AS part, q.request_id, p.title, p.address, h.name, r.agency, r.team, u.title AS purpose, p.classification, q.due_on, q.paused_at,
                  (s.handed_to IS NOT NULL) AS "handed!",
                  (SELECT CASE WHEN bool_or(h.person = $1) THEN NULL ELSE min(h.person::text) END
                   FROM unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[]) AS h(person, role, kind, id)
                   WHERE h.role = ANY(s.roles) AND covers(h.kind, h.id, p.id, d.id, d.sector_id)) AS stands_for
           FROM request_part q JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id
           JOIN access_request r ON r.id = q.request_id JOIN purpose u ON u.code = r.purpose JOIN person h ON h.id = r.requester_id
           JOIN part_step s ON s.part_id = q.id AND s.stage = q.stage AND s.state = 'waiting'
           WHERE q.id = ANY($12) AND q.state = 'submitted' AND r.requester_id <> $1 AND (s.handed_to IS NULL OR s.handed_to = ANY($3))
             AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, $1, r.submitted_at))
             AND EXISTS (SELECT FROM unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[]) AS h(person, role, kind, id)
                         WHERE h.role = ANY(s.roles) AND covers(h.kind, h.id, p.id, d.id, d.sector_id) AND h.person <> r.requester_id
                           AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, h.person, r.submitted_at)))
             AND ($7 = '%%' OR p.title ILIKE $7 OR h.name ILIKE $7 OR r.agency ILIKE $7 OR r.team ILIKE $7)
             AND (q.paused_at IS NOT NULL, q.due_on, q.id, s.id) > ($8, $9, $10, $11)
           ORDER BY (q.paused_at IS NOT NULL), q.due_on, q.id, s.id LIMIT $2"#,
        actor.person.0,
        limit,
        &holding.people,
        &holding.roles,
        &holding.kinds,
        &holding.ids as &[Option<Uuid>],
        like,
        paused,
        due_on,
        part.0,
        step.0,
        &window.parts
    )
    .fetch_all(conn)
    .await?;
    let name = |id: Option<String>| {
        let id: Uuid = id?.parse().ok()?;
        stands_for.iter().find(|other| other.person.0 == id).map(|other| other.name.clone())
    };
    rows.into_iter()
        .map(|row| {
            Ok(QueueLine {
                step: PartStepId(row.id),
                part: RequestPartId(row.part),
                request: RequestId(row.request_id),
                product_title: row.title,
                product_address: row.address,
                requester: row.name,
                agency: row.agency,
                team: row.team,
                purpose: row.purpose,
                classification: row.classification.map(|word| word.parse()).transpose()?,
                due_on: row.due_on,
                paused_at: row.paused_at,
                handed_to_me: row.handed,
                stands_for: name(row.stands_for),
            })
        })
        .collect()
}
