//! How a command fails: one line, and an exit code that scripts can rely on.

use std::fmt;
use std::process::ExitCode;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The task was tried and not achieved.
    NotAchieved = 1,
    /// Wrong usage or bad input.
    Usage = 2,
    /// Refused by guard, policy or the person.
    Refused = 3,
    /// Device or model unavailable.
    Unavailable = 4,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub struct Failure {
    /// For the calling script.
    pub code: Code,
    /// For the person: what is wrong, and the mend.
    pub message: String,
}

impl Failure {
    /// Bad input.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self { code: Code::Usage, message: message.to_string() }
    }

    /// A device, a model or a file of ours that is not there.
    pub fn unavailable(message: impl fmt::Display) -> Self {
        Self { code: Code::Unavailable, message: message.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Errors of libraries can span lines; ours never do.
        f.write_str(&self.message.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl std::error::Error for Failure {}
