//! Keys that sign checkpoints, in the text forms of signed notes: `PRIVATE+KEY+name+id+secret` and `name+id+public`, where
//! `id` follows from name and key, and both halves begin with a byte that says Ed25519.

use crate::hash::Hash;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use std::fmt;
use std::str::FromStr;

const ED25519: u8 = 1;
const PRIVATE: &str = "PRIVATE+KEY+";

/// Why a text is no key. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("is not written as a key is: name, id and key with + between them")]
    Form,
    #[error("has a name that is empty or holds a space or a plus sign")]
    Name,
    #[error("is not an Ed25519 key")]
    Algorithm,
    #[error("has an id that does not belong to it: it was mistyped or cut off")]
    Id,
}

/// The public half.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyingKey {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Four bytes that tell keys of one name apart.
    pub fn id(&self) -> [u8; 4] {
        let hash = Hash::of(&[self.name.as_bytes(), b"\n", &[ED25519], self.key.as_bytes()]).0;
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// Name and id, for people: `pasar.example+4f1c22aa`.
    pub fn label(&self) -> String {
        format!("{}+{}", self.name, hex::encode(self.id()))
    }

    pub(crate) fn verifies(&self, text: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(text, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.label(), encoded(self.key.as_bytes()))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, bytes) = parts(text)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Algorithm)?;
        let key = Self { name, key };
        if hex::encode(key.id()) == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

/// The private half; it is printed by [`SigningKey::secret_text`] alone.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// From 32 unpredictable bytes.
    pub fn new(name: &str, secret: [u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { name: checked(name)?, key: ed25519_dalek::SigningKey::from_bytes(&secret) })
    }

    pub fn public(&self) -> VerifyingKey {
        VerifyingKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// To be kept secret.
    pub fn secret_text(&self) -> String {
        format!("{PRIVATE}{}+{}", self.public().label(), encoded(self.key.as_bytes()))
    }

    pub(crate) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.key.sign(text).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (private)", self.public().label())
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, bytes) = parts(text.strip_prefix(PRIVATE).ok_or(KeyError::Form)?)?;
        let key = Self::new(&name, bytes)?;
        if hex::encode(key.public().id()) == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

fn encoded(bytes: &[u8; 32]) -> String {
    let mut all = vec![ED25519];
    all.extend_from_slice(bytes);
    STANDARD.encode(all)
}

fn checked(name: &str) -> Result<String, KeyError> {
    let wrong = name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
    if wrong { Err(KeyError::Name) } else { Ok(name.to_owned()) }
}

fn parts(text: &str) -> Result<(String, String, [u8; 32]), KeyError> {
    // The key's own text may hold plus signs.
    let mut pieces = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (pieces.next(), pieces.next(), pieces.next()) else { return Err(KeyError::Form) };
    let bytes = STANDARD.decode(key).map_err(|_| KeyError::Form)?;
    let [ED25519, bytes @ ..] = bytes.as_slice() else { return Err(KeyError::Algorithm) };
    Ok((checked(name)?, id.to_owned(), bytes.try_into().map_err(|_| KeyError::Algorithm)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_verifier_key_and_its_signature_are_read_as_elsewhere() {
        // The example of the Go package golang.org/x/mod/sumdb/note.
        let private: SigningKey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz".parse().unwrap();
        assert_eq!(private.public().to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    }

    #[test]
    fn a_key_is_read_as_it_was_written_and_refused_when_mistyped() {
        let key = SigningKey::new("pasar.example", [7; 32]).unwrap();
        assert_eq!(key.secret_text().parse::<SigningKey>().unwrap().public(), key.public());
        assert_eq!(key.public().to_string().parse::<VerifyingKey>().unwrap(), key.public());
        assert!(!format!("{key:?}").contains(&key.secret_text()[40..]));
        let public = key.public().to_string();
        assert_eq!(public.replace("pasar.example", "pasar.elsewhere").parse::<VerifyingKey>(), Err(KeyError::Id));
        assert_eq!("a+00000000+AQ==".parse::<VerifyingKey>(), Err(KeyError::Algorithm));
        assert_eq!("".parse::<VerifyingKey>(), Err(KeyError::Form));
        assert_eq!(public.parse::<SigningKey>().unwrap_err(), KeyError::Form);
        assert_eq!(SigningKey::new("a+b", [7; 32]).unwrap_err(), KeyError::Name);
    }
}
