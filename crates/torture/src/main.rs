//! Breaks what axhub stands on, and checks what is left.

use std::process::ExitCode;

use axhub_torture::cli::Cli;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("axhub-torture: {error:#}");
            ExitCode::FAILURE
        }
    }
}
