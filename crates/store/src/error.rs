//! What can go wrong with the record. Not finding a row is `Ok(None)`, not an error.

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A stored word is none of its enumeration's: the database and the program disagree.
    #[error("stored value cannot be read: {0}")]
    Corrupt(#[from] domain::UnknownWord),
    /// Somebody else changed it first; the message names what it is now.
    #[error("{0}")]
    Conflict(String),
}

pub type Result<T> = std::result::Result<T, StoreError>;

impl From<domain::access::IllegalMove> for StoreError {
    fn from(error: domain::access::IllegalMove) -> Self {
        Self::Conflict(error.to_string())
    }
}
