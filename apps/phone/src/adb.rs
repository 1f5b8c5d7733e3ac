//! The phone on the wire.
//!
//! ```text
//! wire      a message: 24-byte header and payload
//! session   one connection to adbd: many streams over one socket
//! server    the adb-server protocol: one stream per connection, no adb binary needed
//! forward   ports of the host that lead to services of the phone
//! service/  what a stream can be connected to: shell, exec, sync, ..
//! console   the emulator console
//! ```
//!
//! `session` and `server` differ in framing only: both hand a [`Pipe`] to the same services.

pub(crate) mod console;
pub(crate) mod server;
pub(crate) mod service;
pub(crate) mod session;
pub(crate) mod wire;

mod forward;
mod pipe;
mod terminal;

use std::sync::Arc;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::device::Device;

pub(crate) use forward::Forwards;
pub(crate) use pipe::{Pipe, PipeReader, PipeWriter};
pub(crate) use terminal::{Crlf, Terminal};

/// What serving one client needs.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(crate) device: Arc<Device>,
    /// Whatever runs on behalf of the client, counted until it has ended.
    pub(crate) tasks: TaskTracker,
    /// Cancelled when the client is gone or the phone ends.
    pub(crate) stop: CancellationToken,
}
