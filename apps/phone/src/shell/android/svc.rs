//! `svc`: switches radios.

use std::io::{self, Write};

use crate::shell::Context;
use crate::system::key::KeyCode;
use crate::system::settings::Namespace;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let device = ctx.device();
    let mut system = device.system();
    let known = match words.as_slice() {
        [what @ ("wifi" | "data" | "bluetooth" | "nfc"), state @ ("enable" | "disable")] => {
            let key = match *what {
                "wifi" => "wifi_on",
                "data" => "mobile_data",
                "bluetooth" => "bluetooth_on",
                _ => "nfc_on",
            };
            system.services.settings.put(Namespace::Global, key, if *state == "enable" { "1" } else { "0" });
            true
        }
        ["power", "stayon", ..] => true,
        ["power", "wakeup"] => {
            system.key(KeyCode::Wakeup);
            true
        }
        _ => false,
    };
    drop(system);
    if known {
        return Ok(0);
    }
    writeln!(
        ctx.err,
        "Available commands:\n    help     Show information about the subcommands\n    power, data, wifi, nfc, bluetooth"
    )?;
    Ok(255)
}
