//! The list of public holidays, kept by the data office and read by every clock.

use crate::{Result, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::PersonId;
use domain::organisation::Holiday;
use sqlx::PgConnection;

/// Puts a holiday of a document into the list; a day that is there keeps its name.
pub async fn ensure_holiday(conn: &mut PgConnection, day: NaiveDate, title: &str) -> Result<()> {
    sqlx::query!("INSERT INTO holiday (day, title) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING", day, title).execute(conn).await?;
    Ok(())
}

/// Years that have holidays and how many, latest first.
pub async fn holiday_years(conn: &mut PgConnection) -> Result<Vec<(i32, i64)>> {
    let rows = sqlx::query!(r#"SELECT extract(year FROM day)::int AS "year!", count(*) AS "days!" FROM holiday GROUP BY 1 ORDER BY 1 DESC"#)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.year, row.days)).collect())
}

/// The holidays of one year, in order.
pub async fn holidays_of(conn: &mut PgConnection, year: i32) -> Result<Vec<Holiday>> {
    let holidays =
        sqlx::query_as!(Holiday, "SELECT day, title FROM holiday WHERE extract(year FROM day)::int = $1 ORDER BY day", year).fetch_all(conn).await?;
    Ok(holidays)
}

async fn written_down(conn: &mut PgConnection, actor: PersonId, detail: String, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let event = AuditEvent::done(Some(actor), AuditAction::HolidayChange, "holiday", None, origin.clone());
    audit::append(conn, &AuditEvent { detail: Some(detail), ..event }, now).await
}

/// Adds holidays, and renames those whose day is there under another name. How many of them were not so already.
pub async fn add_holidays(conn: &mut PgConnection, actor: PersonId, holidays: &[Holiday], origin: &Origin, now: DateTime<Utc>) -> Result<usize> {
    let mut changed = 0;
    for Holiday { day, title } in holidays {
        let before = sqlx::query_scalar!("SELECT title FROM holiday WHERE day = $1 FOR UPDATE", day).fetch_optional(&mut *conn).await?;
        if before.as_ref() == Some(title) {
            continue;
        }
        sqlx::query!("INSERT INTO holiday (day, title) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET title = excluded.title", day, title)
            .execute(&mut *conn)
            .await?;
        let detail = before.map_or_else(|| format!("added {day}: {title}"), |before| format!("renamed {day}: {before} to: {title}"));
        written_down(conn, actor, detail, origin, now).await?;
        changed += 1;
    }
    Ok(changed)
}

/// Removes the holiday of a day and gives it back. None when there is none.
pub async fn remove_holiday(
    conn: &mut PgConnection,
    actor: PersonId,
    day: NaiveDate,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<Holiday>> {
    let removed = sqlx::query_as!(Holiday, "DELETE FROM holiday WHERE day = $1 RETURNING day, title", day).fetch_optional(&mut *conn).await?;
    if let Some(holiday) = &removed {
        written_down(conn, actor, format!("removed {day}: {}", holiday.title), origin, now).await?;
    }
    Ok(removed)
}
