//! Sending one delivery: signed as the Standard Webhooks specification says, to addresses of the public internet alone, without
//! following redirects, and with limits on time and size.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::id::WebhookId;
use domain::webhook::is_public;
use hmac::{Hmac, Mac};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::Host;

/// For one attempt, from the connection to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read and kept.
const KEPT: usize = 2_000;

/// What a receiver answered: status and beginning.
pub type Answer = (u16, String);

pub struct Webhooks {
    public: Client,
    /// In a demonstration: receivers on this machine.
    loopback: Option<Client>,
    secret: Option<SecretString>,
}

/// Resolves a name to those of its addresses that are allowed; without any, there is nowhere to connect to.
struct Only(fn(IpAddr) -> bool);

impl Resolve for Only {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Vec<SocketAddr> = found.filter(|address| allowed(address.ip())).collect();
            if addresses.is_empty() {
                return Err(FORBIDDEN.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

const FORBIDDEN: &str = "this address is not one of the public internet";

fn client(allowed: fn(IpAddr) -> bool) -> reqwest::Result<Client> {
    Client::builder()
        .dns_resolver(Arc::new(Only(allowed)))
        // A proxy would resolve names by itself.
        .no_proxy()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .user_agent("Pasar-Webhooks/1")
        .build()
}

impl Webhooks {
    pub fn new(secret: Option<SecretString>, demonstration: bool) -> reqwest::Result<Self> {
        let loopback = demonstration.then(|| client(|address| address.is_loopback())).transpose()?;
        Ok(Self { public: client(is_public)?, loopback, secret })
    }

    /// Whether secrets can be made.
    pub fn can_sign(&self) -> bool {
        self.secret.is_some()
    }

    /// Whether receivers on this machine are allowed.
    pub fn may_loop_back(&self) -> bool {
        self.loopback.is_some()
    }

    /// A webhook's secret, derived from the portal's own: a copy of the record signs nothing.
    fn key(&self, webhook: WebhookId) -> Option<[u8; 32]> {
        let secret = self.secret.as_ref()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
        mac.update(b"pasar-webhook-secret-v1\n");
        mac.update(webhook.0.as_bytes());
        Some(mac.finalize().into_bytes().into())
    }

    /// The secret as its receiver is given it.
    pub fn secret(&self, webhook: WebhookId) -> Option<String> {
        self.key(webhook).map(|key| format!("whsec_{}", STANDARD.encode(key)))
    }

    /// Sends once. The error says, in words for the webhook's owner, why there was no answer.
    pub async fn send(&self, webhook: WebhookId, url: &str, id: &str, body: &str, now: DateTime<Utc>) -> Result<Answer, String> {
        let key = self.key(webhook).ok_or("Pasar has no secret to sign with (PASAR_SECRET)")?;
        let (client, url) = self.way(url)?;
        let timestamp = now.timestamp().to_string();
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-signature", signature(&key, id, &timestamp, body))
            .header("webhook-timestamp", timestamp)
            .body(body.to_owned());
        let mut response = request.send().await.map_err(|error| said(&error))?;
        let status = response.status().as_u16();
        let mut answer = vec![];
        while answer.len() < KEPT
            && let Ok(Some(piece)) = response.chunk().await
        {
            answer.extend_from_slice(&piece);
        }
        answer.truncate(KEPT);
        Ok((status, String::from_utf8_lossy(&answer).replace('\0', "")))
    }

    /// The client that may go there. An address that is written as a number is never resolved, so it is judged here.
    fn way(&self, url: &str) -> Result<(&Client, Url), String> {
        let url: Url = url.parse().map_err(|_| "this is no address".to_owned())?;
        let (client, allowed): (_, fn(IpAddr) -> bool) = match (url.scheme(), &self.loopback) {
            ("https", _) => (&self.public, is_public),
            ("http", Some(loopback)) => (loopback, |address| address.is_loopback()),
            _ => return Err("only https is sent to".into()),
        };
        let number = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if number.is_some_and(|address| !allowed(address)) {
            return Err(FORBIDDEN.into());
        }
        Ok((client, url))
    }
}

/// `v1,` and the HMAC-SHA256 of id, timestamp and body with dots between them.
fn signature(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The innermost reason: the outer ones only repeat the address, which may hold a secret.
fn said(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} seconds", PATIENCE.as_secs());
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// The worked example of docs/notices.md.
    #[test]
    fn a_signature_is_as_documented() {
        let webhooks = Webhooks::new(Some("an example of a secret, 32 letters".to_owned().into()), false).unwrap();
        let id = WebhookId(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(webhooks.secret(id).unwrap(), SECRET);
        let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
        assert_eq!(signature(&key, "01930000-0000-7000-8000-000000000002", "1795399200", r#"{"version":1}"#), SIGNATURE);
        assert!(Webhooks::new(None, false).unwrap().secret(id).is_none());
    }

    const SECRET: &str = "whsec_MsqF8JamJ8OERsONzYq+wVE5J97gT9XWDFz7dzyN4vE=";
    const SIGNATURE: &str = "v1,/lDQz3frZpX+mJbBJySilcabddN3z4L/jtnijP4RsSo=";

    #[tokio::test]
    async fn nothing_leads_into_our_own_network() {
        let inside = Webhooks::new(Some("an example of a secret, 32 letters".to_owned().into()), false).unwrap();
        let webhook = WebhookId(Uuid::nil());
        for url in [
            "https://127.0.0.1:1/",
            "https://localhost:1/",
            "https://[::1]:1/",
            "https://169.254.169.254/",
            "https://0x7f.1/",
            "https://[::ffff:10.0.0.1]/",
        ] {
            let error = inside.send(webhook, url, "id", "{}", "2026-11-23T02:00:00Z".parse().unwrap()).await.unwrap_err();
            assert_eq!(error, FORBIDDEN, "{url}");
        }
        assert_eq!(inside.send(webhook, "http://localhost:1/", "id", "{}", DateTime::UNIX_EPOCH).await.unwrap_err(), "only https is sent to");
        let demonstration = Webhooks::new(Some("an example of a secret, 32 letters".to_owned().into()), true).unwrap();
        let outside = demonstration.send(webhook, "http://192.0.2.1/", "id", "{}", DateTime::UNIX_EPOCH).await.unwrap_err();
        assert_eq!(outside, FORBIDDEN, "plain http leads to this machine alone");
    }
}
