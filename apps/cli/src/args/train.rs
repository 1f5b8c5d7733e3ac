//! What can be typed after `train`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `train …`
#[derive(Debug, Subcommand)]
pub enum TrainCommand {
    /// The adapter that selects the tool
    Select(TrainSelect),
    /// The adapter that writes the arguments; from your own episodes with --from-memory
    Args(TrainArgs),
    /// The guard's classifier, on labelled texts
    Guard(TrainGuard),
    /// What the adapters are trained on: samples from recorded apps, tool calls and a virtual phone
    Data(TrainData),
}

/// `train data`
#[derive(Debug, Args)]
pub struct TrainData {
    /// The folder that holds droidtask/ and toolcalls/
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// Where train.jsonl.gz, dev.jsonl.gz and CARD.md go
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Seed of every draw
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// `train select`
#[derive(Debug, Args)]
pub struct TrainSelect {
    /// Samples to learn from, JSON Lines, gzipped or not
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    pub data: Vec<PathBuf>,
    /// Samples to choose the best adapter by, which must share no group with the data
    #[arg(long, value_name = "PATH")]
    pub dev: PathBuf,
    /// Where the adapter goes, and the checkpoint while it is trained; a killed run goes on from there
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How it is trained.
    #[command(flatten)]
    pub how: Training,
}

/// `train args`
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Go on from the adapter that comes with the base model, on your own successful episodes; a quarter of them is held
    /// out, and `run` uses the result if it does better on that quarter
    #[arg(long, conflicts_with_all = ["data", "dev", "out", "rank", "plain", "cache"])]
    pub from_memory: bool,
    /// Samples to learn from, JSON Lines, gzipped or not
    #[arg(long, value_name = "PATH", required_unless_present = "from_memory", num_args = 1..)]
    pub data: Vec<PathBuf>,
    /// Samples to choose the best adapter by, which must share no group with the data
    #[arg(long, value_name = "PATH", required_unless_present = "from_memory")]
    pub dev: Option<PathBuf>,
    /// Where the adapter goes, and the checkpoint while it is trained; a killed run goes on from there
    #[arg(long, value_name = "DIR", required_unless_present = "from_memory")]
    pub out: Option<PathBuf>,
    /// How it is trained.
    #[command(flatten)]
    pub how: Training,
}

/// What `train select` and `train args` have in common.
#[derive(Debug, Args)]
pub struct Training {
    /// The base model: a name of `models list`, or the path of a GGUF file
    #[arg(long, value_name = "NAME|PATH", default_value = crate::parts::DEFAULT_MODEL)]
    pub base: String,
    /// Passes over the data
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub epochs: u16,
    /// Seed of every draw
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// End after about this many minutes
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub minutes: u64,
    /// Rank of the change of each linear layer
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub rank: u16,
    /// Train an adapter of the whole prompt, many times as slow, for comparison
    #[arg(long)]
    pub plain: bool,
    /// Where keys and values of prompts are kept between epochs and runs [default: the user's cache folder]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Most gigabytes of them; what does not fit is computed anew in every epoch
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub cache_gb: u64,
}

/// `train guard`
#[derive(Debug, Args)]
pub struct TrainGuard {
    /// Labelled texts, JSON Lines, gzipped or not
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    pub data: Vec<PathBuf>,
    /// Where the weights go
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Passes over the data
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub epochs: usize,
    /// Seed of every draw
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Stop after this many minutes
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub minutes: u64,
}
