//! One connection to adbd: a handshake, then any number of streams over the same socket.

use std::{collections::HashMap, io, sync::Arc};

use super::{
    Connection, Pipe, service,
    wire::{CLSE, CNXN, MAX_PAYLOAD, Message, OKAY, OPEN, VERSION, WRTE},
};
use crate::{device::Device, faults::Faults};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
};

/// Messages that wait for the socket.
const WRITE_QUEUE: usize = 16;

/// Streams that one connection may hold open.
const MAX_STREAMS: usize = 256;

/// Smallest payload limit that a client may announce; adb's first version had 4096.
const MIN_PAYLOAD: usize = 1024;

/// What adbd can do, as clients look it up.
pub(crate) const FEATURES: &str = "shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir";

/// What is written to the socket.
enum Outgoing {
    /// A message.
    Whole(Message),
    /// A message of whose payload so much gets through before the connection is cut.
    Cut(Message, usize),
}

/// What happens on a stream, told to its task.
enum Event {
    /// The client sent data.
    Data(Vec<u8>),
    /// The client took our last data.
    Ready,
}

/// Serves one client until it hangs up or breaks the protocol.
///
/// # Errors
/// The socket failed, or what came over it is not ADB.
pub(crate) async fn serve(
    connection: Connection,
    socket: impl AsyncRead + AsyncWrite + Send + 'static,
) -> io::Result<()> {
    let (mut from, mut to) = tokio::io::split(socket);
    let (wire, mut queue) = mpsc::channel::<Outgoing>(WRITE_QUEUE);
    let stop = connection.stop.clone();
    connection.tasks.spawn(async move {
        let writing = async {
            while let Some(outgoing) = queue.recv().await {
                let written = match outgoing {
                    Outgoing::Whole(message) => message.write(&mut to).await.is_ok(),
                    Outgoing::Cut(message, kept) => {
                        let _ = message.write_part(&mut to, kept).await;
                        false
                    }
                };
                if !written {
                    break;
                }
            }
        };
        stop.run_until_cancelled(writing).await;
        stop.cancel();
    });
    let mut session = Session { connection, wire, streams: HashMap::new(), next_id: 1, max_payload: None };
    while let Some(message) = Message::read(&mut from).await? {
        session.handle(message).await?;
    }
    Ok(())
}

struct Session {
    connection: Connection,
    wire: mpsc::Sender<Outgoing>,
    streams: HashMap<u32, mpsc::Sender<Event>>,
    next_id: u32,
    /// What the client takes at most in one message; known after its `CNXN`.
    max_payload: Option<usize>,
}

impl Session {
    async fn handle(&mut self, message: Message) -> io::Result<()> {
        let Message { command, arg0, arg1, payload } = message;
        match (command, self.max_payload) {
            (CNXN, _) => self.connect(arg1).await,
            (OPEN, Some(limit)) => self.open(arg0, &payload, limit).await,
            (WRTE, Some(_)) => {
                self.tell(arg1, Event::Data(payload));
                Ok(())
            }
            (OKAY, Some(_)) => {
                self.tell(arg1, Event::Ready);
                Ok(())
            }
            (CLSE, Some(_)) => {
                self.streams.remove(&arg1);
                Ok(())
            }
            // Like adbd: what we do not know, or what comes before the handshake, is passed over.
            _ => Ok(()),
        }
    }

