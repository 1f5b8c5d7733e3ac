//! `id`, `whoami`, `su`, `run-as`: who one is.

use std::io::{self, Write};

use crate::shell::{Context, SHELL_UID};

/// The user's name.
pub(super) fn name(uid: u32) -> String {
    match uid {
        0 => "root".to_owned(),
        1000 => "system".to_owned(),
        SHELL_UID => "shell".to_owned(),
        uid if uid >= 10_000 => format!("u0_a{}", uid - 10_000),
        uid => uid.to_string(),
    }
}

pub(super) fn id(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let uid = ctx.shell.uid;
    let name = name(uid);
    let letters: String = args.iter().filter_map(|arg| arg.strip_prefix('-')).collect();
    if letters.contains(['u', 'g', 'G']) {
        let text = if letters.contains('n') { name } else { uid.to_string() };
        writeln!(ctx.out, "{text}")?;
    } else {
        let context = if uid == 0 { "u:r:su:s0" } else { "u:r:shell:s0" };
        writeln!(ctx.out, "uid={uid}({name}) gid={uid}({name}) groups={uid}({name}) context={context}")?;
    }
    Ok(0)
}

pub(super) fn whoami(ctx: &mut Context<'_>, _: &[String]) -> io::Result<i32> {
    writeln!(ctx.out, "{}", name(ctx.shell.uid))?;
    Ok(0)
}

/// `su [-] [USER] [-c LINE | COMMAND..]`; without a command a session that reads the same standard input.
pub(super) fn su(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut args = args;
    let mut uid = 0;
    if let Some((user, rest)) = args.split_first()
        && let Some(wanted) = uid_of(user)
    {
        (uid, args) = (wanted, rest);
    }
    let mut shell = ctx.shell.clone();
    shell.uid = uid;
    let (_, mut streams) = ctx.parts();
    match args {
        [] => Ok(shell.session(&mut streams, false)),
        [option, line, ..] if option == "-c" => Ok(shell.run_line(line, &mut streams)),
        [option, ..] if option == "-c" => {
            writeln!(streams.err, "su: -c needs a command")?;
            Ok(1)
        }
        words => shell.run_command(words, &mut streams),
    }
}

fn uid_of(user: &str) -> Option<u32> {
    match user {
        "-" | "root" => Some(0),
        "shell" => Some(SHELL_UID),
        "system" => Some(1000),
        _ => user.parse().ok(),
    }
}

/// `run-as PACKAGE [COMMAND..]`: in the package's directory, as its user.
pub(super) fn run_as(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let Some((package, words)) = args.split_first() else {
        writeln!(ctx.err, "run-as: usage: run-as <package-name> [--user <uid>] <command> [<args>]")?;
        return Ok(1);
    };
    if !ctx.device().system().services.packages.exists(package) {
        writeln!(ctx.err, "run-as: unknown package: {package}")?;
        return Ok(1);
    }
    let words = match words {
        [option, _, words @ ..] if option == "--user" => words,
        words => words,
    };
    let mut shell = ctx.shell.clone();
    shell.cwd = format!("/data/data/{package}");
    shell.uid = ctx.device().system().services.packages.uid(package);
    let (_, mut streams) = ctx.parts();
    if words.is_empty() {
        Ok(shell.session(&mut streams, false))
    } else {
        shell.run_command(words, &mut streams)
    }
}
