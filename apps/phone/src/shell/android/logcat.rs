//! `logcat`: the log. It prints what there is and ends, with `-d` or without.

use std::io::{self, Write};

use crate::shell::Context;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let has = |names: &[&str]| args.iter().any(|option| names.contains(&option.as_str()));
    if has(&["-c", "--clear"]) {
        ctx.device().system().services.log.clear();
        return Ok(0);
    }
    if has(&["-G", "-g"]) {
        return Ok(0);
    }
    let mut text = "--------- beginning of main\n".to_owned();
    for line in ctx.device().system().services.log.lines() {
        text.push_str(&format!("{line}\n"));
    }
    ctx.out.write_all(text.as_bytes())?;
    Ok(0)
}
