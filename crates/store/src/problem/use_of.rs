//! How a product is used, from the trail of reads, and what those who used it say of it. Numbers alone: who read what is for the audit trail.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AgreementId, PersonId, ProductId};
use sqlx::PgConnection;

/// A month in Singapore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthOfUse {
    pub first_day: NaiveDate,
    pub reads: i64,
    /// Agreements under which something was read.
    pub agreements: i64,
    /// Each reader once: people, and machine clients.
    pub people: i64,
    pub machines: i64,
    /// Rows of the reads whose rows were counted, and how many reads those are.
    pub rows: i64,
    pub counted: i64,
    /// Columns that left, each once.
    pub columns: i64,
}

/// Reads of a product by month, the last twelve, oldest first; months without any are in it.
pub async fn use_by_month(conn: &mut PgConnection, product: ProductId, now: DateTime<Utc>) -> Result<Vec<MonthOfUse>> {
    let rows = sqlx::query!(
        r#"SELECT m.first_day::date AS "first_day!", count(e.id) AS "reads!", count(DISTINCT e.object_id) AS "agreements!",
                  count(DISTINCT e.actor_id) FILTER (WHERE machine_of(e.client_address) IS NULL) AS "people!",
                  count(DISTINCT machine_of(e.client_address)) AS "machines!", coalesce(sum(r.rows), 0)::bigint AS "rows!", count(r.rows) AS "counted!",
                  (SELECT count(DISTINCT (q.dataset_id, c.name)) FROM audit_event f JOIN port_read q ON q.event_id = f.id
                   CROSS JOIN LATERAL unnest(q.columns) AS c(name)
                   WHERE f.product_id = $1 AND f.action = 'port.read' AND f.outcome = 'done' AND f.at >= m.first_day AT TIME ZONE 'Asia/Singapore'
                     AND f.at < (m.first_day + interval '1 month') AT TIME ZONE 'Asia/Singapore') AS "columns!"
           FROM generate_series(date_trunc('month', $2 AT TIME ZONE 'Asia/Singapore') - interval '11 months',
                                date_trunc('month', $2 AT TIME ZONE 'Asia/Singapore'), interval '1 month') AS m(first_day)
           LEFT JOIN audit_event e ON e.product_id = $1 AND e.action = 'port.read' AND e.outcome = 'done'
               AND e.at >= m.first_day AT TIME ZONE 'Asia/Singapore' AND e.at < (m.first_day + interval '1 month') AT TIME ZONE 'Asia/Singapore'
           LEFT JOIN LATERAL (SELECT sum(q.rows) AS rows FROM port_read q WHERE q.event_id = e.id) r ON true
           GROUP BY m.first_day ORDER BY m.first_day"#,
        product.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| MonthOfUse {
            first_day: row.first_day,
            reads: row.reads,
            agreements: row.agreements,
            people: row.people,
            machines: row.machines,
            rows: row.rows,
            counted: row.counted,
            columns: row.columns,
        })
        .collect())
}

/// Columns that are shown; one more is read, which says that there are others.
pub const COLUMNS: i64 = 500;

/// How often a column left in twelve months; a column that nobody took is there too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUsed {
    pub dataset: String,
    pub column: String,
    pub reads: i64,
    pub agreements: i64,
    pub last_read: Option<DateTime<Utc>>,
}

/// Columns by the reads of the last twelve months with which they left, the most used first.
pub async fn columns_used(conn: &mut PgConnection, product: ProductId, now: DateTime<Utc>) -> Result<Vec<ColumnUsed>> {
    let rows = sqlx::query!(
        r#"WITH taken AS (
               SELECT q.dataset_id, c.name, count(*) AS reads, count(DISTINCT e.object_id) AS agreements, max(e.at) AS last_read
               FROM audit_event e JOIN port_read q ON q.event_id = e.id CROSS JOIN LATERAL unnest(q.columns) AS c(name)
               WHERE e.product_id = $1 AND e.action = 'port.read' AND e.outcome = 'done'
                 AND e.at >= (date_trunc('month', $2 AT TIME ZONE 'Asia/Singapore') - interval '11 months') AT TIME ZONE 'Asia/Singapore'
               GROUP BY q.dataset_id, c.name)
           SELECT d.name AS dataset, c.name, coalesce(t.reads, 0) AS "reads!", coalesce(t.agreements, 0) AS "agreements!", t.last_read AS "last_read?"
           FROM dataset d JOIN data_column c ON c.dataset_id = d.id LEFT JOIN taken t ON t.dataset_id = d.id AND t.name = c.name
           WHERE d.product_id = $1 ORDER BY 3 DESC, d.position, c.position LIMIT $3"#,
        product.0,
        now,
        COLUMNS + 1
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ColumnUsed { dataset: row.dataset, column: row.name, reads: row.reads, agreements: row.agreements, last_read: row.last_read })
        .collect())
}

/// What those who used it say, each from 1 to 5.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Satisfaction {
    pub answers: i64,
    pub useful: Option<f64>,
    pub trusted: Option<f64>,
}

pub async fn satisfaction(conn: &mut PgConnection, product: ProductId) -> Result<Satisfaction> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "answers!", avg(useful)::float8 AS useful, avg(trusted)::float8 AS trusted FROM satisfaction WHERE product_id = $1"#,
        product.0
    )
    .fetch_one(conn)
    .await?;
    Ok(Satisfaction { answers: row.answers, useful: row.useful, trusted: row.trusted })
}

