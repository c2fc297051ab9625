//! Settings of how people and programs are told: e-mail, reminders, and what webhooks sign with.

use super::Reader;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// How e-mail is sent.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// `smtps://user:password@host:465`, or `smtp://host:587?tls=required`.
    pub url: SecretString,
    /// `Pasar <pasar@agency.example>`.
    pub from: String,
}

/// When holders are reminded who have not been told otherwise.
const REMINDERS: &str = "30 7 1";
/// Shortest secret that webhooks are derived from.
const SHORTEST_SECRET: usize = 32;

impl Reader<'_> {
    /// Both of server and sender, or neither.
    pub(super) fn mail(&mut self) -> Option<MailSettings> {
        let (url, from) = (self.optional("PASAR_SMTP_URL"), self.optional("PASAR_MAIL_FROM"));
        if url.is_some() != from.is_some() {
            self.faults.push("PASAR_SMTP_URL and PASAR_MAIL_FROM are set together or not at all".into());
        }
        let (url, from) = (url?, from?);
        let parsed: Option<Url> = self.parsed("PASAR_SMTP_URL", &url, "a URL such as smtps://user:password@mail.example");
        let (scheme, host) = parsed.as_ref().map_or(("smtps", "unread"), |url| (url.scheme(), url.host_str().unwrap_or_default()));
        if !matches!(scheme, "smtp" | "smtps") || host.is_empty() {
            self.faults.push("PASAR_SMTP_URL must begin with smtps:// or smtp:// and name a host".into());
        }
        let encrypted =
            scheme == "smtps" || parsed.as_ref().is_some_and(|url| url.query_pairs().any(|pair| pair == ("tls".into(), "required".into())));
        if !encrypted && !matches!(host, "localhost" | "127.0.0.1") {
            self.faults.push("PASAR_SMTP_URL must be smtps:// or end in ?tls=required: e-mail says who has access to what".into());
        }
        if from.parse::<lettre::message::Mailbox>().is_err() {
            self.faults.push("PASAR_MAIL_FROM is not a sender such as Pasar <pasar@agency.example>".into());
        }
        Some(MailSettings { url: url.into(), from })
    }

    /// Whole days, with spaces between them.
    pub(super) fn expiry_notice_days(&mut self) -> Vec<i32> {
        let text = self.optional("PASAR_EXPIRY_NOTICE_DAYS").unwrap_or_else(|| REMINDERS.to_owned());
        let days: Vec<i32> = text.split_whitespace().filter_map(|word| word.parse().ok()).filter(|days| (1..=365).contains(days)).collect();
        if days.len() != text.split_whitespace().count() {
            self.faults.push("PASAR_EXPIRY_NOTICE_DAYS is not a list of days between 1 and 365, such as 30 7 1".into());
        }
        days
    }

    pub(super) fn secret(&mut self) -> Option<SecretString> {
        let secret = self.optional("PASAR_SECRET").map(SecretString::from);
        if secret.as_ref().is_some_and(|secret| secret.expose_secret().len() < SHORTEST_SECRET) {
            self.faults.push(format!("PASAR_SECRET is shorter than {SHORTEST_SECRET} characters"));
        }
        secret
    }
}
