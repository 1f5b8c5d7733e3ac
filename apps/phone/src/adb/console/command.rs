//! What the console can be told.

use std::io;

use chrono::{DateTime, Utc};

use super::Reply;
use crate::device::Device;

/// Runs one command line.
pub(super) fn run(device: &Device, line: &str) -> Reply {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["help" | "h" | "?", ..] => help(),
        ["ping"] => ok("I am alive!"),
        ["avd", rest @ ..] => avd(device, rest),
        ["kill"] => Reply::Kill,
        _ => Reply::Bad("unknown command, try 'help'".to_owned()),
    }
}

fn help() -> Reply {
    let commands = [
        "help|h|?           print a list of commands",
        "ping               check if the emulator is alive",
        "avd                control virtual device execution",
        "auth               user authentication for the emulator console",
        "quit|exit          quit control session",
        "kill               terminate the emulator",
    ];
    let text = commands.map(|command| format!("    {command}\r\n")).concat();
    Reply::Ok(format!("Android console commands:\r\n\r\n{text}\r\n"))
}

fn ok(line: &str) -> Reply {
    Reply::Ok(format!("{line}\r\n"))
}

fn done<E>(result: Result<(), E>, bad: impl FnOnce(E) -> String) -> Reply {
    result.map_or_else(|error| Reply::Bad(bad(error)), |()| Reply::Ok(String::new()))
}

fn avd(device: &Device, words: &[&str]) -> Reply {
    match words {
        ["name"] => ok(device.properties().get("ro.boot.qemu.avd_name")),
        ["status"] => ok("virtual device is running"),
        ["snapshot", "list"] => Reply::Ok(list(device)),
        ["snapshot", "save", name] => done(device.save_snapshot(name), |error| error.to_string()),
        ["snapshot", "load", name] => done(device.load_snapshot(name), |error| match error.kind() {
            io::ErrorKind::NotFound => format!("Device does not have the requested snapshot '{name}'"),
            _ => error.to_string(),
        }),
        ["snapshot", ..] => {
            Reply::Bad("missing argument, try 'avd snapshot list|save NAME|load NAME'".to_owned())
        }
        _ => Reply::Bad("bad sub-command, try 'avd name|status|snapshot'".to_owned()),
    }
}

/// The snapshots in the emulator's table.
fn list(device: &Device) -> String {
    let snapshots = device.snapshots();
    if snapshots.is_empty() {
        return "There is no snapshot available.\r\n".to_owned();
    }
    let mut text = "List of snapshots present on all disks:\r\n".to_owned();
    text += "ID        TAG                 VM SIZE                DATE       VM CLOCK\r\n";
    for snapshot in snapshots {
        let taken = DateTime::<Utc>::from(snapshot.taken).format("%Y-%m-%d %H:%M:%S");
        text += &format!("--        {:<20}    0B {taken}   00:00:00.000\r\n", snapshot.name);
    }
    text
}
