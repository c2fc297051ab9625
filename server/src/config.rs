//! Configuration from the environment, checked as a whole at start: one message lists every fault.

mod stream;
mod telling;

pub use stream::StreamTarget;
pub use telling::MailSettings;

use chrono::TimeDelta;
use seal::SigningKey;
use secrecy::{ExposeSecret, SecretString};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use store::session::Limits;
use url::Url;

/// What `pasar serve` needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: SecretString,
    pub source_url: SecretString,
    /// Host and port that consumers connect to, as they see them.
    pub source_public: (String, u16),
    /// The source database's name, for connection strings.
    pub source_database: String,
    pub base_url: Url,
    pub listen: SocketAddr,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SecretString,
    pub first_administrator: Option<String>,
    pub site_root: PathBuf,
    pub metrics_token: Option<SecretString>,
    /// By which a fleet's query engine is known that asks what may be read; without it nobody is answered.
    pub engine_key: Option<SecretString>,
    pub demonstration: bool,
    pub sessions: Limits,
    pub meilisearch: Option<MeilisearchSettings>,
    /// Keys that sign the audit trail's checkpoints; none, and nothing is signed.
    pub audit_keys: Vec<SigningKey>,
    /// A log store outside that is told of the audit trail; none, and nobody is.
    pub audit_stream: Option<StreamTarget>,
    /// Days before an agreement ends at which its holder is reminded.
    pub expiry_notice_days: Vec<i32>,
    /// How e-mail is sent; none, and none is sent.
    pub mail: Option<MailSettings>,
    /// What secrets of webhooks are derived from; none, and there are no webhooks.
    pub secret: Option<SecretString>,
    /// How long the rule of one version of a standard may run over the catalogue: when it is tried, and each time that all are judged.
    pub rule_time: Duration,
}

/// The keys of `PASAR_AUDIT_KEY`, for commands that need nothing else.
pub fn audit_keys_from_environment() -> Result<Vec<SigningKey>, ConfigError> {
    let mut reader = Reader { get: &|name| std::env::var(name).ok(), faults: vec![] };
    let keys = reader.audit_keys();
    if reader.faults.is_empty() { Ok(keys) } else { Err(ConfigError(reader.faults)) }
}

/// Where the other search engine is.
#[derive(Debug, Clone)]
pub struct MeilisearchSettings {
    pub url: Url,
    pub key: SecretString,
    pub index: String,
}

impl MeilisearchSettings {
    /// For commands that need nothing else.
    pub fn from_environment() -> Result<Option<Self>, ConfigError> {
        let mut reader = Reader { get: &|name| std::env::var(name).ok(), faults: vec![] };
        let settings = reader.meilisearch();
        if reader.faults.is_empty() { Ok(settings) } else { Err(ConfigError(reader.faults)) }
    }

    pub fn connect(&self) -> Result<search::Meilisearch, search::MeilisearchError> {
        search::Meilisearch::new(self.url.as_str(), self.key.expose_secret(), &self.index)
    }
}

/// Every fault of the configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} fault{}:\n{}", .0.len(), if .0.len() == 1 { "" } else { "s" }, .0.iter().map(|f| format!("  - {f}")).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(pub Vec<String>);

struct Reader<'a> {
    get: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.get)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn required(&mut self, name: &str, what: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.faults.push(format!("{name} is not set: {what}"));
            String::new()
        })
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, text: &str, what: &str) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let value = text.parse().ok();
        if value.is_none() {
            self.faults.push(format!("{name} is not {what}"));
        }
        value
    }

    /// Both of address and key, or neither.
    fn meilisearch(&mut self) -> Option<MeilisearchSettings> {
        let (url_text, key) = (self.optional("PASAR_MEILI_URL"), self.optional("PASAR_MEILI_KEY"));
        if url_text.is_some() != key.is_some() {
            self.faults.push("PASAR_MEILI_URL and PASAR_MEILI_KEY are set together or not at all".into());
        }
        let url = self.parsed("PASAR_MEILI_URL", url_text.as_deref().unwrap_or_default(), "a URL")?;
        let index = self.optional("PASAR_MEILI_INDEX").unwrap_or_else(|| "pasar_products".into());
        if !index.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') || index.len() > 100 {
            self.faults.push("PASAR_MEILI_INDEX is not a name of letters, digits, - and _".into());
        }
        Some(MeilisearchSettings { url, key: key?.into(), index })
    }

    /// Any number, with spaces between them; all of one name, which is the trail's.
    fn audit_keys(&mut self) -> Vec<SigningKey> {
        let text = self.optional("PASAR_AUDIT_KEY").unwrap_or_default();
        let mut keys: Vec<SigningKey> = vec![];
        for (index, word) in text.split_whitespace().enumerate() {
            match word.parse() {
                Ok(key) => keys.push(key),
                Err(error) => self.faults.push(format!("PASAR_AUDIT_KEY: key {} {error}", index + 1)),
            }
        }
        if keys.windows(2).any(|pair| pair[0].public().name() != pair[1].public().name()) {
            self.faults.push("PASAR_AUDIT_KEY has keys of different names".into());
        }
        keys
    }

    fn minutes(&mut self, name: &str, default: i64) -> TimeDelta {
        let text = self.optional(name).unwrap_or_else(|| default.to_string());
        let minutes = self.parsed::<u16>(name, &text, "a number of minutes up to 65535").map_or(default, i64::from);
        if minutes == 0 {
            self.faults.push(format!("{name} must be at least one minute"));
        }
        TimeDelta::minutes(minutes)
    }

    fn seconds(&mut self, name: &str, default: f64) -> Duration {
        let text = self.optional(name).unwrap_or_else(|| default.to_string());
        let time = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).filter(|time| !time.is_zero());
        time.unwrap_or_else(|| {
            self.faults.push(format!("{name} is not a number of seconds, such as {default}"));
            Duration::ZERO
        })
    }
}

