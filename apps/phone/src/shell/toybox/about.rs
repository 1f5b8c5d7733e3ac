//! `uname`, `df`, `du`, `getprop`, `setprop`, `ip`, `ifconfig`: the machine.

use std::io::{self, Write};

use super::{ls::human, options::Options};
use crate::{
    files::{Files, reason},
    shell::Context,
};

/// How deep `du` looks.
const MAX_DEPTH: usize = 64;

pub(super) fn uname(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "uname", args, "asnrvmo")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let parts = [
        ('s', "Linux"),
        ('n', "localhost"),
        ('r', "6.1.23-android14-4-00257-g7e35917775b8-ab9964412"),
        ('v', "#1 SMP PREEMPT Mon Apr 17 20:50:58 UTC 2023"),
        ('m', "x86_64"),
        ('o', "Toybox"),
    ];
    let none = !parts.iter().any(|(letter, _)| options.has(*letter)) && !options.has('a');
    let shown = parts
        .iter()
        .filter(|(letter, _)| options.has(*letter) || options.has('a') || (none && *letter == 's'));
    writeln!(ctx.out, "{}", shown.map(|(_, text)| *text).collect::<Vec<_>>().join(" "))?;
    Ok(0)
}

/// The phone says that it has 6 GB for data; used is what the disk really holds.
pub(super) fn df(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    const SIZE: u64 = 6 * 1024 * 1024;
    let options = match Options::parse(ctx, "df", args, "hkHPai")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let files = &ctx.shell.device.files;
    let used = match files.room(&files.root().join("data")) {
        Ok(()) => (size(ctx, "/data", 0) + size(ctx, "/storage", 0)) / 1024,
        Err(_) => SIZE,
    };
    let show = |kilobytes: u64| match options.has('h') || options.has('H') {
        true => human(kilobytes * 1024),
        false => kilobytes.to_string(),
    };
    let unit = if options.has('h') || options.has('H') { "Size" } else { "1K-blocks" };
    writeln!(ctx.out, "{:<20} {unit:>10} {:>10} {:>10} Use% Mounted on", "Filesystem", "Used", "Available")?;
    for (name, mounted) in [("/dev/block/dm-48", "/data"), ("/dev/fuse", "/storage/emulated")] {
        let asked = options.rest.first().map(|path| Files::canonical(&ctx.shell.cwd, path));
        if asked.is_some_and(|path| !path.starts_with(mounted)) {
            continue;
        }
        let left = SIZE.saturating_sub(used);
        let percent = used * 100 / SIZE;
        writeln!(
            ctx.out,
            "{name:<20} {:>10} {:>10} {:>10} {percent:>3}% {mounted}",
            show(SIZE),
            show(used),
            show(left)
        )?;
    }
    Ok(0)
}

/// Bytes in all files below the path.
fn size(ctx: &Context<'_>, path: &str, depth: usize) -> u64 {
    let files = &ctx.shell.device.files;
    let Ok(metadata) = files.metadata(path) else { return 0 };
    if !metadata.is_dir() || depth > MAX_DEPTH {
        return metadata.len();
    }
    let names = files.list(path).unwrap_or_default();
    names.iter().map(|name| size(ctx, &format!("{path}/{name}"), depth + 1)).sum()
}

/// `du [-s] [-h] [-k] PATH..`: each directory's size; `-s` the sums only.
pub(super) fn du(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "du", args, "shkad:c")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let here = [".".to_owned()];
    let mut status = 0;
    for path in if options.rest.is_empty() { &here[..] } else { &options.rest } {
        if let Err(error) = ctx.host_path(path).and_then(|host| host.symlink_metadata()) {
            writeln!(ctx.err, "du: {path}: {}", reason(&error))?;
            status = 1;
            continue;
        }
        let mut pending = vec![path.clone()];
        while let Some(path) = pending.pop() {
            let absolute = Files::absolute(&ctx.shell.cwd, &path);
            let bytes = size(ctx, &absolute, 0);
            let text = if options.has('h') { human(bytes) } else { bytes.div_ceil(1024).to_string() };
            writeln!(ctx.out, "{text}\t{path}")?;
            if options.has('s') {
                break;
            }
            let files = &ctx.shell.device.files;
            let is_directory = |name: &String| {
                files.metadata(&format!("{absolute}/{name}")).is_ok_and(|found| found.is_dir())
            };
            let names = files.list(&absolute).unwrap_or_default();
            pending.extend(names.into_iter().filter(is_directory).map(|name| format!("{path}/{name}")));
        }
    }
    Ok(status)
}

/// `getprop [NAME [DEFAULT]]`
pub(super) fn getprop(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let device = ctx.device();
    let text = match args {
        [] => device.properties().iter().map(|(name, value)| format!("[{name}]: [{value}]\n")).collect(),
        [name, rest @ ..] => {
            let properties = device.properties();
            let value = properties.get(name);
            let default = rest.first().map_or("", String::as_str);
            format!("{}\n", if value.is_empty() { default } else { value })
        }
    };
    ctx.out.write_all(text.as_bytes())?;
    Ok(0)
}

/// `setprop NAME VALUE`
pub(super) fn setprop(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let [name, value] = args else {
        writeln!(ctx.err, "usage: setprop NAME VALUE")?;
        return Ok(1);
    };
    if !ctx.device().properties().set(name, value) {
        writeln!(ctx.err, "setprop: failed to set property '{name}' to '{value}'")?;
        return Ok(1);
    }
    Ok(0)
}

/// Where the emulator's network gives it.
const ADDRESS: &str = "10.0.2.16";

/// `ip addr show [dev] wlan0`, `ip route`
pub(super) fn ip(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let has = |word: &str| args.iter().any(|arg| arg == word);
    if has("route") || has("r") {
        writeln!(ctx.out, "10.0.2.0/24 dev wlan0 proto kernel scope link src {ADDRESS}")?;
        return Ok(0);
    }
    writeln!(
        ctx.out,
        "2: wlan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000"
    )?;
    writeln!(ctx.out, "    link/ether 02:15:b2:00:00:00 brd ff:ff:ff:ff:ff:ff")?;
    writeln!(ctx.out, "    inet {ADDRESS}/24 brd 10.0.2.255 scope global wlan0")?;
    writeln!(ctx.out, "       valid_lft forever preferred_lft forever")?;
    Ok(0)
}

/// `ifconfig [wlan0]`
pub(super) fn ifconfig(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    if let Some(other) = args.first().filter(|name| *name != "wlan0") {
        writeln!(ctx.err, "ifconfig: {other}: No such device")?;
        return Ok(1);
    }
    writeln!(ctx.out, "wlan0     Link encap:Ethernet  HWaddr 02:15:b2:00:00:00")?;
    writeln!(ctx.out, "          inet addr:{ADDRESS}  Bcast:10.0.2.255  Mask:255.255.255.0")?;
    writeln!(ctx.out, "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1")?;
    Ok(0)
}
