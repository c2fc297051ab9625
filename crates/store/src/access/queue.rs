//! What waits for one person's decision, oldest clock first, and what concerns one person now.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::Actor;
use domain::authorisation::Answering;
use domain::catalogue::Classification;
use domain::id::{PartStepId, RequestId, RequestPartId};
use domain::organisation::Scope;
use sqlx::PgConnection;
use uuid::Uuid;

/// Counts stop here: who has more to do is not helped by the number.
pub const MOST_COUNTED: i64 = 100;

/// What concerns one person now; shown in the header and on the home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// At most [`MOST_COUNTED`].
    pub waiting_for_me: i64,
    /// Questions that this person has to answer about own requests.
    pub questions_for_me: i64,
    /// Data that people look for, waiting for this person's answer.
    pub wanted_of_me: i64,
    pub my_open_requests: i64,
    pub my_agreements: i64,
    pub basket: i64,
}

/// Roles as queries take them: one row for each that somebody holds, with who that is. A step is theirs to decide when a row
/// covers it, and neither they nor the one they stand for asked, alone or with a team.
#[derive(Debug, Default)]
struct Holding {
    people: Vec<Uuid>,
    roles: Vec<String>,
    kinds: Vec<String>,
    ids: Vec<Option<Uuid>>,
}

impl Holding {
    fn of(actor: &Actor, stands_for: &[Actor]) -> Self {
        let mut all = Self::default();
        for one in std::iter::once(actor).chain(stands_for) {
            for held in &one.roles {
                let (kind, id) = match held.scope {
                    Scope::Whole => ("whole", None),
                    Scope::Sector(id) => ("sector", Some(id.0)),
                    Scope::Domain(id) => ("domain", Some(id.0)),
                    Scope::Product(id) => ("product", Some(id.0)),
                };
                all.people.push(one.person.0);
                all.roles.push(held.role.to_string());
                all.kinds.push(kind.to_owned());
                all.ids.push(id);
            }
        }
        all
    }
}

pub async fn standing(conn: &mut PgConnection, actor: &Actor, stands_for: &[Actor], now: DateTime<Utc>) -> Result<Standing> {
    let answers = Answering::of(actor);
    let holding = Holding::of(actor, stands_for);
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM (
                       SELECT FROM request_part q JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id
                       JOIN access_request r ON r.id = q.request_id JOIN part_step s ON s.part_id = q.id AND s.stage = q.stage AND s.state = 'waiting'
                       WHERE cardinality($7::uuid[]) > 0 AND q.state = 'submitted' AND q.paused_at IS NULL AND r.requester_id <> $1
                         AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, $1, r.submitted_at))
                         AND (s.handed_to IS NULL OR s.handed_to = ANY($7))
                         AND EXISTS (SELECT FROM unnest($7::uuid[], $8::text[], $9::text[], $10::uuid[]) AS h(person, role, kind, id)
                                     WHERE h.role = ANY(s.roles) AND covers(h.kind, h.id, p.id, d.id, d.sector_id) AND h.person <> r.requester_id
                                       AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, h.person, r.submitted_at)))
                       LIMIT $6) w) AS "waiting!",
                  (SELECT count(*) FROM access_request r JOIN request_part q ON q.request_id = r.id
                   WHERE r.requester_id = $1 AND q.paused_at IS NOT NULL) AS "questions!",
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
        &answers.sectors.iter().map(|id| id.0).collect::<Vec<_>>(),
        MOST_COUNTED,
        &holding.people,
        &holding.roles,
        &holding.kinds,
        &holding.ids as &[Option<Uuid>]
    )
    .fetch_one(conn)
    .await?;
    Ok(Standing {
        waiting_for_me: row.waiting,
        questions_for_me: row.questions,
        wanted_of_me: row.wanted,
        my_open_requests: row.open,
        my_agreements: row.agreements,
        basket: row.basket,
    })
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

/// Where a page of the queue begins: after this clock and step.
pub type After = (bool, NaiveDate, Uuid);

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
    if holding.people.is_empty() {
        return Ok(vec![]);
    }
    let like = format!("%{}%", words.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let (paused, day, step) = after.map_or((false, NaiveDate::default(), Uuid::nil()), |after| after);
    let rows = sqlx::query!(
        r#"SELECT s.id, q.id AS part, q.request_id, p.title, p.address, h.name, h.agency, r.team, u.title AS purpose, p.classification, q.due_on, q.paused_at,
                  (s.handed_to IS NOT NULL) AS "handed!",
                  (SELECT CASE WHEN bool_or(h.person = $1) THEN NULL ELSE min(h.person::text) END
                   FROM unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[]) AS h(person, role, kind, id)
                   WHERE h.role = ANY(s.roles) AND covers(h.kind, h.id, p.id, d.id, d.sector_id)) AS stands_for
           FROM request_part q JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id
           JOIN access_request r ON r.id = q.request_id JOIN purpose u ON u.code = r.purpose JOIN person h ON h.id = r.requester_id
           JOIN part_step s ON s.part_id = q.id AND s.stage = q.stage AND s.state = 'waiting'
           WHERE q.state = 'submitted' AND r.requester_id <> $1 AND (s.handed_to IS NULL OR s.handed_to = ANY($3))
             AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, $1, r.submitted_at))
             AND EXISTS (SELECT FROM unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[]) AS h(person, role, kind, id)
                         WHERE h.role = ANY(s.roles) AND covers(h.kind, h.id, p.id, d.id, d.sector_id) AND h.person <> r.requester_id
                           AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, h.person, r.submitted_at)))
             AND ($7 = '%%' OR p.title ILIKE $7 OR h.name ILIKE $7 OR h.agency ILIKE $7 OR r.team ILIKE $7)
             AND (q.paused_at IS NOT NULL, q.due_on, s.id) > ($8, $9, $10)
           ORDER BY (q.paused_at IS NOT NULL), q.due_on, s.id LIMIT $2"#,
        actor.person.0,
        limit,
        &holding.people,
        &holding.roles,
        &holding.kinds,
        &holding.ids as &[Option<Uuid>],
        like,
        paused,
        day,
        step
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
