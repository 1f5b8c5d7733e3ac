//! `eval`: measures an agent on a suite.

use std::fs;
use std::path::{Path, PathBuf};

use pocketpilot_core::encoder::Encoder;
use pocketpilot_core::generate::{Cancel, Sampling};
use pocketpilot_core::guard::{Gate, Guard};
use pocketpilot_core::planner::Decider;
use pocketpilot_core::task::Budget;
use pocketpilot_evals::tasks::{Console, Environment};
use pocketpilot_evals::toolcalls::Among;
use pocketpilot_evals::{
    Agent as Measured, Case, EvalError, Options, Report, Watch, droidtask, guard, html, table, tasks,
    toolcalls,
};
use pocketpilot_memory::Store;

use crate::args::{Agent, Eval, Suite};
use crate::bar::bar;
use crate::failure::{Code, Failure};
use crate::handset::Handset;
use crate::interrupt::cancel_on_ctrl_c;
use crate::parts::{self, Kit};
use crate::terminal::Always;

/// Runs the suite, prints its figures and writes the reports that were asked for.
///
/// # Errors
/// Data, model or phone that cannot be used; a report that cannot be written.
pub async fn run(args: &Eval) -> Result<(), Failure> {
    if args.among.is_some() && args.suite != Suite::Toolcalls {
        return Err(Failure::usage("--among is for the suite toolcalls: leave it out"));
    }
    let options = Options {
        data: data(args)?,
        limit: args.limit,
        only: args.only.as_deref().map(str::parse).transpose().map_err(failure)?,
        seed: args.seed,
    };
    let cancel = cancel_on_ctrl_c();
    let bar = bar();
    let mut on_case = |done: usize, of: usize, case: &Case| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        bar.set_message(format!("{} {}", if case.ok { "✓" } else { "✗" }, case.id));
    };
    let mut watch = Watch { on_case: &mut on_case, cancel: &cancel };
    let report = match args.suite {
        Suite::Droidtask | Suite::Toolcalls => decisions(args, &options, &mut watch, &cancel)?,
        Suite::Guard => texts(args, &options, &mut watch)?,
        Suite::Tasks => on_a_phone(args, &options, &mut watch, &cancel).await?,
    };
    bar.finish_and_clear();
    print!("{}", table(&report));
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&report).map_err(Failure::usage)?;
        write(path, &(text + "\n"))?;
    }
    if let Some(path) = &args.html {
        write(path, &html(&report))?;
    }
    Ok(())
}

/// The two suites that put single decisions to the model.
fn decisions(
    args: &Eval,
    options: &Options,
    watch: &mut Watch<'_>,
    cancel: &Cancel,
) -> Result<Report, Failure> {
    let among = |count: u16| {
        Among::new(&options.data, count.into(), options.seed, parts::encoder()?).map_err(failure)
    };
    let among = args.among.map(among).transpose()?;
    let run = |agent: Measured<&mut Decider<'_>>, encoder: Option<&Encoder>, watch: &mut Watch<'_>| match args
        .suite
    {
        Suite::Droidtask => droidtask::run(agent, options, watch),
        _ => toolcalls::run(agent, options, encoder, among.as_ref(), watch),
    };
    let report = match args.agent {
        Agent::Oracle => run(Measured::Oracle, None, watch),
        Agent::Null => run(Measured::Null, None, watch),
        Agent::Planner => {
            let encoder = parts::encoder()?;
            let guard = parts::guard(&encoder)?;
            let (mut engine, adapters) = parts::decider(&args.model, &args.adapters)?;
            let mut decider = Decider {
                engine: &mut engine,
                gate: Gate::new(&guard),
                adapters: &adapters,
                sampling: Sampling { seed: args.seed, ..Sampling::GREEDY },
                max_tokens: Budget::default().answer_tokens,
                cancel,
            };
            tokio::task::block_in_place(|| run(Measured::Planner(&mut decider), Some(&encoder), watch))
        }
    };
    report.map_err(failure)
}

fn texts(args: &Eval, options: &Options, watch: &mut Watch<'_>) -> Result<Report, Failure> {
    let run = |agent: Measured<&dyn Guard>, watch: &mut Watch<'_>| {
        tokio::task::block_in_place(|| guard::run(agent, parts::ENCODER, options, watch))
    };
    let report = match args.agent {
        Agent::Oracle => run(Measured::Oracle, watch),
        Agent::Null => run(Measured::Null, watch),
        Agent::Planner => run(Measured::Planner(&parts::guard(&parts::encoder()?)?), watch),
    };
    report.map_err(failure)
}

async fn on_a_phone(
    args: &Eval,
    options: &Options,
    watch: &mut Watch<'_>,
    cancel: &Cancel,
) -> Result<Report, Failure> {
    let handset = Handset::open(args.device.as_deref(), args.seed).await?;
    let console = handset.console.map(|address| Console::new(address, console_token()));
    let environment = Environment::open(&handset.device, console).await.map_err(failure)?;
    let report = match args.agent {
        Agent::Oracle => tasks::run(Measured::Oracle, &environment, options, watch).await,
        Agent::Null => tasks::run(Measured::Null, &environment, options, watch).await,
        Agent::Planner => {
            let kit = Kit::assemble(None, None).await?;
            let (mut engine, adapters) = parts::decider(&args.model, &args.adapters)?;
            // The person's own stays out of it.
            let dir = tempfile::tempdir().map_err(Failure::unavailable)?;
            let memory = Store::open(dir.path()).map_err(Failure::unavailable)?;
            // The tasks ask for messages and deletions on a phone that is reset after each.
            let consent = &Always;
            let parts = kit.parts(&mut engine, &adapters, &handset.device, &memory, consent, cancel.clone());
            tasks::run(Measured::Planner(parts), &environment, options, watch).await
        }
    };
    report.map_err(failure)
}

/// The data of a suite that reads any.
fn data(args: &Eval) -> Result<PathBuf, Failure> {
    match (&args.data, args.suite) {
        (Some(path), _) if path.exists() => Ok(path.clone()),
        (Some(path), _) => {
            Err(Failure::usage(format!("--data {}: there is no such file or folder", path.display())))
        }
        (None, Suite::Tasks) => Ok(PathBuf::new()),
        (None, _) => {
            Err(Failure::usage("this suite reads recorded data: name its file or folder with --data PATH"))
        }
    }
}

/// Where the emulator keeps the token that its console asks for.
fn console_token() -> Option<PathBuf> {
    Some(dirs::home_dir()?.join(".emulator_console_auth_token"))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))
}

fn failure(error: EvalError) -> Failure {
    let code = if error.is_unavailable() { Code::Unavailable } else { Code::Usage };
    Failure { code, message: error.to_string() }
}
