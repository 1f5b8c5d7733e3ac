//! `echo`, `true`, `false`.

use std::io::{self, Write};

use crate::shell::Context;

pub(crate) fn echo(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    writeln!(ctx.out, "{}", args.join(" "))?;
    Ok(0)
}

pub(crate) fn yes(_: &mut Context<'_>, _: &[String]) -> io::Result<i32> {
    Ok(0)
}

pub(crate) fn no(_: &mut Context<'_>, _: &[String]) -> io::Result<i32> {
    Ok(1)
}
