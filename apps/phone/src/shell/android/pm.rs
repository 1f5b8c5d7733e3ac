//! `pm`, which is also `cmd package`: the packages.

mod apk;
mod install;

use std::io::{self, Write};

use super::arguments::Arguments;
use crate::shell::Context;
use crate::system::package::Packages;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let Some((command, rest)) = args.split_first() else {
        writeln!(
            ctx.out,
            "Package manager (package) commands:\n  list packages|features, path, dump, clear, grant, revoke, install, uninstall"
        )?;
        return Ok(255);
    };
    let package =
        rest.iter().filter(|word| !word.starts_with('-')).find(|word| word.parse::<u32>().is_err()).cloned();
    match (command.as_str(), package) {
        ("list", _) => list(ctx, rest),
        ("path", Some(package)) => path(ctx, &package),
        ("dump", Some(package)) => super::dumpsys::package(ctx, &package),
        ("clear", Some(package)) => {
            let done = ctx.device().system().clear_data(&package);
            writeln!(ctx.out, "{}", if done { "Success" } else { "Failed" })?;
            Ok(i32::from(!done))
        }
        ("grant" | "revoke", Some(package)) => grant(ctx, command == "grant", &package, rest),
        ("install" | "install-create", _) => install::run(ctx, rest),
        ("uninstall", Some(package)) => uninstall(ctx, &package),
        ("disable" | "disable-user" | "enable" | "default-state", Some(package)) => {
            enable(ctx, !command.starts_with("disable"), &package)
        }
        ("install-existing", Some(package)) => {
            ctx.device().system().services.packages.install(&package, "");
            writeln!(ctx.out, "Package {package} installed for user: 0")?;
            Ok(0)
        }
        ("resolve-activity" | "query-activities", _) => {
            super::cmd::activities(ctx, command == "query-activities", rest)
        }
        ("get-install-location", _) => {
            writeln!(ctx.out, "0[auto]")?;
            Ok(0)
        }
        ("hide" | "unhide" | "suspend" | "unsuspend" | "trim-caches" | "compile", _) => Ok(0),
        (
            "path" | "dump" | "clear" | "grant" | "revoke" | "uninstall" | "disable" | "disable-user"
            | "enable",
            None,
        ) => {
            writeln!(ctx.err, "Error: package not specified")?;
            Ok(1)
        }
        (other, _) => {
            writeln!(ctx.err, "Unknown command: {other}")?;
            Ok(255)
        }
    }
}

/// What the emulator image says that it has.
const FEATURES: [&str; 14] = [
    "reqGlEsVersion=0x30000",
    "android.hardware.audio.output",
    "android.hardware.bluetooth",
    "android.hardware.camera",
    "android.hardware.faketouch",
    "android.hardware.location",
    "android.hardware.microphone",
    "android.hardware.screen.portrait",
    "android.hardware.sensor.accelerometer",
    "android.hardware.telephony",
    "android.hardware.touchscreen",
    "android.hardware.touchscreen.multitouch",
    "android.hardware.wifi",
    "android.software.input_methods",
];

fn list(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut left = Arguments::new(args);
    let text = match left.next() {
        Some("packages" | "package") => packages(&ctx.device().system().services.packages, left),
        Some("features") => FEATURES.iter().map(|feature| format!("feature:{feature}\n")).collect(),
        Some("users") => "Users:\n\tUserInfo{0:Owner:4c13} running\n".to_owned(),
        Some("libraries" | "instrumentation" | "permissions" | "permission-groups") => String::new(),
        other => {
            writeln!(ctx.err, "Error: unknown list type '{}'", other.unwrap_or_default())?;
            return Ok(255);
        }
    };
    ctx.out.write_all(text.as_bytes())?;
    Ok(0)
}

fn packages(packages: &Packages, mut left: Arguments<'_>) -> String {
    let (mut file, mut uid, mut installer, mut version) = (false, false, false, false);
    let mut keep: Vec<fn(&Packages, &str) -> bool> = Vec::new();
    while let Some(option) = left.option() {
        match option {
            "-f" => file = true,
            "-U" => uid = true,
            "-i" => installer = true,
            "--show-versioncode" => version = true,
            "-3" => keep.push(|packages, name| !packages.is_system(name)),
            "-s" => keep.push(Packages::is_system),
            "-e" => keep.push(Packages::is_enabled),
            "-d" => keep.push(|packages, name| !packages.is_enabled(name)),
            "--user" | "--uid" => drop(left.next()),
            _ => {}
        }
    }
    let filter = left.next().unwrap_or_default();
    let mut out = String::new();
    for name in packages.names() {
        if !name.contains(filter) || !keep.iter().all(|keep| keep(packages, &name)) {
            continue;
        }
        let path = if file { format!("{}=", packages.apk(&name)) } else { String::new() };
        out.push_str(&format!("package:{path}{name}"));
        if version {
            out.push_str(" versionCode:1");
        }
        if installer {
            out.push_str("  installer=null");
        }
        if uid {
            out.push_str(&format!(" uid:{}", packages.uid(&name)));
        }
        out.push('\n');
    }
    out
}

fn path(ctx: &mut Context<'_>, package: &str) -> io::Result<i32> {
    let apk = {
        let device = ctx.device();
        let system = device.system();
        let packages = &system.services.packages;
        packages.exists(package).then(|| packages.apk(package))
    };
    match apk {
        Some(apk) => {
            writeln!(ctx.out, "package:{apk}")?;
            Ok(0)
        }
        None => Ok(1),
    }
}

fn grant(ctx: &mut Context<'_>, granted: bool, package: &str, args: &[String]) -> io::Result<i32> {
    let permission = args.iter().skip_while(|word| *word != package).nth(1).cloned();
    let Some(permission) = permission else {
        writeln!(ctx.err, "Error: no permission specified")?;
        return Ok(1);
    };
    let known = {
        let device = ctx.device();
        let mut system = device.system();
        let known = system.services.packages.exists(package);
        if known {
            system.services.packages.grant(package, &permission, granted);
        }
        known
    };
    if !known {
        writeln!(
            ctx.err,
            "\nException occurred while executing 'grant':\njava.lang.IllegalArgumentException: Unknown package: {package}"
        )?;
        return Ok(255);
    }
    Ok(0)
}

fn uninstall(ctx: &mut Context<'_>, package: &str) -> io::Result<i32> {
    let done = {
        let device = ctx.device();
        let mut system = device.system();
        let there = system.services.packages.exists(package);
        if there {
            system.clear_data(package);
            system.services.packages.uninstall(package);
        }
        there
    };
    writeln!(ctx.out, "{}", if done { "Success" } else { "Failure [DELETE_FAILED_INTERNAL_ERROR]" })?;
    Ok(i32::from(!done))
}

fn enable(ctx: &mut Context<'_>, enabled: bool, package: &str) -> io::Result<i32> {
    let known = {
        let device = ctx.device();
        let mut system = device.system();
        let known = system.services.packages.exists(package);
        if known {
            system.services.packages.enable(package, enabled);
            if !enabled {
                system.force_stop(package);
            }
        }
        known
    };
    if !known {
        writeln!(ctx.err, "Error: java.lang.IllegalArgumentException: Unknown package: {package}")?;
        return Ok(255);
    }
    let state = if enabled { "enabled" } else { "disabled-user" };
    writeln!(ctx.out, "Package {package} new state: {state}")?;
    Ok(0)
}
