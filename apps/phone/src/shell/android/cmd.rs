//! `cmd`: speaks to a service by name.

use std::io::{self, Write};

use super::arguments::Arguments;
use super::{am, dumpsys, locksettings, pm, settings, wm};
use crate::shell::Context;
use crate::system::intent::Intent;
use crate::system::package::Target;
use crate::system::settings::Namespace;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let Some((service, rest)) = args.split_first() else {
        writeln!(
            ctx.err,
            "cmd: No service specified; use -l to list all running services. Use -w to start and wait for a service."
        )?;
        return Ok(20);
    };
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    match (service.as_str(), words.as_slice()) {
        ("package", _) => pm::run(ctx, rest),
        ("activity", _) => am::run(ctx, rest),
        ("window", _) => wm::run(ctx, rest),
        ("settings", _) => settings::run(ctx, rest),
        ("lock_settings", _) => locksettings::run(ctx, rest),
        ("display", ["get-displays"]) => dumpsys::displays(ctx),
        ("statusbar", ["expand-notifications" | "expand-settings"]) => {
            ctx.device().system().start(crate::apps::shade::intent());
            Ok(0)
        }
        ("statusbar", ["collapse"]) => {
            let device = ctx.device();
            let mut system = device.system();
            if system.activities().package() == crate::apps::shade::PACKAGE {
                system.back();
            }
            Ok(0)
        }
        ("uimode", ["night", state @ ("yes" | "no")]) => {
            let value = if *state == "yes" { "2" } else { "1" };
            ctx.device().system().services.settings.put(Namespace::Secure, "ui_night_mode", value);
            writeln!(ctx.out, "Night mode: {state}")?;
            Ok(0)
        }
        ("uimode", ["night"]) => {
            let night = ctx.device().system().services.settings.get(Namespace::Secure, "ui_night_mode");
            writeln!(ctx.out, "Night mode: {}", if night.as_deref() == Some("2") { "yes" } else { "no" })?;
            Ok(0)
        }
        ("connectivity", ["airplane-mode"]) => {
            let on = ctx.device().system().services.settings.on(Namespace::Global, "airplane_mode_on");
            writeln!(ctx.out, "{}", if on { "enabled" } else { "disabled" })?;
            Ok(0)
        }
        ("connectivity", ["airplane-mode", state @ ("enable" | "disable")]) => {
            switch(ctx, "airplane_mode_on", state)
        }
        ("wifi", ["set-wifi-enabled", state]) => {
            switch(ctx, "wifi_on", if *state == "enabled" { "enable" } else { "disable" })
        }
        ("bluetooth_manager", [state @ ("enable" | "disable")]) => switch(ctx, "bluetooth_on", state),
        ("notification", ["set_dnd", filter]) => {
            let mode = match *filter {
                "off" | "all" => "0",
                "priority" => "1",
                "on" | "none" => "2",
                "alarms" => "3",
                _ => {
                    writeln!(ctx.err, "Usage: cmd notification set_dnd [on|none|priority|alarms|all|off]")?;
                    return Ok(255);
                }
            };
            ctx.device().system().services.settings.put(Namespace::Global, "zen_mode", mode);
            Ok(0)
        }
        ("location", ["set-location-enabled", state @ ("true" | "false")]) => {
            // 3 is Android's "high accuracy".
            let mode = if *state == "true" { "3" } else { "0" };
            ctx.device().system().services.settings.put(Namespace::Secure, "location_mode", mode);
            Ok(0)
        }
        (
            "location" | "locale" | "notification" | "deviceidle" | "jobscheduler" | "appops" | "overlay",
            _,
        ) => Ok(0),
        ("statusbar" | "uimode" | "connectivity" | "wifi" | "bluetooth_manager" | "display", _) => {
            writeln!(ctx.err, "Unknown command: {}", words.first().unwrap_or(&""))?;
            Ok(255)
        }
        _ => {
            writeln!(ctx.err, "cmd: Can't find service: {service}")?;
            Ok(20)
        }
    }
}

fn switch(ctx: &Context<'_>, key: &str, state: &str) -> io::Result<i32> {
    let value = if state == "enable" { "1" } else { "0" };
    ctx.device().system().services.settings.put(Namespace::Global, key, value);
    Ok(0)
}

/// `cmd package query-activities` and `resolve-activity`.
pub(super) fn activities(ctx: &mut Context<'_>, all: bool, args: &[String]) -> io::Result<i32> {
    let mut left = Arguments::new(args);
    let mut brief = false;
    let mut words: Vec<String> = Vec::new();
    while let Some(word) = left.next() {
        match word {
            "--brief" => brief = true,
            "--components" => brief = true,
            "--user" | "--query-flags" => drop(left.next()),
            // Short names are not Android's, but clients send them.
            "MAIN" => words.push("android.intent.action.MAIN".to_owned()),
            "LAUNCHER" => words.push("android.intent.category.LAUNCHER".to_owned()),
            other => words.push(other.to_owned()),
        }
    }
    let mut intent = match am::parse(&words) {
        Ok(parsed) => parsed,
        Err(error) => {
            writeln!(ctx.err, "Error: {error}")?;
            return Ok(255);
        }
    };
    if intent.action.is_none() && intent.component.is_none() && intent.data.is_none() {
        intent = Intent::launch(intent.package.as_deref().unwrap_or_default());
    }
    let mut found: Vec<Target> = ctx.device().system().services.packages.query(&intent);
    if !all {
        found.truncate(1);
    }
    if found.is_empty() {
        writeln!(ctx.out, "{}", if all { "No activities found" } else { "No activity found" })?;
        return Ok(0);
    }
    let mut text = String::new();
    if all {
        text.push_str(&format!("{} activities found:\n", found.len()));
    }
    for (nth, target) in found.iter().enumerate() {
        let (margin, wide) =
            if all { (format!("  Activity #{nth}:\n"), "    ") } else { (String::new(), "") };
        let head = "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=false";
        text.push_str(&match brief {
            true => format!("{margin}{wide}{head}\n{wide}{}\n", target.component()),
            false => format!(
                "{margin}{wide}{head}\n{wide}ActivityInfo:\n{wide}  name={0}\n{wide}  packageName={1}\n{wide}  \
                 labelRes=0x0 nonLocalizedLabel={2} icon=0x0 banner=0x0\n{wide}  enabled=true exported=true \
                 directBootAware=false\n{wide}  ApplicationInfo:\n{wide}    packageName={1}\n{wide}    \
                 enabled=true targetSdkVersion=34\n",
                target.activity.name, target.app.package, target.app.label,
            ),
        });
    }
    ctx.out.write_all(text.as_bytes())?;
    Ok(0)
}
