//! One identity provider. Its metadata and keys are fetched when first needed and again when a token names a key that is
//! not known, so that a provider that was down recovers and rotated keys are picked up.

use crate::claims::{Claims, Extra};
use crate::error::SignInError;
use crate::logout::{self, LogoutToken};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    CoreTokenType,
};
use openidconnect::{AdditionalProviderMetadata, ProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::Mutex;

/// How long metadata and keys are believed without being asked for again.
const BELIEVED: TimeDelta = TimeDelta::minutes(60);
/// An unknown key makes us ask again at most this often, so that forged tokens cannot make us hammer the provider.
const ASKED_AGAIN: TimeDelta = TimeDelta::seconds(5);
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Logout {
    #[serde(default)]
    end_session_endpoint: Option<url::Url>,
}

impl AdditionalProviderMetadata for Logout {}

type Metadata = ProviderMetadata<
    Logout,
    CoreAuthDisplay,
    openidconnect::core::CoreClientAuthMethod,
    openidconnect::core::CoreClaimName,
    openidconnect::core::CoreClaimType,
    openidconnect::core::CoreGrantType,
    openidconnect::core::CoreJweContentEncryptionAlgorithm,
    openidconnect::core::CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    openidconnect::core::CoreResponseMode,
    openidconnect::core::CoreResponseType,
    openidconnect::core::CoreSubjectIdentifierType,
>;

type Fields = IdTokenFields<Extra, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

type RelyingParty = Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// How to reach the provider and who we are there.
#[derive(Debug, Clone)]
pub struct Settings {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SecretString,
    pub redirect_uri: String,
    pub post_logout_redirect_uri: String,
}

/// A sign-in to begin: send the browser to `url`, and keep the rest until it comes back.
#[derive(Debug, Clone)]
pub struct Begin {
    pub url: String,
    pub pending: Pending,
}

/// What was kept of a sign-in that began.
#[derive(Debug, Clone)]
pub struct Pending {
    pub state: String,
    pub nonce: String,
    pub pkce_verifier: String,
}

/// What the provider sent back with the browser.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Callback {
    pub code: Option<String>,
    pub state: Option<String>,
    pub iss: Option<String>,
    pub error: Option<String>,
}

struct Known {
    metadata: Arc<Metadata>,
    client: Arc<RelyingParty>,
    at: DateTime<Utc>,
}

pub struct Provider {
    settings: Settings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<Known>>,
}

