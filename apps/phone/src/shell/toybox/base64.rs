//! `base64`: encodes in lines of 76, `-w N` of N, `-d` decodes.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{input, options::Options};
use crate::shell::Context;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "base64", args, "diw:")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let width = options.value('w').and_then(|width| width.parse().ok()).unwrap_or(76);
    let mut bad = false;
    let status = input::each(ctx, "base64", &options.rest, |_, from, to| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes)?;
        if !options.has('d') {
            let text = STANDARD.encode(bytes);
            return match width {
                0 => to.write_all(text.as_bytes()),
                width => text.as_bytes().chunks(width).try_for_each(|line| {
                    to.write_all(line)?;
                    to.write_all(b"\n")
                }),
            };
        }
        bytes.retain(|byte| !byte.is_ascii_whitespace());
        match STANDARD.decode(bytes) {
            Ok(plain) => to.write_all(&plain),
            Err(_) => {
                bad = true;
                Ok(())
            }
        }
    })?;
    if bad {
        writeln!(ctx.err, "base64: bad input")?;
        return Ok(1);
    }
    Ok(status)
}
