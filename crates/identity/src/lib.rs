//! Signing in with OpenID Connect: authorisation code flow with PKCE, state and nonce, at any standard provider that is
//! named by its issuer URL; and the logout tokens that a provider sends. No SQL, no pages, no ambient clock.

mod claims;
mod error;
mod logout;
mod provider;

pub use claims::Claims;
pub use error::SignInError;
pub use logout::LogoutToken;
pub use provider::{Begin, Callback, Pending, Provider, Settings};
