//! `mkdir`, `touch`, `chmod`.

use std::{
    fs::{self, File, FileTimes, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    time::SystemTime,
};

use chrono::NaiveDateTime;

use super::options::Options;
use crate::{files::reason, shell::Context};

pub(super) fn mkdir(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "mkdir", args, "pm:v")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let mut status = 0;
    for path in &options.rest {
        let made = ctx.host_path(path).and_then(|host| {
            if !host.exists() {
                ctx.device().files.room(&host)?;
            }
            if options.has('p') { fs::create_dir_all(host) } else { fs::create_dir(host) }
        });
        if let Err(error) = made {
            writeln!(ctx.err, "mkdir: '{path}': {}", reason(&error))?;
            status = 1;
        }
    }
    Ok(status)
}

/// `-t YYYYMMDDhhmm[.SS]` and `-d 'YYYY-MM-DD hh:mm:ss'` set a time; else it is the phone's.
pub(super) fn touch(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "touch", args, "acmt:d:")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let given = options.value('t').or(options.value('d'));
    let formats = ["%Y%m%d%H%M.%S", "%Y%m%d%H%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
    let time = match given {
        None => ctx.device().system().now(),
        Some(text) => {
            match formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()) {
                Some(time) => time.and_utc(),
                None => {
                    writeln!(ctx.err, "touch: bad '{text}'")?;
                    return Ok(1);
                }
            }
        }
    };
    let time = SystemTime::from(time);
    let mut status = 0;
    for path in &options.rest {
        let touched = ctx.host_path(path).and_then(|host| {
            if !host.exists() && !options.has('c') {
                ctx.device().files.room(&host)?;
            }
            let file = match host.is_dir() {
                true => File::open(host)?,
                false => OpenOptions::new().create(!options.has('c')).append(true).open(host)?,
            };
            file.set_times(FileTimes::new().set_modified(time).set_accessed(time))
        });
        match touched {
            Err(error) if error.kind() == io::ErrorKind::NotFound && options.has('c') => {}
            Err(error) => {
                writeln!(ctx.err, "touch: '{path}': {}", reason(&error))?;
                status = 1;
            }
            Ok(()) => {}
        }
    }
    Ok(status)
}

/// Octal modes only.
pub(super) fn chmod(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut args: Vec<&String> = args.iter().filter(|arg| *arg != "-R").collect();
    if args.is_empty() {
        writeln!(ctx.err, "chmod: Needs 2 arguments (see \"chmod --help\")")?;
        return Ok(1);
    }
    let text = args.remove(0);
    let Ok(mode) = u32::from_str_radix(text, 8) else {
        writeln!(ctx.err, "chmod: bad mode '{text}'")?;
        return Ok(1);
    };
    let mut status = 0;
    for path in args {
        let changed = ctx
            .host_path(path)
            .and_then(|host| fs::set_permissions(host, Permissions::from_mode(mode & 0o777)));
        if let Err(error) = changed {
            writeln!(ctx.err, "chmod: '{path}': {}", reason(&error))?;
            status = 1;
        }
    }
    Ok(status)
}
