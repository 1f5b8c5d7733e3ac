//! The phone's shell: a command line and its commands.
//!
//! [`command`] is what a command looks like and the table of all of them. General commands (`ls`, `grep`, ..) lie in
//! `toybox/`, as on a phone; what asks the framework (`am`, `pm`, `input`, ..) in `android/`.

pub mod android;
pub mod command;
pub mod toybox;

mod output;

pub use command::{Context, Run};
pub use output::Output;

use std::{collections::BTreeMap, sync::Arc};

use crate::device::Device;

/// User id of `shell`, which adbd runs commands as.
pub const SHELL_UID: u32 = 2000;

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
}

impl Shell {
    /// A shell as adbd starts it.
    pub fn new(device: Arc<Device>) -> Shell {
        Shell { device, cwd: "/".to_owned(), variables: BTreeMap::new(), uid: SHELL_UID }
    }
}
