//! `phone`: serves the virtual phone until it is stopped.

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
    println!("virtual phone {}", phone.serial());
    println!("  adbd      {}    adb connect {}", phone.adb_address(), phone.adb_address());
    println!("  console   {}    adb -s {} emu help", phone.console_address(), phone.serial());
    if let Some(server) = phone.server_address() {
        println!("  server    {server}    ADB_SERVER_SOCKET=tcp:{server} for programs without adb");
    }
    if let Some(page) = phone.web_address() {
        println!("  page      http://{page}    its screen, in a browser");
    }
    println!("  ctrl-C ends it");
    tokio::signal::ctrl_c().await.map_err(Failure::unavailable)
}
