//! The development identity provider: a certified OIDC provider with the personas, for this machine alone.

use crate::context::Context;
use crate::npm;
use crate::ports::Ports;
use crate::processes::Running;
use crate::secrets::Secrets;
use anyhow::Result;
use nix::sys::signal::Signal;
use std::path::Path;
use std::time::Duration;

pub const CLIENT: &str = "pasar";

pub struct Provider {
    pub issuer: String,
    #[expect(dead_code, reason = "held so that it is stopped with this")]
    running: Running,
}

impl Provider {
    pub fn start(context: &Context, state: &Path, ports: &mut Ports, secrets: &Secrets, base_url: &str) -> Result<Self> {
        npm::prepare(context, "end2end", "the development identity provider and the journeys")?;
        let port = ports.take("provider", 9_080)?;
        let issuer = format!("http://localhost:{port}");
        let mut command = context.command("node");
        command
            .current_dir(context.root.join("end2end"))
            .arg("provider/server.mjs")
            .env("PORT", port.to_string())
            .env("ISSUER", &issuer)
            .env("CLIENT_ID", CLIENT)
            .env("CLIENT_SECRET", &secrets.oidc_client)
            .env("PASAR_BASE_URL", base_url);
        let mut running = Running::start("the identity provider", &mut command, &state.join("provider.log"), Signal::SIGTERM)?;
        let probe = format!("{issuer}/.well-known/openid-configuration");
        crate::steps::step("Starting the development identity provider", || running.wait_until(Duration::from_mins(1), || answers(&probe)))?;
        Ok(Self { issuer, running })
    }
}

/// Whether a GET there is answered with success.
pub fn answers(url: &str) -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).build().into();
    agent.get(url).call().is_ok()
}
