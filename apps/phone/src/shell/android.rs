//! Commands that ask the framework, one file each.

mod am;
mod arguments;
mod cmd;
mod content;
mod dumpsys;
mod ime;
mod input;
mod locksettings;
mod logcat;
mod monkey;
mod pm;
mod screencap;
mod settings;
mod svc;
mod uiautomator;
mod wm;

use super::Run;

/// Name and function of each, by name.
pub const COMMANDS: &[(&str, Run)] = &[
    ("am", am::run),
    ("cmd", cmd::run),
    ("content", content::run),
    ("dumpsys", dumpsys::run),
    ("ime", ime::run),
    ("input", input::run),
    ("locksettings", locksettings::run),
    ("logcat", logcat::run),
    ("monkey", monkey::run),
    ("pm", pm::run),
    ("screencap", screencap::run),
    ("settings", settings::run),
    ("svc", svc::run),
    ("uiautomator", uiautomator::run),
    ("wm", wm::run),
];