/// The agreement under which somebody used a product, the newest, with what they said of it; none who has read nothing.
pub async fn my_word(conn: &mut PgConnection, product: ProductId, person: PersonId) -> Result<Option<(AgreementId, Option<(i16, i16)>)>> {
    let row = sqlx::query!(
        r#"SELECT a.id, s.useful AS "useful?", s.trusted AS "trusted?" FROM agreement a
           JOIN agreement_people p ON p.agreement_id = a.id AND p.person_id = $2
           LEFT JOIN satisfaction s ON s.agreement_id = a.id AND s.person_id = $2
           WHERE a.product_id = $1 AND a.first_read_at IS NOT NULL ORDER BY a.made_at DESC, a.id DESC LIMIT 1"#,
        product.0,
        person.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (AgreementId(row.id), row.useful.zip(row.trusted))))
}

/// Whether somebody is asked on an agreement's page how the data was: it was read, and they have not said of the product yet.
pub async fn is_asked(conn: &mut PgConnection, agreement: AgreementId, person: PersonId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM agreement_people g JOIN agreement a ON a.id = g.agreement_id
                          WHERE a.id = $1 AND g.person_id = $2 AND a.state = 'active' AND a.first_read_at IS NOT NULL
                            AND NOT EXISTS (SELECT FROM satisfaction w WHERE w.product_id = a.product_id AND w.person_id = $2)) AS "asked!""#,
        agreement.0,
        person.0
    )
    .fetch_one(conn)
    .await?)
}

/// Says how useful a product was, and how far it is trusted; in place of what was said before.
pub async fn say(
    conn: &mut PgConnection,
    person: PersonId,
    product: (ProductId, &str),
    (useful, trusted): (i16, i16),
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some((agreement, _)) = my_word(conn, product.0, person).await? else {
        return Err(StoreError::Conflict("Only who has read the data can say how useful it was.".into()));
    };
    sqlx::query!(
        "INSERT INTO satisfaction (agreement_id, person_id, product_id, useful, trusted, said_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agreement_id, person_id) DO UPDATE SET useful = excluded.useful, trusted = excluded.trusted, said_at = excluded.said_at",
        agreement.0,
        person.0,
        product.0.0,
        useful,
        trusted,
        now
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(product.0),
        address: Some(product.1.to_owned()),
        ..AuditEvent::done(Some(person), AuditAction::SatisfactionSay, "agreement", Some(agreement.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}

/// A product that nobody reads, or that its readers do not like.
#[derive(Debug, Clone, PartialEq)]
pub struct Neglected {
    pub address: String,
    pub title: String,
    pub last_read: Option<DateTime<Utc>>,
    pub satisfaction: Satisfaction,
}

/// Days without a read after which a product counts as unused.
const UNUSED: i64 = 180;

/// Products that somebody looks after and that were not read for half a year, or whose readers say less than 3 of 5.
pub async fn neglected(conn: &mut PgConnection, reader: PersonId, most: i64, now: DateTime<Utc>) -> Result<Vec<Neglected>> {
    neglected_after(conn, reader, None, most, now).await
}

/// The same behind a product, by its address, whether that is neglected still or not.
pub async fn neglected_after(
    conn: &mut PgConnection,
    reader: PersonId,
    after: Option<&str>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Neglected>> {
    let rows = sqlx::query!(
        r#"SELECT p.address, p.title, u.last_read, s.answers AS "answers!", s.useful, s.trusted
           FROM product p JOIN data_domain d ON d.id = p.domain_id
           CROSS JOIN LATERAL (SELECT max(e.at) AS last_read FROM audit_event e
                               WHERE e.product_id = p.id AND e.action = 'port.read' AND e.outcome = 'done') u
           CROSS JOIN LATERAL (SELECT count(*) AS answers, avg(w.useful)::float8 AS useful, avg(w.trusted)::float8 AS trusted FROM satisfaction w
                               WHERE w.product_id = p.id) s
           WHERE p.status IN ('published', 'deprecated') AND p.created_at < $2
             AND EXISTS (SELECT FROM dataset x WHERE x.product_id = p.id AND x.table_name IS NOT NULL)
             AND EXISTS (SELECT FROM role_grant g WHERE g.person_id = $1 AND g.role IN ('owner', 'steward', 'product-owner', 'developer') AND g.ended_at IS NULL
                         AND (g.until IS NULL OR g.until > $4) AND covers(g.scope_kind, g.scope_id, p.id, p.domain_id, d.sector_id))
             AND (u.last_read IS NULL OR u.last_read < $2 OR least(s.useful, s.trusted) < 3)
             AND ($5::text IS NULL OR (coalesce(u.last_read, '-infinity'), p.title, p.address) > (
                    SELECT coalesce((SELECT max(e.at) FROM audit_event e WHERE e.product_id = x.id AND e.action = 'port.read' AND e.outcome = 'done'), '-infinity'),
                           x.title, x.address FROM product x WHERE x.address = $5))
           ORDER BY u.last_read NULLS FIRST, p.title, p.address LIMIT $3"#,
        reader.0,
        now - TimeDelta::days(UNUSED),
        most,
        now,
        after
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Neglected {
            address: row.address,
            title: row.title,
            last_read: row.last_read,
            satisfaction: Satisfaction { answers: row.answers, useful: row.useful, trusted: row.trusted },
        })
        .collect())
}
