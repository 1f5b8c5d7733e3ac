//! `md5sum`, `sha256sum`.

use std::io::{self, BufRead};

use md5::Md5;
use sha2::{Digest, Sha256};

use super::{input, options::Options};
use crate::shell::Context;

pub(super) fn md5sum(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    run::<Md5>(ctx, "md5sum", args)
}

pub(super) fn sha256sum(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    run::<Sha256>(ctx, "sha256sum", args)
}

/// `-b` prints the sum alone.
fn run<D: Digest>(ctx: &mut Context<'_>, command: &str, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, command, args, "b")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let brief = options.has('b');
    input::each(ctx, command, &options.rest, |path, from, to| {
        let sum = sum::<D>(from)?;
        if brief { writeln!(to, "{sum}") } else { writeln!(to, "{sum}  {path}") }
    })
}

fn sum<D: Digest>(from: &mut dyn BufRead) -> io::Result<String> {
    let mut digest = D::new();
    loop {
        let read = {
            let bytes = from.fill_buf()?;
            digest.update(bytes);
            bytes.len()
        };
        if read == 0 {
            return Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        from.consume(read);
    }
}
