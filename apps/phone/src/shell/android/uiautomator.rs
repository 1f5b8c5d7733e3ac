//! `uiautomator dump`: the view tree as XML.

use std::io::{self, Write};

use crate::files::Files;
use crate::shell::Context;

const DEFAULT: &str = "/sdcard/window_dump.xml";

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
    let xml = ctx.device().system().dump();
    let Some(xml) = xml else {
        writeln!(ctx.err, "ERROR: null root node returned by UiTestAutomationBridge.")?;
        return Ok(0);
    };
    if path == "/dev/tty" || path == "/dev/stdout" {
        ctx.out.write_all(xml.as_bytes())?;
    } else {
        let target = Files::absolute(&ctx.shell.cwd, path);
        if let Err(error) = ctx.device().files.write(&target, xml.as_bytes()) {
            writeln!(ctx.err, "java.io.FileNotFoundException: {target}: open failed: {error}")?;
            return Ok(1);
        }
    }
    writeln!(ctx.out, "UI hierchary dumped to: {path}")?;
    Ok(0)
}
