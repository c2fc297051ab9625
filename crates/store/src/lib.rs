//! The record: every row Pasar keeps in Postgres, by noun. The record's SQL lives here and nowhere else.
//!
//! Functions take a connection, so that the caller decides what is one transaction. A noun's module calls no other
//! noun's, save `audit`, `outbox` and `protection`, which says what is done to each column; `audit` leaves an `event` behind each change that is told.

pub mod access;
pub mod access_review;
pub mod audit;
pub mod catalogue;
pub mod classification;
pub mod cost;
mod error;
pub mod event;
pub mod fitness;
pub mod flow;
pub mod glossary;
pub mod lineage;
pub mod linkage;
pub mod mail;
pub mod mine;
pub mod notice;
pub mod organisation;
pub mod outbox;
pub mod problem;
pub mod protection;
pub mod quality;
pub mod quality_audit;
pub mod retention;
pub mod service_level;
pub mod session;
pub mod standard;
pub mod subject;
pub mod team;
#[cfg(test)]
mod testing;
pub mod token;
pub mod wanted;
pub mod webhook;

pub use error::{Result, StoreError};
pub use sqlx::{PgConnection, PgPool};

/// The record's migrations, in order.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// Makes a login a member of the portal's group role. Run by the record's owner.
pub async fn let_login_use(conn: &mut PgConnection, login: &str) -> Result<()> {
    let quoted = format!("\"{}\"", login.replace('"', "\"\""));
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("GRANT pasar_portal TO {quoted}"))).execute(conn).await?;
    Ok(())
}
