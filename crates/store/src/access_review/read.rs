//! Reviews as they stand: the list, one with everything in it, and what owners asked somebody.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access_review::{Quarter, ReviewAnswer, ReviewDecision};
use domain::authorisation::Reviewing;
use domain::id::{AccessReviewId, AgreementId, DomainId, PersonId, ProductId, ReviewItemId, RoleGrantId, SectorId};
use domain::organisation::{DomainArea, Role};
use sqlx::PgConnection;

/// A line of the list of reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewLine {
    pub id: AccessReviewId,
    pub area: DomainArea,
    pub domain_slug: String,
    pub domain_title: String,
    pub quarter: Quarter,
    pub opened_at: DateTime<Utc>,
    pub due_on: NaiveDate,
    pub done_at: Option<DateTime<Utc>>,
    pub kept: i64,
    /// Ended by this review.
    pub ended: i64,
    /// Ended otherwise before anybody decided.
    pub gone: i64,
    pub asked: i64,
    /// Without a decision; what was asked is not among them.
    pub undecided: i64,
}

/// Reviews that somebody may see, or the one of an id; those that are not done first, the earliest last day first.
async fn lines(conn: &mut PgConnection, sight: Option<&Reviewing>, id: Option<AccessReviewId>, now: DateTime<Utc>) -> Result<Vec<ReviewLine>> {
    let everything = Reviewing { whole: true, ..Reviewing::default() };
    let sight = sight.unwrap_or(&everything);
    let rows = sqlx::query!(
        r#"SELECT v.id, d.id AS domain_id, d.sector_id, d.slug, d.title, v.quarter, v.opened_at, v.due_on, v.done_at,
                  count(*) FILTER (WHERE i.decision = 'keep') AS "kept!", count(*) FILTER (WHERE i.decision = 'end') AS "ended!",
                  count(*) FILTER (WHERE i.gone AND coalesce(i.decision, 'ask') = 'ask') AS "gone!",
                  count(*) FILTER (WHERE NOT i.gone AND i.decision = 'ask') AS "asked!",
                  count(*) FILTER (WHERE NOT i.gone AND i.decision IS NULL AND i.id IS NOT NULL) AS "undecided!"
           FROM access_review v JOIN data_domain d ON d.id = v.domain_id
           LEFT JOIN LATERAL (SELECT x.id, x.decision, CASE WHEN x.role_grant_id IS NULL THEN a.state <> 'active'
                                  ELSE r.ended_at IS NOT NULL OR coalesce(r.until <= $5, false) END AS gone
                              FROM access_review_item x LEFT JOIN role_grant r ON r.id = x.role_grant_id LEFT JOIN agreement a ON a.id = x.agreement_id
                              WHERE x.review_id = v.id) i ON true
           WHERE ($1 OR d.sector_id = ANY($2) OR d.id = ANY($3)) AND ($4::uuid IS NULL OR v.id = $4)
           GROUP BY v.id, d.id ORDER BY v.done_at IS NOT NULL, v.due_on, d.title, v.id LIMIT 1000"#,
        sight.whole,
        &sight.sectors.iter().map(|id| id.0).collect::<Vec<_>>(),
        &sight.domains.iter().map(|id| id.0).collect::<Vec<_>>(),
        id.map(|id| id.0),
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ReviewLine {
            id: AccessReviewId(row.id),
            area: DomainArea { domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
            domain_slug: row.slug,
            domain_title: row.title,
            quarter: Quarter::of(row.quarter),
            opened_at: row.opened_at,
            due_on: row.due_on,
            done_at: row.done_at,
            kept: row.kept,
            ended: row.ended,
            gone: row.gone,
            asked: row.asked,
            undecided: row.undecided,
        })
        .collect())
}

pub async fn reviews(conn: &mut PgConnection, sight: &Reviewing, now: DateTime<Utc>) -> Result<Vec<ReviewLine>> {
    lines(conn, Some(sight), None, now).await
}

