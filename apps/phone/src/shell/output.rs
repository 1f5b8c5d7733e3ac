//! Where a command's output goes.

use std::{
    cell::RefCell,
    fmt,
    io::{self, Write},
    rc::Rc,
};

/// A writer that several owners share, as processes share a file: after `2>&1` both streams of a command are one.
#[derive(Clone)]
pub struct Output(Rc<RefCell<dyn Write>>);

impl Output {
    /// Shares `writer`.
    pub fn new(writer: impl Write + 'static) -> Output {
        Output(Rc::new(RefCell::new(writer)))
    }

    /// Shares a writer that the caller looks into later.
    pub fn shared(writer: Rc<RefCell<impl Write + 'static>>) -> Output {
        Output(writer)
    }

    /// Swallows everything, as `/dev/null` does.
    pub fn null() -> Output {
        Output::new(io::sink())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Output")
    }
}
