//! `screencap`: a picture of the display.

use std::io::{self, Write};

use super::arguments::Arguments;
use crate::files::{Files, reason};
use crate::shell::Context;
use crate::ui::geometry::{HEIGHT, WIDTH};

/// `PIXEL_FORMAT_RGBA_8888`, and sRGB, as the raw form's header names them.
const RAW_HEADER: [u32; 4] = [WIDTH as u32, HEIGHT as u32, 1, 1];

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut left = Arguments::new(args);
    let mut as_png = false;
    while let Some(option) = left.option() {
        match option {
            "-p" => as_png = true,
            "-d" => drop(left.next()),
            _ => {
                writeln!(ctx.err, "usage: screencap [-hp] [-d display-id] [FILENAME]")?;
                return Ok(1);
            }
        }
    }
    let path = left.next();
    // As on Android, a name that ends in .png asks for PNG.
    as_png |= path.is_some_and(|path| path.ends_with(".png"));
    let picture = ctx.device().system().picture();
    let bytes = if as_png {
        match picture.png() {
            Ok(png) => png,
            Err(error) => {
                writeln!(ctx.err, "Failed to encode: {error}")?;
                return Ok(1);
            }
        }
    } else {
        RAW_HEADER
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .chain(picture.rgba().iter().copied())
            .collect()
    };
    match path {
        None => ctx.out.write_all(&bytes)?,
        Some(path) => {
            let target = Files::absolute(&ctx.shell.cwd, path);
            if let Err(error) = ctx.device().files.write(&target, &bytes) {
                writeln!(ctx.err, "Error opening file: {path} ({})", reason(&error))?;
                return Ok(1);
            }
        }
    }
    Ok(0)
}
