//! What somebody must do beside deciding: read in one statement for the home page and the notices, so that nothing that waits is told
//! by a notice alone, which may be read and forgotten.

use crate::Result;
use crate::session::scopes;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::Actor;
use domain::authorisation::{Answering, FLOW_ROLES};
use domain::calendar;
use domain::organisation::{Role, Scope};
use sqlx::PgConnection;
use uuid::Uuid;

/// Who answers what audits of quality ask, as [`domain::Action::AnswerQualityTask`] says; developers too answer problems.
const LOOKING_AFTER: [Role; 4] = [Role::Steward, Role::Owner, Role::ProductOwner, Role::Developer];
/// Who decides where owners disagree with an audit.
const DECIDING: [Role; 2] = [Role::TcCurator, Role::GdoAdministrator];
/// Agreements that end within so many days are listed.
const ENDING_DAYS: i64 = 30;

/// Things of one kind that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub count: i64,
    /// The most urgent of them.
    pub first: Uuid,
    /// Its day, where it has one.
    pub by: Option<NaiveDate>,
}

/// What waits for one person, by kind; none where nothing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToDo {
    /// Agreements whose current terms are not accepted yet.
    pub terms: Option<Waiting>,
    /// Agreements that end soon and that nobody asked for again.
    pub ending: Option<Waiting>,
    /// Agreements under which data was read of which one has not yet said how it was.
    pub words: Option<Waiting>,
    /// Open reviews of access in which something is undecided that is not one's own.
    pub reviews: Option<Waiting>,
    /// Tasks of one's domains for persons who ask about their data.
    pub subjects: Option<Waiting>,
    /// Linkages that wait for an owner's approval.
    pub linkages: Option<Waiting>,
    /// Products with personal data that arrives without a policy.
    pub flags: Option<Waiting>,
    /// Questions of reviews of access whether one still needs what one holds.
    pub asked: Option<Waiting>,
    /// What audits of quality ask of one's products.
    pub mending: Option<Waiting>,
    /// Owners who disagree with what an audit of quality found, where one decides.
    pub disputes: Option<Waiting>,
    /// Reported problems of one's products that nobody has answered.
    pub problems: Option<Waiting>,
    /// What a source grants that nobody agreed to and that cannot be taken back, where one watches.
    pub drift: Option<Waiting>,
    /// Events of the trail that are older than their period and still say who did what, for the data office; `first` is none of them.
    pub erasure: Option<Waiting>,
}

