//! Webhooks: where programs are told, and what was delivered to them. Deliveries are made when an event is told.

mod deliveries;
mod webhooks;

pub use deliveries::{DeliveryLine, Outgoing, deliveries, outgoing, replay, tried};
pub use webhooks::{WebhookView, create, domains, remove, set_paused, webhook, webhooks};

/// The outbox topic of one delivery.
pub const SEND: &str = "webhook.send";
