//! HTTP: one verb a file under its noun; what all of them share beside it.

pub mod access;
pub mod api;
pub mod assets;
pub mod audit;
pub mod catalogue;
pub mod classification;
pub mod error;
pub mod form;
pub mod glossary;
pub mod health;
pub mod mine;
pub mod notices;
pub mod observe;
pub mod organisation;
pub mod render;
pub mod search;
pub mod security;
pub mod session;
pub mod sharing;
pub mod signed_in;
pub mod token;
pub mod wanted;
pub mod webhook;
