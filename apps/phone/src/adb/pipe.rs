//! A byte stream between a connection and a service.

use std::io::{self, BufRead, Read, Write};

use tokio::sync::mpsc;

/// How many chunks may wait on either side. Each is at most a message long.
const DEPTH: usize = 4;

/// One end of a two-way stream of chunks. Dropping `output` is the end of the stream for the other end; a chunk is
/// sent as one message wherever it fits.
#[derive(Debug)]
pub(crate) struct Pipe {
    /// What the other end sends.
    pub(crate) input: mpsc::Receiver<Vec<u8>>,
    /// What the other end receives.
    pub(crate) output: mpsc::Sender<Vec<u8>>,
}

impl Pipe {
    /// Two ends, connected.
    pub(crate) fn pair() -> (Pipe, Pipe) {
        let (left_output, right_input) = mpsc::channel(DEPTH);
        let (right_output, left_input) = mpsc::channel(DEPTH);
        (Pipe { input: left_input, output: left_output }, Pipe { input: right_input, output: right_output })
    }
}

/// Reads a pipe's chunks as one stream, on a blocking thread.
#[derive(Debug)]
pub(crate) struct PipeReader {
    input: mpsc::Receiver<Vec<u8>>,
    chunk: Vec<u8>,
    read: usize,
}

impl PipeReader {
    /// Reads what `input` receives.
    pub(crate) fn new(input: mpsc::Receiver<Vec<u8>>) -> PipeReader {
        PipeReader { input, chunk: Vec::new(), read: 0 }
    }
}

impl BufRead for PipeReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.read >= self.chunk.len() {
            let Some(chunk) = self.input.blocking_recv() else { return Ok(&[]) };
            self.chunk = chunk;
            self.read = 0;
        }
        Ok(self.chunk.get(self.read..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.read += amount;
    }
}

impl Read for PipeReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let amount = available.read(into)?;
        self.consume(amount);
        Ok(amount)
    }
}

/// Sends each write as one chunk, from a blocking thread.
#[derive(Debug, Clone)]
pub(crate) struct PipeWriter(pub(crate) mpsc::Sender<Vec<u8>>);

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.blocking_send(bytes.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
