//! What can go wrong at a port.

#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// The source does not know the credential, or the agreement has ended there.
    #[error("the source refused the credential")]
    Refused,
    /// The source cannot be reached, or is too busy.
    #[error("the source cannot be reached: {0}")]
    Unavailable(String),
    /// The source answered with an error of its own.
    #[error("the source reported: {0}")]
    Source(String),
}

impl From<sqlx::Error> for PortError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            // Class 28: invalid authorisation. A role that is gone or out of date looks the same as a wrong password.
            sqlx::Error::Database(database) if database.code().is_some_and(|code| code.starts_with("28")) => Self::Refused,
            // 53300: too many connections; 57P: the server is stopping.
            sqlx::Error::Database(database) if database.code().is_some_and(|code| code.starts_with("53") || code.starts_with("57P")) => {
                Self::Unavailable(error.to_string())
            }
            sqlx::Error::Database(_) => Self::Source(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
