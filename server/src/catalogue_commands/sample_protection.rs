//! Techniques that stewards of the sample chose for personal columns: otherwise none would leave its source, and nobody could ask for one.

use crate::clock::system_ids;
use anyhow::Context;
use chrono::{DateTime, Days, Utc};
use domain::audit::Origin;
use domain::calendar;
use domain::organisation::Scope;
use domain::protection::{KeyScope, Technique};
use sample::Product;
use sqlx::PgConnection;
use store::{organisation, protection};

/// A column whose steward chose something else than the default.
struct Chosen {
    address: &'static str,
    dataset: &'static str,
    column: &'static str,
    technique: Technique,
    /// Why its owner allows what a steward may not choose alone.
    waiver: Option<&'static str>,
}

const CHOSEN: [Chosen; 4] = [
    Chosen {
        address: "housing.applicants-dp",
        dataset: "applications",
        column: "nric",
        technique: Technique::Pseudonym { per: KeyScope::Agreement },
        waiver: None,
    },
    Chosen {
        address: "manpower.work-injuries-dp",
        dataset: "injuries",
        column: "worker_nric",
        technique: Technique::Pseudonym { per: KeyScope::Agreement },
        waiver: None,
    },
    // As it is: no technique that the standard for anonymisation takes, so that the column stays at its source all the same.
    Chosen {
        address: "environment.food-hygiene-dp",
        dataset: "holders",
        column: "holder_name",
        technique: Technique::Clear {},
        waiver: Some("The name of who holds a licence is read on the wall of every eating place."),
    },
    Chosen {
        address: "environment.food-hygiene-dp",
        dataset: "holders",
        column: "holder_mobile",
        technique: Technique::Mask { first: 0, last: 3, shortest: 8 },
        waiver: None,
    },
];
/// For how many days what needs a waiver is allowed.
const ALLOWED: u64 = 180;

/// Chooses where nobody has chosen yet; what a steward chose since stays.
pub(super) async fn protect(conn: &mut PgConnection, products: &[Product], now: DateTime<Utc>) -> anyhow::Result<()> {
    let (ids, origin) = (system_ids(), Origin::default());
    for one in &CHOSEN {
        let Some(Scope::Product(id)) = organisation::scopes(conn, &format!("product:{}", one.address)).await? else { continue };
        let here = |product: &&Product| format!("{}.{}", product.document.domain, product.document.name) == one.address;
        let Some(document) = products.iter().find(here).map(|product| &product.document) else { continue };
        let all = protection::datasets(conn, id).await?;
        let Some(dataset) = all.iter().find(|dataset| dataset.name == one.dataset) else { continue };
        if dataset.columns.iter().any(|column| column.name == one.column && (column.held.chosen.is_some() || column.waiver.is_some())) {
            continue;
        }
        if let Some(reason) = one.waiver {
            let owner = document.owner.as_deref().unwrap_or_default();
            let by = organisation::by_email(conn, owner).await?.with_context(|| format!("{} has no owner who waives", one.address))?;
            let today = calendar::day(now);
            let until = calendar::end_of(today.checked_add_days(Days::new(ALLOWED)).unwrap_or(today));
            protection::waive(conn, by, dataset.id, one.column, reason, until, &origin, &ids, now).await?;
        }
        let steward = document.steward.as_deref().unwrap_or_default();
        let by = organisation::by_email(conn, steward).await?.with_context(|| format!("{} has no steward who chooses", one.address))?;
        protection::choose(conn, by, dataset.id, one.column, Some(one.technique), &origin, now).await?;
    }
    Ok(())
}
