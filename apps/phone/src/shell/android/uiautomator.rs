//! `uiautomator dump`: the view tree as XML.

use std::io::{self, Write};

use crate::faults::BadDump;
use crate::files::{Files, reason};
use crate::shell::Context;

const DEFAULT: &str = "/sdcard/window_dump.xml";
/// What a dump of a screen without a window says.
const NULL_ROOT: &str = "ERROR: null root node returned by UiTestAutomationBridge.";
/// How long it waits until nothing on the screen moves, in milliseconds.
const IDLE: i64 = 10_000;
/// Status of a process that was killed.
const KILLED: i32 = 128 + 9;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    if args.first().is_none_or(|command| command != "dump") {
        writeln!(
            ctx.err,
            "Usage: uiautomator <subcommand> [options]\n\nAvailable subcommands:\n\nhelp: displays help message\n\n\
             dump: creates an XML dump of current UI hierarchy\n    dump [--verbose][file]\n      [--compressed]: dumps \
             compressed layout information.\n      [file]: the location where the dumped XML should be stored, default is\n      \
             {DEFAULT}\n"
        )?;
        return Ok(255);
    }
    let path = args[1..].iter().find(|argument| !argument.starts_with("--")).map_or(DEFAULT, String::as_str);
    let device = ctx.device();
    let faults = device.files.faults();
    faults.slow_dump(|| ctx.shell.stop.is_cancelled());
    match faults.dump(args.iter().any(|argument| argument == "--compressed")) {
        None => {}
        Some(BadDump::Killed) => {
            writeln!(ctx.err, "Killed")?;
            return Ok(KILLED);
        }
        Some(BadDump::NotIdle) => {
            device.system().advance(IDLE);
            writeln!(ctx.err, "ERROR: could not get idle state.")?;
            return Ok(0);
        }
        Some(BadDump::NullRoot) => {
            writeln!(ctx.err, "{NULL_ROOT}")?;
            return Ok(0);
        }
    }
    let xml = device.system().dump();
    let Some(xml) = xml else {
        writeln!(ctx.err, "{NULL_ROOT}")?;
        return Ok(0);
    };
    if path == "/dev/tty" || path == "/dev/stdout" {
        ctx.out.write_all(xml.as_bytes())?;
    } else {
        let target = Files::absolute(&ctx.shell.cwd, path);
        if let Err(error) = device.files.write(&target, xml.as_bytes()) {
            let error = reason(&error);
            writeln!(ctx.err, "java.io.FileNotFoundException: {target}: open failed: {error}")?;
            return Ok(1);
        }
    }
    writeln!(ctx.out, "UI hierchary dumped to: {path}")?;
    Ok(0)
}
