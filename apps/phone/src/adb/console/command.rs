//! What the console can be told.

use std::io;

use chrono::{DateTime, Utc};

use super::Reply;
use crate::{
    device::Device,
    faults::UnknownFault,
    system::{System, clock::UnknownPace, telephony::CallState},
};

/// Runs one command line.
pub(super) fn run(device: &Device, line: &str) -> Reply {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["help" | "h" | "?", ..] => help(),
        ["ping"] => ok("I am alive!"),
        ["avd", rest @ ..] => avd(device, rest),
        ["sms", "send", number, _, ..] => {
            device.system().receive_sms(number, after(line, 3));
            Reply::Ok(String::new())
        }
        ["sms", ..] => Reply::Bad("missing argument, try 'sms send <phonenumber> <text message>'".to_owned()),
        ["gsm", rest @ ..] => gsm(device, rest),
        ["fault", rest @ ..] => fault(device, rest),
        ["clock", rest @ ..] => clock(device, rest),
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
        "clock              freeze, step or release the phone's time",
        "fault              switch on and off what goes wrong with phones",
        "gsm                make, take, end and list phone calls",
        "sms                send text messages to the phone",
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

/// The line without its first words.
fn after(line: &str, words: usize) -> &str {
    fn skip(rest: &str) -> &str {
        rest.trim_start().split_once(char::is_whitespace).map_or("", |(_, rest)| rest)
    }
    (0..words).fold(line, |rest, _| skip(rest)).trim()
}

fn gsm(device: &Device, words: &[&str]) -> Reply {
    let mut system = device.system();
    let known = |system: &System, number: &str| {
        system.services.call.as_ref().is_some_and(|call| call.number == number)
    };
    match words {
        ["list"] => Reply::Ok(system.services.call.as_ref().map_or(String::new(), |call| {
            let state = match call.state {
                CallState::Ringing => "incoming",
                CallState::Active => "active",
            };
            let way = if call.incoming { "inbound from" } else { "outbound to " };
            format!("{way} {} : {state}\r\n", call.number)
        })),
        ["call", number] => {
            system.incoming_call(number);
            Reply::Ok(String::new())
        }
        ["accept" | "cancel", number] if !known(&system, number) => {
            Reply::Bad(format!("no current call to/from number '{number}'"))
        }
        ["accept", _] => {
            system.accept_call();
            Reply::Ok(String::new())
        }
        ["cancel", _] => {
            system.cancel_call();
            Reply::Ok(String::new())
        }
        _ => Reply::Bad("bad sub-command, try 'gsm list|call NUMBER|accept NUMBER|cancel NUMBER'".to_owned()),
    }
}

/// What the emulator has not: its name is this phone's own.
fn fault(device: &Device, words: &[&str]) -> Reply {
    match words {
        ["list"] => Reply::Ok(device.faults().iter().map(|fault| format!("{fault}\r\n")).collect()),
        ["set", fault] => {
            done(fault.parse().map(|fault| device.set_fault(fault)), |error: UnknownFault| error.to_string())
        }
        ["clear", name] if device.clear_fault(name) => Reply::Ok(String::new()),
        ["clear", name] => Reply::Bad(format!("no fault '{name}' is on, try 'fault list'")),
        _ => Reply::Bad("bad sub-command, try 'fault list|set NAME[=VALUE]|clear NAME'".to_owned()),
    }
}

/// As [`fault`], this phone's own.
fn clock(device: &Device, words: &[&str]) -> Reply {
    let mut system = device.system();
    match words {
        ["step", millis] => match millis.parse() {
            Ok(millis @ 0..) => {
                system.step(millis);
                Reply::Ok(String::new())
            }
            _ => Reply::Bad("steps are milliseconds, try 'clock step 1000'".to_owned()),
        },
        [pace] => {
            done(pace.parse().map(|pace| system.set_pace(pace)), |error: UnknownPace| error.to_string())
        }
        _ => Reply::Bad("bad sub-command, try 'clock frozen|stepped|real|step MILLISECONDS'".to_owned()),
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
