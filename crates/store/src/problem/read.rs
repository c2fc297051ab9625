//! Problems as those read them who may, and how long mending takes, for everybody who may know of the product.

use crate::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{DomainId, IncidentId, PersonId, ProblemId, ProductId, SectorId};
use domain::organisation::Place;
use domain::problem::{ProblemAbout, ProblemState, median};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemLine {
    pub id: ProblemId,
    pub product_address: String,
    pub product_title: String,
    pub dataset: Option<String>,
    pub column: Option<String>,
    pub about: ProblemAbout,
    pub words: String,
    pub mine: bool,
    pub reported_at: DateTime<Utc>,
    pub state: ProblemState,
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerLine {
    pub author: String,
    pub at: DateTime<Utc>,
    pub to: ProblemState,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemView {
    pub line: ProblemLine,
    pub product: ProductId,
    pub place: Place,
    pub reporter: PersonId,
    pub reporter_name: String,
    /// The reader holds an agreement in force on the product.
    pub holds: bool,
    pub incident: Option<(IncidentId, String)>,
    pub answers: Vec<AnswerLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentLine {
    pub id: IncidentId,
    pub title: String,
    pub opened_at: DateTime<Utc>,
    pub mended_at: Option<DateTime<Utc>>,
    pub cause: Option<String>,
    pub problems: i64,
}

/// How quickly a product's problems were dealt with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mending {
    pub open: usize,
    pub over: usize,
    /// Half were answered, and half mended, within this time; the latter with incidents that nobody reported.
    pub answered: Option<TimeDelta>,
    pub mended: Option<TimeDelta>,
}

/// As the record gives it.
struct Line {
    id: Uuid,
    address: String,
    title: String,
    dataset_name: Option<String>,
    column_name: Option<String>,
    about: String,
    words: String,
    mine: bool,
    reported_at: DateTime<Utc>,
    state: String,
    ended_at: Option<DateTime<Utc>>,
}

impl Line {
    fn read(self) -> Result<ProblemLine> {
        Ok(ProblemLine {
            id: ProblemId(self.id),
            product_address: self.address,
            product_title: self.title,
            dataset: self.dataset_name,
            column: self.column_name,
            about: self.about.parse()?,
            words: self.words,
            mine: self.mine,
            reported_at: self.reported_at,
            state: self.state.parse()?,
            ended_at: self.ended_at,
        })
    }
}

/// Problems and incidents of a product that are shown; one more is read, which says that there are others.
pub const PROBLEMS: i64 = 200;
pub const INCIDENTS: i64 = 100;

/// Problems of a product, open ones first, then newest first; `all` or the reader's own alone.
pub async fn problems(conn: &mut PgConnection, product: ProductId, reader: PersonId, all: bool) -> Result<Vec<ProblemLine>> {
    let rows = sqlx::query_as!(
        Line,
        r#"SELECT b.id, p.address, p.title, b.dataset_name, b.column_name, b.about, b.words, (b.reported_by = $2) AS "mine!", b.reported_at, b.state, b.ended_at
           FROM problem b JOIN product p ON p.id = b.product_id WHERE b.product_id = $1 AND ($3 OR b.reported_by = $2)
           ORDER BY b.ended_at IS NOT NULL, b.reported_at DESC, b.id DESC LIMIT $4"#,
        product.0,
        reader.0,
        all,
        PROBLEMS + 1
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Line::read).collect()
}

/// Open problems of products that somebody looks after, oldest first.
pub async fn open_problems(conn: &mut PgConnection, reader: PersonId, most: i64, now: DateTime<Utc>) -> Result<Vec<ProblemLine>> {
    open_problems_after(conn, reader, None, most, now).await
}

/// The same behind a problem, whether that is open still or not.
pub async fn open_problems_after(
    conn: &mut PgConnection,
    reader: PersonId,
    after: Option<ProblemId>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<ProblemLine>> {
    let rows = sqlx::query_as!(
        Line,
        r#"SELECT b.id, p.address, p.title, b.dataset_name, b.column_name, b.about, b.words, (b.reported_by = $1) AS "mine!", b.reported_at, b.state, b.ended_at
           FROM problem b JOIN product p ON p.id = b.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE b.ended_at IS NULL AND EXISTS (
               SELECT FROM role_grant g WHERE g.person_id = $1 AND g.role IN ('owner', 'steward', 'product-owner', 'developer') AND g.ended_at IS NULL
                   AND (g.until IS NULL OR g.until > $2) AND covers(g.scope_kind, g.scope_id, p.id, p.domain_id, d.sector_id))
             AND ($4::uuid IS NULL OR (b.reported_at, b.id) > (SELECT x.reported_at, x.id FROM problem x WHERE x.id = $4))
           ORDER BY b.reported_at, b.id LIMIT $3"#,
        reader.0,
        now,
        most,
        after.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Line::read).collect()
}

/// One problem, of a product that the reader may know of.
pub async fn problem(conn: &mut PgConnection, id: ProblemId, reader: PersonId, now: DateTime<Utc>) -> Result<Option<ProblemView>> {
    let row = sqlx::query!(
        r#"SELECT b.product_id, p.address AS "address!", p.title AS "title!", p.domain_id AS "domain_id!", d.sector_id, b.dataset_name, b.column_name, b.about,
                  b.words, b.reported_by, h.name, b.reported_at, b.state, b.ended_at, i.id AS "incident_id?", i.title AS "incident?",
                  EXISTS (SELECT FROM agreement_people a WHERE a.product_id = b.product_id AND a.person_id = $2 AND a.state = 'active') AS "holds!"
           FROM problem b JOIN visible_product($2, $3) p ON p.id = b.product_id JOIN data_domain d ON d.id = p.domain_id JOIN person h ON h.id = b.reported_by
           LEFT JOIN incident i ON i.id = b.incident_id WHERE b.id = $1"#,
        id.0,
        reader.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let answers = sqlx::query!(
        "SELECT h.name, a.at, a.to_state, a.text FROM problem_answer a JOIN person h ON h.id = a.author_id WHERE a.problem_id = $1 ORDER BY a.at, a.id",
        id.0
    )
    .fetch_all(conn)
    .await?;
    let answers = answers
        .into_iter()
        .map(|one| Ok(AnswerLine { author: one.name, at: one.at, to: one.to_state.parse()?, text: one.text }))
        .collect::<Result<_>>()?;
    Ok(Some(ProblemView {
        line: Line {
            id: id.0,
            address: row.address,
            title: row.title,
            dataset_name: row.dataset_name,
            column_name: row.column_name,
            about: row.about,
            words: row.words,
            mine: row.reported_by == reader.0,
            reported_at: row.reported_at,
            state: row.state,
            ended_at: row.ended_at,
        }
        .read()?,
        product: ProductId(row.product_id),
        place: Place { product: ProductId(row.product_id), domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
        reporter: PersonId(row.reported_by),
        reporter_name: row.name,
        holds: row.holds,
        incident: row.incident_id.map(IncidentId).zip(row.incident),
        answers,
    }))
}

/// Incidents of a product, open ones first, then newest first.
pub async fn incidents(conn: &mut PgConnection, product: ProductId) -> Result<Vec<IncidentLine>> {
    let rows = sqlx::query!(
        r#"SELECT i.id, i.title, i.opened_at, i.mended_at, i.cause, (SELECT count(*) FROM problem b WHERE b.incident_id = i.id) AS "problems!"
           FROM incident i WHERE i.product_id = $1 ORDER BY i.mended_at IS NOT NULL, i.opened_at DESC, i.id DESC LIMIT $2"#,
        product.0,
        INCIDENTS + 1
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| IncidentLine {
            id: IncidentId(row.id),
            title: row.title,
            opened_at: row.opened_at,
            mended_at: row.mended_at,
            cause: row.cause,
            problems: row.problems,
        })
        .collect())
}

/// How quickly this product's problems of the last year were dealt with: numbers alone. An incident that nobody reported took its time to mend too; of
/// one with reports, each report counts for itself.
pub async fn mending(conn: &mut PgConnection, product: ProductId, now: DateTime<Utc>) -> Result<Mending> {
    let since = now - TimeDelta::days(365);
    let rows = sqlx::query!(
        "SELECT reported_at, answered_at, ended_at, state FROM problem WHERE product_id = $1 AND (ended_at IS NULL OR reported_at > $2)",
        product.0,
        since
    )
    .fetch_all(&mut *conn)
    .await?;
    let unreported = sqlx::query!(
        r#"SELECT i.opened_at, i.mended_at AS "mended_at!" FROM incident i
           WHERE i.product_id = $1 AND i.mended_at IS NOT NULL AND i.opened_at > $2 AND NOT EXISTS (SELECT FROM problem b WHERE b.incident_id = i.id)"#,
        product.0,
        since
    )
    .fetch_all(conn)
    .await?;
    let over = rows.iter().filter(|row| row.ended_at.is_some()).count();
    let answered = rows.iter().filter_map(|row| Some(row.answered_at? - row.reported_at)).collect();
    let reported = rows.iter().filter(|row| row.state == ProblemState::Mended.as_str()).filter_map(|row| Some(row.ended_at? - row.reported_at));
    let mended = reported.chain(unreported.iter().map(|row| row.mended_at - row.opened_at)).collect();
    Ok(Mending { open: rows.len() - over, over, answered: median(answered), mended: median(mended) })
}
