//! One thread owns one connection: adb_client blocks, has no deadlines and is not to be shared.

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddrV4, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use adb_client::ADBDeviceExt;
use adb_client::server_device::ADBServerDevice;
use adb_client::tcp::ADBTcpDevice;
use tokio::sync::oneshot;

use super::link::Link;

/// Bytes of the largest answer that is read: a screenshot of a large display fits several times.
const LARGEST_ANSWER: usize = 32 << 20;
/// How long a connection to a phone may take to open.
const CONNECT: Duration = Duration::from_secs(5);

/// The way to a phone.
#[derive(Debug, Clone)]
pub(super) enum Route {
    /// Through an adb server that knows the phone by its serial.
    Server { serial: String, server: SocketAddrV4 },
    /// Straight to the phone's adbd.
    Direct { address: SocketAddrV4 },
}

/// What the phone printed, or one line that says why there is nothing.
pub(super) type Answer = Result<Vec<u8>, String>;

struct Request {
    command: String,
    reply: oneshot::Sender<Answer>,
}

/// The near end of a connection's thread.
#[derive(Debug)]
pub(super) struct Worker {
    requests: mpsc::Sender<Request>,
    ending: Arc<Ending>,
}

/// Lets the near end hang up on a phone that the thread waits for.
#[derive(Debug, Default)]
struct Ending(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Nobody waits for the thread any more.
    abandoned: bool,
    /// The socket of a direct connection, once there is one.
    socket: Option<TcpStream>,
}

impl Ending {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every state is whole between any two statements.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// Starts the thread; it connects at the first request.
    pub(super) fn start(route: Route) -> io::Result<Self> {
        let (requests, inbox) = mpsc::channel();
        let ending = Arc::new(Ending::default());
        let theirs = Arc::clone(&ending);
        thread::Builder::new().name("adb".into()).spawn(move || serve(&route, &inbox, &theirs))?;
        Ok(Self { requests, ending })
    }

    /// Asks; the receiver fails when the thread has ended without an answer.
    pub(super) fn ask(&self, command: String) -> oneshot::Receiver<Answer> {
        let (reply, answer) = oneshot::channel();
        // A thread that has ended drops the request, and with it the reply.
        let _ = self.requests.send(Request { command, reply });
        answer
    }
}

impl Drop for Worker {
    /// A thread that waits for a silent phone is left behind. Cutting a direct link wakes it; through
    /// a server it sleeps in a read until the server closes, at no cost but its stack.
    fn drop(&mut self) {
        let mut state = self.ending.state();
        state.abandoned = true;
        if let Some(socket) = &state.socket {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

fn serve(route: &Route, inbox: &mpsc::Receiver<Request>, ending: &Ending) {
    let Ok(first) = inbox.recv() else { return };
    let mut connection = match Connection::open(route, ending) {
        Ok(connection) => connection,
        Err(reason) => {
            let _ = first.reply.send(Err(reason));
            return;
        }
    };
    let mut next = Some(first);
    while let Some(Request { command, reply }) = next {
        let answer = connection.run(&command);
        let broken = answer.is_err();
        let _ = reply.send(answer);
        if broken {
            return;
        }
        next = inbox.recv().ok();
    }
}

enum Connection {
    Server(ADBServerDevice),
    Direct { device: ADBTcpDevice, _link: Link },
}

impl Connection {
    fn open(route: &Route, ending: &Ending) -> Result<Self, String> {
        match route {
            Route::Server { serial, server } => {
                Ok(Self::Server(ADBServerDevice::new(serial.clone(), Some(*server))))
            }
            Route::Direct { address } => {
                let open = || {
                    let link = Link::open(*address, CONNECT)?;
                    Ok::<_, io::Error>((link.cutter()?, link))
                };
                let (socket, link) = open().map_err(|e| format!("cannot connect to {address}: {e}"))?;
                let mut state = ending.state();
                if state.abandoned {
                    return Err("nobody waits any more".into());
                }
                state.socket = Some(socket);
                drop(state);
                let device =
                    ADBTcpDevice::new(link.local).map_err(|e| format!("no adbd at {address}: {e}"))?;
                Ok(Self::Direct { device, _link: link })
            }
        }
    }

    fn run(&mut self, command: &str) -> Answer {
        let mut output = Bounded(Vec::new());
        let device: &mut dyn ADBDeviceExt = match self {
            Self::Server(device) => device,
            Self::Direct { device, .. } => device,
        };
        match device.shell_command(&command, Some(&mut output), None) {
            Ok(_) => Ok(output.0),
            Err(error) => Err(self.explain(&error)),
        }
    }

    fn explain(&self, error: &adb_client::RustADBError) -> String {
        match (self, error) {
            (Self::Server(_), adb_client::RustADBError::IOError(e))
                if e.kind() == io::ErrorKind::ConnectionRefused =>
            {
                "no adb server answers; start one with `adb start-server`".into()
            }
            (Self::Server(_), adb_client::RustADBError::ADBRequestFailed(reason)) => {
                format!("{}; `adb devices` lists the phones", reason.lines().next().unwrap_or("refused"))
            }
            _ => format!("the connection broke: {error}"),
        }
    }
}

/// Keeps an answer, and refuses one without end.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST_ANSWER {
            return Err(io::Error::other(format!("the answer is longer than {LARGEST_ANSWER} bytes")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
