//! What each reader did, as the rules of anomalies look at it: sums by hour, and the first time of each personal column.

use super::Surveyed;
use crate::Result;
use chrono::{Days, NaiveDateTime};
use domain::audit::report::{FirstRead, HourOfReads, LOOK_BACK_DAYS, ReaderActs};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One reader: a person, or a machine client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderFound {
    pub reader: String,
    pub acts: ReaderActs,
}

/// Every reader of the period, by name. Whoever was erased is none any longer.
pub async fn reader_acts(conn: &mut PgConnection, surveyed: &Surveyed) -> Result<Vec<ReaderFound>> {
    let earliest = surveyed.from.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(surveyed.from);
    let hours = sqlx::query!(
        r#"SELECT k.reader AS "reader!", date_trunc('hour', e.at AT TIME ZONE 'Asia/Singapore') AS "hour!: NaiveDateTime",
                  count(*) FILTER (WHERE e.outcome = 'done') AS "reads!", count(*) FILTER (WHERE e.outcome = 'refused') AS "refused!",
                  coalesce(sum((SELECT sum(rows_left(r)) FROM port_read r WHERE r.event_id = e.id)), 0)::bigint AS "rows!"
           FROM audit_event e CROSS JOIN LATERAL (SELECT coalesce(machine_of(e.client_address), e.actor_id) AS reader) k
           WHERE e.action = 'port.read' AND e.at >= $2 AND e.at < $3 AND e.product_id IN (SELECT p.id FROM product p WHERE p.domain_id = ANY($1))
             AND k.reader IS NOT NULL
           GROUP BY 1, 2 ORDER BY 1, 2"#,
        &surveyed.domains,
        earliest,
        surveyed.until
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut found: BTreeMap<Uuid, ReaderActs> = BTreeMap::new();
    for row in hours {
        let hour = HourOfReads { hour: row.hour, reads: row.reads, rows: row.rows, refused: row.refused };
        found.entry(row.reader).or_default().hours.push(hour);
    }
    let firsts = sqlx::query!(
        r#"WITH seen AS (
               SELECT coalesce(machine_of(e.client_address), e.actor_id) AS reader, r.dataset_id, e.at, r.personal
               FROM audit_event e JOIN port_read r ON r.event_id = e.id
               WHERE e.at < $3 AND e.product_id IN (SELECT p.id FROM product p WHERE p.domain_id = ANY($1)))
           SELECT f.reader AS "reader!", d.name || ': ' || f.name AS "column!", f.at AS "at!", g.at AS "dataset_at!"
           FROM (SELECT s.reader, s.dataset_id, u.name, min(s.at) AS at FROM seen s CROSS JOIN LATERAL unnest(s.personal) AS u(name)
                 WHERE s.reader IS NOT NULL GROUP BY s.reader, s.dataset_id, u.name) f
           JOIN (SELECT s.reader, s.dataset_id, min(s.at) AS at FROM seen s GROUP BY s.reader, s.dataset_id) g
                ON g.reader = f.reader AND g.dataset_id = f.dataset_id
           JOIN dataset d ON d.id = f.dataset_id WHERE f.at >= $2 ORDER BY f.at, 2"#,
        &surveyed.domains,
        surveyed.from,
        surveyed.until
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in firsts {
        let first = FirstRead { column: row.column, at: row.at, dataset_at: row.dataset_at };
        found.entry(row.reader).or_default().columns.push(first);
    }
    let ids: Vec<Uuid> = found.keys().copied().collect();
    let names = sqlx::query!(
        r#"SELECT h.id AS "id!", h.name AS "name!" FROM person h WHERE h.id = ANY($1)
           UNION ALL SELECT c.id, c.machine || ' (machine client)' FROM agreement_credential c WHERE c.id = ANY($1) AND c.machine IS NOT NULL
           ORDER BY 2, 1"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(names.into_iter().filter_map(|row| found.remove(&row.id).map(|acts| ReaderFound { reader: row.name, acts })).collect())
}
