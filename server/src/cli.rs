//! Commands of the `pasar` program.

use crate::config::{Config, MeilisearchSettings, audit_keys_from_environment};
use crate::search_commands::{self, Questions};
use crate::{audit_commands, catalogue_commands, serve, telemetry};
use anyhow::Context;
use chrono::NaiveDate;
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
    /// Fill the record with made-up products, to see how the portal does with many. The same seed gives the same products.
    Generate {
        #[arg(long)]
        products: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Also into a record that holds other products.
        #[arg(long)]
        force: bool,
        #[arg(long, default_value = "sample")]
        documents: PathBuf,
    },
    /// Import a catalogue, or outlines of planning areas.
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// Search: its index and the quality of its order.
    Search {
        #[command(subcommand)]
        command: SearchCommand,
    },
    /// The audit trail: seal it, take it away, and verify what was taken.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
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
    /// Load only its sets of phrases that search takes as one, when the record has none.
    Synonyms {
        #[arg(long, default_value = "sample")]
        documents: PathBuf,
    },
}

#[derive(Subcommand)]
enum ImportCommand {
    /// A data.gov.sg catalogue file. What a standard keeps from being published stays a draft.
    DataGovSg {
        file: PathBuf,
        /// Publish what is published there, whatever standards say of it.
        #[arg(long)]
        as_published: bool,
    },
    /// A GeoJSON file with outlines of planning areas; only the record's areas are filled.
    PlanningAreas { file: PathBuf },
}

