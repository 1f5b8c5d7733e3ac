//! What can be typed.

use std::num::NonZero;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pocketpilot_phone::faults::Fault;
use pocketpilot_phone::system::clock::Pace;

mod train;

pub use train::{TrainArgs, TrainCommand, TrainData, TrainGuard, TrainSelect, Training};

/// Automates tasks on an Android phone with models that run on this machine.
#[derive(Debug, Parser)]
#[command(name = "pocketpilot", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Do one task on a phone
    Run(Run),
    /// Serve the virtual phone, for adb and every program that uses it
    Phone(Phone),
    /// Measure an agent on a suite
    Eval(Eval),
    /// Judge texts before a model reads them
    Guard {
        /// What to do.
        #[command(subcommand)]
        command: GuardCommand,
    },
    /// Look at what is remembered, or forget it
    Memory {
        /// What to do.
        #[command(subcommand)]
        command: MemoryCommand,
    },
    /// List, fetch and find models
    Models {
        /// What to do.
        #[command(subcommand)]
        command: ModelsCommand,
    },
    /// Train the planner's adapters or the guard's classifier; make what the adapters are trained on
    Train {
        /// What to train.
        #[command(subcommand)]
        command: TrainCommand,
    },
    /// Measure this machine
    Bench {
        /// What to measure.
        #[command(subcommand)]
        command: BenchCommand,
    },
    /// Say what is installed, reachable and configured, and what to do about what is not
    Doctor,
}

/// `run`
#[derive(Debug, Args)]
pub struct Run {
    /// The task, in your own words: "Set an alarm for 7:30"
    pub task: String,
    /// A phone by its adb serial, or HOST:PORT of its adbd; without it a virtual phone is started
    #[arg(long, value_name = "SERIAL|HOST:PORT")]
    pub device: Option<String>,
    /// The planner's model: a name of `models list`, or the path of a GGUF file
    #[arg(long, value_name = "NAME|PATH", default_value = crate::parts::DEFAULT_MODEL)]
    pub model: String,
    /// Most tool calls
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub max_steps: u16,
    /// Who consents to what the policy asks about [default: ask on a terminal, else never]
    #[arg(long, value_name = "WHO")]
    pub approve: Option<Approve>,
    /// Seed of the model's draws and of the virtual phone
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Write the trajectory into this directory
    #[arg(long, value_name = "DIR")]
    pub trace: Option<PathBuf>,
    /// Print one JSON event a line instead of the story
    #[arg(long)]
    pub json: bool,
    /// Whose weights decide.
    #[command(flatten)]
    pub adapters: Adapters,
    /// MCP servers whose tools are offered beside ours [default: mcp.toml in the configuration folder]
    #[arg(long, value_name = "FILE")]
    pub mcp: Option<PathBuf>,
    /// Rules that say what is allowed, asked and refused [default: policy.toml in the configuration folder]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// Adapters of the planner's two decisions.
#[derive(Debug, Args)]
pub struct Adapters {
    /// LoRA adapter (PEFT) that selects the tool [default: the model's own, where it comes with one]
    #[arg(long, value_name = "PATH")]
    pub select_adapter: Option<PathBuf>,
    /// LoRA adapter (PEFT) that writes the arguments [default: as above]
    #[arg(long, value_name = "PATH")]
    pub args_adapter: Option<PathBuf>,
    /// Decide with the base weights alone
    #[arg(long, conflicts_with_all = ["select_adapter", "args_adapter"])]
    pub no_adapters: bool,
}

/// Who consents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Approve {
    /// The person at the terminal
    Ask,
    /// Nobody needs to: for tests on phones that can be lost
    Always,
    /// Nobody can: what the policy asks about is refused
    Never,
}