    async fn connect(&mut self, max_payload: u32) -> io::Result<()> {
        let limit = (max_payload as usize).min(MAX_PAYLOAD);
        if limit < MIN_PAYLOAD {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "client takes no messages of useful size",
            ));
        }
        // A second handshake on the same connection starts it over.
        self.streams.clear();
        self.max_payload = Some(limit);
        let payload = banner(&self.connection.device).into_bytes();
        self.send(Message { command: CNXN, arg0: VERSION, arg1: MAX_PAYLOAD as u32, payload }).await
    }

    async fn open(&mut self, remote: u32, name: &[u8], limit: usize) -> io::Result<()> {
        self.streams.retain(|_, stream| !stream.is_closed());
        let (ours, theirs) = Pipe::pair();
        let name = String::from_utf8_lossy(name);
        let name = name.trim_end_matches('\0');
        let stop = self.connection.stop.child_token();
        let opened = remote != 0
            && self.streams.len() < MAX_STREAMS
            && service::open(&self.connection, name, theirs, stop.clone());
        if !opened {
            return self.send(Message::bare(CLSE, 0, remote)).await;
        }
        let local = self.next_id;
        self.next_id = self.next_id.checked_add(1).unwrap_or(1);
        // A client has one `WRTE` and one `OKAY` under way at most: what does not fit breaks the protocol.
        let (events, inbox) = mpsc::channel(4);
        self.streams.insert(local, events);
        self.send(Message::bare(OKAY, local, remote)).await?;
        let faults = Arc::clone(self.connection.device.files.faults());
        let stream = Stream { local, remote, limit, faults, wire: self.wire.clone() };
        self.connection.tasks.spawn(async move {
            let _end = stop.drop_guard();
            let _ = stream.pump(ours, inbox).await;
        });
        Ok(())
    }

    fn tell(&mut self, local: u32, event: Event) {
        let told = self.streams.get(&local).is_none_or(|stream| stream.try_send(event).is_ok());
        if !told {
            self.streams.remove(&local);
        }
    }

    async fn send(&self, message: Message) -> io::Result<()> {
        self.wire.send(Outgoing::Whole(message)).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// How adbd introduces itself.
fn banner(device: &Device) -> String {
    let properties = device.properties();
    let mut banner = "device::".to_owned();
    for name in ["ro.product.name", "ro.product.model", "ro.product.device"] {
        banner += &format!("{name}={};", properties.get(name));
    }
    banner + "features=" + FEATURES
}

/// A stream's half of the flow control: at most one `WRTE` each way is not yet answered with `OKAY`.
struct Stream {
    local: u32,
    remote: u32,
    limit: usize,
    faults: Arc<Faults>,
    wire: mpsc::Sender<Outgoing>,
}

impl Stream {
    /// Carries chunks between the service behind `pipe` and the wire until either side ends.
    ///
    /// # Errors
    /// The connection is gone.
    async fn pump(
        &self,
        pipe: Pipe,
        mut inbox: mpsc::Receiver<Event>,
    ) -> Result<(), mpsc::error::SendError<Outgoing>> {
        let Pipe { mut input, output } = pipe;
        // Data that the service has not taken yet; `OKAY` is due when it has.
        let mut arrived: Option<Vec<u8>> = None;
        let mut leaving: Vec<u8> = Vec::new();
        let mut may_write = true;
        let mut sent = 0;
        loop {
            if may_write && !leaving.is_empty() {
                let rest = leaving.split_off(leaving.len().min(self.limit));
                let part = std::mem::replace(&mut leaving, rest);
                if let Some(kept) = self.faults.cut(sent, part.len()) {
                    return self.wire.send(Outgoing::Cut(self.message(WRTE, part), kept)).await;
                }
                sent += part.len();
                self.send(WRTE, part).await?;
                may_write = false;
            }
            tokio::select! {
                event = inbox.recv() => match event {
                    Some(Event::Ready) => may_write = true,
                    Some(Event::Data(data)) if arrived.is_none() => arrived = Some(data),
                    // The client closed the stream, or sent more than it may.
                    Some(Event::Data(_)) | None => return self.send(CLSE, Vec::new()).await,
                },
                permit = output.reserve(), if arrived.is_some() => {
                    // A service that does not read any more must not stall the client: its data is dropped.
                    if let (Some(data), Ok(permit)) = (arrived.take(), permit) {
                        permit.send(data);
                    }
                    self.send(OKAY, Vec::new()).await?;
                }
                chunk = input.recv(), if leaving.is_empty() => match chunk {
                    Some(chunk) => leaving = chunk,
                    // Not waiting for the last `OKAY`: some clients expect `CLSE` without sending it.
                    None => return self.send(CLSE, Vec::new()).await,
                },
            }
        }
    }

    fn message(&self, command: u32, payload: Vec<u8>) -> Message {
        Message { command, arg0: self.local, arg1: self.remote, payload }
    }

    async fn send(&self, command: u32, payload: Vec<u8>) -> Result<(), mpsc::error::SendError<Outgoing>> {
        self.wire.send(Outgoing::Whole(self.message(command, payload))).await
    }
}
