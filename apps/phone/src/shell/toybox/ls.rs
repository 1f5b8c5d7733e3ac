//! `ls`: `-1 -a -A -d -l -ll -n -R -S -t -r -h -i -s -u`.

use std::{
    fs::Metadata,
    io::{self, Write},
    os::unix::fs::MetadataExt,
};

use super::{metadata, options::Options};
use crate::{
    files::{Files, reason},
    shell::Context,
};

/// How deep `-R` goes.
const MAX_DEPTH: usize = 64;

/// A line of the listing.
struct Entry {
    name: String,
    path: String,
    metadata: Metadata,
}

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "ls", args, "1aAdlnRStrhisuLpFCx")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let here = [".".to_owned()];
    let paths = if options.rest.is_empty() { &here[..] } else { &options.rest };
    let mut status = 0;
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for path in paths {
        let found = ctx.host_path(path).and_then(|host| host.metadata().or_else(|_| host.symlink_metadata()));
        match found {
            Ok(metadata) => {
                let entry =
                    Entry { name: path.clone(), path: Files::absolute(&ctx.shell.cwd, path), metadata };
                let list =
                    if entry.metadata.is_dir() && !options.has('d') { &mut directories } else { &mut files };
                list.push(entry);
            }
            Err(error) => {
                writeln!(ctx.err, "ls: {path}: {}", reason(&error))?;
                status = 1;
            }
        }
    }
    let titled = paths.len() > 1 || options.has('R');
    if !files.is_empty() {
        print(ctx, &options, files)?;
    }
    for directory in directories {
        status |= list(ctx, &options, &directory, titled, 0)?;
    }
    Ok(status)
}

fn list(
    ctx: &mut Context<'_>,
    options: &Options,
    directory: &Entry,
    titled: bool,
    depth: usize,
) -> io::Result<i32> {
    let names = match ctx.device().files.list(&directory.path) {
        Ok(names) => names,
        Err(error) => {
            writeln!(ctx.err, "ls: {}: {}", directory.name, reason(&error))?;
            return Ok(1);
        }
    };
    let all = options.has('a');
    let dots = [".", ".."].into_iter().filter(|_| all).map(str::to_owned);
    let entries: Vec<Entry> = dots
        .chain(names.into_iter().filter(|name| all || options.has('A') || !name.starts_with('.')))
        .filter_map(|name| {
            let path = format!("{}/{name}", directory.path);
            let metadata = ctx.device().files.metadata(&path).ok()?;
            Some(Entry { name, path, metadata })
        })
        .collect();
    if titled {
        writeln!(ctx.out, "{}:", directory.name)?;
    }
    if options.has('l') || options.has('s') {
        let blocks: u64 = entries.iter().map(|entry| entry.metadata.blocks() / 2).sum();
        writeln!(ctx.out, "total {blocks}")?;
    }
    let below: Vec<(String, String)> = entries
        .iter()
        .filter(|entry| {
            options.has('R') && entry.metadata.is_dir() && !matches!(entry.name.as_str(), "." | "..")
        })
        .map(|entry| (entry.name.clone(), entry.path.clone()))
        .collect();
    print(ctx, options, entries)?;
    if titled && !options.has('R') {
        writeln!(ctx.out)?;
    }
    let mut status = 0;
    for (name, path) in below.into_iter().filter(|_| depth < MAX_DEPTH) {
        writeln!(ctx.out)?;
        let Ok(metadata) = ctx.device().files.metadata(&path) else { continue };
        let name = format!("{}/{name}", directory.name.trim_end_matches('/'));
        status |= list(ctx, options, &Entry { name, path, metadata }, true, depth + 1)?;
    }
    Ok(status)
}

fn print(ctx: &mut Context<'_>, options: &Options, mut entries: Vec<Entry>) -> io::Result<()> {
    if options.has('S') {
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.metadata.len()));
    } else if options.has('t') {
        entries.sort_by_key(|entry| std::cmp::Reverse((entry.metadata.mtime(), entry.metadata.mtime_nsec())));
    }
    if options.has('r') {
        entries.reverse();
    }
    let long = options.has('l') || options.has('n');
    let width = entries.iter().map(|entry| entry.metadata.len().to_string().len()).max().unwrap_or(1);
    for entry in &entries {
        if options.has('i') {
            write!(ctx.out, "{} ", entry.metadata.ino())?;
        }
        if options.has('s') {
            write!(ctx.out, "{} ", entry.metadata.blocks() / 2)?;
        }
        if long {
            print_long(ctx, options, entry, width)?;
        }
        write!(ctx.out, "{}", entry.name)?;
        if options.has('F') || options.has('p') {
            write!(ctx.out, "{}", if entry.metadata.is_dir() { "/" } else { "" })?;
        }
        if long && entry.metadata.is_symlink() {
            let target = ctx.host_path(&entry.path).and_then(std::fs::read_link).unwrap_or_default();
            write!(ctx.out, " -> {}", target.display())?;
        }
        writeln!(ctx.out)?;
    }
    Ok(())
}

/// Everything before the name: `-rw-rw---- 1 u0_a158 media_rw 0 2023-11-28 23:17 `.
fn print_long(ctx: &mut Context<'_>, options: &Options, entry: &Entry, width: usize) -> io::Result<()> {
    let found = &entry.metadata;
    let (user, group) = match options.has('n') {
        true => (found.uid().to_string(), found.gid().to_string()),
        false => metadata::owner(&ctx.shell.device, &entry.path),
    };
    let time = match options.has('u') {
        true => metadata::time(found.atime(), found.atime_nsec()),
        false => metadata::time(found.mtime(), found.mtime_nsec()),
    };
    let time = match options.count('l') {
        0 | 1 => time.format("%Y-%m-%d %H:%M"),
        _ => time.format("%Y-%m-%d %H:%M:%S%.9f +0000"),
    };
    let size = if options.has('h') { human(found.len()) } else { found.len().to_string() };
    write!(ctx.out, "{} {} {user} {group} {size:>width$} {time} ", metadata::mode(found), found.nlink())
}

/// `1.5K`, as toybox rounds it.
pub(super) fn human(bytes: u64) -> String {
    let mut size = bytes as f64;
    let units = ["", "K", "M", "G", "T"];
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < units.len() {
        size /= 1024.0;
        unit += 1;
    }
    let name = units.get(unit).unwrap_or(&"");
    if unit > 0 && size < 10.0 { format!("{size:.1}{name}") } else { format!("{size:.0}{name}") }
}
