//! The adb-server protocol ("smart socket"), for clients that expect a server on port 5037: with it they need no adb
//! binary. The server knows one phone, its own.
//!
//! A request is four hexadecimal digits of length and a text; an answer begins with `OKAY` or `FAIL`.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

use super::{Connection, Pipe, forward::Forwards, service, session};
use crate::{device::Device, faults::Faults};

/// Version 41, which every adb since 2018 has: another one makes Google's client restart the server.
const VERSION: &str = "0029";

/// The one phone's transport id.
const TRANSPORT: u64 = 1;

/// Bytes read from the client at a time.
const CHUNK: usize = 64 * 1024;

/// What the server knows.
#[derive(Debug)]
pub(crate) struct Server {
    /// The phone's serial number.
    pub(crate) serial: Arc<str>,
    /// Ports that lead to the phone.
    pub(crate) forwards: Arc<Forwards>,
}

/// What a request is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    /// `OKAY`, length, text; the end.
    Text(String),
    /// `OKAY` as often as said; the end.
    Done(usize),
    /// `OKAY` twice, length, the port that was opened; the end.
    Port(u16),
    /// `OKAY`; the next request goes to the phone.
    Selected,
    /// `OKAY` and the transport's id; the next request goes to the phone.
    SelectedWithId,
    /// `OKAY` and the list of devices, which does not change until the client hangs up.
    Track(String),
    /// `FAIL`, length, reason; the end.
    Fail(String),
}

