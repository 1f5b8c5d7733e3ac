//! General commands, one file each or one per family.

use super::Run;

mod output;

/// Name and function of each, by name.
pub const COMMANDS: &[(&str, Run)] = &[("echo", output::echo), ("false", output::no), ("true", output::yes)];
