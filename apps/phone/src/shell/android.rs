//! Commands that ask the framework, one file each.

mod am;
mod app_process;
mod arguments;
mod cmd;
mod content;
mod dumpsys;
mod ime;
mod input;
mod locksettings;
mod log;
mod logcat;
mod monkey;
mod pm;
mod reboot;
mod screencap;
mod service;
mod settings;
mod svc;
mod uiautomator;
mod wm;

use super::Run;

/// Name and function of each, by name.
pub const COMMANDS: &[(&str, Run)] = &[
    ("am", am::run),
    ("app_process", app_process::run),
    ("cmd", cmd::run),
    ("content", content::run),
    ("dumpsys", dumpsys::run),
    ("ime", ime::run),
    ("input", input::run),
    ("locksettings", locksettings::run),
    ("log", log::run),
    ("logcat", logcat::run),
    ("monkey", monkey::run),
    ("pm", pm::run),
    ("reboot", reboot::run),
    ("screencap", screencap::run),
    ("service", service::run),
    ("settings", settings::run),
    ("svc", svc::run),
    ("uiautomator", uiautomator::run),
    ("wm", wm::run),
];
