//! `shell:` and `exec:`: a command line, or a session of them, on a stream.

use std::{
    io::{self, BufRead, BufWriter, Read, Write},
    sync::Arc,
};

use tokio_util::sync::CancellationToken;

use super::control;
use crate::{
    adb::{Crlf, Pipe, PipeReader, PipeWriter, Terminal},
    device::Device,
    shell::{Output, Shell, Streams},
};

/// Bytes of output that are gathered into one message.
const BUFFER: usize = 32 * 1024;

/// How the stream is framed and what is at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// Shell protocol version 2: standard output, standard error and exit status are told apart.
    framed: bool,
    /// The command believes that a person sits at a terminal.
    terminal: bool,
}

impl Form {
    /// Bytes in, bytes out.
    pub(super) const RAW: Form = Form { framed: false, terminal: false };

    /// From the options after `shell,`: `v2,TERM=xterm,raw`.
    pub(super) fn parse(options: &str) -> Form {
        let has = |name| options.split(',').any(|option| option == name);
        Form { framed: has("v2"), terminal: !has("raw") }
    }
}

/// Runs `line`, or a session if it is empty, and closes the pipe.
pub(super) fn serve(device: Arc<Device>, form: Form, line: &str, pipe: Pipe, stop: CancellationToken) {
    let Pipe { input, output } = pipe;
    let mut shell = Shell::new(device);
    if shell.device.properties().get(control::ROOT) == "1" {
        shell.uid = 0;
    }
    shell.stop = stop;
    let stream = |frame| buffered(Frames { frame, to: PipeWriter(output.clone()) });
    let (out, err) = if form.framed {
        (stream(Some(STDOUT)), stream(Some(STDERR)))
    } else {
        let both = stream(None);
        (both.clone(), both)
    };
    let mut input: Box<dyn BufRead> = match form.framed {
        true => Box::new(Unframed::new(PipeReader::new(input))),
        false => Box::new(PipeReader::new(input)),
    };
    let status = if !line.trim().is_empty() {
        shell.device.journal().add(line);
        shell.run_line(line, &mut Streams { stdin: &mut input, out, err })
    } else if form.terminal {
        let mut lines = Terminal::new(input, out.clone());
        let (out, err) = (Output::new(Crlf(out)), Output::new(Crlf(err)));
        shell.session(&mut Streams { stdin: &mut lines, out, err }, true)
    } else {
        shell.session(&mut Streams { stdin: &mut input, out, err }, false)
    };
    if form.framed {
        let status = u8::try_from(status & 0xff).unwrap_or(u8::MAX);
        // The peer may be gone by now; there is nobody left to tell.
        let _ = output.blocking_send(vec![EXIT, 1, 0, 0, 0, status]);
    }
}

fn buffered(to: Frames) -> Output {
    Output::new(BufWriter::with_capacity(BUFFER, to))
}

// Ids of the frames of shell protocol version 2.
const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const EXIT: u8 = 3;
const CLOSE_STDIN: u8 = 4;

/// Longest frame that a client may send.
const MAX_FRAME: usize = 1024 * 1024;

/// Writes each buffer as one frame, or as it is.
struct Frames {
    frame: Option<u8>,
    to: PipeWriter,
}

impl Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(id) = self.frame else { return self.to.write(bytes) };
        let part = bytes.get(..MAX_FRAME / 2).unwrap_or(bytes);
        let mut frame = vec![id];
        frame.extend_from_slice(&(part.len() as u32).to_le_bytes());
        frame.extend_from_slice(part);
        self.to.write_all(&frame)?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// What the client sends as standard input, taken out of its frames.
struct Unframed<R> {
    from: R,
    /// Bytes of the current frame that are still to come.
    left: usize,
    closed: bool,
}

impl<R: BufRead> Unframed<R> {
    fn new(from: R) -> Unframed<R> {
        Unframed { from, left: 0, closed: false }
    }

    /// Reads headers until bytes of standard input follow; `Err` at the end of the stream.
    fn next_frame(&mut self) -> io::Result<()> {
        while self.left == 0 && !self.closed {
            let mut header = [0; 5];
            self.from.read_exact(&mut header)?;
            let [id, length @ ..] = header;
            let length = u32::from_le_bytes(length) as usize;
            if length > MAX_FRAME {
                return Err(io::ErrorKind::InvalidData.into());
            }
            match id {
                STDIN => self.left = length,
                CLOSE_STDIN => self.closed = true,
                // Window sizes and what newer clients may send.
                _ => drop(io::copy(&mut self.from.by_ref().take(length as u64), &mut io::sink())?),
            }
        }
        Ok(())
    }
}

impl<R: BufRead> BufRead for Unframed<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.next_frame().is_err() {
            self.closed = true;
        }
        if self.closed {
            return Ok(&[]);
        }
        let bytes = self.from.fill_buf()?;
        Ok(bytes.get(..self.left).unwrap_or(bytes))
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.from.consume(amount);
    }
}

impl<R: BufRead> Read for Unframed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let amount = available.read(into)?;
        self.consume(amount);
        Ok(amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(frames: &[u8], expected: &[u8]) {
        let mut text = Vec::new();
        Unframed::new(frames).read_to_end(&mut text).unwrap();
        assert_eq!(text, expected);
    }

    #[test]
    fn stdin_is_unframed() {
        check(b"", b"");
        check(b"\0\x02\0\0\0hi\0\x01\0\0\0!", b"hi!");
        check(b"\0\x02\0\0\0hi\x05\x03\0\0\0abc\0\x01\0\0\0!\x04\0\0\0\0\0\x01\0\0\0?", b"hi!");
        check(b"\0\x09\0\0\0cut", b"cut");
        check(b"\0\xff\xff\xff\xffabsurd", b"");
    }

    #[test]
    fn forms_are_told_apart() {
        assert_eq!(Form::parse("v2,TERM=xterm,raw"), Form { framed: true, terminal: false });
        assert_eq!(Form::parse("v2,TERM=xterm"), Form { framed: true, terminal: true });
        assert_eq!(Form::parse(""), Form { framed: false, terminal: true });
    }

    proptest! {
        #[test]
        fn garbage_ends(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut text = Vec::new();
            let _ = Unframed::new(bytes.as_slice()).read_to_end(&mut text);
            prop_assert!(text.len() <= bytes.len());
        }
    }
}
