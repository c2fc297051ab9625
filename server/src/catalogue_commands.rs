//! Commands that fill the record: migrate, load the sample catalogue, generate one, import one or outlines, grant a role.

mod generate;
mod import;
mod planning_areas;
mod sample_catalogue;
mod sample_protection;

use crate::clock::{SystemClock, system_ids};
use anyhow::{Context, bail};
use domain::Clock;
use domain::audit::Origin;
use sqlx::{Connection, PgConnection};
use store::organisation::{self, NewRole};

pub use generate::{Wanted, generate};
pub use import::import_data_gov_sg;
pub use planning_areas::import_planning_areas;
pub use sample_catalogue::{load_sample, load_synonyms, record_sample};

async fn connect(url: &str, what: &str) -> anyhow::Result<PgConnection> {
    PgConnection::connect(url).await.with_context(|| format!("cannot reach {what}"))
}

/// Brings the schema up to date, and lets the portal's login use it.
pub async fn migrate(owner_url: &str, portal_url: Option<String>) -> anyhow::Result<()> {
    let mut conn = connect(owner_url, "the record's database (PASAR_OWNER_DATABASE_URL)").await?;
    store::MIGRATIONS.run(&mut conn).await?;
    let portal: Option<url::Url> = portal_url.and_then(|url| url.parse().ok());
    if let Some(login) = portal.map(|url| url.username().to_owned()).filter(|login| !login.is_empty()) {
        store::let_login_use(&mut conn, &login).await.with_context(|| format!("cannot let {login} use the record"))?;
    }
    println!("The record is up to date.");
    Ok(())
}

/// Grants a role from the command line; the person must be known.
pub async fn grant_role(url: &str, email: &str, role: &str, scope: &str) -> anyhow::Result<()> {
    let mut conn = connect(url, "the record's database (PASAR_DATABASE_URL)").await?;
    let mut tx = conn.begin().await?;
    let Some(person) = organisation::by_email(&mut tx, email).await? else { bail!("nobody has the e-mail address {email}") };
    let Some(place) = organisation::scopes(&mut tx, scope).await? else {
        bail!("there is no {scope}: use whole, sector:…, domain:… or product:…")
    };
    let new = NewRole { person, role: role.parse()?, scope: place, by: None, until: None, origin: Origin::default() };
    organisation::grant_role(&mut tx, &new, &system_ids(), SystemClock.now()).await?;
    tx.commit().await?;
    println!("{email} is now {role} at {scope}.");
    Ok(())
}