impl Provider {
    /// Checks the settings; talks to nobody yet.
    pub fn new(settings: Settings) -> Result<Self, SignInError> {
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build().map_err(|_| SignInError::Malformed)?;
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(|_| SignInError::Malformed)?,
            redirect: RedirectUrl::new(settings.redirect_uri.clone()).map_err(|_| SignInError::Malformed)?,
            settings,
            http,
            known: Mutex::new(None),
        })
    }

    /// Begins a sign-in.
    pub async fn begin(&self, now: DateTime<Utc>) -> Result<Begin, SignInError> {
        let (_, client) = self.known(now, BELIEVED).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email", "agency"].map(|scope| Scope::new(scope.into())))
            .set_pkce_challenge(challenge)
            .url();
        let pending = Pending { state: state.secret().clone(), nonce: nonce.secret().clone(), pkce_verifier: verifier.secret().clone() };
        Ok(Begin { url: url.into(), pending })
    }

    /// Completes a sign-in with what came back and what was kept.
    pub async fn complete(&self, callback: Callback, pending: Pending, now: DateTime<Utc>) -> Result<Claims, SignInError> {
        let state = callback.state.unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(pending.state.as_bytes())) {
            return Err(SignInError::StateMismatch);
        }
        if callback.iss.is_some_and(|issuer| issuer != self.settings.issuer) {
            return Err(SignInError::WrongIssuer);
        }
        if callback.error.is_some() {
            return Err(SignInError::ProviderRefused);
        }
        let code = callback.code.ok_or(SignInError::Malformed)?;
        let (_, client) = self.known(now, BELIEVED).await?;
        let response = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| SignInError::Malformed)?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.pkce_verifier))
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(_) => SignInError::CodeRejected,
                RequestTokenError::Request(_) => SignInError::ProviderUnreachable,
                _ => SignInError::Malformed,
            })?;
        let token = response.id_token().ok_or(SignInError::Malformed)?;
        let nonce = Nonce::new(pending.nonce);
        let claims = match token.claims(&client.id_token_verifier().set_time_fn(move || now), &nonce) {
            Ok(claims) => claims.clone(),
            // The key may have been rotated since we last asked: ask once more.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let (_, client) = self.known(now, ASKED_AGAIN).await?;
                token.claims(&client.id_token_verifier().set_time_fn(move || now), &nonce).map_err(|e| refusal(&e))?.clone()
            }
            Err(error) => return Err(refusal(&error)),
        };
        let _ = response.access_token();
        let email = claims.email().map(|email| email.as_str().to_owned()).ok_or(SignInError::Malformed)?;
        let name = claims.name().and_then(|name| name.get(None)).map_or_else(|| email.clone(), |name| name.as_str().to_owned());
        Ok(Claims {
            issuer: self.settings.issuer.clone(),
            subject: claims.subject().as_str().to_owned(),
            email,
            email_verified: claims.email_verified().unwrap_or(false),
            name,
            agency: claims.additional_claims().agency.clone(),
            sid: claims.additional_claims().sid.clone(),
            id_token: token.to_string(),
        })
    }

    /// Where to send the browser to end the provider's session too; none when the provider has no such page.
    pub async fn logout_url(&self, id_token: Option<&str>, now: DateTime<Utc>) -> Result<Option<String>, SignInError> {
        let (metadata, _) = self.known(now, BELIEVED).await?;
        Ok(metadata.additional_metadata().end_session_endpoint.clone().map(|mut url| {
            url.query_pairs_mut()
                .append_pair("client_id", &self.settings.client_id)
                .append_pair("post_logout_redirect_uri", &self.settings.post_logout_redirect_uri);
            if let Some(hint) = id_token {
                url.query_pairs_mut().append_pair("id_token_hint", hint);
            }
            url.into()
        }))
    }

    /// Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).
    pub async fn verify_logout_token(&self, token: &str, now: DateTime<Utc>) -> Result<LogoutToken, SignInError> {
        let (metadata, _) = self.known(now, BELIEVED).await?;
        match logout::verify(token, metadata.jwks(), &self.settings.issuer, &self.settings.client_id, now) {
            Err(SignInError::KeyUnknown) => {
                let (metadata, _) = self.known(now, ASKED_AGAIN).await?;
                logout::verify(token, metadata.jwks(), &self.settings.issuer, &self.settings.client_id, now)
            }
            result => result,
        }
    }

    /// Metadata and client, at most `age` old.
    async fn known(&self, now: DateTime<Utc>, age: TimeDelta) -> Result<(Arc<Metadata>, Arc<RelyingParty>), SignInError> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref()
            && now - known.at < age
        {
            return Ok((known.metadata.clone(), known.client.clone()));
        }
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.http).await.map_err(|error| {
            tracing::warn!(%error, "discovery failed");
            match error {
                openidconnect::DiscoveryError::Validation(_) => SignInError::WrongIssuer,
                _ => SignInError::ProviderUnreachable,
            }
        })?;
        let secret = ClientSecret::new(self.settings.client_secret.expose_secret().to_owned());
        let client: RelyingParty = Client::from_provider_metadata(metadata.clone(), ClientId::new(self.settings.client_id.clone()), Some(secret))
            .set_redirect_uri(self.redirect.clone());
        let (metadata, client) = (Arc::new(metadata), Arc::new(client));
        *known = Some(Known { metadata: metadata.clone(), client: client.clone(), at: now });
        Ok((metadata, client))
    }
}

fn refusal(error: &ClaimsVerificationError) -> SignInError {
    match error {
        ClaimsVerificationError::Expired(_) => SignInError::TokenExpired,
        ClaimsVerificationError::InvalidAudience(_) => SignInError::WrongAudience,
        ClaimsVerificationError::InvalidIssuer(_) => SignInError::WrongIssuer,
        ClaimsVerificationError::InvalidNonce(_) => SignInError::NonceMismatch,
        ClaimsVerificationError::SignatureVerification(_) => SignInError::KeyUnknown,
        _ => SignInError::Malformed,
    }
}
