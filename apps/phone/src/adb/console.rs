//! The emulator console: a line of text, an answer that ends in `OK` or `KO: why`.

use std::{env, fs, io, path::PathBuf};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    task::spawn_blocking,
};
use tokio_util::sync::CancellationToken;

use super::Connection;
use crate::device::Device;

mod command;

/// Longest line that is read.
const MAX_LINE: u64 = 64 * 1024;

/// What a command leads to.
enum Reply {
    /// `OK`, after this text.
    Ok(String),
    /// `KO: ` and the reason.
    Bad(String),
    /// The client leaves.
    Quit,
    /// The phone is switched off.
    Kill,
}

/// Serves one client; `kill` cancels `switch`.
///
/// # Errors
/// The client is gone.
pub(crate) async fn serve(
    connection: Connection,
    socket: impl AsyncRead + AsyncWrite + Unpin,
    switch: CancellationToken,
) -> io::Result<()> {
    let token = spawn_blocking(token).await.map_err(io::Error::other)?;
    converse(connection, socket, switch, token).await
}

/// What the console answers to a line; `Err` with the reason where it refuses.
pub(crate) fn told(device: &Device, line: &str) -> Result<String, String> {
    match command::run(device, line) {
        Reply::Ok(text) => Ok(text),
        Reply::Bad(reason) => Err(reason),
        Reply::Quit | Reply::Kill => Err("the phone is switched off where it was started".to_owned()),
    }
}

/// Where the emulator and its clients keep the token that both must know.
fn token_path() -> Option<PathBuf> {
    env::var_os("HOME").map(|home| PathBuf::from(home).join(".emulator_console_auth_token"))
}

/// The token; `None` where the file is empty, which switches authentication off, or was never written.
fn token() -> Option<String> {
    let text = fs::read_to_string(token_path()?).ok()?;
    Some(text.trim().to_owned()).filter(|token| !token.is_empty())
}

const HELP: &str = "Android Console: type 'help' for a list of commands\r\n";

const LOCKED: &str = "Android Console: Authentication required\r\n\
    Android Console: type 'auth <auth_token>' to authenticate\r\n\
    Android Console: you can find your <auth_token> in \r\n\
    '~/.emulator_console_auth_token'\r\n";

async fn converse(
    connection: Connection,
    socket: impl AsyncRead + AsyncWrite + Unpin,
    switch: CancellationToken,
    token: Option<String>,
) -> io::Result<()> {
    let mut socket = BufReader::new(socket);
    let mut locked = token.is_some();
    let banner = if locked { LOCKED } else { HELP };
    socket.write_all(format!("{banner}OK\r\n").as_bytes()).await?;
    loop {
        let mut line = Vec::new();
        if (&mut socket).take(MAX_LINE).read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        // A web page may post to this port; what it sends must not be taken for commands.
        if line.contains(" HTTP/1.") {
            return Ok(());
        }
        let (name, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let reply = match (name, &token) {
            ("", _) => continue,
            ("auth", Some(token)) if rest.trim() != token => {
                Reply::Bad("authentication token does not match ~/.emulator_console_auth_token".to_owned())
            }
            ("auth", _) => {
                locked = false;
                Reply::Ok(HELP.to_owned())
            }
            ("quit" | "exit", _) => Reply::Quit,
            _ if locked => Reply::Bad("unknown command, try 'help'".to_owned()),
            _ => {
                let device = connection.device.clone();
                let line = line.clone();
                spawn_blocking(move || command::run(&device, &line)).await.map_err(io::Error::other)?
            }
        };
        let text = match reply {
            Reply::Ok(text) => format!("{text}OK\r\n"),
            Reply::Bad(reason) => format!("KO: {reason}\r\n"),
            Reply::Quit => return Ok(()),
            Reply::Kill => {
                let _ = socket.write_all(b"OK: killing emulator, bye bye\r\n").await;
                switch.cancel();
                return Ok(());
            }
        };
        socket.write_all(text.as_bytes()).await?;
    }
}
