//! Webhooks: the list with the form for a new one, and one with its deliveries.

mod list;
mod show;

pub use list::{Form, Page, Shown, webhooks_page};
pub use show::webhook_page;

use domain::event::Topic;
use store::webhook::WebhookView;

/// Whose events it gets, in words.
fn whose(webhook: &WebhookView) -> String {
    webhook.domain.clone().unwrap_or_else(|| "All domains".to_owned())
}

fn topics(webhook: &WebhookView) -> String {
    if webhook.topics.is_empty() {
        "All events".to_owned()
    } else {
        webhook.topics.iter().map(|topic: &Topic| topic.as_str()).collect::<Vec<_>>().join(", ")
    }
}
