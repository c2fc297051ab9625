//! Reading a view as the agreement's own role: the database checks the secret, and serves what this role may see.

use crate::credential::{Presented, role};
use crate::error::PortError;
use crate::source::Source;
use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt};
use sqlx::{ConnectOptions, PgConnection};
use std::time::Duration;
use tokio::sync::mpsc;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With a header line, as RFC 4180.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// The longest that opening a connection may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Chunks that may wait for a slow client before the source is made to wait too.
const AHEAD: usize = 16;

/// Streams all rows of a view. Dropping the stream ends the query. The source has accepted the credential and begun to answer
/// before this returns, so that a refusal is an error here and not a broken stream.
pub async fn rows(
    source: &Source,
    presented: &Presented,
    view: &str,
    format: Format,
) -> Result<BoxStream<'static, Result<Bytes, PortError>>, PortError> {
    let role = role(presented.agreement);
    let options = source.options.clone().username(&role).password(&presented.secret).application_name("pasar api").disable_statement_logging();
    let conn =
        tokio::time::timeout(PATIENCE, options.connect()).await.map_err(|_| PortError::Unavailable("it took too long to connect".into()))??;
    let from = format!("{}.{}", quoted(&role), quoted(view));
    let statement = match format {
        Format::Csv => format!("COPY (SELECT * FROM {from}) TO STDOUT (FORMAT csv, HEADER)"),
        // JSON text never holds control characters, so that with these as delimiter and quote each object passes untouched.
        Format::JsonLines => format!("COPY (SELECT row_to_json(r) FROM {from} r) TO STDOUT (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')"),
    };
    let (send, mut receive) = mpsc::channel(AHEAD);
    tokio::spawn(copy(conn, statement, send));
    match receive.recv().await {
        None => Ok(futures::stream::empty().boxed()),
        Some(Err(error)) => Err(error),
        Some(first) => Ok(futures::stream::once(async { first })
            .chain(futures::stream::unfold(receive, |mut receive| async move { receive.recv().await.map(|chunk| (chunk, receive)) }))
            .boxed()),
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
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
