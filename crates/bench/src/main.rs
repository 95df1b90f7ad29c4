//! The load tool of axhub.

use std::process::ExitCode;

use axhub_bench::cli::Cli;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("axhub-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
