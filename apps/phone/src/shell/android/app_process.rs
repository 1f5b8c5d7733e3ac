//! `app_process`: runs a program of a jar. This phone has no virtual machine: the one program that it can run is the server
//! of uiautomator2, which it has built in.

use std::io::{self, Write};

use super::arguments::Arguments;
use crate::files::Files;
use crate::shell::Context;
use crate::uiautomator;

/// The server's class.
const SERVER: &str = "com.wetest.uia2.Main";

/// Status of a command whose terminal was hung up.
const HANGUP: i32 = 128 + 1;

/// Status of a command that aborted.
const ABORTED: i32 = 128 + 6;

/// `CLASSPATH=JAR app_process DIRECTORY CLASS [-p PORT]`
pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut left = Arguments::new(args);
    while left.option().is_some() {}
    let (Some(_directory), Some(class)) = (left.next(), left.next()) else {
        writeln!(ctx.err, "Error: no class name or --zygote supplied.")?;
        return Ok(ABORTED);
    };
    let jar = ctx.shell.variables.get("CLASSPATH").cloned().unwrap_or_default();
    let files = &ctx.shell.device.files;
    if class != SERVER || jar.is_empty() || !files.exists(&Files::absolute(&ctx.shell.cwd, &jar)) {
        writeln!(
            ctx.err,
            "java.lang.ClassNotFoundException: Didn't find class \"{class}\" on path: DexPathList[[zip file \"{jar}\"]]\nAborted"
        )?;
        return Ok(ABORTED);
    }
    let port = match left.rest() {
        [] => uiautomator::PORT,
        [option, port] if option == "-p" && port.parse::<u16>().is_ok_and(|port| port > 0) => {
            port.parse().unwrap_or(uiautomator::PORT)
        }
        other => {
            writeln!(ctx.err, "java.lang.IllegalArgumentException: {}", other.join(" "))?;
            return Ok(1);
        }
    };
    writeln!(ctx.out, "[server] INFO: [UiAutomator2Server] Starting Server")?;
    let Some(_listening) = ctx.device().ports.listen(port, uiautomator::serve) else {
        writeln!(ctx.out, "java.lang.IllegalStateException: UiAutomationService already registered!")?;
        return Ok(1);
    };
    ctx.out.flush()?;
    // It runs until whoever started it hangs up.
    io::copy(&mut ctx.stdin, &mut io::sink())?;
    Ok(HANGUP)
}
