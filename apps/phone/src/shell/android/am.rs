//! `am`: starts and ends activities.

mod broadcast;
mod intent;

use std::io::{self, Write};

use super::arguments::Arguments;
use crate::shell::Context;
use crate::system::activity::{HOME, Start};
use crate::system::intent::Intent;

/// The intent that arguments describe.
pub(super) fn parse(args: &[String]) -> Result<Intent, String> {
    intent::parse(args).map(|parsed| parsed.intent)
}

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut left = Arguments::new(args);
    match left.next() {
        Some("start" | "start-activity") => start(ctx, left.rest()),
        Some("force-stop" | "kill" | "crash") => {
            // `--user 0` may stand before the package.
            if let Some(package) = left.rest().last().filter(|package| !package.starts_with('-')) {
                ctx.device().system().force_stop(package);
                return Ok(0);
            }
            writeln!(ctx.err, "Error: No package specified")?;
            Ok(255)
        }
        Some("kill-all") => Ok(0),
        Some("broadcast") => broadcast::run(ctx, left.rest()),
        Some("startservice" | "start-service" | "start-foreground-service") => {
            match intent::parse(left.rest()) {
                Ok(parsed) => writeln!(
                    ctx.out,
                    "Starting service: {}\nError: Not found; no service started.",
                    parsed.intent
                )?,
                Err(error) => writeln!(ctx.err, "Error: {error}")?,
            }
            Ok(255)
        }
        Some("stack") => stack(ctx, left.rest()),
        Some("task") => Ok(0),
        Some("get-current-user") => {
            writeln!(ctx.out, "0")?;
            Ok(0)
        }
        Some("instrument") => {
            let name = left.rest().last().map_or("", String::as_str);
            writeln!(
                ctx.out,
                "android.util.AndroidException: INSTRUMENTATION_FAILED: {name}\nINSTRUMENTATION_STATUS: Error=Unable \
                 to find instrumentation info for: ComponentInfo{{{name}}}\nINSTRUMENTATION_STATUS_CODE: -1"
            )?;
            Ok(1)
        }
        Some(other) => {
            writeln!(ctx.err, "Unknown command: {other}")?;
            Ok(255)
        }
        None => {
            writeln!(
                ctx.out,
                "Activity manager (activity) commands:\n  start-activity, broadcast, force-stop, stack list"
            )?;
            Ok(255)
        }
    }
}

fn start(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut parsed = match intent::parse(args) {
        Ok(parsed) => parsed,
        Err(error) => {
            writeln!(
                ctx.err,
                "\nException occurred while executing 'start':\njava.lang.IllegalArgumentException: {error}"
            )?;
            return Ok(255);
        }
    };
    let device = ctx.device();
    let mut system = device.system();
    if parsed.stop
        && let Some(package) = parsed.intent.component.as_ref().map(|component| component.package.clone())
    {
        system.force_stop(&package);
        // Android ends the app and prints this, before it starts it again.
        drop(system);
        writeln!(ctx.out, "Stopping: {package}")?;
        system = device.system();
    }
    parsed.intent.flags |= 0x1000_0000;
    let shown = Intent { flags: parsed.intent.flags & !0x1000_0000, ..parsed.intent.clone() };
    complete_type(&mut parsed.intent);
    let before = system.services.clock.up();
    let result = system.start(parsed.intent);
    let total = system.services.clock.up() - before;
    drop(system);
    writeln!(ctx.out, "Starting: {shown}")?;
    match result {
        Start::Ok { component, cold, delivered } => {
            if delivered {
                writeln!(
                    ctx.err,
                    "Warning: Activity not started, intent has been delivered to currently running top-most instance."
                )?;
            } else if !cold {
                writeln!(
                    ctx.err,
                    "Warning: Activity not started, its current task has been brought to the front"
                )?;
            }
            if parsed.wait {
                let state = if cold {
                    "COLD"
                } else if delivered {
                    "UNKNOWN (0)"
                } else {
                    "HOT"
                };
                writeln!(
                    ctx.out,
                    "Status: ok\nLaunchState: {state}\nActivity: {component}\nTotalTime: {total}\nWaitTime: {}\nComplete",
                    total + 3
                )?;
            }
            Ok(0)
        }
        Start::NoClass => {
            let name = shown.component.map(|component| component.to_string()).unwrap_or_default();
            writeln!(ctx.err, "Error type 3\nError: Activity class {{{name}}} does not exist.")?;
            Ok(1)
        }
        Start::Unresolved => {
            writeln!(
                ctx.err,
                "Error: Activity not started, unable to resolve {}",
                Intent { flags: shown.flags | 0x1000_0000, ..shown }
            )?;
            Ok(1)
        }
    }
}

/// Android asks the provider for the type of `content://` data that comes without one.
fn complete_type(intent: &mut Intent) {
    let Some(path) = intent.data.as_deref().and_then(|data| data.strip_prefix("content://")) else { return };
    if intent.mime.is_none() {
        let one = path.rsplit('/').next().is_some_and(|last| last.parse::<i64>().is_ok());
        let kind = if one { "item" } else { "dir" };
        let what = match path.split('/').take(2).collect::<Vec<_>>().as_slice() {
            ["contacts" | "com.android.contacts", "people" | "contacts" | "raw_contacts"] => "contact",
            ["com.android.calendar", "events"] => "event",
            ["call_log", ..] => "calls",
            _ => return,
        };
        intent.mime = Some(format!("vnd.android.cursor.{kind}/{what}"));
    }
}

fn stack(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut left = Arguments::new(args);
    match left.next() {
        Some("list") => {
            let mut text = String::new();
            {
                let device = ctx.device();
                let system = device.system();
                for (nth, task) in system.activities().tasks.iter().rev().enumerate() {
                    let (Some(root), Some(top)) = (task.stack.first(), task.stack.last()) else { continue };
                    let kind = if root.manifest.package == HOME { "home" } else { "standard" };
                    let name = |it: &crate::system::activity::Instance| it.component().flat();
                    let visible = nth == 0;
                    text.push_str(&format!(
                        "RootTask id={0} bounds=[0,0][1080,2400] displayId=0 userId=0\n configuration={{1.0 310mcc260mnc \
                         [en_US] ldltr sw411dp w411dp h890dp 420dpi nrml long port finger qwerty/v/v dpad/v \
                         winConfig={{ mBounds=Rect(0, 0 - 1080, 2400) mWindowingMode=fullscreen mActivityType={kind}}}}}\n  \
                         taskId={0}: {1} bounds=[0,0][1080,2400] userId=0 visible={visible} topActivity=ComponentInfo{{{2}}}\n\n",
                        task.id,
                        name(root),
                        name(top),
                    ));
                }
            }
            ctx.out.write_all(text.as_bytes())?;
            Ok(0)
        }
        Some("remove") => {
            let id = left.next().and_then(|id| id.parse().ok()).unwrap_or(0);
            ctx.device().system().remove_task(id);
            Ok(0)
        }
        _ => {
            writeln!(ctx.err, "Error: unknown command")?;
            Ok(255)
        }
    }
}
