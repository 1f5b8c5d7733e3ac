//! ADB's messages: a header of six little-endian words and a payload.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Opens the connection: version, largest payload, banner.
pub(crate) const CNXN: u32 = u32::from_le_bytes(*b"CNXN");
/// Opens a stream: the opener's id, 0, name of the service.
pub(crate) const OPEN: u32 = u32::from_le_bytes(*b"OPEN");
/// The last `WRTE` is taken, the next may come: sender's id, receiver's id.
pub(crate) const OKAY: u32 = u32::from_le_bytes(*b"OKAY");
/// Ends a stream: sender's id or 0, receiver's id.
pub(crate) const CLSE: u32 = u32::from_le_bytes(*b"CLSE");
/// Data: sender's id, receiver's id, bytes.
pub(crate) const WRTE: u32 = u32::from_le_bytes(*b"WRTE");

/// Protocol version from which checksums are not looked at.
pub(crate) const VERSION: u32 = 0x0100_0001;

/// Largest payload that either side may send, as adbd has it.
pub(crate) const MAX_PAYLOAD: usize = 1024 * 1024;

const HEADER: usize = 24;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// [`CNXN`], [`OPEN`], ..
    pub(crate) command: u32,
    /// First argument.
    pub(crate) arg0: u32,
    /// Second argument.
    pub(crate) arg1: u32,
    /// Up to [`MAX_PAYLOAD`] bytes.
    pub(crate) payload: Vec<u8>,
}

impl Message {
    /// A message without payload.
    pub(crate) fn bare(command: u32, arg0: u32, arg1: u32) -> Message {
        Message { command, arg0, arg1, payload: Vec::new() }
    }

    fn header(&self) -> [u8; HEADER] {
        // Clients of version 0x01000000 verify the sum, newer ones ignore it.
        let sum = self.payload.iter().fold(0_u32, |sum, byte| sum.wrapping_add(u32::from(*byte)));
        let length = u32::try_from(self.payload.len()).unwrap_or(u32::MAX);
        let words = [self.command, self.arg0, self.arg1, length, sum, !self.command];
        let mut header = [0; HEADER];
        for (bytes, word) in header.chunks_exact_mut(4).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        header
    }

    /// Writes the message.
    ///
    /// # Errors
    /// The peer is gone.
    pub(crate) async fn write(&self, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        self.write_part(to, self.payload.len()).await
    }

    /// Writes the header and no more than this much of the payload.
    ///
    /// # Errors
    /// The peer is gone.
    pub(crate) async fn write_part(&self, to: &mut (impl AsyncWrite + Unpin), kept: usize) -> io::Result<()> {
        to.write_all(&self.header()).await?;
        to.write_all(self.payload.get(..kept).unwrap_or(&self.payload)).await?;
        to.flush().await
    }

    /// Reads a message; `None` if the peer closed the connection between two.
    ///
    /// The checksum is not verified: TCP has its own, and newer clients do not send one.
    ///
    /// # Errors
    /// `InvalidData` for a header whose magic is wrong or whose payload is longer than [`MAX_PAYLOAD`];
    /// `UnexpectedEof` if the connection ends in the middle.
    pub(crate) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Message>> {
        let mut header = [0; HEADER];
        if from.read(&mut header[..1]).await? == 0 {
            return Ok(None);
        }
        from.read_exact(&mut header[1..]).await?;
        let mut words = [0; 6];
        for (word, bytes) in words.iter_mut().zip(header.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        let [command, arg0, arg1, length, _sum, magic] = words;
        if magic != !command {
            return Err(invalid("header is not ADB's"));
        }
        let length = length as usize;
        if length > MAX_PAYLOAD {
            return Err(invalid("payload is longer than the protocol allows"));
        }
        let mut payload = vec![0; length];
        from.read_exact(&mut payload).await?;
        Ok(Some(Message { command, arg0, arg1, payload }))
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(mut bytes: &[u8]) -> io::Result<Option<Message>> {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(Message::read(&mut bytes))
    }

    fn written(message: &Message) -> Vec<u8> {
        let mut bytes = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(message.write(&mut bytes)).unwrap();
        bytes
    }

    #[test]
    fn bytes_are_as_documented() {
        let message = Message { command: WRTE, arg0: 1, arg1: 0x0203, payload: b"hi".to_vec() };
        let expected = b"WRTE\x01\0\0\0\x03\x02\0\0\x02\0\0\0\xd1\0\0\0\xa8\xad\xab\xbahi";
        assert_eq!(written(&message), expected);
    }

    #[test]
    fn bad_headers_are_refused() {
        let mut bytes = written(&Message::bare(OKAY, 1, 2));
        bytes[23] ^= 1;
        assert_eq!(read(&bytes).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let mut bytes = written(&Message::bare(OKAY, 1, 2));
        bytes[15] = 0xff;
        assert_eq!(read(&bytes).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(read(&bytes[..10]).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(read(&[]).unwrap(), None);
    }

    proptest! {
        #[test]
        fn round_trip(command: u32, arg0: u32, arg1: u32, payload in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let message = Message { command, arg0, arg1, payload };
            prop_assert_eq!(read(&written(&message)).unwrap(), Some(message));
        }

        #[test]
        fn garbage_does_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
