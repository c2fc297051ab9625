//! An identity provider that says what a test wants it to say, with a key that the test holds.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

pub struct Provider {
    pub issuer: String,
    answer: Arc<Mutex<Option<String>>>,
}

#[derive(Clone)]
struct Here {
    issuer: String,
    answer: Arc<Mutex<Option<String>>>,
}

/// The provider's key, and one that it does not publish.
pub const KEY: [u8; 32] = [7; 32];
pub const OTHER_KEY: [u8; 32] = [8; 32];

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(None));
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Here { issuer: issuer.clone(), answer: answer.clone() });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { issuer, answer }
    }

    /// What the token endpoint gives for the next code.
    pub fn gives(&self, id_token: String) {
        *self.answer.lock().unwrap() = Some(id_token);
    }

    /// Signs claims as they are.
    pub fn sign(claims: &Value, key: [u8; 32]) -> String {
        Self::sign_typed(claims, key, Some("JWT"))
    }

    /// The same, with a type in the header or none.
    pub fn sign_typed(claims: &Value, key: [u8; 32], typ: Option<&str>) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut header = json!({ "alg": "EdDSA", "kid": format!("k{}", key[0]) });
        if let Some(typ) = typ {
            header["typ"] = json!(typ);
        }
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = SigningKey::from_bytes(&key).sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

async fn metadata(State(here): State<Here>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", here.issuer);
    Json(json!({
        "issuer": here.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
        "end_session_endpoint": at("/end"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys() -> Json<Value> {
    let public = SigningKey::from_bytes(&KEY).verifying_key();
    Json(
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "k7", "x": URL_SAFE_NO_PAD.encode(public.to_bytes()) }] }),
    )
}

async fn token(State(here): State<Here>) -> Response {
    match here.answer.lock().unwrap().take() {
        Some(id_token) => Json(json!({ "access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": id_token })).into_response(),
        None => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}
