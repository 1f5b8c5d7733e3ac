//! `stat`: `-c FORMAT` with the directives `%a %A %F %g %G %h %i %n %N %s %u %U %X %Y %x %y %Z`.

use std::{
    fs::Metadata,
    io::{self, Write},
    os::unix::fs::MetadataExt,
};

use super::{metadata, options::Options};
use crate::{
    device::Device,
    files::{Files, reason},
    shell::Context,
};

const DEFAULT: &str = "  File: %N\n  Size: %s\t Blocks: %b\t IO Blocks: %o\t%F\n\
    Device: %D\t Inode: %i\t Links: %h\n\
    Access: (0%a/%A)\tUid: (%u/%U)\tGid: (%g/%G)\n\
    Access: %x\nModify: %y\nChange: %z\n";

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "stat", args, "c:Lt")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let device = ctx.device();
    let mut status = 0;
    for path in &options.rest {
        match ctx.host_path(path).and_then(|host| host.symlink_metadata()) {
            Ok(found) => {
                let absolute = Files::absolute(&ctx.shell.cwd, path);
                match options.value('c') {
                    Some(format) => writeln!(ctx.out, "{}", fill(&device, format, path, &absolute, &found))?,
                    None => write!(ctx.out, "{}", fill(&device, DEFAULT, path, &absolute, &found))?,
                }
            }
            Err(error) => {
                writeln!(ctx.err, "stat: '{path}': {}", reason(&error))?;
                status = 1;
            }
        }
    }
    Ok(status)
}

fn fill(device: &Device, format: &str, path: &str, absolute: &str, found: &Metadata) -> String {
    let time =
        |seconds, nanos| metadata::time(seconds, nanos).format("%Y-%m-%d %H:%M:%S%.9f +0000").to_string();
    let mut text = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let Some(directive) = chars.next() else { break };
        text += &match directive {
            'a' => format!("{:o}", found.mode() & 0o7777),
            'A' => metadata::mode(found),
            'b' => found.blocks().to_string(),
            'D' => format!("{:x}", found.dev()),
            'f' => format!("{:x}", found.mode()),
            'F' if found.is_dir() => "directory".to_owned(),
            'F' if found.is_symlink() => "symbolic link".to_owned(),
            'F' if found.len() == 0 => "regular empty file".to_owned(),
            'F' => "regular file".to_owned(),
            'g' => found.gid().to_string(),
            'G' => metadata::owner(device, absolute).1,
            'h' => found.nlink().to_string(),
            'i' => found.ino().to_string(),
            'n' => path.to_owned(),
            'N' => format!("'{path}'"),
            'o' => found.blksize().to_string(),
            's' => found.size().to_string(),
            'u' => found.uid().to_string(),
            'U' => metadata::owner(device, absolute).0,
            'x' => time(found.atime(), found.atime_nsec()),
            'X' => found.atime().to_string(),
            'y' => time(found.mtime(), found.mtime_nsec()),
            'Y' => found.mtime().to_string(),
            'z' => time(found.ctime(), found.ctime_nsec()),
            'Z' => found.ctime().to_string(),
            '%' => "%".to_owned(),
            other => format!("%{other}"),
        };
    }
    text
}
