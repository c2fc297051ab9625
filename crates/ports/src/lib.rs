//! Output ports on real Postgres source databases: grants, masked views, and reads as the reader's own role.
//!
//! The portal's login here can call the source's own functions (`setup/postgres.sql`) and nothing else: it never reads a
//! base table, and what a reader may not see is not in the view that it reads.

mod columnar;
mod credential;
pub mod demonstration;
mod doors;
mod drift;
mod error;
mod holders;
mod linkage;
mod log;
mod measure;
mod read;
mod sample;
mod source;
mod subject;
pub mod trino;
mod values;

pub use credential::{Credential, Presented, RoleOf};
pub use drift::{Found, HolderStanding, Standing};
pub use error::PortError;
pub use holders::Holder;
pub use linkage::{LinkedColumn, LinkedField, MatchSize};
pub use log::{LogPosition, LogReading, SourceRead};
pub use measure::{Answer, EMPTY, FormatQuestion, Question, TOO_FEW};
pub use read::{Format, Opened, open, open_in};
pub use sample::Sampled;
pub use source::{ColumnPlan, LinkedWith, Plan, Preview, Source, ViewPlan};
pub use subject::{SubjectFound, SubjectPlace};

/// The functions that a source's administrator installs.
pub const SETUP: &str = concat!(
    include_str!("../setup/postgres.sql"),
    include_str!("../setup/postgres_mask.sql"),
    include_str!("../setup/postgres_drift.sql"),
    include_str!("../setup/postgres_credentials.sql"),
    include_str!("../setup/postgres_subject.sql"),
    include_str!("../setup/postgres_linkage.sql"),
    include_str!("../setup/postgres_sample.sql"),
    include_str!("../setup/postgres_measure.sql")
);

/// What a superuser of the source's server runs before, so that reads made there without Pasar are written down too.
pub const LOG_SETUP: &str = include_str!("../setup/postgres_log.sql");
