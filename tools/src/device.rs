//! An Android phone over ADB.

mod dump;
mod input;
mod link;
mod server;
pub(crate) mod shell;
mod window;
mod worker;

use std::net::SocketAddrV4;
use std::time::Duration;

use async_trait::async_trait;
use pocketpilot_core::device::{Device, DeviceError, Gesture, ShellOutput};
use pocketpilot_core::screen::Screen;
use tokio::sync::Mutex;

pub use dump::read_dump;
pub use server::{DEFAULT_SERVER, Listed, list_devices};
use worker::{Route, Worker};

/// Stands before the exit status in every answer: adb_client loses the status of shell v2, and
/// shell v1 has none. An answer without it was cut off.
const STATUS_MARK: &str = "POCKETPILOT-STATUS:";
/// How often a dump is tried while the screen moves or has no root.
const DUMP_TRIES: usize = 4;
/// How long an unready screen is left alone between two dumps.
const DUMP_PAUSE: Duration = Duration::from_millis(300);
/// How long a phone may take to answer unless told otherwise; `uiautomator dump` alone waits up to
/// 10 s for a screen to come to rest.
const DEADLINE: Duration = Duration::from_secs(30);

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A phone reached over ADB.
///
/// One thread owns the connection, calls queue for it, and each has a deadline. A call that misses
/// it costs the connection, not the phone: the next call connects anew. Nothing is connected before
/// the first call.
#[derive(Debug)]
pub struct AdbDevice {
    serial: String,
    route: Route,
    deadline: Duration,
    /// Held for the length of a call, so that the deadline counts from the call's own turn.
    worker: Mutex<Option<Worker>>,
}

impl AdbDevice {
    /// A phone that an adb server knows by its serial. No adb server is started.
    pub fn through_server(serial: &str, server: SocketAddrV4) -> Self {
        Self::new(serial.to_owned(), Route::Server { serial: serial.to_owned(), server })
    }

    /// A phone whose adbd listens on TCP, with no adb server in between.
    pub fn direct(address: SocketAddrV4) -> Self {
        Self::new(address.to_string(), Route::Direct { address })
    }

    /// The same phone with another deadline for each exchange.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    fn new(serial: String, route: Route) -> Self {
        Self { serial, route, deadline: DEADLINE, worker: Mutex::new(None) }
    }

    fn gone(&self, reason: impl Into<String>) -> DeviceError {
        DeviceError::Gone { serial: self.serial.clone(), reason: reason.into() }
    }

    fn garbled(&self, reason: impl Into<String>) -> DeviceError {
        DeviceError::Garbled { serial: self.serial.clone(), reason: reason.into() }
    }

    /// Runs a command line and returns what it printed, to the byte, and its exit status.
    async fn run(&self, command: &str) -> Result<(Vec<u8>, i32), DeviceError> {
        if command.len() > shell::LONGEST_COMMAND {
            return Err(self.garbled(format!(
                "a command line of {} bytes is too long; {} is the most",
                command.len(),
                shell::LONGEST_COMMAND
            )));
        }
        let mut slot = self.worker.lock().await;
        let worker = match slot.take() {
            Some(worker) => worker,
            None => Worker::start(self.route.clone()).map_err(|e| self.gone(format!("no thread: {e}")))?,
        };
        // The thread is put back only after it has answered: whoever misses the deadline, or is
        // dropped while waiting, leaves it behind with its late answer.
        let answer = worker.ask(format!("{command}; echo {STATUS_MARK}$?"));
        match tokio::time::timeout(self.deadline, answer).await {
            Ok(Ok(Ok(mut output))) => {
                *slot = Some(worker);
                let status = split_status(&mut output)
                    .ok_or_else(|| self.gone(format!("it hung up during `{}`", summary(command))))?;
                Ok((output, status))
            }
            Ok(Ok(Err(reason))) => Err(self.gone(reason)),
            Ok(Err(_)) => Err(self.gone(format!("the connection ended during `{}`", summary(command)))),
            Err(_) => Err(DeviceError::Deadline {
                serial: self.serial.clone(),
                what: summary(command),
                seconds: self.deadline.as_secs(),
            }),
        }
    }

    /// Runs a command line that must print nothing, as `input` does.
    async fn run_silent(&self, command: &str) -> Result<(), DeviceError> {
        let output = self.shell(command).await?;
        let text = output.text.trim();
        if output.status == 0 && text.is_empty() {
            return Ok(());
        }
        let said = text.lines().next().unwrap_or("nothing");
        Err(self.garbled(format!("`{}` ended with {} and said: {said}", summary(command), output.status)))
    }
}

