//! A relay between adb_client and a phone's adbd.
//!
//! adb_client 3.2 reads a closed connection as an endless stream of empty reads: its thread would
//! spin for ever. It also waits for ever, and believes any length that a packet announces. So it
//! talks to a relay on the loopback interface that passes on whole, bounded packets; when the phone
//! hangs up, or the link is cut, the relay sends one packet that adb_client must refuse.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Bytes of a packet's header; the payload's length stands at offset 12, little-endian.
const HEADER: usize = 24;
/// Bytes of the largest payload: what adb_client announces as its own limit.
const LARGEST_PAYLOAD: u32 = 1 << 20;

/// A relayed connection; dropping it ends it.
#[derive(Debug)]
pub(super) struct Link {
    /// Where adb_client connects.
    pub(super) local: SocketAddr,
    phone: TcpStream,
}

impl Link {
    /// Connects to a phone.
    pub(super) fn open(phone: SocketAddrV4, patience: Duration) -> io::Result<Self> {
        let phone = TcpStream::connect_timeout(&phone.into(), patience)?;
        phone.set_nodelay(true)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let local = listener.local_addr()?;
        let stream = phone.try_clone()?;
        thread::Builder::new().name("adb-link".into()).spawn(move || {
            if let Err(error) = relay(&listener, &stream) {
                tracing::debug!(%error, "adb link ended");
            }
        })?;
        Ok(Self { local, phone })
    }

    /// A handle that ends the link from another thread.
    pub(super) fn cutter(&self) -> io::Result<TcpStream> {
        self.phone.try_clone()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.phone.shutdown(Shutdown::Both);
    }
}

fn relay(listener: &TcpListener, phone: &TcpStream) -> io::Result<()> {
    let (client, _) = listener.accept()?;
    client.set_nodelay(true)?;
    let (from_client, to_phone) = (client.try_clone()?, phone.try_clone()?);
    let upstream = thread::Builder::new().name("adb-link-up".into()).spawn(move || {
        let _ = requests(&from_client, &to_phone);
        let _ = to_phone.shutdown(Shutdown::Both);
    })?;
    let mut to_client = client;
    let ended = packets(phone, &mut to_client);
    // No command has this number. The connection then stays open until the client closes it.
    let refused = to_client.write_all(&[0; HEADER]);
    let _ = upstream.join();
    ended.and(refused)
}

/// Passes on what adb_client writes, until it hangs up. It writes a packet's header and payload apart, and the payload
/// waits until the header is acknowledged: at once, not after the usual 40 ms.
fn requests(mut client: &TcpStream, mut phone: &TcpStream) -> io::Result<()> {
    let mut bytes = vec![0; 64 << 10];
    loop {
        // The system forgets it after each packet.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        socket2::SockRef::from(client).set_tcp_quickack(true)?;
        match client.read(&mut bytes)? {
            0 => return Ok(()),
            count => phone.write_all(&bytes[..count])?,
        }
    }
}

/// Passes on packets until the phone hangs up.
fn packets(mut phone: impl Read, client: &mut impl Write) -> io::Result<()> {
    loop {
        let mut header = [0; HEADER];
        phone.read_exact(&mut header)?;
        let [.., a, b, c, d, _, _, _, _, _, _, _, _] = header;
        let length = u32::from_le_bytes([a, b, c, d]);
        if length > LARGEST_PAYLOAD {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("a packet announces {length} bytes; {LARGEST_PAYLOAD} is the most"),
            ));
        }
        let mut payload = vec![0; length as usize];
        phone.read_exact(&mut payload)?;
        client.write_all(&header)?;
        client.write_all(&payload)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(length: u32, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![7; HEADER];
        bytes[12..16].copy_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(payload);
        bytes
    }

    #[track_caller]
    fn check(from_phone: &[u8], passed_on: &[u8], ended: io::ErrorKind) {
        let mut client = Vec::new();
        let error = packets(from_phone, &mut client).unwrap_err();
        assert_eq!(client, passed_on);
        assert_eq!(error.kind(), ended);
    }

    #[test]
    fn only_whole_packets_pass() {
        let whole = packet(3, b"abc");
        check(&whole, &whole, io::ErrorKind::UnexpectedEof);
        let two = [packet(0, b""), whole.clone()].concat();
        check(&two, &two, io::ErrorKind::UnexpectedEof);
        check(&[whole.clone(), packet(9, b"abc")].concat(), &whole, io::ErrorKind::UnexpectedEof);
        check(&[whole.clone(), vec![1; 5]].concat(), &whole, io::ErrorKind::UnexpectedEof);
        check(&packet(LARGEST_PAYLOAD + 1, b"x"), b"", io::ErrorKind::InvalidData);
    }
}
