//! Webhooks: where they may lead, when a delivery is tried again, and what was typed to make one.

use crate::event::Topic;
use crate::id::DomainId;
use crate::organisation::{Actor, Held, Role, Scope};
use crate::text_enum;
use crate::{Violation, Violations};
use chrono::TimeDelta;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

text_enum! {
    /// How far a delivery is.
    DeliveryState, "state of a delivery" {
        Waiting = "waiting", "Waiting";
        Delivered = "delivered", "Delivered";
        Failed = "failed", "Failed";
    }
}

/// Longest address that is taken.
pub const LONGEST_URL: usize = 500;
/// Webhooks that one owner may have at once.
pub const MOST_WEBHOOKS: i64 = 20;

/// Seconds after each attempt that failed; after the last, a day after the first, the delivery has failed.
const AGAIN: [i64; 9] = [5, 60, 300, 900, 3_600, 7_200, 14_400, 28_800, 28_800];

/// When to try again after so many attempts; none when it is over.
pub fn again_after(attempts: i32) -> Option<TimeDelta> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    AGAIN.get(index).map(|seconds| TimeDelta::seconds(*seconds))
}

/// Whose events a webhook gets: those of one domain, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookScope {
    Whole,
    Domain(DomainId),
}

/// Whose webhooks are somebody's: a domain's are its owners', those of all domains the administrators'. They belong to the
/// office, not to who made them. Lists ask by these, so that a list shows what is allowed and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owning {
    pub whole: bool,
    pub domains: Vec<DomainId>,
}

impl Owning {
    pub fn of(actor: &Actor) -> Self {
        let domain = |held: &Held| match (held.role, held.scope) {
            (Role::Owner, Scope::Domain(id)) => Some(id),
            _ => None,
        };
        Self { whole: actor.is(Role::GdoAdministrator), domains: actor.roles.iter().filter_map(domain).collect() }
    }

    pub fn covers(&self, scope: WebhookScope) -> bool {
        match scope {
            WebhookScope::Whole => self.whole,
            WebhookScope::Domain(id) => self.domains.contains(&id),
        }
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    pub url: String,
    pub scope: WebhookScope,
    /// None of them means all.
    pub topics: Vec<Topic>,
}

impl NewWebhook {
    /// Checks what was typed. `scope` is the choice among those offered; `loopback` allows plain http to this machine.
    pub fn check(url: &str, scope: Option<WebhookScope>, topics: &[String], loopback: bool) -> Result<Self, Violations> {
        let mut wrong = vec![];
        let url = url.trim();
        if let Err(fault) = check_url(url, loopback) {
            wrong.push(Violation::new("url", "url_unusable", fault));
        }
        if scope.is_none() {
            wrong.push(Violation::new("scope", "scope_missing", "Choose whose events: a domain that you own, or all as a GDO administrator."));
        }
        let known: Vec<Topic> = topics.iter().filter_map(|word| word.parse().ok()).collect();
        if known.len() != topics.len() {
            wrong.push(Violation::new("topics", "topic_unknown", "Choose among the events of the list."));
        }
        match scope {
            Some(scope) if wrong.is_empty() => Ok(Self { url: url.to_owned(), scope, topics: known }),
            _ => Err(wrong),
        }
    }
}

fn check_url(url: &str, loopback: bool) -> Result<(), &'static str> {
    if url.len() > LONGEST_URL || url.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return Err("Enter an address of at most 500 letters, digits and signs, without spaces.");
    }
    let https = url.strip_prefix("https://");
    let plain = url.strip_prefix("http://").filter(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // No @: what stands before it would not be the host.
        let name = host.strip_prefix("[::1]").map_or_else(|| host.split(':').next().unwrap_or_default(), |_| "::1");
        loopback && !host.contains('@') && matches!(name, "localhost" | "127.0.0.1" | "::1")
    });
    let Some(rest) = https.or(plain) else {
        return Err("Enter an address that begins with https://. Plain http leads only to this machine, and only in a demonstration.");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains('@') {
        return Err("Enter an address with a host and without a user name.");
    }
    Ok(())
}

/// Whether an address is one of the public internet. Everything else is refused: this machine, private networks, and what
/// leads there by another name.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| is_public_v6(v6), is_public_v4),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // The special-purpose blocks of RFC 6890 and later, multicast, and what is reserved.
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

const fn is_public_v6(address: Ipv6Addr) -> bool {
    // Global unicast alone, without what is for documentation (2001:db8::/32, 3fff::/20), protocols and tunnels
    // (2001::/23, 2002::/16), which may carry a private address inside.
    match address.segments() {
        [0x2001, second, ..] => second >= 0x0200 && second != 0x0db8,
        [0x2002, ..] => false,
        [0x3fff, second, ..] => second > 0x0fff,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for text in ["8.8.8.8", "100.128.0.1", "172.32.0.1", "203.116.1.1", "2404:6800:4003::1", "::ffff:8.8.8.8"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn an_address_is_https_or_this_machine_in_a_demonstration() {
        let ok = |url: &str, loopback| NewWebhook::check(url, Some(WebhookScope::Whole), &[], loopback).is_ok();
        assert!(ok(" https://hooks.example/pasar?x=1 ", false) && ok("https://hooks.example:8443", false));
        assert!(ok("http://localhost:9000/a", true) && ok("http://127.0.0.1:9000", true) && ok("http://[::1]:9000/", true));
        for url in ["", "https://", "https://user@hooks.example/", "http://localhost:9000/a", "ftp://hooks.example/", "https://a b/"] {
            assert!(!ok(url, false), "{url}");
        }
        for url in ["http://hooks.example/", "http://localhost@hooks.example/", "http://localhost:x@hooks.example/", "http://localhost.example/"] {
            assert!(!ok(url, true), "{url}");
        }
        assert_eq!(NewWebhook::check("x", None, &["no".into()], false).unwrap_err().len(), 3);
    }

    #[test]
    fn a_delivery_is_tried_for_about_a_day() {
        let whole: TimeDelta = (1..).map_while(again_after).sum();
        assert!(whole > TimeDelta::hours(23) && whole < TimeDelta::hours(25), "{whole}");
        assert_eq!(again_after(0), None);
    }
}
