//! How long the record keeps what it need not keep for ever. Events of the audit trail, requests and agreements are not among it; who did what in events is.

use crate::text_enum;
use crate::violation::{Violation, Violations};

text_enum! {
    /// What is deleted when it is old enough.
    Kept, "kind of what is kept" {
        Notices = "notices", "Notices, also unread ones";
        RequestDrafts = "request-drafts", "Requests that were begun and not submitted";
        PastSearches = "past-searches", "Words that somebody searched for";
        ViewedProducts = "viewed-products", "Products that somebody looked at";
        Mail = "mail", "What is known of e-mails that were sent or refused";
        WebhookDeliveries = "webhook-deliveries", "Deliveries to webhooks that arrived or failed";
        Outbox = "outbox", "Work of the portal that is done";
        PersonRequests = "person-requests", "Whom a closed request about a person’s data was about";
        AuditFields = "audit-fields", "Who did what, in events of the audit trail";
    }
}

impl Kept {
    /// From when its age counts, and what becomes of it, as people read it.
    pub const fn explained(self) -> &'static str {
        match self {
            Self::Notices => "Since it was made. One that waits for its e-mail stays. The change that it told of stays in the audit trail.",
            Self::RequestDrafts => "Since it was saved last.",
            Self::PastSearches => "Since it was asked last. Saved searches stay until their owner removes them.",
            Self::ViewedProducts => "Since it was looked at last.",
            Self::Mail => "Since it was sent, refused or given up. The notices in it stay.",
            Self::WebhookDeliveries => "Since it was tried last. It cannot be sent again afterwards.",
            Self::Outbox => "Since it was done. What waits stays.",
            Self::PersonRequests => {
                "Since it was closed. The mask, the hash and the reason are forgotten; that somebody asked, what was found and what domains did stays."
            }
            Self::AuditFields => {
                "Since the event, which stays. The portal may not change the trail: whoever runs it erases who it was, from where and why, and the data office is reminded."
            }
        }
    }

    /// Whether the portal deletes it by itself. What it may not touch waits for somebody.
    pub const fn goes_by_itself(self) -> bool {
        !matches!(self, Self::AuditFields)
    }
}

/// The longest period, in days: ten years.
pub const LONGEST_DAYS: i32 = 3660;

/// Days as typed into the form.
pub fn check_days(typed: &str) -> Result<i32, Violations> {
    let days = typed.trim().parse::<i32>().ok().filter(|days| (1..=LONGEST_DAYS).contains(days));
    days.ok_or_else(|| vec![Violation::new("days", "days_not_a_period", format!("Enter a whole number of days from 1 to {LONGEST_DAYS}."))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_at_least_a_day_and_at_most_ten_years() {
        assert_eq!(check_days(" 30 "), Ok(30));
        for typed in ["", "0", "-1", "3661", "soon", "1.5"] {
            assert_eq!(check_days(typed).unwrap_err()[0].field, "days", "{typed}");
        }
        assert!(Kept::ALL.iter().all(|kept| kept.explained().ends_with('.')));
    }
}
