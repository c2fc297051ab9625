//! Passwords made for one private set-up: random, kept in a file only its owner reads, never printed.

use anyhow::{Context as _, Result};
use rand::Rng;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

#[derive(Serialize, Deserialize, Clone)]
pub struct Secrets {
    pub superuser: String,
    pub owner: String,
    pub server: String,
    pub source_owner: String,
    pub ports: String,
    pub oidc_client: String,
    pub portal: String,
    pub metrics: String,
    /// Came later than the others: a file without it gets one.
    #[serde(default = "random")]
    pub meilisearch: String,
    /// Signs the audit trail's checkpoints.
    #[serde(default = "audit_key")]
    pub audit: String,
}

impl Secrets {
    fn new() -> Self {
        Self {
            superuser: random(),
            owner: random(),
            server: random(),
            source_owner: random(),
            ports: random(),
            oidc_client: random(),
            portal: random(),
            metrics: random(),
            meilisearch: random(),
            audit: audit_key(),
        }
    }

    /// The secrets kept in this folder; new ones the first time.
    pub fn kept_in(folder: &Path) -> Result<Self> {
        let file = folder.join("secrets.json");
        if file.exists() {
            let text = fs::read_to_string(&file)?;
            let secrets: Self = serde_json::from_str(&text).with_context(|| format!("{} is not readable; remove it with --reset", file.display()))?;
            let whole = serde_json::to_vec_pretty(&secrets)?;
            if whole != text.as_bytes() {
                write_private(&file, &whole)?;
            }
            return Ok(secrets);
        }
        let secrets = Self::new();
        write_private(&file, &serde_json::to_vec_pretty(&secrets)?)?;
        Ok(secrets)
    }
}

/// Writes a file that only its owner can read.
pub fn write_private(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut open| open.write_all(bytes))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// A key as `pasar audit new-key` makes it.
fn audit_key() -> String {
    // The name is ours and well formed.
    seal::SigningKey::new("localhost", rand::rng().random()).map(|key| key.secret_text()).unwrap_or_default()
}

/// 48 hexadecimal digits: safe in SQL, in an URL and in a header.
fn random() -> String {
    hex::encode(rand::rng().random::<[u8; 24]>())
}

#[cfg(test)]
mod tests {
    use super::{Secrets, random};

    #[test]
    fn a_secret_is_long_enough_for_the_portal_and_safe_to_quote() {
        let secret = random();
        assert!(secret.len() >= 32);
        assert!(secret.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(secret, random());
    }

    #[test]
    fn an_older_file_keeps_its_secrets_and_gets_the_missing_one_for_good() {
        let folder = std::env::temp_dir().join(format!("pasar-secrets-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let first = Secrets::kept_in(&folder).unwrap();
        let file = folder.join("secrets.json");
        let mut older: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        older.as_object_mut().unwrap().remove("meilisearch");
        older.as_object_mut().unwrap().remove("audit");
        std::fs::write(&file, older.to_string()).unwrap();
        let second = Secrets::kept_in(&folder).unwrap();
        assert_eq!(second.superuser, first.superuser);
        assert_ne!(second.meilisearch, first.meilisearch);
        assert!(second.audit.starts_with("PRIVATE+KEY+localhost+") && second.audit != first.audit);
        assert_eq!(Secrets::kept_in(&folder).unwrap().meilisearch, second.meilisearch);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
