//! Commands that are about the shell itself: `cd`, `pwd`, `export`, `set`, `unset`, `env`, `exit`, `exec`, `eval`,
//! `read`, `command`, `which`, `sh`, `.`, and those that run another command: `nohup`, `time`, `timeout`, `toybox`.

use std::io::{self, Write};

use crate::{
    files::{Files, reason},
    shell::{Context, command::find},
};

/// Largest script file, in bytes.
const MAX_SCRIPT: u64 = 1024 * 1024;

pub(super) fn cd(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let home = ctx.shell.variable("HOME");
    let path = args.first().unwrap_or(&home);
    let absolute = Files::absolute(&ctx.shell.cwd, path);
    match ctx.host_path(path).and_then(|host| host.metadata()) {
        Ok(metadata) if metadata.is_dir() => {
            ctx.shell.cwd = absolute;
            return Ok(0);
        }
        Ok(_) => writeln!(ctx.err, "/system/bin/sh: cd: {path}: Not a directory")?,
        Err(error) => writeln!(ctx.err, "/system/bin/sh: cd: {path}: {}", reason(&error))?,
    }
    Ok(2)
}

pub(super) fn pwd(ctx: &mut Context<'_>, _: &[String]) -> io::Result<i32> {
    writeln!(ctx.out, "{}", ctx.shell.cwd)?;
    Ok(0)
}

/// Every variable is in the environment of every command, so `export` only assigns.
pub(super) fn export(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    for arg in args {
        if let Some((name, value)) = arg.split_once('=') {
            ctx.shell.variables.insert(name.to_owned(), value.to_owned());
        }
    }
    Ok(0)
}

pub(super) fn unset(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    for arg in args {
        ctx.shell.variables.remove(arg);
    }
    Ok(0)
}

/// Without arguments the variables; options such as `-e` are taken and change nothing.
pub(super) fn set(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    if args.is_empty() { env(ctx, args) } else { Ok(0) }
}

/// `env [NAME=VALUE..] [COMMAND..]`
pub(super) fn env(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let first = args.iter().position(|arg| !arg.contains('=')).unwrap_or(args.len());
    let (assignments, words) = args.split_at(first);
    let mut shell = ctx.shell.clone();
    for (name, value) in assignments.iter().filter_map(|arg| arg.split_once('=')) {
        shell.variables.insert(name.to_owned(), value.to_owned());
    }
    if words.is_empty() {
        for (name, value) in &shell.variables {
            writeln!(ctx.out, "{name}={value}")?;
        }
        return Ok(0);
    }
    let (_, mut streams) = ctx.parts();
    shell.run_command(words, &mut streams)
}

pub(super) fn exit(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let status = args.first().and_then(|arg| arg.parse().ok()).unwrap_or(ctx.shell.status);
    ctx.shell.exit = Some(status & 0xff);
    Ok(status)
}

pub(super) fn exec(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    if args.is_empty() {
        return Ok(0);
    }
    let status = ctx.run(args)?;
    ctx.shell.exit = Some(status);
    Ok(status)
}

pub(super) fn eval(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let (shell, mut streams) = ctx.parts();
    Ok(shell.run_line(&args.join(" "), &mut streams))
}

/// `read NAME..`: one line of standard input, the last name taking what is left.
pub(super) fn read(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut line = Vec::new();
    let ended = ctx.stdin.read_until(b'\n', &mut line)? == 0;
    let line = String::from_utf8_lossy(&line).trim().to_owned();
    let names: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let mut parts = line.splitn(names.len().max(1), char::is_whitespace);
    for name in names {
        ctx.shell.variables.insert(name.clone(), parts.next().unwrap_or_default().trim().to_owned());
    }
    Ok(i32::from(ended))
}

/// `command NAME..` runs it; `command -v NAME` is `which`.
pub(super) fn command(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    match args.split_first() {
        Some((option, names)) if option == "-v" || option == "-V" => which(ctx, names),
        _ => ctx.run(args),
    }
}

pub(super) fn which(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut status = 0;
    for name in args {
        let file = name.rsplit('/').next().unwrap_or(name);
        if find(name).is_some() {
            writeln!(ctx.out, "/system/bin/{file}")?;
        } else {
            status = 1;
        }
    }
    Ok(status)
}

/// `sh [-c LINE | FILE]`, or standard input.
pub(super) fn sh(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut shell = ctx.shell.clone();
    match args {
        [option, line, ..] if option == "-c" => {
            let (_, mut streams) = ctx.parts();
            Ok(shell.run_line(line, &mut streams))
        }
        [path, ..] if !path.starts_with('-') => match script(ctx, path)? {
            Some(text) => {
                let (_, mut streams) = ctx.parts();
                Ok(shell.run_line(&text, &mut streams))
            }
            None => Ok(127),
        },
        _ => {
            let (_, mut streams) = ctx.parts();
            Ok(shell.session(&mut streams, false))
        }
    }
}

/// `. FILE`: as if its lines stood here.
pub(super) fn source(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let Some(path) = args.first() else { return Ok(0) };
    match script(ctx, path)? {
        Some(text) => {
            let (shell, mut streams) = ctx.parts();
            Ok(shell.run_line(&text, &mut streams))
        }
        None => Ok(1),
    }
}

fn script(ctx: &mut Context<'_>, path: &str) -> io::Result<Option<String>> {
    let read = ctx.host_path(path).and_then(|host| match host.metadata()?.len() {
        0..=MAX_SCRIPT => std::fs::read(host),
        _ => Err(io::ErrorKind::FileTooLarge.into()),
    });
    match read {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) => {
            writeln!(ctx.err, "/system/bin/sh: {path}: {}", reason(&error))?;
            Ok(None)
        }
    }
}

/// Runs what follows: there is no hangup, and nothing runs long enough to be timed.
pub(super) fn nohup(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    ctx.run(args)
}

/// `timeout SECONDS COMMAND..`
pub(super) fn timeout(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    ctx.run(args.get(1..).unwrap_or_default())
}

/// `toybox COMMAND..`; alone it lists the commands.
pub(super) fn toybox(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    if !args.is_empty() {
        return ctx.run(args);
    }
    let names: Vec<&str> = super::COMMANDS.iter().map(|(name, _)| *name).collect();
    writeln!(ctx.out, "{}", names.join(" "))?;
    Ok(0)
}
