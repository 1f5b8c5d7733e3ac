//! `logcat`: the log. It prints what there is and ends, with `-d` or without.

use std::io::{self, Write};

use crate::shell::Context;
use crate::system::log::Format;

/// `logcat [-d] [-c] [-v FORMAT] [-b BUFFER]..`
pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let has = |names: &[&str]| args.iter().any(|option| names.contains(&option.as_str()));
    if has(&["-c", "--clear"]) {
        ctx.device().system().services.log.clear();
        return Ok(0);
    }
    if has(&["-G", "-g"]) {
        return Ok(0);
    }
    let values = |option: &'static str| {
        args.windows(2).filter(move |pair| pair[0] == option).map(|pair| pair[1].as_str())
    };
    // Words besides the formats say how times are written: `-v threadtime -v year`.
    let format = values("-v").filter_map(Format::parse).next_back().unwrap_or_default();
    // Nothing crashes here, and no radio says anything: all lines are in the main buffer.
    let other = |buffer: &str| !buffer.split(',').any(|name| matches!(name, "main" | "default" | "all"));
    if values("-b").next().is_some() && values("-b").all(other) {
        return Ok(0);
    }
    let mut text = "--------- beginning of main\n".to_owned();
    for line in ctx.device().system().services.log.lines() {
        text.push_str(&line.show(format));
        text.push('\n');
    }
    ctx.out.write_all(text.as_bytes())?;
    Ok(0)
}
