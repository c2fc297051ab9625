//! Retiring a unit and taking that back. Nothing that is in use is left without a place: domains are handed over in the same
//! transaction, and a domain with products in it stays.

use super::keep::{KeptUnit, UnitFault, kept_unit, one_at_a_time, written_down};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::audit::Origin;
use domain::id::PersonId;
use domain::organisation::UnitKind;
use sqlx::PgConnection;
use uuid::Uuid;

/// Retires a unit; `to` is the slug of the agency or sector that its domains go to. `seen` is the version that the question was
/// asked on. One that is retired stays so without a trace. Call within a transaction.
pub async fn retire_unit(
    conn: &mut PgConnection,
    actor: PersonId,
    (kind, slug): (UnitKind, &str),
    seen: i32,
    to: Option<&str>,
    (origin, now): (&Origin, DateTime<Utc>),
) -> Result<Option<UnitFault>> {
    one_at_a_time(conn).await?;
    let Some(unit) = kept_unit(conn, kind, slug).await? else { return Ok(Some(UnitFault::Stale)) };
    if unit.retired_at.is_some() {
        return Ok(None);
    }
    if unit.version != seen {
        return Ok(Some(UnitFault::Stale));
    }
    let stays = if kind == UnitKind::Domain { unit.products > 0 } else { unit.domains > 0 && to.is_none() };
    if stays {
        return Ok(Some(UnitFault::InUse { domains: unit.domains, products: unit.products }));
    }
    if let Some(to) = to.filter(|_| unit.domains > 0)
        && let Some(fault) = hand_over(conn, actor, &unit, to, origin, now).await?
    {
        return Ok(Some(fault));
    }
    match kind {
        UnitKind::Sector => sqlx::query!("UPDATE sector SET retired_at = $2, version = version + 1 WHERE id = $1", unit.id, now),
        UnitKind::Agency => sqlx::query!("UPDATE agency SET retired_at = $2, version = version + 1 WHERE id = $1", unit.id, now),
        UnitKind::Domain => sqlx::query!("UPDATE data_domain SET retired_at = $2, version = version + 1 WHERE id = $1", unit.id, now),
    }
    .execute(&mut *conn)
    .await?;
    written_down(conn, actor, (kind, unit.id), format!("retired {slug}"), origin, now).await?;
    Ok(None)
}

/// Gives every domain in use of an agency or a sector to another, with a row of the trail for each.
async fn hand_over(
    conn: &mut PgConnection,
    actor: PersonId,
    unit: &KeptUnit,
    to: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<UnitFault>> {
    let gone = if unit.kind == UnitKind::Agency { UnitFault::AgencyGone } else { UnitFault::SectorGone };
    let Some(heir) = kept_unit(conn, unit.kind, to).await?.filter(|heir| heir.retired_at.is_none() && heir.id != unit.id) else {
        return Ok(Some(gone));
    };
    let handed: Vec<(Uuid, String)> = if unit.kind == UnitKind::Agency {
        let rows = sqlx::query!(
            "UPDATE data_domain SET agency_id = $2, version = version + 1 WHERE agency_id = $1 AND retired_at IS NULL RETURNING id, slug",
            unit.id,
            heir.id
        );
        rows.fetch_all(&mut *conn).await?.into_iter().map(|row| (row.id, row.slug)).collect()
    } else {
        let rows = sqlx::query!(
            "UPDATE data_domain SET sector_id = $2, version = version + 1 WHERE sector_id = $1 AND retired_at IS NULL RETURNING id, slug",
            unit.id,
            heir.id
        );
        rows.fetch_all(&mut *conn).await?.into_iter().map(|row| (row.id, row.slug)).collect()
    };
    for (domain, slug) in handed {
        let detail = format!("handed {slug} over from {} {} to {}", unit.kind.noun(), unit.slug, heir.slug);
        written_down(conn, actor, (UnitKind::Domain, domain), detail, origin, now).await?;
    }
    Ok(None)
}

/// Takes a retirement back; what is in use stays so without a trace. A domain needs an agency and a sector in use. Call within a
/// transaction.
pub async fn restore_unit(
    conn: &mut PgConnection,
    actor: PersonId,
    (kind, slug): (UnitKind, &str),
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<UnitFault>> {
    one_at_a_time(conn).await?;
    let Some(unit) = kept_unit(conn, kind, slug).await? else { return Ok(Some(UnitFault::Stale)) };
    if unit.retired_at.is_none() {
        return Ok(None);
    }
    for (place, of, fault) in [(&unit.agency, UnitKind::Agency, UnitFault::AgencyGone), (&unit.sector, UnitKind::Sector, UnitFault::SectorGone)] {
        if let Some((slug, _)) = place
            && kept_unit(conn, of, slug).await?.is_none_or(|place| place.retired_at.is_some())
        {
            return Ok(Some(fault));
        }
    }
    match kind {
        UnitKind::Sector => sqlx::query!("UPDATE sector SET retired_at = NULL, version = version + 1 WHERE id = $1", unit.id),
        UnitKind::Agency => sqlx::query!("UPDATE agency SET retired_at = NULL, version = version + 1 WHERE id = $1", unit.id),
        UnitKind::Domain => sqlx::query!("UPDATE data_domain SET retired_at = NULL, version = version + 1 WHERE id = $1", unit.id),
    }
    .execute(&mut *conn)
    .await?;
    written_down(conn, actor, (kind, unit.id), format!("took {slug} into use again"), origin, now).await?;
    Ok(None)
}
