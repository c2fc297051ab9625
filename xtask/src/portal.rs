//! One portal with all it needs: databases, identity provider, migrations, the sample catalogue, and the server.
//! Its parts stop in the reverse order of their start.

use crate::context::Context;
use crate::databases::Databases;
use crate::meilisearch::Meilisearch;
use crate::ports::Ports;
use crate::postgres::Durability;
use crate::processes::Running;
use crate::provider::{self, Provider};
use crate::psql::Psql;
use crate::secrets::Secrets;
use crate::site::Site;
use crate::steps;
use anyhow::Result;
use nix::sys::signal::Signal;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub const FIRST_ADMINISTRATOR: &str = "admin.teo@example.invalid";

/// Where the portal's search index is.
#[derive(Clone, Copy)]
pub enum Search {
    /// In a Meilisearch started here.
    Started(Durability),
    /// Where the caller's environment says, if it says anything.
    AsCalled,
    /// In none, whatever the environment says: tests must not write to somebody's index, nor e-mail to anybody.
    None,
}

/// The portal's settings for its search index.
const MEILI_URL: &str = "PASAR_MEILI_URL";
const MEILI_KEY: &str = "PASAR_MEILI_KEY";
/// And for its e-mail.
const MAIL_URL: &str = "PASAR_SMTP_URL";
const MAIL_FROM: &str = "PASAR_MAIL_FROM";

/// Everything but the server itself, so that the server can be started, killed and started again.
pub struct Setting {
    pub base_url: String,
    pub databases: Databases,
    pub secrets: Secrets,
    provider: Provider,
    meilisearch: Option<Meilisearch>,
    search: Search,
    port: u16,
    program: PathBuf,
    site_root: PathBuf,
    state: PathBuf,
    root: PathBuf,
}

impl Setting {
    pub fn prepare(context: &Context, state: &Path, admin: &Psql, site: &Site, wanted_port: Option<u16>, search: Search) -> Result<Self> {
        let secrets = Secrets::kept_in(state)?;
        let mut ports = Ports::kept_in(state);
        let port = match wanted_port {
            Some(wanted) => ports.take_exactly("portal", wanted)?,
            None => ports.take("portal", 3_000)?,
        };
        let base_url = format!("http://localhost:{port}");
        let databases = steps::step("Preparing roles and databases", || Databases::prepare(admin, &secrets))?;
        let provider = Provider::start(context, state, &mut ports, &secrets, &base_url)?;
        let meilisearch = match search {
            Search::Started(durability) => Some(Meilisearch::start(context, state, &mut ports, durability)?),
            Search::AsCalled | Search::None => None,
        };
        let setting = Self {
            base_url,
            databases,
            secrets,
            provider,
            meilisearch,
            search,
            port,
            program: site.program.clone(),
            site_root: site.root.clone(),
            state: state.to_owned(),
            root: context.root.clone(),
        };
        steps::quiet("Migrating the record", setting.pasar().arg("migrate"), &state.join("migrate.log"))?;
        setting.databases.join_portal()?;
        steps::quiet("Loading the sample catalogue", setting.pasar().args(["sample", "load"]), &state.join("sample.log"))?;
        Ok(setting)
    }

    /// The `pasar` program with this setting's environment.
    pub fn pasar(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.root)
            .env("PASAR_DATABASE_URL", self.databases.server.as_str())
            .env("PASAR_OWNER_DATABASE_URL", self.databases.owner.as_str())
            .env("PASAR_SOURCE_URL", self.databases.ports.as_str())
            .env("PASAR_SOURCE_OWNER_URL", self.databases.source_owner.as_str())
            .env("PASAR_BASE_URL", &self.base_url)
            .env("PASAR_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("PASAR_OIDC_ISSUER", &self.provider.issuer)
            .env("PASAR_OIDC_CLIENT_ID", provider::CLIENT)
            .env("PASAR_OIDC_CLIENT_SECRET", &self.secrets.oidc_client)
            .env("PASAR_FIRST_ADMINISTRATOR", FIRST_ADMINISTRATOR)
            .env("PASAR_SECRET", &self.secrets.portal)
            .env("PASAR_METRICS_TOKEN", &self.secrets.metrics)
            .env("PASAR_AUDIT_KEY", &self.secrets.audit)
            .env("PASAR_SITE_ROOT", &self.site_root)
            .env("PASAR_DEMONSTRATION", "1");
        match (&self.meilisearch, self.search) {
            (Some(own), _) => command.env(MEILI_URL, &own.url).env(MEILI_KEY, &own.key),
            (None, Search::None) => command.env_remove(MEILI_URL).env_remove(MEILI_KEY).env_remove(MAIL_URL).env_remove(MAIL_FROM),
            (None, _) => &mut command,
        };
        command
    }

    /// The same without another search engine, whatever else is set.
    pub fn pasar_on_postgres(&self) -> Command {
        let mut command = self.pasar();
        command.env_remove(MEILI_URL).env_remove(MEILI_KEY);
        command
    }

    /// Starts the server and waits until it says it is ready.
    pub fn serve(&self) -> Result<Running> {
        self.ready(self.launch()?)
    }

    /// The same without another search engine.
    pub fn serve_on_postgres(&self) -> Result<Running> {
        self.ready(self.started(&mut self.pasar_on_postgres())?)
    }

    fn ready(&self, mut running: Running) -> Result<Running> {
        let probe = format!("{}/readyz", self.base_url);
        steps::step("Starting the portal", || running.wait_until(Duration::from_mins(1), || provider::answers(&probe)))?;
        Ok(running)
    }

    /// Starts the server and returns at once.
    pub fn launch(&self) -> Result<Running> {
        self.started(&mut self.pasar())
    }

    fn started(&self, program: &mut Command) -> Result<Running> {
        Running::start("the portal", program.arg("serve"), &self.state.join("portal.log"), Signal::SIGTERM)
    }

    pub fn issuer(&self) -> &str {
        &self.provider.issuer
    }

    /// Bytes that the Meilisearch started here takes on disk; none when there is none.
    pub fn index_size(&self) -> Result<Option<u64>> {
        self.meilisearch.as_ref().map(Meilisearch::size).transpose()
    }

    /// The address of the Meilisearch started here.
    pub fn meilisearch(&self) -> Option<&str> {
        self.meilisearch.as_ref().map(|own| own.url.as_str())
    }

    pub fn state(&self) -> &Path {
        &self.state
    }
}