impl Config {
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// Reads all settings through `get` and reports every fault at once. Values never appear in a message.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader { get, faults: vec![] };
        let database_url = reader.required("PASAR_DATABASE_URL", "the record's database, as the portal's login");
        let _: Option<Url> = reader.parsed("PASAR_DATABASE_URL", &database_url, "a URL");
        let source_text = reader.required("PASAR_SOURCE_URL", "the source database, as the portal's login there");
        let source: Option<Url> = reader.parsed("PASAR_SOURCE_URL", &source_text, "a URL");
        let base_text = reader.required("PASAR_BASE_URL", "the portal's own address, such as https://pasar.example");
        let base: Option<Url> = reader.parsed("PASAR_BASE_URL", &base_text, "a URL");
        if let Some(base) = &base {
            let local = matches!(base.host_str(), Some("localhost" | "127.0.0.1"));
            if base.scheme() != "https" && !local {
                reader.faults.push("PASAR_BASE_URL must be https: browsers keep the session cookie off plain connections".into());
            }
            if base.path() != "/" {
                reader.faults.push("PASAR_BASE_URL must have no path".into());
            }
        }
        let listen_text = reader.optional("PASAR_LISTEN").unwrap_or_else(|| "127.0.0.1:3000".into());
        let listen = reader.parsed("PASAR_LISTEN", &listen_text, "an address with a port, such as 127.0.0.1:3000");
        let issuer = reader.required("PASAR_OIDC_ISSUER", "the identity provider's issuer URL");
        let _: Option<Url> = reader.parsed("PASAR_OIDC_ISSUER", &issuer, "a URL");
        let client_id = reader.required("PASAR_OIDC_CLIENT_ID", "this portal's client id at the provider");
        let client_secret = reader.required("PASAR_OIDC_CLIENT_SECRET", "this portal's client secret at the provider");
        let site_root = reader.optional("PASAR_SITE_ROOT").map_or_else(|| PathBuf::from("target/site"), PathBuf::from);
        let public_host = reader.optional("PASAR_SOURCE_PUBLIC_HOST").or_else(|| source.as_ref()?.host_str().map(str::to_owned)).unwrap_or_default();
        let public_port_text = reader.optional("PASAR_SOURCE_PUBLIC_PORT").unwrap_or_default();
        let public_port =
            reader.parsed("PASAR_SOURCE_PUBLIC_PORT", &public_port_text, "a port number").or_else(|| source.as_ref()?.port()).unwrap_or(5432);
        let sessions = Limits { idle: reader.minutes("PASAR_SESSION_IDLE_MINUTES", 30), absolute: reader.minutes("PASAR_SESSION_MINUTES", 12 * 60) };
        let first_administrator = reader.optional("PASAR_FIRST_ADMINISTRATOR");
        let metrics_token = reader.optional("PASAR_METRICS_TOKEN").map(SecretString::from);
        let engine_key = reader.optional("PASAR_ENGINE_KEY").map(SecretString::from);
        if first_administrator.as_ref().is_some_and(|email| !email.contains('@')) {
            reader.faults.push("PASAR_FIRST_ADMINISTRATOR is not an e-mail address".into());
        }
        if metrics_token.as_ref().is_some_and(|token| token.expose_secret().len() < 16) {
            reader.faults.push("PASAR_METRICS_TOKEN is shorter than 16 characters".into());
        }
        if engine_key.as_ref().is_some_and(|key| key.expose_secret().len() < 32) {
            reader.faults.push("PASAR_ENGINE_KEY is shorter than 32 characters".into());
        }
        if sessions.idle > sessions.absolute {
            reader.faults.push("PASAR_SESSION_IDLE_MINUTES is longer than PASAR_SESSION_MINUTES".into());
        }
        let meilisearch = reader.meilisearch();
        let audit_keys = reader.audit_keys();
        let audit_stream = reader.audit_stream();
        let expiry_notice_days = reader.expiry_notice_days();
        let mail = reader.mail();
        let secret = reader.secret();
        let rule_time = reader.seconds("PASAR_RULE_SECONDS", 60.0);
        let demonstration = reader.optional("PASAR_DEMONSTRATION").is_some_and(|value| value == "1");
        match (reader.faults.is_empty(), base, listen) {
            (true, Some(base_url), Some(listen)) => Ok(Self {
                database_url: database_url.into(),
                source_url: source_text.into(),
                source_public: (public_host, public_port),
                source_database: source.map(|url| url.path().trim_start_matches('/').to_owned()).unwrap_or_default(),
                base_url,
                listen,
                issuer,
                client_id,
                client_secret: client_secret.into(),
                first_administrator,
                site_root,
                metrics_token,
                engine_key,
                demonstration,
                sessions,
                meilisearch,
                audit_keys,
                audit_stream,
                expiry_notice_days,
                mail,
                secret,
                rule_time,
            }),
            _ => Err(ConfigError(reader.faults)),
        }
    }

    /// The source as people know it: where its consumers connect to.
    pub fn source_name(&self) -> String {
        let (host, port) = &self.source_public;
        format!("{host}:{port}/{}", self.source_database)
    }

    /// The address of a page of ours, whole.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_lists_every_fault_and_no_value() {
        let set = |name: &str| match name {
            "PASAR_DATABASE_URL" => Some("not a url with hunter2".to_owned()),
            "PASAR_BASE_URL" => Some("http://pasar.example".to_owned()),
            "PASAR_LISTEN" => Some("nowhere".to_owned()),
            "PASAR_SESSION_IDLE_MINUTES" | "PASAR_RULE_SECONDS" => Some("0".to_owned()),
            "PASAR_METRICS_TOKEN" | "PASAR_SECRET" | "PASAR_ENGINE_KEY" => Some("short".to_owned()),
            "PASAR_EXPIRY_NOTICE_DAYS" => Some("30 seven".to_owned()),
            "PASAR_SMTP_URL" => Some("smtp://hunter2@mail.example".to_owned()),
            "PASAR_MEILI_KEY" => Some("hunter2".to_owned()),
            "PASAR_AUDIT_STREAM" => Some("syslog+udp://hunter2".to_owned()),
            "PASAR_AUDIT_KEY" => Some("PRIVATE+KEY+pasar.example+hunter2".to_owned()),
            _ => None,
        };
        let text = Config::read(&set).unwrap_err().to_string();
        for part in [
            "PASAR_DATABASE_URL is not a URL",
            "PASAR_SOURCE_URL is not set",
            "must be https",
            "PASAR_LISTEN is not",
            "PASAR_OIDC_ISSUER",
            "at least one minute",
            "PASAR_METRICS_TOKEN is shorter",
            "PASAR_ENGINE_KEY is shorter",
            "PASAR_MEILI_URL and PASAR_MEILI_KEY",
            "PASAR_AUDIT_KEY: key 1 is not written as a key is",
            "PASAR_AUDIT_STREAM is not",
            "PASAR_SMTP_URL and PASAR_MAIL_FROM",
            "PASAR_SECRET is shorter",
            "PASAR_EXPIRY_NOTICE_DAYS",
            "PASAR_RULE_SECONDS is not a number of seconds",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("hunter2"));
    }

    #[test]
    fn keys_of_the_audit_trail_have_one_name() {
        let key = |name: &str, n: u8| SigningKey::new(name, [n; 32]).unwrap().secret_text();
        let read = |text: String| {
            let get = |name: &str| (name == "PASAR_AUDIT_KEY").then(|| text.clone());
            let mut reader = Reader { get: &get, faults: vec![] };
            (reader.audit_keys().len(), reader.faults.len())
        };
        assert_eq!(read(String::new()), (0, 0));
        assert_eq!(read(format!("{}\n {}", key("a.example", 1), key("a.example", 2))), (2, 0));
        assert_eq!(read(format!("{} {}", key("a.example", 1), key("b.example", 2))), (2, 1));
    }
}
