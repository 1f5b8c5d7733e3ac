//! `run`: one task on a phone.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write, stdin, stdout};
use std::path::Path;

use pocketpilot_core::consent::{Consent, Never};
use pocketpilot_core::event::{Ending, Event};
use pocketpilot_core::planner::Episode;
use pocketpilot_core::task::{Budget, Task};
use pocketpilot_memory::Store;

use crate::args::{Approve, Run};
use crate::failure::{Code, Failure};
use crate::handset::Handset;
use crate::interrupt::cancel_on_ctrl_c;
use crate::narrator::Narrator;
use crate::parts::{self, Kit};
use crate::paths;
use crate::personal;
use crate::terminal::{Always, Terminal};

/// Longest task in characters: more than anyone says, far less than the context.
const TASK_LIMIT: usize = 2000;

/// Does the task; the code tells how it ended.
///
/// # Errors
/// What keeps the task from being tried.
pub async fn run(args: &Run) -> Result<Option<Code>, Failure> {
    let goal = args.task.trim();
    if goal.is_empty() || goal.chars().count() > TASK_LIMIT {
        return Err(Failure::usage(format!(
            "the task must have 1 to {TASK_LIMIT} characters: say what is to be done"
        )));
    }
    let kit = Kit::assemble(args.mcp.as_deref(), args.policy.as_deref()).await?;
    let (mut engine, adapters) = parts::decider(&args.model, &args.adapters)?;
    // In the place of the shipped one, never of one that was named.
    if let (None, Some(shipped)) = (&args.adapters.args_adapter, &adapters.args) {
        personal::load(&mut engine, &args.model, shipped)?;
    }
    let memory = Store::open(&paths::memory()?).map_err(Failure::unavailable)?;
    let handset = Handset::open(args.device.as_deref(), args.seed).await?;
    let cancel = cancel_on_ctrl_c();

    let mut task = Task::new(goal);
    task.seed = args.seed;
    task.budget = Budget { steps: args.max_steps.into(), ..Budget::default() };
    let consent = consent(args.approve);
    let parts = kit.parts(&mut engine, &adapters, &handset.device, &memory, consent, cancel);
    let mut episode = Episode::new(task, parts);

    let mut narrator = Narrator::new(stdout().lock());
    let mut ending = Ending::Failed;
    while let Some(event) = episode.step().await {
        let told = if args.json { print(&event) } else { narrator.tell(&event) };
        // A closed pipe ends the listening, not the task.
        if let Err(e) = told
            && e.kind() != io::ErrorKind::BrokenPipe
        {
            return Err(Failure::unavailable(format!("cannot write to standard output: {e}")));
        }
        if let Event::Done(done) = &event {
            ending = done.ending;
        }
    }
    if let (Some(dir), Some(id)) = (&args.trace, episode.id()) {
        let trajectory = memory.trajectory(id).map_err(Failure::unavailable)?;
        write_trace(dir, id.0, |out| trajectory.write(out).map_err(Failure::unavailable))?;
    }
    Ok(match ending {
        Ending::Achieved => None,
        Ending::Failed | Ending::Interrupted => Some(Code::NotAchieved),
        Ending::Refused => Some(Code::Refused),
        Ending::Unavailable => Some(Code::Unavailable),
    })
}

fn print(event: &Event) -> io::Result<()> {
    let mut out = stdout().lock();
    serde_json::to_writer(&mut out, event)?;
    writeln!(out)?;
    out.flush()
}

fn consent(approve: Option<Approve>) -> &'static dyn Consent {
    match approve {
        Some(Approve::Ask) => &Terminal,
        Some(Approve::Always) => &Always,
        Some(Approve::Never) => &Never,
        None if stdin().is_terminal() => &Terminal,
        None => &Never,
    }
}

fn write_trace(
    dir: &Path,
    episode: i64,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let path = dir.join(format!("episode-{episode}.jsonl"));
    let failed = |e: io::Error| Failure::usage(format!("--trace {}: {e}", path.display()));
    fs::create_dir_all(dir).map_err(failed)?;
    let mut out = BufWriter::new(File::create(&path).map_err(failed)?);
    write(&mut out)?;
    out.flush().map_err(failed)
}
