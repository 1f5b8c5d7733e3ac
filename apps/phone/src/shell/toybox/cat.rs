//! `cat`.

use std::io::{self, BufRead, Write};

use super::input;
use crate::shell::Context;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    input::each(ctx, "cat", args, |_, from, to| copy(from, to))
}

/// Copies piece by piece, each handed on at once: what is read may be typed by a person.
pub(super) fn copy(from: &mut dyn BufRead, to: &mut dyn Write) -> io::Result<()> {
    loop {
        let read = {
            let bytes = from.fill_buf()?;
            to.write_all(bytes)?;
            bytes.len()
        };
        if read == 0 {
            return Ok(());
        }
        to.flush()?;
        from.consume(read);
    }
}