impl ToDo {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Everything that waits for somebody's doing, other than the decisions and questions that the header counts.
pub async fn to_do(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<ToDo> {
    let answers = Answering::of(actor);
    let owned: Vec<Uuid> = actor
        .roles
        .iter()
        .filter_map(|held| match (held.role, held.scope) {
            (Role::Owner, Scope::Domain(id)) => Some(id.0),
            _ => None,
        })
        .collect();
    let (owner_kinds, owner_ids) = scopes(actor, &[Role::Owner]);
    let (flow_kinds, flow_ids) = scopes(actor, &FLOW_ROLES[..4]);
    let (answering_kinds, answering_ids) = scopes(actor, &LOOKING_AFTER[..3]);
    let (mending_kinds, mending_ids) = scopes(actor, &LOOKING_AFTER);
    let (deciding_kinds, deciding_ids) = scopes(actor, &DECIDING);
    let watched: Vec<Uuid> = actor
        .roles
        .iter()
        .filter_map(|held| match (held.role, held.scope) {
            (Role::TcSecurityOfficer, Scope::Sector(id)) => Some(id.0),
            _ => None,
        })
        .collect();
    let rows = sqlx::query!(
        r#"SELECT 'terms' AS "kind!", count(*) AS "count!", (array_agg(o.agreement_id ORDER BY o.accept_by, o.agreement_id))[1] AS "first?", min(o.accept_by) AS "by?"
           FROM terms_owed o WHERE o.agreement_id IN (SELECT g.agreement_id FROM agreement_people g WHERE g.person_id = $1)
           UNION ALL
           SELECT 'ending', count(*), (array_agg(a.id ORDER BY a.until, a.id))[1], ((min(a.until) - interval '1 microsecond') AT TIME ZONE 'Asia/Singapore')::date
           FROM agreement_people g JOIN agreement a ON a.id = g.agreement_id
           WHERE g.person_id = $1 AND g.lead AND a.state = 'active' AND a.until > $2 AND a.until <= $3
             AND NOT EXISTS (SELECT FROM agreement n WHERE n.product_id = a.product_id AND n.state = 'active' AND n.until > a.until
                             AND CASE WHEN a.team_id IS NULL THEN n.team_id IS NULL AND n.holder_id = a.holder_id ELSE n.team_id = a.team_id END)
             AND NOT EXISTS (SELECT FROM request_part q JOIN access_request r ON r.id = q.request_id
                             WHERE q.product_id = a.product_id AND q.state = 'submitted'
                               AND CASE WHEN a.team_id IS NULL THEN r.team_id IS NULL AND r.requester_id = a.holder_id ELSE r.team_id = a.team_id END)
           UNION ALL
           SELECT 'words', count(DISTINCT a.product_id), (array_agg(a.id ORDER BY a.first_read_at, a.id))[1], NULL
           FROM agreement_people g JOIN agreement a ON a.id = g.agreement_id
           WHERE g.person_id = $1 AND a.state = 'active' AND a.first_read_at IS NOT NULL
             AND NOT EXISTS (SELECT FROM satisfaction w WHERE w.product_id = a.product_id AND w.person_id = $1)
           UNION ALL
           SELECT 'reviews', count(*), (array_agg(v.id ORDER BY v.due_on, v.id))[1], min(v.due_on)
           FROM access_review v WHERE v.done_at IS NULL AND v.domain_id = ANY($4) AND EXISTS (
               SELECT FROM access_review_item i LEFT JOIN role_grant r ON r.id = i.role_grant_id LEFT JOIN agreement a ON a.id = i.agreement_id
               WHERE i.review_id = v.id AND (i.decision IS NULL OR i.decision = 'ask')
                 AND (r.person_id <> $1 AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
                      OR a.state = 'active' AND NOT EXISTS (SELECT FROM agreement_people m WHERE m.agreement_id = a.id AND m.person_id = $1)))
           UNION ALL
           SELECT 'subjects', count(*), (array_agg(t.id ORDER BY r.due_on, t.id))[1], min(r.due_on)
           FROM subject_task t JOIN subject_request r ON r.id = t.request_id JOIN data_domain d ON d.id = t.domain_id
           WHERE t.state = 'open' AND ($5 OR d.sector_id = ANY($6) OR d.id = ANY($7))
           UNION ALL
           SELECT 'linkages', count(DISTINCT l.id), (array_agg(l.id ORDER BY l.requested_at, l.id))[1], NULL
           FROM linkage l JOIN linkage_side s ON s.linkage_id = l.id AND s.approved_at IS NULL JOIN agreement a ON a.id = s.agreement_id
           JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE l.state = 'requested' AND l.requested_by <> $1
             AND EXISTS (SELECT FROM unnest($8::text[], $9::uuid[]) AS h(kind, id) WHERE covers(h.kind, h.id, p.id, d.id, d.sector_id))
           UNION ALL
           SELECT 'flags', count(DISTINCT f.product_id), (array_agg(f.id ORDER BY f.found_at, f.id))[1], NULL
           FROM flow_flag f JOIN product p ON p.id = f.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE f.mended_at IS NULL
             AND EXISTS (SELECT FROM unnest($10::text[], $11::uuid[]) AS h(kind, id) WHERE covers(h.kind, h.id, p.id, d.id, d.sector_id))
           UNION ALL
           SELECT 'asked', count(*), (array_agg(i.id ORDER BY v.due_on, i.id))[1], min(v.due_on)
           FROM access_review v JOIN access_review_item i ON i.review_id = v.id LEFT JOIN role_grant r ON r.id = i.role_grant_id
           WHERE v.done_at IS NULL AND i.decision = 'ask' AND i.needed IS NULL
             AND (r.person_id = $1 AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
                  OR EXISTS (SELECT FROM agreement_people m WHERE m.agreement_id = i.agreement_id AND m.person_id = $1 AND m.state = 'active'))
           UNION ALL
           SELECT 'mending', count(*), (array_agg(t.id ORDER BY coalesce(t.promised_on, t.due_on), t.id))[1], min(coalesce(t.promised_on, t.due_on))
           FROM quality_task t JOIN product p ON p.id = t.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE t.closed_at IS NULL AND t.state IN ('open', 'promised')
             AND EXISTS (SELECT FROM unnest($12::text[], $13::uuid[]) AS h(kind, id) WHERE covers(h.kind, h.id, p.id, d.id, d.sector_id))
           UNION ALL
           SELECT 'disputes', count(*), (array_agg(t.id ORDER BY coalesce(t.promised_on, t.due_on), t.id))[1], NULL
           FROM quality_task t JOIN product p ON p.id = t.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE t.closed_at IS NULL AND t.state = 'disputed'
             AND EXISTS (SELECT FROM unnest($14::text[], $15::uuid[]) AS h(kind, id) WHERE covers(h.kind, h.id, p.id, d.id, d.sector_id))
             AND NOT EXISTS (SELECT FROM unnest($12::text[], $13::uuid[]) AS h(kind, id) WHERE covers(h.kind, h.id, p.id, d.id, d.sector_id))
           UNION ALL
           SELECT 'problems', count(*), (array_agg(b.id ORDER BY b.reported_at, b.id))[1], NULL
           FROM problem b JOIN product p ON p.id = b.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE b.ended_at IS NULL AND b.state = 'reported'
             AND EXISTS (SELECT FROM unnest($16::text[], $17::uuid[]) AS h(kind, id) WHERE covers(h.kind, h.id, p.id, d.id, d.sector_id))
           UNION ALL
           SELECT 'drift', count(*), (array_agg(f.id ORDER BY f.found_at, f.id))[1], NULL
           FROM drift_finding f LEFT JOIN product p ON p.id = f.product_id LEFT JOIN data_domain d ON d.id = p.domain_id
           WHERE f.state = 'open' AND ($18 OR d.sector_id = ANY($19) OR f.product_id IS NULL AND cardinality($19) > 0)
           UNION ALL
           -- As they were counted last night; events have no such id.
           SELECT 'erasure', k.overdue, '00000000-0000-0000-0000-000000000000'::uuid, NULL FROM retention_period k WHERE k.what = 'audit-fields' AND k.overdue > 0 AND $18"#,
        actor.person.0,
        now,
        calendar::end_of(calendar::day(now) + TimeDelta::days(ENDING_DAYS)),
        &owned,
        answers.whole,
        &answers.sectors.iter().map(|id| id.0).collect::<Vec<_>>(),
        &answers.domains.iter().map(|id| id.0).collect::<Vec<_>>(),
        &owner_kinds,
        &owner_ids as &[Option<Uuid>],
        &flow_kinds,
        &flow_ids as &[Option<Uuid>],
        &answering_kinds,
        &answering_ids as &[Option<Uuid>],
        &deciding_kinds,
        &deciding_ids as &[Option<Uuid>],
        &mending_kinds,
        &mending_ids as &[Option<Uuid>],
        actor.is(Role::GdoAdministrator),
        &watched
    )
    .fetch_all(conn)
    .await?;
    let of = |kind: &str| rows.iter().find(|row| row.kind == kind).and_then(|row| Some(Waiting { count: row.count, first: row.first?, by: row.by }));
    Ok(ToDo {
        terms: of("terms"),
        ending: of("ending"),
        words: of("words"),
        reviews: of("reviews"),
        subjects: of("subjects"),
        linkages: of("linkages"),
        flags: of("flags"),
        asked: of("asked"),
        mending: of("mending"),
        disputes: of("disputes"),
        problems: of("problems"),
        drift: of("drift"),
        erasure: of("erasure"),
    })
}
