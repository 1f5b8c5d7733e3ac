//! `log`: writes to the log.

use std::io::{self, Write};

use super::arguments::Arguments;
use crate::shell::Context;
use crate::system::log::Line;

/// The process that the shell's lines come from: adbd.
const PROCESS: u32 = 402;

/// `log [-p PRIORITY] [-t TAG] MESSAGE..`
pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut left = Arguments::new(args);
    let (mut level, mut tag) = ('I', "log");
    while let Some(option) = left.option() {
        match (option, left.next()) {
            ("-p", Some(priority)) if priority.starts_with(|c| "vdiwefsVDIWEFS".contains(c)) => {
                level = priority.chars().next().map_or('I', |c| c.to_ascii_uppercase());
            }
            ("-t", Some(name)) => tag = name,
            _ => {
                writeln!(ctx.err, "usage: log [-p PRI] [-t TAG] [MESSAGE...]")?;
                return Ok(1);
            }
        }
    }
    let device = ctx.device();
    let mut system = device.system();
    let (at, text) = (system.now(), left.rest().join(" "));
    system.services.log.add(Line { at, process: PROCESS, level, tag: tag.to_owned(), text });
    Ok(0)
}
