//! Sending one e-mail to one mail server, and telling a refusal for good from what may work later.

use crate::config::MailSettings;
use anyhow::Context;
use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;
use std::time::{Duration, SystemTime};
use url::Url;

/// How long a mail server may take for one step of the conversation.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Behind the @ of message ids.
    host: String,
}

/// A plain text for one person. `id` is the same whenever it is sent, so that a repetition can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub id: String,
    pub name: String,
    pub address: String,
    pub subject: String,
    pub text: String,
    pub at: DateTime<Utc>,
}

/// Why a letter has not been taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It will not be taken however often it is tried.
    #[error("{0}")]
    ForGood(String),
    #[error("{0}")]
    ForNow(String),
}

impl Mailer {
    pub fn new(settings: &MailSettings, base: &Url) -> anyhow::Result<Self> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.url.expose_secret()).context("PASAR_SMTP_URL cannot be used")?;
        let from = settings.from.parse().context("PASAR_MAIL_FROM cannot be used")?;
        Ok(Self { transport: builder.timeout(Some(PATIENCE)).build(), from, host: base.host_str().unwrap_or("localhost").to_owned() })
    }

    /// Hands a letter to the mail server; it is responsible for it when this returns.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.message(letter).map_err(|error| MailError::ForGood(format!("the e-mail cannot be written: {error:#}")))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            // 55x is about this mailbox or message. Other refusals are about us: a login, a limit, a certificate; somebody puts
            // that right, and then the letter goes.
            Err(error) if error.status().is_some_and(|code| code.to_string().starts_with("55")) => Err(MailError::ForGood(error.to_string())),
            Err(error) => Err(MailError::ForNow(error.to_string())),
        }
    }

    fn message(&self, letter: &Letter) -> anyhow::Result<Message> {
        let to = Mailbox::new(Some(letter.name.clone()), letter.address.parse::<Address>()?);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.split_whitespace().collect::<Vec<_>>().join(" "))
            .date(SystemTime::from(letter.at))
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            // No answering machine should write back.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())?;
        Ok(message)
    }
}
