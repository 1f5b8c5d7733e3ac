//! The far end of ADB, as wire bytes, for tests.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// What the peer does with a shell command.
#[derive(Clone)]
pub(super) enum Reaction {
    /// Prints this and ends the command.
    Print(Vec<u8>),
    /// Sends these bytes as they are and hangs up.
    Raw(Vec<u8>),
    /// Hangs up.
    HangUp,
    /// Keeps the connection and says nothing.
    Silence,
    /// Says from now on that there is no such phone.
    Refuse(&'static str),
}

type Reactions = Arc<Mutex<VecDeque<Reaction>>>;

fn listen() -> (TcpListener, SocketAddrV4) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    match listener.local_addr().unwrap() {
        SocketAddr::V4(address) => (listener, address),
        SocketAddr::V6(_) => unreachable!("bound to IPv4"),
    }
}

/// An address where nobody listens.
pub(super) fn free_address() -> SocketAddrV4 {
    listen().1
}

/// An adb server that knows one phone, `emulator-5554`. Its thread ends with the test's process.
pub(super) struct AdbServer {
    pub(super) address: SocketAddrV4,
    commands: Arc<Mutex<Vec<String>>>,
}

impl AdbServer {
    pub(super) fn start(reactions: impl IntoIterator<Item = Reaction>) -> Self {
        let reactions: Reactions = Arc::new(Mutex::new(reactions.into_iter().collect()));
        let commands = Arc::new(Mutex::new(Vec::new()));
        let (listener, address) = listen();
        let log = Arc::clone(&commands);
        thread::spawn(move || {
            let mut kept = Vec::new();
            for socket in listener.incoming() {
                // A client that hangs up is nothing to report.
                let _ = Self::serve(socket.unwrap(), &reactions, &log, &mut kept);
            }
        });
        Self { address, commands }
    }

    /// The shell commands that came so far.
    pub(super) fn commands(&self) -> Vec<String> {
        self.commands.lock().unwrap().clone()
    }

    fn serve(
        mut socket: TcpStream,
        reactions: &Reactions,
        log: &Mutex<Vec<String>>,
        kept: &mut Vec<TcpStream>,
    ) -> io::Result<()> {
        loop {
            let request = Self::request(&mut socket)?;
            match request.as_str() {
                "host:transport:emulator-5554" => {
                    if let Some(Reaction::Refuse(why)) = reactions.lock().unwrap().front() {
                        socket.write_all(format!("FAIL{:04x}{why}", why.len()).as_bytes())?;
                    } else {
                        socket.write_all(b"OKAY")?;
                    }
                }
                "host:features" => socket.write_all(b"OKAY0008shell_v2")?,
                "host:devices" => socket.write_all(b"OKAY0015emulator-5554\tdevice\n")?,
                shell => {
                    let (kind, command) = shell.split_once(':').unwrap();
                    assert!(kind.starts_with("shell,v2"), "{shell}");
                    log.lock().unwrap().push(command.to_owned());
                    socket.write_all(b"OKAY")?;
                    match reactions.lock().unwrap().pop_front().unwrap_or(Reaction::HangUp) {
                        Reaction::Print(bytes) => {
                            let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
                            socket.write_all(&[b"\x01", length.as_slice(), &bytes].concat())?;
                            socket.write_all(b"\x03\x01\x00\x00\x00\x00")?;
                        }
                        Reaction::Raw(bytes) => socket.write_all(&bytes)?,
                        Reaction::Silence => kept.push(socket),
                        Reaction::HangUp | Reaction::Refuse(_) => {}
                    }
                    return Ok(());
                }
            }
        }
    }

    fn request(socket: &mut TcpStream) -> io::Result<String> {
        let mut digits = [0; 4];
        socket.read_exact(&mut digits)?;
        let length = usize::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap();
        let mut body = vec![0; length];
        socket.read_exact(&mut body)?;
        Ok(String::from_utf8(body).unwrap())
    }
}

/// A phone's adbd that asks for no key.
pub(super) struct Adbd {
    pub(super) address: SocketAddrV4,
    thread: JoinHandle<()>,
}

impl Adbd {
    /// Takes one connection after the other, each with its own reactions.
    pub(super) fn start<const N: usize>(connections: [Vec<Reaction>; N]) -> Self {
        let (listener, address) = listen();
        let thread = thread::spawn(move || {
            for reactions in connections {
                let (socket, _) = listener.accept().unwrap();
                // A client that hangs up is nothing to report.
                let _ = Self::serve(socket, &mut reactions.into());
            }
        });
        Self { address, thread }
    }

    /// Waits until the last connection has ended.
    pub(super) fn finish(self) {
        self.thread.join().unwrap();
    }

    fn serve(mut socket: TcpStream, reactions: &mut VecDeque<Reaction>) -> io::Result<()> {
        const PHONE: u32 = 5;
        loop {
            let (command, host) = Self::receive(&mut socket)?;
            match &command {
                b"CNXN" => Self::send(&mut socket, b"CNXN", 0x0100_0000, 1 << 20, b"device::features=")?,
                b"OPEN" => match reactions.pop_front().unwrap_or(Reaction::HangUp) {
                    Reaction::Print(bytes) => {
                        Self::send(&mut socket, b"OKAY", PHONE, host, b"")?;
                        Self::send(&mut socket, b"WRTE", PHONE, host, &bytes)?;
                        Self::receive(&mut socket)?;
                        Self::send(&mut socket, b"CLSE", PHONE, host, b"")?;
                        // adb_client answers even the end with an OKAY.
                        Self::receive(&mut socket)?;
                    }
                    Reaction::Raw(bytes) => return socket.write_all(&bytes),
                    Reaction::Silence => {
                        let mut rest = Vec::new();
                        return socket.read_to_end(&mut rest).map(drop);
                    }
                    Reaction::HangUp | Reaction::Refuse(_) => return Ok(()),
                },
                other => panic!("unexpected {}", String::from_utf8_lossy(other)),
            }
        }
    }

    /// A packet's command and its first argument.
    fn receive(socket: &mut TcpStream) -> io::Result<([u8; 4], u32)> {
        let mut header = [0; 24];
        socket.read_exact(&mut header)?;
        let word = |at: usize| <[u8; 4]>::try_from(&header[at..at + 4]).unwrap();
        let mut payload = vec![0; u32::from_le_bytes(word(12)) as usize];
        socket.read_exact(&mut payload)?;
        Ok((word(0), u32::from_le_bytes(word(4))))
    }

    fn send(
        socket: &mut TcpStream,
        command: &[u8; 4],
        arg0: u32,
        arg1: u32,
        payload: &[u8],
    ) -> io::Result<()> {
        let sum = payload.iter().map(|&b| u32::from(b)).sum::<u32>();
        let length = u32::try_from(payload.len()).unwrap();
        let number = u32::from_le_bytes(*command);
        let words = [number, arg0, arg1, length, sum, number ^ u32::MAX];
        let mut packet: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        packet.extend_from_slice(payload);
        socket.write_all(&packet)
    }
}
