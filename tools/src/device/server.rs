//! What an adb server knows, asked without starting one.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use pocketpilot_core::device::DeviceError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Where an adb server listens unless told otherwise.
pub const DEFAULT_SERVER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 5037);

const DEADLINE: Duration = Duration::from_secs(5);

/// A phone in an adb server's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How ADB names it.
    pub serial: String,
    /// `device` when it is ready; else `offline`, `unauthorized`, ...
    pub state: String,
}

/// The phones that an adb server knows, ready or not. No adb server is started.
///
/// # Errors
/// [`DeviceError::Gone`] if no server answers, [`DeviceError::Deadline`] after 5 s,
/// [`DeviceError::Garbled`] if what answers is no adb server.
pub async fn list_devices(server: SocketAddrV4) -> Result<Vec<Listed>, DeviceError> {
    let serial = || "(any)".to_owned();
    match tokio::time::timeout(DEADLINE, ask(server)).await {
        Ok(Ok(body)) => parse(&body).ok_or_else(|| DeviceError::Garbled {
            serial: serial(),
            reason: format!("what answers at {server} is no adb server"),
        }),
        Ok(Err(error)) => Err(DeviceError::Gone {
            serial: serial(),
            reason: format!("no adb server answers at {server} ({error}); start one with `adb start-server`"),
        }),
        Err(_) => Err(DeviceError::Deadline {
            serial: serial(),
            what: "host:devices".into(),
            seconds: DEADLINE.as_secs(),
        }),
    }
}

/// The whole answer: `OKAY`, four hexadecimal digits of length, and the list.
async fn ask(server: SocketAddrV4) -> std::io::Result<Vec<u8>> {
    const HEADER: u64 = 8;
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(b"000chost:devices").await?;
    let mut answer = Vec::new();
    // Four digits bound the length; whatever comes after it is not read.
    let mut bounded = stream.take(HEADER + 0xffff);
    while !is_whole(&answer) && bounded.read_buf(&mut answer).await? > 0 {}
    Ok(answer)
}

fn body(answer: &[u8]) -> Option<(usize, &[u8])> {
    let rest = answer.strip_prefix(b"OKAY")?;
    let (digits, body) = rest.split_at_checked(4)?;
    let length = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some((length, body))
}

fn is_whole(answer: &[u8]) -> bool {
    body(answer).is_some_and(|(length, body)| body.len() >= length)
        || (answer.len() >= 4 && !answer.starts_with(b"OKAY"))
}

fn parse(answer: &[u8]) -> Option<Vec<Listed>> {
    let (length, body) = body(answer)?;
    let lines = std::str::from_utf8(body.get(..length)?).ok()?.lines();
    lines
        .map(|line| {
            let (serial, state) = line.split_once('\t')?;
            Some(Listed { serial: serial.to_owned(), state: state.trim().to_owned() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &[u8], expected: Option<&[(&str, &str)]>) {
        let listed = parse(answer);
        let listed = listed
            .as_ref()
            .map(|l| l.iter().map(|d| (d.serial.as_str(), d.state.as_str())).collect::<Vec<_>>());
        assert_eq!(listed.as_deref(), expected);
    }

    #[test]
    fn answers() {
        check(b"OKAY0000", Some(&[]));
        check(b"OKAY0015emulator-5554\tdevice\n", Some(&[("emulator-5554", "device")]));
        check(b"OKAY0012a\tdevice\nb\toffline", Some(&[("a", "device"), ("b", "offline")]));
        check(b"FAIL0004oops", None);
        check(b"HTTP/1.1 400 Bad Request", None);
        check(b"OKAY00ffshort", None);
        check(b"OKAYzzzz", None);
        check(b"OKAY0003abc", None);
        check(b"", None);
    }
}