/// Serves one client's connection.
///
/// # Errors
/// The client is gone or speaks another protocol.
pub(crate) async fn serve(
    connection: Connection,
    server: Arc<Server>,
    mut socket: TcpStream,
) -> io::Result<()> {
    while let Some(request) = read_request(&mut socket).await? {
        if !request.starts_with("host") {
            return connect(&connection, &request, socket).await;
        }
        match host(&connection.device, &server, &request) {
            Answer::Selected => socket.write_all(b"OKAY").await?,
            Answer::SelectedWithId => {
                socket.write_all(&[b"OKAY".as_slice(), &TRANSPORT.to_le_bytes()].concat()).await?;
            }
            Answer::Text(text) => return socket.write_all(&with_length("OKAY", &text)).await,
            Answer::Fail(reason) => return socket.write_all(&with_length("FAIL", &reason)).await,
            Answer::Port(port) => {
                return socket.write_all(&with_length("OKAYOKAY", &port.to_string())).await;
            }
            Answer::Done(times) => return socket.write_all("OKAY".repeat(times).as_bytes()).await,
            Answer::Track(list) => {
                socket.write_all(&with_length("OKAY", &list)).await?;
                let mut rest = [0; 64];
                while socket.read(&mut rest).await? > 0 {}
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The next request; `None` if the client hung up instead.
async fn read_request(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    };
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    let length = std::str::from_utf8(&length).map_err(|_| invalid())?;
    let length = u16::from_str_radix(length, 16).map_err(|_| invalid())?;
    let mut request = vec![0; usize::from(length)];
    from.read_exact(&mut request).await?;
    String::from_utf8(request).map(Some).map_err(|_| invalid())
}

fn with_length(status: &str, text: &str) -> Vec<u8> {
    format!("{status}{:04x}{text}", text.len()).into_bytes()
}

/// Answers what is asked of the server itself.
fn host(device: &Device, server: &Server, request: &str) -> Answer {
    let serial = &*server.serial;
    let Some((scope, asked)) = request.split_once(':') else { return unknown(request) };
    let asked = match scope {
        "host" | "host-local" => asked,
        "host-usb" => return Answer::Fail("no devices/emulators found".to_owned()),
        "host-serial" => match asked.strip_prefix(serial).and_then(|rest| rest.strip_prefix(':')) {
            Some(asked) => asked,
            None => return not_found(asked),
        },
        "host-transport-id" => match asked.split_once(':') {
            Some((id, asked)) if id.parse() == Ok(TRANSPORT) => asked,
            _ => return not_found(asked),
        },
        _ => return unknown(request),
    };
    let (name, argument) = asked.split_once(':').unwrap_or((asked, ""));
    match (name, argument) {
        ("version", _) => Answer::Text(VERSION.to_owned()),
        // The server is a part of the phone and ends with it.
        ("kill", _) => Answer::Done(1),
        ("devices", _) => Answer::Text(format!("{serial}\tdevice\n")),
        ("devices-l", _) => Answer::Text(long_list(device, serial)),
        ("track-devices", _) => Answer::Track(format!("{serial}\tdevice\n")),
        ("track-devices-l", _) => Answer::Track(long_list(device, serial)),
        ("features" | "host-features", _) => Answer::Text(session::FEATURES.to_owned()),
        ("transport-any" | "transport-local", _) => Answer::Selected,
        ("transport", wanted) if wanted == serial => Answer::Selected,
        ("transport-id", id) if id.parse() == Ok(TRANSPORT) => Answer::Selected,
        ("tport", "any" | "local") => Answer::SelectedWithId,
        ("tport", wanted) if wanted.strip_prefix("serial:") == Some(serial) => Answer::SelectedWithId,
        ("transport" | "transport-id" | "transport-usb" | "tport", wanted) => not_found(wanted),
        ("get-state", _) => Answer::Text("device".to_owned()),
        ("get-serialno", _) => Answer::Text(serial.to_owned()),
        ("get-devpath", _) => Answer::Text("unknown".to_owned()),
        ("connect", wanted) if wanted == serial => Answer::Text(format!("already connected to {wanted}")),
        ("connect", wanted) => {
            Answer::Text(format!("failed to connect to '{wanted}': this server has one phone"))
        }
        ("disconnect", wanted) => Answer::Fail(format!("no such device '{wanted}'")),
        ("list-forward", _) => Answer::Text(server.forwards.list(serial)),
        ("killforward-all", _) => {
            server.forwards.clear();
            Answer::Done(2)
        }
        ("killforward", local) => {
            server.forwards.remove(local).map_or_else(Answer::Fail, |()| Answer::Done(2))
        }
        ("forward", ends) => forward(&server.forwards, ends),
        (wait, _) if wait.starts_with("wait-for-") => match wait.rsplit_once('-') {
            Some((_, "device" | "any")) => Answer::Done(2),
            _ => Answer::Fail("the phone is in state 'device' and stays in it".to_owned()),
        },
        _ => unknown(request),
    }
}

/// `[norebind:]LOCAL;REMOTE`
fn forward(forwards: &Arc<Forwards>, ends: &str) -> Answer {
    let (norebind, pair) = match ends.strip_prefix("norebind:") {
        Some(pair) => (true, pair),
        None => (false, ends),
    };
    let Some((local, remote)) = pair.split_once(';') else {
        return Answer::Fail(format!("bad forward: forward:{ends}"));
    };
    match forwards.add(local, remote, norebind) {
        Ok(port) if local == "tcp:0" => Answer::Port(port),
        Ok(_) => Answer::Done(2),
        Err(reason) => Answer::Fail(reason),
    }
}

fn not_found(wanted: &str) -> Answer {
    Answer::Fail(format!("device '{}' not found", wanted.trim_start_matches("serial:")))
}

fn unknown(request: &str) -> Answer {
    Answer::Fail(format!("unknown host service '{request}'"))
}

fn long_list(device: &Device, serial: &str) -> String {
    let properties = device.properties();
    let [product, model, name] = ["ro.product.name", "ro.product.model", "ro.product.device"]
        .map(|name| properties.get(name).replace(' ', "_"));
    format!("{serial:<22} device product:{product} model:{model} device:{name} transport_id:{TRANSPORT}\n")
}

/// Connects the client's socket to a service of the phone and carries bytes until either ends.
async fn connect(connection: &Connection, name: &str, mut socket: TcpStream) -> io::Result<()> {
    let (ours, theirs) = Pipe::pair();
    if !service::open(connection, name, theirs, connection.stop.clone()) {
        return socket.write_all(&with_length("FAIL", "closed")).await;
    }
    socket.write_all(b"OKAY").await?;
    carry(connection, ours, socket).await
}

/// Carries bytes between a socket and a service until either ends.
pub(super) async fn carry(connection: &Connection, service: Pipe, socket: TcpStream) -> io::Result<()> {
    let (from, to) = socket.into_split();
    let Pipe { input, output } = service;
    // The service decides when it is over: a client may close its half and still wait for the answer.
    let up = connection.stop.clone();
    connection.tasks.spawn(async move { up.run_until_cancelled(upload(from, output)).await });
    download(input, to, connection.device.files.faults()).await
}

async fn upload(mut from: impl AsyncRead + Unpin, to: tokio::sync::mpsc::Sender<Vec<u8>>) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from.read(&mut chunk).await?;
        let Some(part) = chunk.get(..read).filter(|part| !part.is_empty()) else { return Ok(()) };
        if to.send(part.to_vec()).await.is_err() {
            return Ok(());
        }
    }
}

async fn download(
    mut from: tokio::sync::mpsc::Receiver<Vec<u8>>,
    mut to: impl AsyncWrite + Unpin,
    faults: &Faults,
) -> io::Result<()> {
    let mut sent = 0;
    while let Some(chunk) = from.recv().await {
        if let Some(kept) = faults.cut(sent, chunk.len()) {
            to.write_all(chunk.get(..kept).unwrap_or(&chunk)).await?;
            break;
        }
        sent += chunk.len();
        to.write_all(&chunk).await?;
    }
    to.shutdown().await
}
