//! Limits on what one network address may try: sign-ins and bearer tokens. In memory: a balancer in front multiplies them
//! by the number of servers, which is still few.

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota};
use std::net::IpAddr;
use std::num::NonZeroU32;

/// Limiters by what is tried.
pub struct Rates {
    sign_in: DefaultKeyedRateLimiter<IpAddr>,
    token: DefaultKeyedRateLimiter<IpAddr>,
    refused_sign_in: DefaultDirectRateLimiter,
}

const fn at_least_one(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

impl Rates {
    /// `per_minute` sign-ins; wrong tokens at the same rate, and refused sign-ins of all addresses together.
    pub fn new(per_minute: u32) -> Self {
        let quota = Quota::per_minute(at_least_one(per_minute));
        Self {
            sign_in: DefaultKeyedRateLimiter::keyed(quota),
            token: DefaultKeyedRateLimiter::keyed(quota),
            refused_sign_in: DefaultDirectRateLimiter::direct(quota),
        }
    }

    /// Whether this address may begin another sign-in.
    pub fn sign_in(&self, address: IpAddr) -> bool {
        self.sign_in.check_key(&address).is_ok()
    }

    /// Counts a wrong token; false when there were too many.
    pub fn wrong_token(&self, address: IpAddr) -> bool {
        self.token.check_key(&address).is_ok()
    }

    /// Whether one more refused sign-in goes into the audit trail, which keeps what comes in for years; the logs have all of them.
    pub fn refused_sign_in(&self) -> bool {
        self.refused_sign_in.check().is_ok()
    }

    /// Forgets addresses that have been quiet.
    pub fn tidy(&self) {
        self.sign_in.retain_recent();
        self.token.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_refusals_is_cut_off() {
        let rates = Rates::new(2);
        assert_eq!([(); 3].map(|()| rates.refused_sign_in()), [true, true, false]);
    }
}
