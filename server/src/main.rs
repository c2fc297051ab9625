//! The `pasar` program: serves the portal, migrates the record, loads and imports catalogues.

use std::process::ExitCode;

/// Inputs of rules and answers are thousands of small pieces, made on one thread and given back on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match server::cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Commands talk to a person at a terminal: the chain of causes, one a line.
            eprintln!("pasar: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}
