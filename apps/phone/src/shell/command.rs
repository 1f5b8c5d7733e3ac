//! What a shell command looks like, and which there are.
//!
//! A command is a function [`Run`] in a file of its own. It runs synchronously on a blocking thread, reads
//! `ctx.stdin`, writes `ctx.out` and `ctx.err`, and returns its exit status:
//!
//! ```ignore
//! //! `settings`: reads and writes the settings tables.
//! pub(crate) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
//!     let value = ctx.device().system().setting("global", "airplane_mode_on"); // the guard is dropped here
//!     writeln!(ctx.out, "{value}")?;
//!     Ok(0)
//! }
//! ```
//!
//! `Err` means that a stream of the command itself broke (the client hung up): the interpreter then ends the
//! command line. What goes wrong with the phone's files or the user's arguments is the command's own business: it says
//! so on `ctx.err` in the real command's words and returns the real command's status.

use std::{
    fmt,
    io::{self, BufRead},
    path::PathBuf,
    sync::Arc,
};

use super::{Output, Shell, Streams, android, toybox};
use crate::device::Device;

/// What a command may touch.
pub struct Context<'a> {
    /// The shell that runs it: working directory, variables, user.
    pub shell: &'a mut Shell,
    /// Standard input.
    pub stdin: &'a mut dyn BufRead,
    /// Standard output.
    pub out: Output,
    /// Standard error.
    pub err: Output,
}

impl Context<'_> {
    /// The phone.
    pub fn device(&self) -> Arc<Device> {
        Arc::clone(&self.shell.device)
    }

    /// Runs another command with this one's streams, as `xargs` and `su` do.
    ///
    /// # Errors
    /// Its streams broke.
    pub fn run(&mut self, words: &[String]) -> io::Result<i32> {
        let (out, err) = (self.out.clone(), self.err.clone());
        self.shell.run_command(words, &mut Streams { stdin: &mut *self.stdin, out, err })
    }

    /// The streams, for [`Shell::run_line`] and [`Shell::session`].
    pub fn parts(&mut self) -> (&mut Shell, Streams<'_>) {
        let streams = Streams { stdin: &mut *self.stdin, out: self.out.clone(), err: self.err.clone() };
        (self.shell, streams)
    }

    /// The host's path of an Android path that is absolute or relative to the working directory.
    ///
    /// # Errors
    /// As [`crate::files::Files::host_path`].
    pub fn host_path(&self, path: &str) -> io::Result<PathBuf> {
        self.shell.device.files.host_path(&self.shell.cwd, path)
    }

    /// As [`Context::host_path`], for what writes there.
    ///
    /// # Errors
    /// As [`Context::host_path`] and [`crate::files::Files::room`].
    pub fn writable_path(&self, path: &str) -> io::Result<PathBuf> {
        let host = self.host_path(path)?;
        self.shell.device.files.room(&host)?;
        Ok(host)
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("shell", &self.shell).finish_non_exhaustive()
    }
}

/// Where commands lie.
pub const DIRECTORIES: &[&str] = &["/bin", "/sbin", "/system/bin", "/system/xbin", "/vendor/bin"];

/// Runs a command with its arguments (its own name left out) and returns its exit status.
pub type Run = fn(&mut Context<'_>, &[String]) -> io::Result<i32>;

/// The command of that name, or of that file in a directory of commands.
pub fn find(name: &str) -> Option<Run> {
    let name = match name.rsplit_once('/') {
        Some((directory, file)) if DIRECTORIES.contains(&directory) => file,
        _ => name,
    };
    let tables = [toybox::COMMANDS, android::COMMANDS];
    tables.into_iter().flatten().find(|(known, _)| *known == name).map(|(_, run)| *run)
}
