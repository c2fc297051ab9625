//! Reading a view as the agreement's own role: the database checks the secret, and serves what this role may see.

use crate::columnar;
use crate::credential::{Presented, RoleOf, role as role_of};
use crate::error::PortError;
use crate::source::Source;
use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt};
use sqlx::{ConnectOptions, PgConnection};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With a header line, as RFC 4180.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Arrow's streaming format.
    Arrow,
    Parquet,
}

/// The longest that opening a connection may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Chunks that may wait for a slow client before the source is made to wait too.
const AHEAD: usize = 16;

/// A connection as an agreement's own role: the source has accepted the credential.
pub struct Opened {
    conn: PgConnection,
    /// Of the agreement: its views are there.
    schema: String,
    session: String,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({}, {})", self.schema, self.session)
    }
}

/// Connects with the agreement's own credential.
pub async fn open(source: &Source, presented: &Presented) -> Result<Opened, PortError> {
    match presented.of {
        RoleOf::Agreement(agreement) => open_in(source, presented, agreement).await,
        RoleOf::Credential(_) => Err(PortError::Refused),
    }
}

/// Connects with the credential that was presented, to read what the agreement grants.
pub async fn open_in(source: &Source, presented: &Presented, agreement: Uuid) -> Result<Opened, PortError> {
    let role = presented.of.name();
    let options = source.options.clone().username(&role).password(&presented.secret).application_name("pasar api").disable_statement_logging();
    let mut conn =
        tokio::time::timeout(PATIENCE, options.connect()).await.map_err(|_| PortError::Unavailable("it took too long to connect".into()))??;
    // As the source's log names a session (%c).
    let session = sqlx::query_scalar(
        "SELECT to_hex(trunc(extract(epoch FROM backend_start))::bigint) || '.' || to_hex(pid) FROM pg_stat_activity WHERE pid = pg_backend_pid()",
    )
    .fetch_one(&mut conn)
    .await?;
    Ok(Opened { conn, schema: role_of(agreement), session })
}

impl Opened {
    /// The session's name in the source's log.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Streams all rows of a view. Dropping the stream ends the query. The source has begun to answer before this returns, so
    /// that a refusal is an error here and not a broken stream.
    pub async fn rows(mut self, view: &str, format: Format) -> Result<BoxStream<'static, Result<Bytes, PortError>>, PortError> {
        let from = format!("{}.{}", quoted(&self.schema), quoted(view));
        let (send, mut receive) = mpsc::channel(AHEAD);
        match format {
            Format::Csv => {
                let statement = format!("COPY (SELECT * FROM {from}) TO STDOUT (FORMAT csv, HEADER)");
                tokio::spawn(copy(self.conn, statement, send));
            }
            Format::JsonLines => {
                // JSON text never holds control characters, so that with these as delimiter and quote each object passes untouched.
                let statement = format!("COPY (SELECT row_to_json(r) FROM {from} r) TO STDOUT (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')");
                tokio::spawn(copy(self.conn, statement, send));
            }
            Format::Arrow | Format::Parquet => {
                let columns = columnar::kinds(&mut self.conn, &from).await?;
                let statement = columnar::statement(&from, &columns);
                tokio::spawn(columnar::copy(self.conn, statement, columns, format == Format::Parquet, send));
            }
        }
        match receive.recv().await {
            None => Ok(futures::stream::empty().boxed()),
            Some(Err(error)) => Err(error),
            // An empty chunk says that the source has begun, and is not passed on.
            Some(Ok(first)) => Ok(futures::stream::iter((!first.is_empty()).then_some(Ok(first)))
                .chain(futures::stream::unfold(receive, |mut receive| async move { receive.recv().await.map(|chunk| (chunk, receive)) }))
                .boxed()),
        }
    }
}

/// Runs the query until it is done or nobody listens any more; dropping the connection then ends it at the source.
async fn copy(mut conn: PgConnection, statement: String, send: mpsc::Sender<Result<Bytes, PortError>>) {
    match conn.copy_out_raw(&statement).await {
        Err(error) => {
            let _ = send.send(Err(error.into())).await;
        }
        Ok(mut chunks) => {
            while let Some(chunk) = chunks.next().await {
                if send.send(chunk.map_err(PortError::from)).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// A name as Postgres reads it, whatever is in it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