/// `phone`
#[derive(Debug, Args)]
pub struct Phone {
    /// Port of adbd
    #[arg(long, value_name = "PORT", default_value_t = 5555)]
    pub port: u16,
    /// Port of the emulator console
    #[arg(long, value_name = "PORT", default_value_t = 5554)]
    pub console: u16,
    /// Port of the adb-server protocol, for programs on a machine without adb
    #[arg(long, value_name = "PORT")]
    pub server_port: Option<u16>,
    /// Apps recorded on a real phone to install: DroidTask's files, or folders of them
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub recorded: Vec<PathBuf>,
    /// Port of a page that shows the screen, to look at and click in a browser
    #[arg(long, value_name = "PORT")]
    pub web: Option<u16>,
    /// Directory that keeps the phone between runs
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// What is wrong with it from the start, as often as needed: never-idle, null-root[=N], dump-failures=N, slow-dump=MS,
    /// slow-shell=MS, lost-focus, dropped-keys=N, cut=N, full-storage, anr=PACKAGE|foreground, incoming-call=NUMBER
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub fault: Vec<Fault>,
    /// What makes its time pass: real (the host's clock), stepped (what is done to it) or frozen (nothing)
    #[arg(long, value_name = "PACE", default_value = "real")]
    pub clock: Pace,
    /// Seed of the phone's content
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// `eval`
#[derive(Debug, Args)]
pub struct Eval {
    /// What to measure
    pub suite: Suite,
    /// The suite's data: a folder (droidtask) or a file (toolcalls, guard)
    #[arg(long, value_name = "PATH")]
    pub data: Option<PathBuf>,
    /// Most cases, drawn by the seed
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// For `toolcalls`: put each request to N tools of the file, narrowed as the planner narrows those of many servers
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub among: Option<u16>,
    /// Only cases whose id matches, with * and ?
    #[arg(long, value_name = "GLOB")]
    pub only: Option<String>,
    /// Seed of every draw
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Who is measured
    #[arg(long, value_name = "WHO", default_value = "planner")]
    pub agent: Agent,
    /// The planner's model: a name of `models list`, or the path of a GGUF file
    #[arg(long, value_name = "NAME|PATH", default_value = crate::parts::DEFAULT_MODEL)]
    pub model: String,
    /// Whose weights decide.
    #[command(flatten)]
    pub adapters: Adapters,
    /// A phone by its adb serial or HOST:PORT, for `tasks`; without it a virtual phone is started
    #[arg(long, value_name = "SERIAL|HOST:PORT")]
    pub device: Option<String>,
    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the report as a page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// The suites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    /// Labelled steps recorded on real phones (AutoDroid's DroidTask)
    Droidtask,
    /// Tool calls for everyday requests
    Toolcalls,
    /// Tasks on a phone, checked by the phone's own state
    Tasks,
    /// Harmless and hostile texts
    Guard,
}

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Agent {
    /// The planner with a model
    Planner,
    /// The labelled answers: must score 1
    Oracle,
    /// Does nothing: must score 0
    Null,
}

/// `guard …`
#[derive(Debug, Subcommand)]
pub enum GuardCommand {
    /// Judge a text on standard input; one JSON verdict a line
    Check {
        /// Read JSON Lines: {"text":"…","channel":"user|tool|screen"}
        #[arg(long)]
        jsonl: bool,
    },
}

/// `memory …`
#[derive(Debug, Subcommand)]
pub enum MemoryCommand {
    /// Find episodes
    Search {
        /// What to look for.
        query: String,
        /// Most episodes
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
    },
    /// Count what is remembered
    Stats,
    /// Print every episode as JSON Lines
    Export,
    /// Make the search index anew
    Rebuild,
    /// Forget an episode, every episode with a text in it, or everything; the adapter that was made of episodes goes, too
    #[group(required = true, multiple = false)]
    Forget {
        /// The episode's number, as `search` shows it
        episode: Option<i64>,
        /// Every episode in which this text occurs
        #[arg(long, value_name = "TEXT")]
        matching: Option<String>,
        /// Everything
        #[arg(long)]
        all: bool,
    },
}

/// `models …`
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// What can be had, and what is here
    List,
    /// Fetch a model
    Pull {
        /// Its name.
        name: String,
    },
    /// Print where a model lies
    Path {
        /// Its name.
        name: String,
    },
}

/// `bench …`
#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Tokens a second, time to start and memory of models
    Engine(BenchEngine),
    /// Time of selecting a tool and writing its arguments, on recorded steps
    Step(BenchStep),
    /// The virtual phone: start, memory, actions a second, snapshots
    Phone(BenchPhone),
}

/// `bench engine`
#[derive(Debug, Args)]
pub struct BenchEngine {
    /// Models: names of `models list`, or paths of GGUF files
    #[arg(value_name = "NAME|PATH", default_value = crate::parts::DEFAULT_MODEL)]
    pub models: Vec<String>,
    /// llama.cpp's llama-bench, to run in turn with ours
    #[arg(long, value_name = "PATH")]
    pub peer: Option<PathBuf>,
    /// Runs, of which the median counts
    #[arg(long, value_name = "N", default_value = "5")]
    pub runs: NonZero<usize>,
    /// Threads that compute
    #[arg(long, value_name = "N", default_value_t = pocketpilot_core::engine::Options::default().threads)]
    pub threads: NonZero<usize>,
}

/// `bench step`
#[derive(Debug, Args)]
pub struct BenchStep {
    /// DroidTask's recorded steps: a folder or a file
    #[arg(long, value_name = "PATH")]
    pub data: PathBuf,
    /// Most steps, drawn by the seed
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
    /// The model: a name of `models list`, or the path of a GGUF file
    #[arg(long, value_name = "NAME|PATH", default_value = crate::parts::DEFAULT_MODEL)]
    pub model: String,
    /// Seed of the draw
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// LoRA adapter (PEFT) that selects the tool
    #[arg(long, value_name = "PATH")]
    pub select_adapter: Option<PathBuf>,
    /// LoRA adapter (PEFT) that writes the arguments
    #[arg(long, value_name = "PATH")]
    pub args_adapter: Option<PathBuf>,
    /// llama.cpp's llama-server, which is given the same prompts
    #[arg(long, value_name = "PATH")]
    pub peer: Option<PathBuf>,
}

/// `bench phone`
#[derive(Debug, Args)]
pub struct BenchPhone {
    /// Phones that run at once
    #[arg(long, value_name = "N", default_value = "200")]
    pub phones: NonZero<usize>,
    /// Runs, of which the median counts
    #[arg(long, value_name = "N", default_value = "5")]
    pub runs: NonZero<usize>,
}
