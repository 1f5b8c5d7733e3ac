//! `ps`, `pidof`, `pgrep`, `pkill`, `kill`: what runs.

use std::io::{self, Write};

use regex::Regex;

use super::{options::Options, user};
use crate::{device::Device, shell::Context};

/// A line of the process table.
struct Process {
    user: String,
    pid: u32,
    parent: u32,
    name: String,
}

/// What runs on every phone.
const SYSTEM: &[(&str, u32, u32, &str)] = &[
    ("root", 1, 0, "init"),
    ("root", ZYGOTE, 1, "zygote64"),
    ("system", 330, 1, "surfaceflinger"),
    ("shell", 402, 1, "adbd"),
    ("system", 540, ZYGOTE, "system_server"),
    ("u0_a100", 780, ZYGOTE, "com.android.systemui"),
];

/// The parent of all apps.
const ZYGOTE: u32 = 301;

fn table(device: &Device) -> Vec<Process> {
    let process = |(user, pid, parent, name): &(&str, u32, u32, &str)| Process {
        user: (*user).to_owned(),
        pid: *pid,
        parent: *parent,
        name: (*name).to_owned(),
    };
    let mut processes: Vec<Process> = SYSTEM.iter().map(process).collect();
    let system = device.system();
    for instance in system.activities().tasks.iter().flat_map(|task| &task.stack) {
        let name = &instance.manifest.package;
        let uid = system.services.packages.uid(name);
        if processes.iter().all(|process| process.name != *name) {
            let (user, pid) = (user::name(uid), uid.saturating_sub(8000));
            processes.push(Process { user, pid, parent: ZYGOTE, name: name.clone() });
        }
    }
    processes
}

/// `ps [-A] [-e] [-f] [-o COLUMNS] [-p PID]`
pub(super) fn ps(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "ps", args, "AefTo:p:lwZ")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let own = options.value('p').map(|pid| pid.parse().unwrap_or(0));
    let mut processes = table(&ctx.device());
    processes.retain(|process| own.is_none_or(|pid| pid == process.pid));
    if let Some(columns) = options.value('o') {
        let columns: Vec<String> =
            columns.split(',').map(|column| column.trim_end_matches('=').to_uppercase()).collect();
        writeln!(ctx.out, "{}", columns.join(" "))?;
        for process in processes {
            let values: Vec<String> = columns.iter().map(|column| column_of(&process, column)).collect();
            writeln!(ctx.out, "{}", values.join(" "))?;
        }
        return Ok(0);
    }
    writeln!(ctx.out, "USER           PID  PPID     VSZ    RSS WCHAN            ADDR S NAME")?;
    for Process { user, pid, parent, name } in processes {
        writeln!(ctx.out, "{user:<12} {pid:>5} {parent:>5} 1024000  65536 0                   0 S {name}")?;
    }
    Ok(0)
}

fn column_of(process: &Process, column: &str) -> String {
    match column {
        "PID" => process.pid.to_string(),
        "PPID" => process.parent.to_string(),
        "USER" => process.user.clone(),
        "S" | "STAT" => "S".to_owned(),
        "NAME" | "ARGS" | "CMD" | "CMDLINE" | "COMM" => process.name.clone(),
        _ => "-".to_owned(),
    }
}

pub(super) fn pidof(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let processes = table(&ctx.device());
    let named = processes.iter().filter(|process| args.contains(&process.name));
    let pids: Vec<String> = named.map(|process| process.pid.to_string()).collect();
    if pids.is_empty() {
        return Ok(1);
    }
    writeln!(ctx.out, "{}", pids.join(" "))?;
    Ok(0)
}

/// Processes whose name matches the last argument.
fn matching(ctx: &mut Context<'_>, command: &str, args: &[String]) -> io::Result<Result<Vec<Process>, i32>> {
    let args: Vec<String> = args.iter().filter(|arg| !is_signal(arg)).cloned().collect();
    let options = match Options::parse(ctx, command, &args, "flxn")? {
        Ok(options) => options,
        Err(status) => return Ok(Err(status)),
    };
    let Some(Ok(pattern)) = options.rest.last().map(|pattern| Regex::new(pattern)) else {
        writeln!(ctx.err, "{command}: No PATTERN (see \"{command} --help\")")?;
        return Ok(Err(1));
    };
    let mut processes = table(&ctx.device());
    processes.retain(|process| match options.has('x') {
        true => pattern.find(&process.name).is_some_and(|found| found.len() == process.name.len()),
        false => pattern.is_match(&process.name),
    });
    Ok(if processes.is_empty() { Err(1) } else { Ok(processes) })
}

/// `-9`, `-INT`, `-SIGINT`
fn is_signal(arg: &str) -> bool {
    let name = arg.strip_prefix('-').unwrap_or_default();
    name.parse::<u8>().is_ok() || (name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase()))
}

pub(super) fn pgrep(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    match matching(ctx, "pgrep", args)? {
        Ok(processes) => {
            let long = args.iter().any(|arg| arg == "-l");
            for Process { pid, name, .. } in processes {
                if long {
                    writeln!(ctx.out, "{pid} {name}")?;
                } else {
                    writeln!(ctx.out, "{pid}")?;
                }
            }
            Ok(0)
        }
        Err(status) => Ok(status),
    }
}

pub(super) fn pkill(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    match matching(ctx, "pkill", args)? {
        Ok(processes) => {
            processes.iter().for_each(|process| end(&ctx.device(), process));
            Ok(0)
        }
        Err(status) => Ok(status),
    }
}

pub(super) fn kill(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut status = 0;
    let device = ctx.device();
    for arg in args.iter().filter(|arg| !is_signal(arg) && *arg != "-s") {
        match table(&device).iter().find(|process| arg.parse() == Ok(process.pid)) {
            Some(process) => end(&device, process),
            None => {
                writeln!(ctx.err, "/system/bin/sh: kill: {arg}: No such process")?;
                status = 1;
            }
        }
    }
    Ok(status)
}

/// Ends an app. What the system itself needs starts again at once, as on a real phone.
fn end(device: &Device, process: &Process) {
    if process.parent == ZYGOTE {
        device.system().force_stop(&process.name);
    }
}
