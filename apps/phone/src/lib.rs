//! A virtual Android phone that real ADB clients accept.
//!
//! ```text
//! adb/          bytes on the wire: adbd, adb-server protocol, sync, emulator console
//! shell/        a command line and its commands, one file per command
//! uiautomator/  the server that uiautomator2 starts on a phone
//! web           the screen in a browser
//! device        what the layers share: files, ports, properties, system
//! files         the phone's file system: a directory of the host with Android's paths
//! faults        what goes wrong with real phones, switched on and off
//! system/       packages, activities, intents, settings, content providers, notifications
//! ui/           views, layout, hit testing, what accessibility sees, uiautomator XML, painting
//! apps/         one file (or folder) per app: state + view + update
//! ```
//!
//! Each layer knows only the ones below it. Only `adb/` and `web` are asynchronous: everything from the shell down runs
//! synchronously on blocking threads.

mod adb;
pub mod apps;
pub mod device;
pub mod faults;
pub mod files;
pub mod journal;
pub mod phone;
pub mod ports;
pub mod properties;
pub mod shell;
pub mod snapshot;
pub mod system;
pub mod ui;
mod uiautomator;
mod web;

#[cfg(test)]
mod tests;

pub use device::Device;
pub use phone::{Builder, Phone, PhoneError};
