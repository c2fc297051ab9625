//! Roles beside an agreement's own, at its source: of each person of a team, and of machine clients. What an agreement's role may,
//! they may too, in the same schema.

use crate::credential::Credential;
use crate::drift::HolderStanding;
use crate::error::PortError;
use crate::source::{LONGEST_WAIT, Source};
use chrono::{DateTime, Utc};
use sqlx::Row;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A holder who has a role of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    pub credential: Uuid,
    /// A credential was made, and nothing stops its holder: the role may log in.
    pub set: bool,
}

impl Source {
    /// Makes the holder's role as it should be, and gives it this credential; the former one stops working, and sessions that were opened
    /// with it end.
    pub async fn set_credential_of(&self, agreement: Uuid, holder: Uuid, until: DateTime<Utc>, credential: &Credential) -> Result<(), PortError> {
        self.lock_out_credential(holder).await?;
        let mut tx = self.begin(LONGEST_WAIT).await?;
        sqlx::query("SELECT pasar_source.grant_credential($1, $2, $3)").bind(agreement).bind(holder).bind(until).execute(&mut *tx).await?;
        sqlx::query("SELECT pasar_source.set_credential_of($1, $2)").bind(holder).bind(credential.verifier()).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Shuts the door of a holder's role, and ends its sessions.
    pub async fn lock_out_credential(&self, holder: Uuid) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.lock_out_credential($1)").bind(holder).execute(&self.pool).await?;
        Ok(())
    }

    /// Takes from a holder's role whatever the source's own functions may take, and shuts its door.
    pub async fn take_back_credential(&self, holder: Uuid) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.take_back_credential($1)").bind(holder).execute(&self.pool).await?;
        self.lock_out_credential(holder).await
    }

    /// Ends sessions and role of a holder, and whatever else the role was given. May be repeated.
    pub async fn end_credential(&self, holder: Uuid) -> Result<(), PortError> {
        self.take_back_credential(holder).await?;
        let mut tx = self.begin(LONGEST_WAIT).await?;
        sqlx::query("SELECT pasar_source.end_credential($1)").bind(holder).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// What stands for these credentials; with none named, for every holder's role that has anything in this database.
    pub async fn standing_credentials(&self, credentials: Option<&[Uuid]>) -> Result<BTreeMap<Uuid, HolderStanding>, PortError> {
        let rows = sqlx::query("SELECT holder, facts::text AS facts FROM pasar_source.standing_credentials($1)")
            .bind(credentials)
            .fetch_all(&self.pool)
            .await?;
        let strange = |error: &dyn std::fmt::Display| PortError::Source(error.to_string());
        rows.iter()
            .map(|row| {
                let holder: String = row.try_get("holder")?;
                let credential = Uuid::try_parse(holder.trim_start_matches("pasar_c_")).map_err(|error| strange(&error))?;
                let facts: String = row.try_get("facts")?;
                Ok((credential, serde_json::from_str(&facts).map_err(|error| strange(&error))?))
            })
            .collect()
    }
}
