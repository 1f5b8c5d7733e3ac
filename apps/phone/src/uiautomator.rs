//! The server that uiautomator2 starts on a phone: JSON-RPC over HTTP on a port of the phone.
//!
//! ```text
//! http      one request a connection
//! rpc       methods by name, and their parameters
//! selector  which nodes of the screen are meant
//! object    what is asked of a node: what it is, what it holds, whether it is there
//! gesture   touches, swipes, scrolling
//! ```
//!
//! It keeps nothing between two calls: whatever there is to know stands on the screen.

mod gesture;
mod http;
mod object;
mod rpc;
mod screen;
mod selector;

use std::io::{self, BufRead, Write};
use std::sync::Arc;

use crate::device::Device;

/// The port that clients expect it on.
pub(crate) const PORT: u16 = 9008;

/// Answers the one request of a connection.
///
/// # Errors
/// The client is gone or speaks another protocol.
pub(crate) fn serve(device: &Arc<Device>, from: &mut dyn BufRead, to: &mut dyn Write) -> io::Result<()> {
    let Some(request) = http::read(from)? else { return Ok(()) };
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/ping") => http::answer(to, "200 OK", "text/plain", b"pong"),
        ("POST", "/jsonrpc/0") => {
            http::answer(to, "200 OK", "application/json", &rpc::answer(device, &request.body))
        }
        _ => http::answer(to, "404 Not Found", "text/plain", b"Error 404, file not found."),
    }
}
