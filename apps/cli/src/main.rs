//! The `pocketpilot` binary.

use std::process::ExitCode;

use clap::Parser;
use pocketpilot::args::Cli;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    // Libraries say nothing unasked: what a person has to know is in our own lines.
    let filter =
        EnvFilter::try_from_env("POCKETPILOT_LOG").unwrap_or_else(|_| EnvFilter::new("pocketpilot=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
    match pocketpilot::run(Cli::parse()).await {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(code)) => code.into(),
        Err(failure) => {
            eprintln!("pocketpilot: {failure}");
            failure.code.into()
        }
    }
}
