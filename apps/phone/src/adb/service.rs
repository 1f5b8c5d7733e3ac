//! What a stream can be connected to.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Connection, Pipe, PipeReader, PipeWriter};

mod control;
mod framebuffer;
mod shell;
mod sync;

/// Connects `pipe` to the service called `name`, which then runs until it is done, its pipe closes or `stop` is
/// cancelled. `false` if there is no such service.
pub(crate) fn open(connection: &Connection, name: &str, pipe: Pipe, stop: CancellationToken) -> bool {
    let device = Arc::clone(&connection.device);
    let tasks = &connection.tasks;
    let Some((kind, rest)) = name.split_once(':') else { return false };
    let rest = rest.to_owned();
    let (kind, options) = kind.split_once(',').unwrap_or((kind, ""));
    match kind {
        "shell" => {
            let form = shell::Form::parse(options);
            tasks.spawn_blocking(move || shell::serve(device, form, &rest, pipe, stop));
        }
        "exec" => {
            tasks.spawn_blocking(move || shell::serve(device, shell::Form::RAW, &rest, pipe, stop));
        }
        "sync" => {
            tasks.spawn_blocking(move || {
                let Pipe { input, output } = pipe;
                // A client that hangs up in the middle is no news.
                let _ = sync::serve(&device.files, &mut PipeReader::new(input), &mut PipeWriter(output));
            });
        }
        "root" | "unroot" | "remount" | "reboot" | "tcpip" | "usb" | "disable-verity" | "enable-verity" => {
            let kind = kind.to_owned();
            tasks.spawn_blocking(move || {
                if let Some(answer) = control::answer(&device, &kind) {
                    let _ = pipe.output.blocking_send(answer.into_bytes());
                }
            });
        }
        "tcp" => {
            let Some(serve) = rest.parse().ok().and_then(|port| device.ports.get(port)) else { return false };
            tasks.spawn_blocking(move || {
                let Pipe { input, output } = pipe;
                // A client that hangs up in the middle is no news.
                let _ = serve(&device, &mut PipeReader::new(input), &mut PipeWriter(output));
            });
        }
        "framebuffer" => {
            tasks.spawn_blocking(move || framebuffer::serve(&device, &pipe));
        }
        _ => return false,
    }
    true
}
