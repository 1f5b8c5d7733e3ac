//! The phone's shell: a command line and its commands.
//!
//! [`command`] is what a command looks like and the table of all of them. General commands (`ls`, `grep`, ..) lie in
//! `toybox/`, as on a phone; what asks the framework (`am`, `pm`, `input`, ..) in `android/`.
//!
//! A script is parsed (`parse`) into a tree (`syntax`), whose words are expanded (`expand`, `glob`) and run (`run`).
//! Everything runs synchronously and in order, pipelines stage by stage and what ends in `&` too, so that the same
//! script does the same on every run.

pub mod android;
pub mod command;
pub mod toybox;

mod expand;
mod glob;
mod output;
mod parse;
mod run;
mod syntax;

pub use command::{Context, Run};
pub use output::Output;

use std::{collections::BTreeMap, fmt, io::BufRead, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::{device::Device, files::reason as files_error};

/// User id of `shell`, which adbd runs commands as.
pub const SHELL_UID: u32 = 2000;

/// Variables that a shell has when adbd starts it.
const VARIABLES: &[(&str, &str)] = &[
    ("ANDROID_DATA", "/data"),
    ("ANDROID_ROOT", "/system"),
    ("ANDROID_STORAGE", "/storage"),
    ("EXTERNAL_STORAGE", "/sdcard"),
    ("HOME", "/"),
    ("HOSTNAME", "emu64x"),
    ("LOGNAME", "shell"),
    ("PATH", "/product/bin:/system/bin:/system/xbin:/vendor/bin"),
    ("SHELL", "/bin/sh"),
    ("TERM", "xterm"),
    ("TMPDIR", "/data/local/tmp"),
    ("USER", "shell"),
];

/// What a shell remembers from one command to the next.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The phone.
    pub device: Arc<Device>,
    /// Working directory, an absolute Android path.
    pub cwd: String,
    /// Variables by name, exported or not.
    pub variables: BTreeMap<String, String>,
    /// Who runs it: 0 is root, [`SHELL_UID`] the shell, from 10000 on the apps.
    pub uid: u32,
    /// Cancelled when nobody waits for the shell any more. What runs long looks at it now and then.
    pub stop: CancellationToken,
    /// Status of the last command.
    status: i32,
    /// Status of the last command substituted in the command that is being expanded.
    substituted: i32,
    /// Set by `exit`: nothing more is run.
    exit: Option<i32>,
    /// Commands and compositions that are running one inside the other.
    depth: usize,
}

impl Shell {
    /// A shell as adbd starts it.
    pub fn new(device: Arc<Device>) -> Shell {
        let variables =
            VARIABLES.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Shell {
            device,
            cwd: "/".to_owned(),
            variables,
            uid: SHELL_UID,
            stop: CancellationToken::new(),
            status: 0,
            substituted: 0,
            exit: None,
            depth: 0,
        }
    }
}

/// Where a script reads and writes.
pub struct Streams<'a> {
    /// Standard input.
    pub stdin: &'a mut dyn BufRead,
    /// Standard output.
    pub out: Output,
    /// Standard error.
    pub err: Output,
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streams")
    }
}

/// What a script printed and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
    /// Exit status.
    pub status: i32,
}

/// Runs a script as adbd would, with `stdin` as its whole input.
pub fn run(device: &Arc<Device>, script: &str, mut stdin: &[u8]) -> Finished {
    let (out, err) = (run::Captured::default(), run::Captured::default());
    let mut streams = Streams { stdin: &mut stdin, out: out.output(), err: err.output() };
    let status = Shell::new(Arc::clone(device)).run_line(script, &mut streams);
    Finished { out: out.take(), err: err.take(), status }
}
