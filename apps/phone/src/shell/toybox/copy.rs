//! `cp`, `mv`.

use std::{
    fs::{self, File, FileTimes},
    io::{self, Write},
    path::Path,
};

use super::options::Options;
use crate::{files::reason, shell::Context};

/// How deep directories are copied.
const MAX_DEPTH: usize = 64;

pub(super) fn cp(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "cp", args, "afiprRv")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let keep = options.has('a') || options.has('p');
    let deep = options.has('a') || options.has('r') || options.has('R');
    let device = ctx.device();
    each_pair(ctx, "cp", &options.rest, |from, to| {
        device.files.room(to)?;
        copy(from, to, deep, keep, 0)
    })
}

pub(super) fn mv(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "mv", args, "finv")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    each_pair(ctx, "mv", &options.rest, |from, to| fs::rename(from, to))
}

/// Calls `act` with the host's path of each source and of where it goes: the last argument, or a name in it if that
/// is a directory.
fn each_pair(
    ctx: &mut Context<'_>,
    command: &str,
    paths: &[String],
    act: impl Fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<i32> {
    let Some((target, sources)) = paths.split_last().filter(|(_, sources)| !sources.is_empty()) else {
        writeln!(ctx.err, "{command}: Needs 2 arguments (see \"{command} --help\")")?;
        return Ok(1);
    };
    let into = ctx.host_path(target).is_ok_and(|host| host.is_dir());
    if sources.len() > 1 && !into {
        writeln!(ctx.err, "{command}: '{target}' not directory")?;
        return Ok(1);
    }
    let mut status = 0;
    for source in sources {
        let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let to = if into { format!("{target}/{name}") } else { target.clone() };
        let done = ctx.host_path(source).and_then(|from| act(&from, &ctx.host_path(&to)?));
        if let Err(error) = done {
            writeln!(ctx.err, "{command}: bad '{source}': {}", reason(&error))?;
            status = 1;
        }
    }
    Ok(status)
}

fn copy(from: &Path, to: &Path, deep: bool, keep: bool, depth: usize) -> io::Result<()> {
    let metadata = from.metadata()?;
    if metadata.is_dir() {
        if !deep {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if depth > MAX_DEPTH || to.starts_with(from) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "is its own parent"));
        }
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            // A link could lead out of the phone; what it names is not copied through it.
            if !entry.file_type()?.is_symlink() {
                copy(&entry.path(), &to.join(entry.file_name()), deep, keep, depth + 1)?;
            }
        }
    } else {
        fs::copy(from, to)?;
    }
    if keep {
        let times = FileTimes::new().set_modified(metadata.modified()?).set_accessed(metadata.accessed()?);
        File::open(to)?.set_times(times)?;
    }
    Ok(())
}
