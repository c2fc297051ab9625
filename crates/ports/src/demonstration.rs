//! The demonstration's source: base tables with invented rows, standing for the agencies' own databases. Uses the source
//! administrator's login, which the portal itself never has.

use crate::error::PortError;
use crate::{LOG_SETUP, SETUP};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A base table to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    pub schema: String,
    pub table: String,
    pub comment: String,
    /// Name and type; the type must be one of Postgres's own names.
    pub columns: Vec<(String, &'static str)>,
}

/// Connects as the source's administrator.
pub async fn connect(url: &str) -> Result<PgConnection, PortError> {
    Ok(PgConnection::connect(url).await?)
}

/// Installs the source's functions and lets the portal's login call them.
pub async fn install(conn: &mut PgConnection, portal_login: &str) -> Result<(), PortError> {
    sqlx::raw_sql(SETUP).execute(&mut *conn).await?;
    let login = quoted(portal_login);
    let database: String = sqlx::query_scalar("SELECT current_database()::text").fetch_one(&mut *conn).await?;
    let grants = format!("GRANT CONNECT ON DATABASE {} TO {login}; GRANT pasar_asker TO {login}; GRANT pasar_sampler TO {login};", quoted(&database));
    sqlx::raw_sql(AssertSqlSafe(grants)).execute(conn).await?;
    Ok(())
}

/// Lets the source's log be read, as a superuser of its server; before `install`.
pub async fn install_log(conn: &mut PgConnection) -> Result<(), PortError> {
    sqlx::raw_sql("SELECT set_config('pasar.source_owner', current_user, false)").execute(&mut *conn).await?;
    sqlx::raw_sql(LOG_SETUP).execute(conn).await?;
    Ok(())
}

/// Makes a table with its rows and shares it; left alone when structure and rows are what they were. Returns whether it was made.
pub async fn load_table(conn: &mut PgConnection, spec: &TableSpec, rows: impl Iterator<Item = Vec<Option<String>>>) -> Result<bool, PortError> {
    let mut csv = String::new();
    for row in rows {
        let line: Vec<String> =
            row.into_iter().map(|cell| cell.map_or_else(String::new, |text| format!("\"{}\"", text.replace('"', "\"\"")))).collect();
        csv.push_str(&line.join(","));
        csv.push('\n');
    }
    let digest = Sha256::new().chain_update(format!("{spec:?}")).chain_update(&csv).finalize();
    let comment = format!("{} [{}]", spec.comment, hex::encode(&digest[..8]));
    let name = format!("{}.{}", quoted(&spec.schema), quoted(&spec.table));
    let existing: Option<String> =
        sqlx::query_scalar("SELECT obj_description(to_regclass($1), 'pg_class')").bind(&name).fetch_one(&mut *conn).await?;
    if existing.as_deref() == Some(comment.as_str()) {
        return Ok(false);
    }
    let columns = spec.columns.iter().map(|(column, kind)| format!("{} {kind}", quoted(column))).collect::<Vec<_>>().join(", ");
    let mut tx = conn.begin().await?;
    // Views of agreements hang on the table: it keeps its identity, and only its rows are replaced when it is already there.
    let statement = format!("CREATE SCHEMA IF NOT EXISTS {}; CREATE TABLE IF NOT EXISTS {name} ({columns}); TRUNCATE {name};", quoted(&spec.schema));
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *tx).await?;
    let mut copy = tx.copy_in_raw(&format!("COPY {name} FROM STDIN (FORMAT csv)")).await?;
    copy.send(csv.as_bytes()).await?;
    copy.finish().await?;
    sqlx::query("SELECT pasar_source.share_table($1, $2)").bind(&spec.schema).bind(&spec.table).execute(&mut *tx).await?;
    sqlx::raw_sql(AssertSqlSafe(format!("COMMENT ON TABLE {name} IS '{}'", comment.replace('\'', "''")))).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Gives columns of a table an index each, as a source's own applications would have them.
pub async fn index_columns(conn: &mut PgConnection, schema: &str, table: &str, columns: &[&str]) -> Result<(), PortError> {
    for column in columns {
        let name = quoted(&format!("{table}_{column}"));
        let statement = format!("CREATE INDEX IF NOT EXISTS {name} ON {}.{} ({})", quoted(schema), quoted(table), quoted(column));
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *conn).await?;
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
