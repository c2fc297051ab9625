//! Shutting doors for an answer that waits: what takes too long is cut off, and left to work that is tried again.

use crate::credential::RoleOf;
use crate::error::PortError;
use crate::source::Source;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

fn late(_: Elapsed) -> PortError {
    PortError::Unavailable("no answer in time".into())
}

impl Source {
    /// Shuts the doors of these roles and ends the sessions behind them, each committed by itself, all before a moment. One that fails
    /// keeps none of the others from it. A source that has not answered by then is cut off, connection and all, so that nobody waits for
    /// that connection later.
    pub async fn shut(&self, doors: &[RoleOf], until: Instant) -> Result<(), PortError> {
        let mut conn = timeout_at(until, self.pool.acquire()).await.map_err(late)??;
        let mut all = Ok(());
        for door in doors {
            let shut = match door {
                RoleOf::Agreement(_) => "SELECT pasar_source.lock_out($1)",
                RoleOf::Credential(_) => "SELECT pasar_source.lock_out_credential($1)",
            };
            let answer = timeout_at(until, sqlx::query(shut).bind(door.id()).execute(&mut *conn)).await;
            match answer {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => all = Err(error.into()),
                Err(elapsed) => {
                    drop(conn.detach());
                    return Err(late(elapsed));
                }
            }
        }
        all
    }
}
