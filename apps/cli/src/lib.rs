//! Everything behind the `pocketpilot` binary.
//!
//! ```text
//! args       what can be typed
//! command/   one file a command
//! parts      puts engine, guard, policy, memory and tools together
//! handset    a phone over ADB, or a virtual one in this process
//! personal   the adapter made of what is remembered
//! models/    the manifest, the cache, and how models get there
//! narrator   an episode as a story
//! terminal   consent on the terminal
//! interrupt  ctrl-C
//! bar        progress
//! peak       memory that was taken
//! failure    one line and an exit code
//! ```

pub mod args;
pub mod bar;
pub mod command;
pub mod failure;
pub mod handset;
pub mod interrupt;
pub mod models;
pub mod narrator;
pub mod parts;
pub mod paths;
pub mod peak;
pub mod personal;
pub mod terminal;

use args::{Cli, Command};
use failure::{Code, Failure};

/// Runs a command; `None` is success.
///
/// # Errors
/// One line for stderr, and an exit code.
pub async fn run(cli: Cli) -> Result<Option<Code>, Failure> {
    match cli.command {
        Command::Run(args) => return command::run::run(&args).await,
        Command::Eval(args) => command::eval::run(&args).await?,
        Command::Phone(args) => command::phone::run(&args).await?,
        Command::Guard { command } => command::guard::run(&command)?,
        Command::Memory { command } => command::memory::run(&command)?,
        Command::Models { command } => command::models::run(&command)?,
        Command::Train { command } => command::train::run(&command).await?,
        Command::Bench { command } => command::bench::run(&command)?,
        Command::Doctor => command::doctor::run().await?,
    }
    Ok(None)
}
