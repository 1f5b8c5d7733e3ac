//! `doctor`: what is here, what is not, and what to do about it.

use std::process::Command;

use console::style;
use pocketpilot_memory::Store;
use pocketpilot_tools::device::{DEFAULT_SERVER, list_devices};

use crate::failure::Failure;
use crate::models::{Cache, Manifest};
use crate::{parts, paths};

/// Prints one line for each thing that a run may need.
///
/// # Errors
/// There is no home directory.
pub async fn run() -> Result<(), Failure> {
    let manifest = Manifest::embedded();
    let cache = Cache::default();
    for model in &manifest.models {
        let name = model.name.as_str();
        let needed = name == parts::DEFAULT_MODEL || name == parts::ENCODER;
        match (cache.holds(model), needed) {
            (true, _) => good("model", name),
            (false, true) => bad(
                "model",
                &format!("{name} is not here; `run` fetches it, or: pocketpilot models pull {name}"),
            ),
            (false, false) => {
                note("model", &format!("{name} is not here; to have it: pocketpilot models pull {name}"))
            }
        }
    }
    match Command::new("python3").args(["-m", "pip", "--version"]).output() {
        Ok(output) if output.status.success() => good("pip", String::from_utf8_lossy(&output.stdout).trim()),
        _ => note("pip", "python3 -m pip does not run; models then come by URL only: install python3-pip"),
    }
    match list_devices(DEFAULT_SERVER).await {
        Ok(devices) if devices.is_empty() => {
            note("phones", "the adb server knows none; `run` uses the virtual phone")
        }
        Ok(devices) => {
            for listed in devices {
                good("phone", &format!("{} ({})", listed.serial, listed.state));
            }
        }
        Err(_) => note(
            "phones",
            "no adb server is running; `run` uses the virtual phone, for your own: adb start-server",
        ),
    }
    let dir = paths::memory()?;
    match Store::open(&dir) {
        Ok(_) => good("memory", &dir.display().to_string()),
        Err(e) => bad("memory", &e.to_string()),
    }
    for file in ["policy.toml", "mcp.toml"] {
        match paths::config(file) {
            Some(path) => good("config", &path.display().to_string()),
            None => note("config", &format!("no {file}; the shipped defaults are used")),
        }
    }
    Ok(())
}

fn good(what: &str, text: &str) {
    println!("{} {what:<8} {text}", style("✓").green());
}

fn bad(what: &str, text: &str) {
    println!("{} {what:<8} {text}", style("✗").red());
}

fn note(what: &str, text: &str) {
    println!("{} {what:<8} {text}", style("·").yellow());
}
