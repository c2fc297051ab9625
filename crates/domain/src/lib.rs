//! Pasar's nouns and decisions: plain types and pure functions.
//!
//! This crate does no I/O, reads no clock and draws no random numbers; time and identifiers come in as arguments.

pub mod access;
pub mod access_review;
pub mod audit;
pub mod authorisation;
pub mod calendar;
pub mod catalogue;
pub mod classification;
pub mod clock;
pub mod cost;
pub mod event;
pub mod fitness;
pub mod flow;
pub mod glossary;
pub mod id;
pub mod lineage;
pub mod linkage;
pub mod mine;
pub mod month;
pub mod notice;
pub mod organisation;
pub mod problem;
pub mod protection;
pub mod quality;
pub mod quality_audit;
pub mod retention;
pub mod service_level;
pub mod standard;
pub mod subject;
pub use text_enum::UnknownWord;
pub mod team;
mod text_enum;
pub mod token;
pub mod urn;
pub mod violation;
pub mod wanted;
pub mod webhook;

pub use authorisation::{Action, Forbidden};
pub use clock::{Clock, Ids};
pub use month::Month;
pub use organisation::Actor;
pub use urn::Urn;
pub use violation::{Violation, Violations};
