//! Logout tokens: a provider tells us that a session has ended, without a browser in between.

use crate::error::SignInError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyId};
use serde::Deserialize;
use serde_json::Value;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a token may be, and how far ahead another machine's clock.
const FRESH: TimeDelta = TimeDelta::minutes(2);

/// A verified logout token: one session of the provider, or everything of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutToken {
    pub issuer: String,
    pub subject: Option<String>,
    pub sid: Option<String>,
    /// Accept each once.
    pub jti: String,
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<JsonWebKeyId>,
    typ: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    aud: Value,
    iat: i64,
    exp: Option<i64>,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    events: serde_json::Map<String, Value>,
    nonce: Option<Value>,
}

/// Whether a header's type is that of logout tokens (Back-Channel Logout 1.0, section 2.4; RFC 7515, section 4.1.9, on what may stand
/// before it).
fn is_logout(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == "logout+jwt"
}

pub fn verify(token: &str, keys: &CoreJsonWebKeySet, issuer: &str, client_id: &str, now: DateTime<Utc>) -> Result<LogoutToken, SignInError> {
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { return Err(SignInError::Malformed) };
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| SignInError::Malformed);
    let head: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| SignInError::Malformed)?;
    let claims: Payload = serde_json::from_slice(&bytes(payload)?).map_err(|_| SignInError::Malformed)?;
    // A token that says to be another kind of token ends nobody's session; some providers say no kind.
    if head.typ.as_deref().is_some_and(|typ| !is_logout(typ)) {
        return Err(SignInError::Malformed);
    }
    let symmetric = [
        CoreJwsSigningAlgorithm::HmacSha256,
        CoreJwsSigningAlgorithm::HmacSha384,
        CoreJwsSigningAlgorithm::HmacSha512,
        CoreJwsSigningAlgorithm::None,
    ];
    if symmetric.contains(&head.alg) {
        return Err(SignInError::Malformed);
    }
    let signed = format!("{header}.{payload}");
    let signature = bytes(signature)?;
    let fits = |key: &&CoreJsonWebKey| head.kid.is_none() || key.key_id() == head.kid.as_ref();
    if !keys.keys().iter().filter(fits).any(|key| key.verify_signature(&head.alg, signed.as_bytes(), &signature).is_ok()) {
        return Err(SignInError::KeyUnknown);
    }
    if claims.iss != issuer {
        return Err(SignInError::WrongIssuer);
    }
    let meant = match &claims.aud {
        Value::String(one) => one == client_id,
        Value::Array(many) => many.iter().any(|one| one == client_id),
        _ => false,
    };
    if !meant {
        return Err(SignInError::WrongAudience);
    }
    let age = now - DateTime::from_timestamp(claims.iat, 0).ok_or(SignInError::Malformed)?;
    if age > FRESH || age < -FRESH || claims.exp.is_some_and(|exp| exp <= now.timestamp()) {
        return Err(SignInError::TokenExpired);
    }
    if claims.nonce.is_some() || !claims.events.get(EVENT).is_some_and(Value::is_object) || (claims.sub.is_none() && claims.sid.is_none()) {
        return Err(SignInError::Malformed);
    }
    Ok(LogoutToken { issuer: claims.iss, subject: claims.sub, sid: claims.sid, jti: claims.jti })
}

#[cfg(test)]
mod tests {
    use super::is_logout;

    #[test]
    fn a_header_names_the_type_of_logout_tokens() {
        for typ in ["logout+jwt", "Logout+JWT", "application/logout+jwt"] {
            assert!(is_logout(typ), "{typ}");
        }
        for typ in ["JWT", "at+jwt", "", "logout", "application/jwt", "application/application/logout+jwt"] {
            assert!(!is_logout(typ), "{typ}");
        }
    }
}
