//! Pages by noun.

pub mod access;
pub mod audit;
pub mod catalogue;
pub mod errors;
pub mod organisation;
pub mod session;
