//! A holder's credential: one secret that is both the password of a role and, with the id in the role's name, the bearer token.
//! The role is the agreement's own, or one beside it for somebody of its team or a machine client. Pasar keeps a hash, the source a SCRAM verifier; neither can be turned back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Whose role it is at a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleOf {
    Agreement(Uuid),
    /// A credential beside the agreement's own.
    Credential(Uuid),
}

impl RoleOf {
    pub const fn id(self) -> Uuid {
        match self {
            Self::Agreement(id) | Self::Credential(id) => id,
        }
    }

    /// The role's name.
    pub fn name(self) -> String {
        match self {
            Self::Agreement(id) => role(id),
            Self::Credential(id) => format!("pasar_c_{}", id.simple()),
        }
    }

    /// None when a role is no reader's.
    pub fn of_name(name: &str) -> Option<Self> {
        if let Some(id) = name.strip_prefix("pasar_a_") {
            return Uuid::try_parse(id).ok().map(Self::Agreement);
        }
        name.strip_prefix("pasar_c_").and_then(|id| Uuid::try_parse(id).ok()).map(Self::Credential)
    }
}

/// A new credential, to be shown once.
pub struct Credential {
    of: RoleOf,
    secret: String,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credential({:?}, …)", self.of)
    }
}

impl Credential {
    /// `random` must be 32 unpredictable bytes.
    pub fn new(agreement: Uuid, random: [u8; 32]) -> Self {
        Self { of: RoleOf::Agreement(agreement), secret: URL_SAFE_NO_PAD.encode(random) }
    }

    /// The same for a credential beside the agreement's own.
    pub fn of_holder(credential: Uuid, random: [u8; 32]) -> Self {
        Self { of: RoleOf::Credential(credential), secret: URL_SAFE_NO_PAD.encode(random) }
    }

    /// The database role's name.
    pub fn role(&self) -> String {
        self.of.name()
    }

    /// The password, for `psql` and drivers.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The bearer token, for the API.
    pub fn token(&self) -> String {
        match self.of {
            RoleOf::Agreement(id) => format!("pasar_{}_{}", id.simple(), self.secret),
            RoleOf::Credential(id) => format!("pasar_c_{}_{}", id.simple(), self.secret),
        }
    }

    /// What the record keeps of the token.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.token().as_bytes()).to_vec()
    }

    /// What the source keeps of the password (RFC 5803), computed here so that the password itself is never sent or logged.
    pub fn verifier(&self) -> String {
        postgres_protocol::password::scram_sha_256(self.secret.as_bytes())
    }
}

/// The role of an agreement.
pub(crate) fn role(agreement: Uuid) -> String {
    format!("pasar_a_{}", agreement.simple())
}

/// A token that somebody presents; not yet known to be right.
pub struct Presented {
    pub of: RoleOf,
    pub(crate) secret: String,
    hash: Vec<u8>,
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented({:?}, …)", self.of)
    }
}

impl Presented {
    /// None when it has not the form of a token.
    pub fn parse(token: &str) -> Option<Self> {
        let rest = token.strip_prefix("pasar_")?;
        let (beside, rest) = rest.strip_prefix("c_").map_or((false, rest), |rest| (true, rest));
        let (id, secret) = rest.split_once('_')?;
        let whole = id.len() == 32 && URL_SAFE_NO_PAD.decode(secret).is_ok_and(|bytes| bytes.len() == 32);
        let id = Uuid::try_parse(id).ok()?;
        let of = if beside { RoleOf::Credential(id) } else { RoleOf::Agreement(id) };
        whole.then(|| Self { of, secret: secret.to_owned(), hash: Sha256::digest(token.as_bytes()).to_vec() })
    }

    /// To compare with what the record keeps.
    pub fn hash(&self) -> &[u8] {
        &self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_never_printed() {
        let credential = Credential::new(Uuid::from_u128(7), [9; 32]);
        let presented = Presented::parse(&credential.token()).unwrap();
        assert_eq!(presented.of, RoleOf::Agreement(Uuid::from_u128(7)));
        let beside = Credential::of_holder(Uuid::from_u128(8), [9; 32]);
        let other = Presented::parse(&beside.token()).unwrap();
        assert_eq!((other.of, other.hash()), (RoleOf::Credential(Uuid::from_u128(8)), beside.hash().as_slice()));
        for of in [presented.of, other.of] {
            assert_eq!(RoleOf::of_name(&of.name()), Some(of));
        }
        assert_eq!(RoleOf::of_name("pasar_keeper"), None);
        assert_eq!(presented.hash(), credential.hash());
        assert!(!format!("{credential:?}{presented:?}").contains(credential.secret()));
        assert!(credential.verifier().starts_with("SCRAM-SHA-256$4096:"));
    }

    #[test]
    fn what_is_no_token_is_none() {
        for text in ["", "pasar_", "pasar_x_y", "pasar_00000000000000000000000000000007_short", "Bearer x"] {
            assert!(Presented::parse(text).is_none(), "{text}");
        }
    }
}
