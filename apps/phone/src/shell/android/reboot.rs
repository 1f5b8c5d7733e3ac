//! `reboot`: switches the phone off and on.

use std::io::{self, Write};

use crate::shell::Context;

pub(super) fn run(ctx: &mut Context<'_>, _: &[String]) -> io::Result<i32> {
    if let Err(error) = ctx.device().reboot() {
        writeln!(ctx.err, "reboot: {error}")?;
        return Ok(1);
    }
    Ok(0)
}
