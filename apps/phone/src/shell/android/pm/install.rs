//! `pm install`: records a package. Its code cannot run here.

use std::io::{self, Read, Write};

use super::apk;
use crate::files::Files;
use crate::shell::Context;

/// APKs beyond this are refused, in bytes.
const MOST: u64 = 512 << 20;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let size = args.windows(2).find(|pair| pair[0] == "-S").and_then(|pair| pair[1].parse::<u64>().ok());
    let path = args.iter().rfind(|word| word.ends_with(".apk"));
    let bytes = match (size, path) {
        (Some(size), _) if size <= MOST => {
            let mut bytes = Vec::new();
            ctx.stdin.take(size).read_to_end(&mut bytes)?;
            Some(bytes)
        }
        (None, Some(path)) => ctx.device().files.read(&Files::absolute(&ctx.shell.cwd, path)).ok(),
        _ => None,
    };
    let Some(name) = bytes.as_deref().and_then(apk::package) else {
        writeln!(ctx.out, "Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse the package's manifest]")?;
        return Ok(1);
    };
    let target = format!("/data/app/{name}-1/base.apk");
    let device = ctx.device();
    if device.files.write(&target, bytes.as_deref().unwrap_or_default()).is_err() {
        writeln!(ctx.out, "Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]")?;
        return Ok(1);
    }
    device.system().services.packages.install(&name, &target);
    writeln!(ctx.out, "Success")?;
    Ok(0)
}
