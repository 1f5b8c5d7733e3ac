//! `wm`: size and density of the display.

use std::io::{self, Write};

use crate::shell::Context;
use crate::ui::geometry::{DENSITY, HEIGHT, WIDTH};

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["size"] => writeln!(ctx.out, "Physical size: {WIDTH}x{HEIGHT}")?,
        ["density"] => writeln!(ctx.out, "Physical density: {DENSITY}")?,
        // The display has one size: going back to it is all that can be asked.
        ["size" | "density", "reset"] | ["dismiss-keyguard"] => {}
        ["size" | "density", other] => {
            writeln!(ctx.err, "Error: this display cannot be set to {other}")?;
            return Ok(255);
        }
        ["user-rotation"] => writeln!(ctx.out, "free")?,
        [] => {
            writeln!(
                ctx.out,
                "Window manager (window) commands:\n  size [reset]\n  density [reset]\n  dismiss-keyguard"
            )?;
            return Ok(255);
        }
        [other, ..] => {
            writeln!(ctx.err, "Unknown command: {other}")?;
            return Ok(255);
        }
    }
    Ok(0)
}