#[derive(Subcommand)]
enum SearchCommand {
    /// Make every search document anew, without a moment in which nothing is found.
    Rebuild,
    /// Put weights of the ranking in force: trust=0.1,order=0.
    Weigh { weights: String },
    /// Hold the order of results against queries whose answers are known.
    Evaluate {
        /// The folder with judged.yaml.
        #[arg(long, default_value = "sample")]
        documents: PathBuf,
        /// Another file of that form; it names products by their addresses, or by their ids where they came from.
        #[arg(long, value_name = "FILE", conflicts_with = "from_titles")]
        judged: Option<PathBuf>,
        /// Make the queries from the titles in the record instead.
        #[arg(long)]
        from_titles: bool,
        /// Queries of each kind that are made.
        #[arg(long, default_value_t = 200)]
        per_kind: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Weights to compare with those in force: trust=0.1,order=0.
        #[arg(long)]
        weights: Option<String>,
        /// List the queries whose answer is not among the first three.
        #[arg(long)]
        missed: bool,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Make a key for PASAR_AUDIT_KEY; it is printed once and kept nowhere.
    NewKey {
        /// Whose trail it is: the portal's host name. Every key of one trail has the same name.
        name: String,
    },
    /// Retire a key by its name and id, as /audit/checkpoints shows them. What it signed stays good.
    RetireKey { key: String },
    /// Seal every event that waits, and sign a checkpoint when PASAR_AUDIT_KEY is set. The portal does so by itself.
    Seal,
    /// Erase what stands in fields of sealed events, of a person or older than a day. The seal holds: what stays is a commitment that
    /// nobody can open. Needs PASAR_OWNER_DATABASE_URL, since the portal's login cannot.
    Erase {
        /// E-mail address: what this person did, and reasons and details of what was done to them.
        #[arg(long)]
        person: Option<String>,
        /// Events before this day in Singapore: 2020-01-31.
        #[arg(long, required_unless_present = "person")]
        before: Option<NaiveDate>,
        /// One of actor_id, address, client_address, request_id, reason and detail; all but address when none is named.
        #[arg(long)]
        field: Vec<String>,
        /// Why, for the event that tells of it. It names nobody.
        #[arg(long)]
        reason: String,
    },
    /// Write the whole trail to a new file, as JSON lines with everything a verifier needs. It holds personal data.
    Export { file: PathBuf },
    /// Prove from an export alone that nothing was changed, removed, added or moved. Needs no database.
    Verify {
        file: PathBuf,
        /// A checkpoint that was kept, as /audit/checkpoints gives it: the export must agree with it.
        #[arg(long)]
        checkpoint: Vec<PathBuf>,
        /// A public key that is known to be right. Without one, keys are taken from the export itself.
        #[arg(long)]
        key: Vec<String>,
    },
    /// Check the proof of one event, as /audit gives it, with a known key or a kept checkpoint. Needs no database.
    VerifyProof {
        file: PathBuf,
        #[arg(long)]
        checkpoint: Vec<PathBuf>,
        #[arg(long)]
        key: Vec<String>,
    },
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

/// The other search engine, if one is configured.
fn meilisearch() -> anyhow::Result<Option<search::Meilisearch>> {
    let settings = MeilisearchSettings::from_environment()?;
    Ok(settings.map(|settings| settings.connect()).transpose()?)
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
        Command::Sample { command: SampleCommand::Synonyms { documents } } => {
            catalogue_commands::load_synonyms(&setting("PASAR_DATABASE_URL")?, &documents).await
        }
        Command::Generate { products, seed, force, documents } => {
            let wanted = catalogue_commands::Wanted { products, seed, force };
            catalogue_commands::generate(&setting("PASAR_DATABASE_URL")?, &documents, wanted).await
        }
        Command::Import { command: ImportCommand::DataGovSg { file, as_published } } => {
            catalogue_commands::import_data_gov_sg(&setting("PASAR_DATABASE_URL")?, &file, as_published).await
        }
        Command::Import { command: ImportCommand::PlanningAreas { file } } => {
            catalogue_commands::import_planning_areas(&setting("PASAR_DATABASE_URL")?, &file).await
        }
        Command::Search { command: SearchCommand::Rebuild } => {
            search_commands::rebuild(&setting("PASAR_DATABASE_URL")?, meilisearch()?.as_ref()).await
        }
        Command::Search { command: SearchCommand::Weigh { weights } } => search_commands::weigh(&setting("PASAR_DATABASE_URL")?, &weights).await,
        Command::Search { command: SearchCommand::Evaluate { documents, judged, from_titles, per_kind, seed, weights, missed } } => {
            let questions =
                Questions { documents: &documents, judged: judged.as_deref(), from_titles, per_kind, seed, weights: weights.as_deref(), missed };
            search_commands::evaluate(&setting("PASAR_DATABASE_URL")?, meilisearch()?, &questions).await
        }
        Command::Audit { command: AuditCommand::NewKey { name } } => audit_commands::new_key(&name),
        Command::Audit { command: AuditCommand::RetireKey { key } } => audit_commands::retire_key(&setting("PASAR_DATABASE_URL")?, &key).await,
        Command::Audit { command: AuditCommand::Seal } => {
            audit_commands::seal(&setting("PASAR_DATABASE_URL")?, &audit_keys_from_environment()?).await
        }
        Command::Audit { command: AuditCommand::Erase { person, before, field, reason } } => {
            let asked = audit_commands::Erase { person, before, fields: field, reason };
            audit_commands::erase(&setting("PASAR_OWNER_DATABASE_URL")?, &audit_keys_from_environment()?, asked).await
        }
        Command::Audit { command: AuditCommand::Export { file } } => {
            audit_commands::export(&setting("PASAR_DATABASE_URL")?, &audit_keys_from_environment()?, &file).await
        }
        Command::Audit { command: AuditCommand::VerifyProof { file, checkpoint, key } } => {
            println!("{}", audit_commands::verify_proof(&file, &checkpoint, &key)?);
            Ok(())
        }
        Command::Audit { command: AuditCommand::Verify { file, checkpoint, key } } => {
            println!("{}", audit_commands::verify(&file, &checkpoint, &key)?);
            Ok(())
        }
        Command::Roles { command: RolesCommand::Grant { email, role, scope } } => {
            catalogue_commands::grant_role(&setting("PASAR_DATABASE_URL")?, &email, &role, &scope).await
        }
    }
}
