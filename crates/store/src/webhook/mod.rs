//! Webhooks.

/// The outbox topic of one delivery.
pub const SEND: &str = "webhook.send";
