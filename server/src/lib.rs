//! The server as a library, so that its tests can drive it whole; `main.rs` only runs it.

#![recursion_limit = "256"]

pub mod audit_commands;
pub mod catalogue_commands;
pub mod cli;
pub mod clock;
pub mod config;
mod ending;
mod fitness;
pub mod http;
pub mod jobs;
mod lineage;
pub mod mailer;
mod measuring;
pub mod neighbours;
pub mod outlines;
pub mod rate;
pub mod router;
pub mod routes;
pub mod search_commands;
pub mod serve;
mod shares;
pub mod sharing_now;
pub mod site;
pub mod standards;
pub mod state;
mod subjects;
mod syslog;
pub mod telemetry;
pub mod tightening;
pub mod webhooks;
