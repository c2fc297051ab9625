//! Pages by noun.

pub mod access;
pub mod administration;
pub mod audit;
pub mod catalogue;
pub mod classification;
pub mod errors;
pub mod flow;
pub mod glossary;
pub mod lineage;
pub mod linkage;
pub mod mine;
pub mod notices;
pub mod organisation;
pub mod problem;
pub mod protection;
pub mod quality;
pub mod search;
pub mod service_level;
pub mod session;
pub mod sharing;
pub mod standard;
pub mod subject;
pub mod team;
pub mod token;
pub mod wanted;
pub mod webhook;
