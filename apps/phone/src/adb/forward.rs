//! `forward`: ports of the host that lead to services of the phone.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, TcpListener as StdListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::{Connection, Pipe, server::carry, service};

/// Where a port leads.
#[derive(Debug)]
struct Forward {
    remote: String,
    /// Cancelled when the port is closed. Connections that were made through it go on, as adb's do.
    closed: CancellationToken,
}

/// The ports that lead to the phone.
#[derive(Debug)]
pub(crate) struct Forwards {
    phone: Connection,
    open: Mutex<BTreeMap<u16, Forward>>,
}

impl Forwards {
    /// None yet.
    pub(crate) fn new(phone: Connection) -> Forwards {
        Forwards { phone, open: Mutex::default() }
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<u16, Forward>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the port of `local`, or any free one for `tcp:0`, for a service of the phone, and returns it. One that is
    /// open already leads there from now on, unless `norebind`. `Err` is what adb says.
    pub(crate) fn add(self: &Arc<Self>, local: &str, remote: &str, norebind: bool) -> Result<u16, String> {
        let cannot_bind = |reason: String| format!("cannot bind listener: {reason}");
        let wanted = port(local).ok_or_else(|| cannot_bind(format!("unknown socket type '{local}'")))?;
        let mut open = self.open();
        if let Some(forward) = open.get_mut(&wanted) {
            if norebind {
                return Err("cannot rebind existing socket".to_owned());
            }
            remote.clone_into(&mut forward.remote);
            return Ok(wanted);
        }
        let listen = || {
            let listener = StdListener::bind((Ipv4Addr::LOCALHOST, wanted))?;
            listener.set_nonblocking(true)?;
            let listener = TcpListener::from_std(listener)?;
            let port = listener.local_addr()?.port();
            io::Result::Ok((listener, port))
        };
        let (listener, port) = listen().map_err(|error| cannot_bind(error.to_string()))?;
        let closed = self.phone.stop.child_token();
        open.insert(port, Forward { remote: remote.to_owned(), closed: closed.clone() });
        let forwards = Arc::clone(self);
        self.phone.tasks.spawn(async move {
            while let Some(Ok((socket, _))) = closed.run_until_cancelled(listener.accept()).await {
                let remote = forwards.open().get(&port).map(|forward| forward.remote.clone());
                if let Some(remote) = remote {
                    let _ = socket.set_nodelay(true);
                    let ended = forwards.phone.stop.child_token();
                    let connection = Connection { stop: ended, ..forwards.phone.clone() };
                    forwards.phone.tasks.spawn(lead(connection, remote, socket));
                }
            }
        });
        Ok(port)
    }

    /// Closes a port. `Err` is what adb says.
    pub(crate) fn remove(&self, local: &str) -> Result<(), String> {
        let forward = port(local).and_then(|port| self.open().remove(&port));
        forward.map(|forward| forward.closed.cancel()).ok_or_else(|| format!("listener '{local}' not found"))
    }

    /// Closes all.
    pub(crate) fn clear(&self) {
        std::mem::take(&mut *self.open()).into_values().for_each(|forward| forward.closed.cancel());
    }

    /// A line each, as `adb forward --list` prints them.
    pub(crate) fn list(&self, serial: &str) -> String {
        let open = self.open();
        open.iter().map(|(port, forward)| format!("{serial} tcp:{port} {}\n", forward.remote)).collect()
    }
}

/// The port of `tcp:PORT`.
fn port(local: &str) -> Option<u16> {
    local.strip_prefix("tcp:")?.parse().ok()
}

/// Connects a socket to a service. A phone on which nothing listens there hangs up at once.
async fn lead(connection: Connection, remote: String, socket: TcpStream) {
    let (ours, theirs) = Pipe::pair();
    let ended = connection.stop.clone();
    if service::open(&connection, &remote, theirs, ended.clone()) {
        // Whoever hangs up in the middle is no news.
        let _ = ended.run_until_cancelled(carry(&connection, ours, socket)).await;
    }
    ended.cancel();
}
