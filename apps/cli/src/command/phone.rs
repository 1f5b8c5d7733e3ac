//! `phone`: serves the virtual phone until it is stopped.

use std::io::{self, Write};

use pocketpilot_phone::{Phone, PhoneError};

use crate::args;
use crate::failure::Failure;

/// Serves the phone until ctrl-C.
///
/// # Errors
/// A port is taken, or the state directory cannot be used.
pub async fn run(args: &args::Phone) -> Result<(), Failure> {
    let mut settings = Phone::builder();
    settings.adb_port = args.port;
    settings.console_port = args.console;
    settings.server_port = args.server_port;
    settings.web_port = args.web;
    settings.recorded = args.recorded.clone();
    settings.seed = args.seed;
    settings.root = args.state.clone();
    settings.clock = args.clock;
    settings.faults.clone_from(&args.fault);
    let phone = settings.start().await.map_err(|error| match error {
        PhoneError::Io { .. } => Failure::unavailable(error),
        PhoneError::Recording { .. } | PhoneError::NoRecording { .. } | PhoneError::Twice { .. } => {
            Failure::usage(error)
        }
    })?;
    // The phone serves whether or not anybody reads where.
    let _ = io::stdout().write_all(addresses(&phone).as_bytes());
    tokio::signal::ctrl_c().await.map_err(Failure::unavailable)
}

/// Where everything is, a line each.
fn addresses(phone: &Phone) -> String {
    let (serial, adbd, console) = (phone.serial(), phone.adb_address(), phone.console_address());
    let mut text = format!(
        "virtual phone {serial}\n  adbd      {adbd}    adb connect {adbd}\n  console   {console}    adb -s {serial} emu help\n"
    );
    if let Some(server) = phone.server_address() {
        text += &format!("  server    {server}    ADB_SERVER_SOCKET=tcp:{server} for programs without adb\n");
    }
    if let Some(page) = phone.web_address() {
        text += &format!("  page      http://{page}    its screen, in a browser\n");
    }
    text + "  ctrl-C ends it\n"
}
