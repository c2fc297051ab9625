//! The holder's credential: one secret that is both the password of the agreement's role and, with the agreement's id, the
//! bearer token. Pasar keeps a hash, the source a SCRAM verifier; neither can be turned back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A new credential, to be shown once.
pub struct Credential {
    agreement: Uuid,
    secret: String,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credential({}, …)", self.agreement)
    }
}

impl Credential {
    /// `random` must be 32 unpredictable bytes.
    pub fn new(agreement: Uuid, random: [u8; 32]) -> Self {
        Self { agreement, secret: URL_SAFE_NO_PAD.encode(random) }
    }

    /// The database role's name.
    pub fn role(&self) -> String {
        role(self.agreement)
    }

    /// The password, for `psql` and drivers.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The bearer token, for the API.
    pub fn token(&self) -> String {
        format!("pasar_{}_{}", self.agreement.simple(), self.secret)
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
    pub agreement: Uuid,
    pub(crate) secret: String,
    hash: Vec<u8>,
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented({}, …)", self.agreement)
    }
}

impl Presented {
    /// None when it has not the form of a token.
    pub fn parse(token: &str) -> Option<Self> {
        let (agreement, secret) = token.strip_prefix("pasar_")?.split_once('_')?;
        let whole = agreement.len() == 32 && URL_SAFE_NO_PAD.decode(secret).is_ok_and(|bytes| bytes.len() == 32);
        let agreement = Uuid::try_parse(agreement).ok()?;
        whole.then(|| Self { agreement, secret: secret.to_owned(), hash: Sha256::digest(token.as_bytes()).to_vec() })
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
        assert_eq!(presented.agreement, Uuid::from_u128(7));
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
