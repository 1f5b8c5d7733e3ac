//! `rm`, `rmdir`.

use std::{
    fs,
    io::{self, Write},
};

use super::options::Options;
use crate::{files::reason, shell::Context};

pub(super) fn rm(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "rm", args, "fiRrv")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let recursive = options.has('r') || options.has('R');
    let mut status = 0;
    for path in &options.rest {
        let removed = ctx.host_path(path).and_then(|host| {
            let metadata = host.symlink_metadata()?;
            if host == ctx.device().files.root() {
                Err(io::ErrorKind::PermissionDenied.into())
            } else if !metadata.is_dir() {
                fs::remove_file(host)
            } else if recursive {
                fs::remove_dir_all(host)
            } else {
                Err(io::ErrorKind::IsADirectory.into())
            }
        });
        match removed {
            Err(error) if error.kind() == io::ErrorKind::NotFound && options.has('f') => {}
            Err(error) => {
                writeln!(ctx.err, "rm: {path}: {}", reason(&error))?;
                status = 1;
            }
            Ok(()) if options.has('v') => writeln!(ctx.out, "rm '{path}'")?,
            Ok(()) => {}
        }
    }
    Ok(status)
}

pub(super) fn rmdir(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut status = 0;
    for path in args {
        if let Err(error) = ctx.host_path(path).and_then(fs::remove_dir) {
            writeln!(ctx.err, "rmdir: {path}: {}", reason(&error))?;
            status = 1;
        }
    }
    Ok(status)
}
