//! What a verified identity token says of a person.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};

/// Claims beside the standard ones: the agency (its own scope) and the provider's session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    #[serde(default)]
    pub agency: Option<String>,
    #[serde(default)]
    pub sid: Option<String>,
}

impl AdditionalClaims for Extra {}

/// A person, vouched for by the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub issuer: String,
    pub subject: String,
    pub email: String,
    pub email_verified: bool,
    pub name: String,
    pub agency: Option<String>,
    /// The provider's own session, named again at back-channel logout.
    pub sid: Option<String>,
    /// Kept as the hint for logging out at the provider.
    pub id_token: String,
}
