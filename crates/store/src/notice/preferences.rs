//! How somebody wants to be told, by kind.

use crate::Result;
use domain::id::PersonId;
use domain::notice::{Delivery, NoticeKind};
use sqlx::PgConnection;

/// Every kind with the way somebody is told of it.
pub async fn preferences(conn: &mut PgConnection, person: PersonId) -> Result<Vec<(NoticeKind, Delivery)>> {
    let rows = sqlx::query!("SELECT kind, delivery FROM notice_preference WHERE person_id = $1", person.0).fetch_all(conn).await?;
    NoticeKind::ALL
        .iter()
        .map(|kind| {
            let chosen = rows.iter().find(|row| row.kind == kind.as_str()).map(|row| row.delivery.parse::<Delivery>()).transpose()?;
            Ok((*kind, chosen.unwrap_or(kind.usual())))
        })
        .collect()
}

/// Keeps what somebody chose; it holds for notices made from now on.
pub async fn set_preferences(conn: &mut PgConnection, person: PersonId, chosen: &[(NoticeKind, Delivery)]) -> Result<()> {
    let kinds: Vec<String> = chosen.iter().map(|(kind, _)| kind.as_str().to_owned()).collect();
    let deliveries: Vec<String> = chosen.iter().map(|(_, delivery)| delivery.as_str().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO notice_preference (person_id, kind, delivery) SELECT $1, u.kind, u.delivery FROM unnest($2::text[], $3::text[]) AS u(kind, delivery)
         ON CONFLICT (person_id, kind) DO UPDATE SET delivery = excluded.delivery",
        person.0,
        &kinds,
        &deliveries
    )
    .execute(conn)
    .await?;
    Ok(())
}
