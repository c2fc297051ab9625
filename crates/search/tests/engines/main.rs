//! Search over a real Postgres, and on a real Meilisearch server, with the same tests for both.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod contract;
mod holders;
mod outage;
mod paging;
mod rebuild;
mod secrecy;
mod weights;
mod work;
mod world;
