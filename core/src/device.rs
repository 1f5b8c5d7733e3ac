//! The phone as the planner and the tools see it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::screen::Screen;

/// A raw gesture or key, in screen pixels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Gesture {
    /// A short touch.
    Tap {
        /// Pixels from the left.
        x: i32,
        /// Pixels from the top.
        y: i32,
    },
    /// A long touch.
    LongPress {
        /// Pixels from the left.
        x: i32,
        /// Pixels from the top.
        y: i32,
    },
    /// A straight movement.
    Swipe {
        /// Start, x and y.
        from: (i32, i32),
        /// End, x and y.
        to: (i32, i32),
        /// Duration in milliseconds.
        millis: u32,
    },
    /// Text into the focused field.
    Text {
        /// Any Unicode text.
        text: String,
    },
    /// A key by Android's name without `KEYCODE_`: `BACK`, `HOME`, `ENTER`, `DEL`.
    Key {
        /// The name.
        name: String,
    },
}

/// What a shell command printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellOutput {
    /// Standard output and error together, as text.
    pub text: String,
    /// Exit status.
    pub status: i32,
}

/// What can go wrong between here and the phone.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DeviceError {
    /// Not there, or gone.
    #[error("phone {serial}: {reason}")]
    Gone {
        /// The phone.
        serial: String,
        /// What happened.
        reason: String,
    },
    /// It did not answer in time.
    #[error("phone {serial}: no answer within {seconds} s to `{what}`")]
    Deadline {
        /// The phone.
        serial: String,
        /// What was asked.
        what: String,
        /// How long was waited.
        seconds: u64,
    },
    /// It answered something that makes no sense.
    #[error("phone {serial}: {reason}")]
    Garbled {
        /// The phone.
        serial: String,
        /// What is wrong.
        reason: String,
    },
}

/// An Android phone. Every call has a deadline of its own.
#[async_trait]
pub trait Device: Send + Sync {
    /// How ADB names it: `emulator-5554`, `127.0.0.1:5555`.
    fn serial(&self) -> &str;

    /// Reads the screen once the view tree is idle.
    async fn observe(&self) -> Result<Screen, DeviceError>;

    /// Makes a gesture.
    async fn act(&self, gesture: &Gesture) -> Result<(), DeviceError>;

    /// Runs a shell command line.
    async fn shell(&self, command: &str) -> Result<ShellOutput, DeviceError>;

    /// The screen as PNG bytes.
    async fn screenshot(&self) -> Result<Vec<u8>, DeviceError>;
}
