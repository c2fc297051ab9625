//! Commands of the `pasar` program.

use crate::config::Config;
use crate::{catalogue_commands, serve, telemetry};
use anyhow::Context;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
#[command(version, about = "The marketplace through which a public service shares its data")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal.
    Serve,
    /// Bring the record's schema up to date (needs PASAR_OWNER_DATABASE_URL).
    Migrate,
    /// The sample catalogue with its invented people and rows.
    Sample {
        #[command(subcommand)]
        command: SampleCommand,
    },
    /// Import a catalogue.
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// Roles, for the operator.
    Roles {
        #[command(subcommand)]
        command: RolesCommand,
    },
}

#[derive(Subcommand)]
enum SampleCommand {
    /// Load or refresh it; loading it again changes nothing.
    Load {
        #[arg(long, default_value = "sample")]
        documents: PathBuf,
    },
}

#[derive(Subcommand)]
enum ImportCommand {
    /// A data.gov.sg catalogue file.
    DataGovSg { file: PathBuf },
}

#[derive(Subcommand)]
enum RolesCommand {
    /// Grant a role: `pasar roles grant someone@example.invalid steward domain:ssot-a`.
    Grant { email: String, role: String, scope: String },
}

/// Reads one setting of the environment that a command cannot do without.
fn setting(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set"))
}

pub async fn run() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Serve => {
            telemetry::logs();
            telemetry::metrics();
            serve::serve(Config::from_environment()?).await
        }
        Command::Migrate => catalogue_commands::migrate(&setting("PASAR_OWNER_DATABASE_URL")?, std::env::var("PASAR_DATABASE_URL").ok()).await,
        Command::Sample { command: SampleCommand::Load { documents } } => {
            catalogue_commands::load_sample(&setting("PASAR_DATABASE_URL")?, &setting("PASAR_SOURCE_OWNER_URL")?, &documents).await
        }
        Command::Import { command: ImportCommand::DataGovSg { file } } => {
            catalogue_commands::import_data_gov_sg(&setting("PASAR_DATABASE_URL")?, &file).await
        }
        Command::Roles { command: RolesCommand::Grant { email, role, scope } } => {
            catalogue_commands::grant_role(&setting("PASAR_DATABASE_URL")?, &email, &role, &scope).await
        }
    }
}
