//! `pasar serve`: puts the parts together, answers until told to stop, and then finishes what it has begun.

use crate::clock::{SystemClock, system_ids};
use crate::config::Config;
use crate::rate::Rates;
use crate::router::router;
use crate::state::{AppState, Inner};
use crate::{jobs, site};
use anyhow::Context;
use domain::{Clock, Ids};
use secrecy::ExposeSecret;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::future::IntoFuture;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use store::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Connections to the record.
const CONNECTIONS: u32 = 20;

/// A connection that was used less than this ago is taken to be alive: a page asks beside each other, and a question before each of its
/// questions would double them. One that broke meanwhile fails its request and is not used again.
const UNASKED: Duration = Duration::from_secs(1);

/// Connections that noting what people look at may take of them.
const NOTES: usize = 4;

/// How long requests under way, and then jobs, may take to finish when the server is told to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sign-ins that one network address may begin in a minute.
const SIGN_INS_PER_MINUTE: u32 = 60;

pub async fn serve(config: Config) -> anyhow::Result<()> {
    let listen = config.listen;
    let state = connect(config).await?;
    if state.config.audit_keys.is_empty() {
        tracing::warn!(
            "PASAR_AUDIT_KEY is not set: the audit trail is sealed, but no checkpoint is signed, so whoever owns the database could rewrite it unnoticed"
        );
    }
    if state.mailer.is_none() {
        tracing::warn!("PASAR_SMTP_URL is not set: no e-mail is sent, and notices stand in the portal alone");
    }
    if !state.webhooks.can_sign() {
        tracing::warn!("PASAR_SECRET is not set: nobody can make a webhook");
    }
    let jobs = jobs::spawn(state.clone());
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    tracing::info!(%listen, "serving");
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = CancellationToken::new();
    let server = axum::serve(listener, service).with_graceful_shutdown(stopping.clone().cancelled_owned());
    tokio::select! {
        ended = server.into_future() => ended?,
        () = patience(&stopping) => tracing::warn!("requests were cut off after waiting for them"),
    }
    if tokio::time::timeout(PATIENCE, jobs.stop()).await.is_err() {
        tracing::warn!("jobs were cut off; what was not done is done at the next start");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Waits for the word to stop, passes it on, and ends when requests under way have had their time.
async fn patience(stopping: &CancellationToken) {
    stopped().await;
    tracing::info!("stopping");
    stopping.cancel();
    tokio::time::sleep(PATIENCE).await;
}

async fn connect(config: Config) -> anyhow::Result<AppState> {
    // What a page asks is over in milliseconds. Where the planner guesses that much might be read, compiling the question first takes a
    // hundred times as long as answering it.
    let options =
        PgConnectOptions::from_str(config.database_url.expose_secret()).context("PASAR_DATABASE_URL cannot be read")?.options([("jit", "off")]);
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .before_acquire(|conn, meta| {
            Box::pin(async move {
                if meta.idle_for > UNASKED {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .context("cannot reach the record's database (PASAR_DATABASE_URL)")?;
    assemble(config, pool, Arc::new(SystemClock), system_ids())
}

/// Puts the parts together. Nobody is talked to yet: provider and source are asked when they are first needed.
pub fn assemble(config: Config, pool: PgPool, clock: Arc<dyn Clock>, ids: Ids) -> anyhow::Result<AppState> {
    let source = ports::Source::new(config.source_url.expose_secret()).context("PASAR_SOURCE_URL cannot be used")?;
    let provider = identity::Provider::new(identity::Settings {
        issuer: config.issuer.clone(),
        client_id: config.client_id.clone(),
        client_secret: config.client_secret.clone(),
        redirect_uri: config.url("/sign-in/callback"),
        post_logout_redirect_uri: config.url("/signed-out"),
    })?;
    let meilisearch = config.meilisearch.as_ref().map(crate::config::MeilisearchSettings::connect).transpose()?;
    let mailer = config.mail.as_ref().map(|mail| crate::mailer::Mailer::new(mail, &config.base_url)).transpose()?;
    let webhooks = crate::webhooks::Webhooks::new(config.secret.clone(), config.demonstration)?;
    let assets = site::assets(&config.site_root);
    Ok(AppState::new(Inner {
        pool,
        clock,
        ids,
        config,
        source,
        provider,
        assets,
        searcher: search::Searcher::new(meilisearch),
        outlines: crate::outlines::Outlines::default(),
        neighbours: crate::neighbours::Neighbours::default(),
        sharing_now: crate::sharing_now::SharingNow::default(),
        rates: Rates::new(SIGN_INS_PER_MINUTE),
        rules: crate::standards::Rules::default(),
        mailer,
        webhooks,
        sealing: jobs::audit_seal::Sealing::default(),
        notes: Arc::new(tokio::sync::Semaphore::new(NOTES)),
        work: tokio::sync::Notify::new(),
        documents: tokio::sync::Notify::new(),
    }))
}

/// Resolves when the operating system asks the process to stop.
async fn stopped() {
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::error!(%error, "cannot listen for signals");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
