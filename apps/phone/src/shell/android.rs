//! Commands that ask the framework, one file each.

use super::Run;

/// Name and function of each, by name.
pub const COMMANDS: &[(&str, Run)] = &[];