#[async_trait]
impl Device for AdbDevice {
    fn serial(&self) -> &str {
        &self.serial
    }

    async fn observe(&self) -> Result<Screen, DeviceError> {
        let mut tries = 1;
        loop {
            let answer = self.shell(window::OBSERVE).await?.text;
            match dump::find(&answer) {
                Ok(xml) => {
                    let mut screen = read_dump(xml).map_err(|e| self.garbled(e.to_string()))?;
                    window::complete(&mut screen, &answer);
                    return Ok(screen);
                }
                Err(reason) if tries == DUMP_TRIES => {
                    return Err(self.garbled(format!("{reason} ({DUMP_TRIES} tries)")));
                }
                Err(_) => {
                    tries += 1;
                    tokio::time::sleep(DUMP_PAUSE).await;
                }
            }
        }
    }

    async fn act(&self, gesture: &Gesture) -> Result<(), DeviceError> {
        match gesture {
            Gesture::Text { text } => self.type_text(text).await,
            other => {
                let command = input::command(other).map_err(|reason| self.garbled(reason))?;
                self.run_silent(&command).await
            }
        }
    }

    async fn shell(&self, command: &str) -> Result<ShellOutput, DeviceError> {
        let (output, status) = self.run(command).await?;
        // A pseudo-terminal on the way ends lines with CR LF.
        Ok(ShellOutput { text: String::from_utf8_lossy(&output).replace("\r\n", "\n"), status })
    }

    async fn screenshot(&self) -> Result<Vec<u8>, DeviceError> {
        // With several displays screencap warns on standard error, which would end up in the picture.
        let (output, status) = self.run("screencap -p 2>/dev/null").await?;
        unmangle_png(output).ok_or_else(|| {
            self.garbled(format!("`screencap -p` gave no PNG (status {status}); is the screen protected?"))
        })
    }
}

impl AdbDevice {
    async fn type_text(&self, text: &str) -> Result<(), DeviceError> {
        let commands = shell::type_commands(text);
        if commands.is_empty() {
            return Ok(());
        }
        if !text.is_ascii() && self.shell(input::CURRENT_KEYBOARD).await?.text.contains(input::ADB_KEYBOARD) {
            self.shell(&input::broadcast_text(text)).await?;
            return Ok(());
        }
        self.run_silent(&commands.join(" && ")).await.map_err(|error| match error {
            DeviceError::Garbled { serial, reason } if !text.is_ascii() => DeviceError::Garbled {
                serial,
                reason: format!("{reason}; to type other than ASCII make ADBKeyBoard the phone's keyboard"),
            },
            other => other,
        })
    }
}

/// Takes the status off the end of an answer; `None` if the answer was cut off.
fn split_status(output: &mut Vec<u8>) -> Option<i32> {
    let mark = STATUS_MARK.as_bytes();
    let at = output.windows(mark.len()).rposition(|window| window == mark)?;
    let status = std::str::from_utf8(output.get(at + mark.len()..)?).ok()?.trim().parse().ok()?;
    output.truncate(at);
    Some(status)
}

/// Undoes what a pseudo-terminal does to binary output.
fn unmangle_png(bytes: Vec<u8>) -> Option<Vec<u8>> {
    if bytes.starts_with(PNG_SIGNATURE) {
        return Some(bytes);
    }
    let mut mended = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            mended.push(byte);
        }
    }
    mended.starts_with(PNG_SIGNATURE).then_some(mended)
}

/// Enough of a command line to recognise it in an error.
fn summary(command: &str) -> String {
    const LENGTH: usize = 60;
    let line = command.lines().next().unwrap_or_default();
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests;
