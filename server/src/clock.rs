//! The real clock and the real randomness: the only place that may ask the machine for either.

use chrono::{DateTime, Utc};
use domain::{Clock, Ids};
use rand::TryRngCore;
use rand::rngs::OsRng;

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one owner of the real clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// Fresh bytes from the operating system.
///
/// # Panics
/// When the operating system has no randomness to give: nothing safe can be done then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    match OsRng.try_fill_bytes(&mut bytes) {
        Ok(()) => bytes,
        Err(error) => panic!("the operating system gives no random bytes: {error}"),
    }
}

pub fn system_ids() -> Ids {
    Ids::new(random::<10>)
}

/// A new secret for a cookie or a form: 32 random bytes as text.
pub fn token() -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What is stored of a token.
pub fn hash(token: &str) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(token.as_bytes()).to_vec()
}
