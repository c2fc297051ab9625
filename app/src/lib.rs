//! The site: from a typed model to a view. Server only, synchronous, without I/O.

#![recursion_limit = "256"]

pub mod features;
pub mod shell;
pub mod ui;
