//! `monkey`: starts an app, which is what clients use it for.

use std::io::{self, Write};

use crate::shell::Context;
use crate::system::intent::Intent;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let packages: Vec<&String> =
        args.windows(2).filter(|pair| pair[0] == "-p").map(|pair| &pair[1]).collect();
    let count: u64 = args.last().and_then(|last| last.parse().ok()).unwrap_or(0);
    if count == 0 {
        writeln!(ctx.err, "** Error: Count not specified")?;
        return Ok(255);
    }
    writeln!(ctx.err, "  bash arg: {}", args.join("\n  bash arg: "))?;
    let device = ctx.device();
    let started = {
        let mut system = device.system();
        let package =
            packages.into_iter().find(|package| system.services.packages.launch_target(package).is_some());
        package.map(|package| system.start(Intent::launch(package))).is_some()
    };
    if !started {
        writeln!(ctx.out, "** No activities found to run, monkey aborted.")?;
        return Ok(252);
    }
    writeln!(
        ctx.out,
        "Events injected: {count}\n## Network stats: elapsed time=12ms (0ms mobile, 0ms wifi, 12ms not connected)"
    )?;
    Ok(0)
}
