//! Whose officers may ask: what a product's agreement says of agencies, held against the requester's own. Pure.

use crate::violation::{Violation, Violations};

/// What one product's agreement says about agencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyRule {
    pub product_title: String,
    /// Slugs of agencies whose officers may ask (empty: all), and of those whose officers may not.
    pub allowed: Vec<String>,
    pub forbidden: Vec<String>,
}

/// Checks the requester's agency, by its slug, against each product asked for. An agency that is not known is none of those
/// who may.
pub fn check_agency(agency: Option<&str>, rules: &[AgencyRule]) -> Violations {
    let named = |slugs: &[String]| agency.is_some_and(|agency| slugs.iter().any(|slug| slug == agency));
    rules
        .iter()
        .filter(|rule| named(&rule.forbidden) || !(rule.allowed.is_empty() || named(&rule.allowed)))
        .map(|rule| {
            let title = &rule.product_title;
            let message = if agency.is_none() {
                format!("The agreement of {title} names the agencies that may use it, and Pasar does not know yours. Ask without it.")
            } else {
                format!("The agreement of {title} does not let officers of your agency use it. Ask without it, or speak to its owner.")
            };
            Violation::new("ports", "agency_not_allowed", message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(allowed: &[&str], forbidden: &[&str]) -> AgencyRule {
        let owned = |slugs: &[&str]| slugs.iter().map(|slug| (*slug).to_owned()).collect();
        AgencyRule { product_title: "Bus routes".into(), allowed: owned(allowed), forbidden: owned(forbidden) }
    }

    #[test]
    fn an_agency_is_held_to_the_agreement() {
        for (agency, rule, allowed) in [
            (Some("health"), rule(&[], &[]), true),
            (None, rule(&[], &[]), true),
            (Some("health"), rule(&["health", "parks"], &[]), true),
            (Some("housing"), rule(&["health", "parks"], &[]), false),
            (None, rule(&["health"], &[]), false),
            (Some("health"), rule(&[], &["health"]), false),
            (Some("parks"), rule(&[], &["health"]), true),
            (None, rule(&[], &["health"]), true),
        ] {
            let found = check_agency(agency, std::slice::from_ref(&rule));
            assert_eq!(found.is_empty(), allowed, "{agency:?} {rule:?}");
            assert!(found.iter().all(|violation| violation.code == "agency_not_allowed" && violation.field == "ports"));
        }
    }

    #[test]
    fn each_product_that_refuses_is_named() {
        let found = check_agency(Some("health"), &[rule(&["parks"], &[]), rule(&[], &[]), rule(&[], &["health"])]);
        assert_eq!(found.len(), 2);
        assert!(found[0].message.contains("Bus routes"));
    }
}