/// What somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    Role {
        grant: RoleGrantId,
        role: Role,
        scope_title: String,
        until: Option<DateTime<Utc>>,
    },
    Agreement {
        agreement: AgreementId,
        product: ProductId,
        product_title: String,
        address: String,
        team: Option<String>,
        purpose: String,
        until: DateTime<Utc>,
        last_read: Option<DateTime<Utc>>,
        /// People and machine clients that have a credential beside the holder's own.
        credentials: i64,
        /// Columns with personal data that it lets out, in any form.
        personal: Vec<String>,
    },
}

/// What was answered to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub said: ReviewAnswer,
    pub by: String,
    pub at: DateTime<Utc>,
}

impl Answered {
    /// From the columns of an item; all of them are there or none.
    fn of(needed: Option<bool>, words: String, by: Option<String>, at: Option<DateTime<Utc>>) -> Option<Self> {
        Some(Self { said: ReviewAnswer { needed: needed?, words }, by: by?, at: at? })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewItem {
    pub id: ReviewItemId,
    pub held: Holding,
    /// Whose role it is, or who asked for the agreement.
    pub person: PersonId,
    pub name: String,
    pub agency: Option<String>,
    /// The reader's own, or of a team of theirs: somebody else decides.
    pub own: bool,
    /// It is held no longer.
    pub gone: bool,
    pub decision: Option<ReviewDecision>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub note: String,
    /// What whoever was asked said.
    pub answer: Option<Answered>,
}

impl ReviewItem {
    /// Whether it still has to be said what becomes of it.
    pub fn is_open(&self) -> bool {
        !self.gone && matches!(self.decision, None | Some(ReviewDecision::Ask))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewView {
    pub line: ReviewLine,
    /// Roles before agreements; by name.
    pub items: Vec<ReviewItem>,
}

/// A review with everything in it, as its reader sees it. None when there is no such review.
pub async fn review(conn: &mut PgConnection, id: AccessReviewId, reader: PersonId, now: DateTime<Utc>) -> Result<Option<ReviewView>> {
    let Some(line) = lines(conn, None, Some(id), now).await?.pop() else { return Ok(None) };
    let roles = sqlx::query!(
        r#"SELECT i.id, i.decision, i.decided_at, i.note, i.needed, i.answer AS "answer!", i.answered_at, y.name AS "answered_by?", w.name AS "decided_by?", r.id AS "grant_id!", r.role AS "role!", r.until AS "until?",
                  coalesce(p.title, d.title, '') AS "scope_title!", h.id AS "person!", h.name AS "name!", h.agency AS "agency?",
                  (r.ended_at IS NOT NULL OR coalesce(r.until <= $2, false)) AS "gone!"
           FROM access_review_item i JOIN role_grant r ON r.id = i.role_grant_id JOIN person h ON h.id = r.person_id
           LEFT JOIN person w ON w.id = i.decided_by LEFT JOIN person y ON y.id = i.answered_by LEFT JOIN product p ON r.scope_kind = 'product' AND p.id = r.scope_id
           LEFT JOIN data_domain d ON r.scope_kind = 'domain' AND d.id = r.scope_id
           WHERE i.review_id = $1 ORDER BY h.name, r.role, i.id"#,
        id.0,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut items = Vec::with_capacity(roles.len());
    for row in roles {
        items.push(ReviewItem {
            id: ReviewItemId(row.id),
            held: Holding::Role { grant: RoleGrantId(row.grant_id), role: row.role.parse()?, scope_title: row.scope_title, until: row.until },
            person: PersonId(row.person),
            name: row.name,
            agency: row.agency,
            own: row.person == reader.0,
            gone: row.gone,
            decision: row.decision.as_deref().map(str::parse).transpose()?,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            note: row.note,
            answer: Answered::of(row.needed, row.answer, row.answered_by, row.answered_at),
        });
    }
    let agreements = sqlx::query!(
        r#"SELECT i.id, i.decision, i.decided_at, i.note, i.needed, i.answer AS "answer!", i.answered_at, y.name AS "answered_by?", w.name AS "decided_by?", a.id AS "agreement_id!", p.id AS "product_id!", p.title AS "title!", p.address AS "address!",
                  t.name AS "team?", u.title AS "purpose!", a.until AS "until!", h.id AS "person!", h.name AS "name!", h.agency AS "agency?",
                  (a.state <> 'active') AS "gone!",
                  (SELECT max(e.at) FROM audit_event e WHERE e.object_id = a.id AND e.action = 'port.read' AND e.outcome = 'done') AS "last_read?",
                  (SELECT count(*) FROM credential_in_force c WHERE c.agreement_id = a.id AND NOT c.once) AS "credentials!",
                  ARRAY(SELECT DISTINCT c.name FROM agreement_dataset x JOIN data_column c ON c.dataset_id = x.dataset_id AND c.name = ANY(x.columns)
                        WHERE x.agreement_id = a.id AND c.personal <> 'none' AND column_leaves(c) ORDER BY 1) AS "personal!",
                  (a.holder_id = $2 OR EXISTS (SELECT FROM agreement_people m WHERE m.agreement_id = a.id AND m.person_id = $2)) AS "own!"
           FROM access_review_item i JOIN agreement a ON a.id = i.agreement_id JOIN product p ON p.id = a.product_id
           JOIN request_part q ON q.id = a.part_id JOIN access_request n ON n.id = q.request_id JOIN purpose u ON u.code = n.purpose
           JOIN person h ON h.id = a.holder_id LEFT JOIN team t ON t.id = a.team_id LEFT JOIN person w ON w.id = i.decided_by
           LEFT JOIN person y ON y.id = i.answered_by
           WHERE i.review_id = $1 ORDER BY h.name, p.title, i.id"#,
        id.0,
        reader.0
    )
    .fetch_all(conn)
    .await?;
    for row in agreements {
        items.push(ReviewItem {
            id: ReviewItemId(row.id),
            held: Holding::Agreement {
                agreement: AgreementId(row.agreement_id),
                product: ProductId(row.product_id),
                product_title: row.title,
                address: row.address,
                team: row.team,
                purpose: row.purpose,
                until: row.until,
                last_read: row.last_read,
                credentials: row.credentials,
                personal: row.personal,
            },
            person: PersonId(row.person),
            name: row.name,
            agency: row.agency,
            own: row.own,
            gone: row.gone,
            decision: row.decision.as_deref().map(str::parse).transpose()?,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            note: row.note,
            answer: Answered::of(row.needed, row.answer, row.answered_by, row.answered_at),
        });
    }
    Ok(Some(ReviewView { line, items }))
}

/// A question of a review to whoever holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedItem {
    pub id: ReviewItemId,
    /// The role or the product.
    pub what: String,
    pub agreement: Option<AgreementId>,
    pub note: String,
    pub by: String,
    pub by_email: String,
    pub at: DateTime<Utc>,
    pub answer: Option<Answered>,
}

/// What owners asked somebody and have not decided since.
pub async fn asked_of(conn: &mut PgConnection, person: PersonId) -> Result<Vec<AskedItem>> {
    let rows = sqlx::query!(
        r#"SELECT i.id, i.note, i.needed, i.answer AS "answer!", i.answered_at, y.name AS "answered_by?", i.decided_at AS "at!", w.name AS "by!", w.email AS "by_email!", i.agreement_id, r.role AS "role?", p.title AS "title?"
           FROM access_review_item i JOIN person w ON w.id = i.decided_by LEFT JOIN person y ON y.id = i.answered_by LEFT JOIN role_grant r ON r.id = i.role_grant_id AND r.ended_at IS NULL
           LEFT JOIN agreement a ON a.id = i.agreement_id AND a.state = 'active' LEFT JOIN product p ON p.id = a.product_id
           WHERE i.decision = 'ask' AND (r.person_id = $1
                 OR EXISTS (SELECT FROM agreement_people m WHERE m.agreement_id = a.id AND m.person_id = $1)) ORDER BY i.decided_at DESC, i.id LIMIT 200"#,
        person.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = row.role.as_deref().map(str::parse::<Role>).transpose()?;
            Ok(AskedItem {
                id: ReviewItemId(row.id),
                what: row.title.or_else(|| role.map(|role| role.label().to_owned())).unwrap_or_default(),
                agreement: row.agreement_id.map(AgreementId),
                note: row.note,
                by: row.by,
                by_email: row.by_email,
                at: row.at,
                answer: Answered::of(row.needed, row.answer, row.answered_by, row.answered_at),
            })
        })
        .collect()
}
