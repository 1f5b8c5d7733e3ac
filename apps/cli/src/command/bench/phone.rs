//! `bench phone`: the virtual phone: its start, its memory, actions and snapshots.

use std::net::SocketAddr;
use std::time::Instant;

use pocketpilot_core::device::{Device as _, DeviceError, Gesture};
use pocketpilot_phone::Phone;
use pocketpilot_phone::system::key::KeyCode;
use pocketpilot_tools::device::{AdbDevice, read_dump};
use serde_json::{Value, json};

use super::{median, round};
use crate::args::BenchPhone;
use crate::failure::Failure;
use crate::peak::resident;

/// Actions of one run in the process, and over ADB.
const ACTIONS: usize = 2000;
const OVER_ADB: usize = 400;
/// Readings of the screen of one run.
const READINGS: usize = 200;
/// The app that is opened and left.
const APP: &str = "Clock";
/// What each run gave, in milliseconds and in actions a second.
#[derive(Default)]
struct Runs {
    start: Vec<f64>,
    image: Vec<f64>,
    restore: Vec<f64>,
    actions: Vec<f64>,
    readings: Vec<f64>,
    actions_over_adb: Vec<f64>,
    readings_over_adb: Vec<f64>,
}

pub(super) fn run(args: &BenchPhone) -> Result<Value, Failure> {
    tokio::runtime::Handle::current().block_on(measure(args))
}

async fn measure(args: &BenchPhone) -> Result<Value, Failure> {
    let before = resident();
    let (mut phones, mut starts) = (Vec::new(), Vec::new());
    for _ in 0..args.phones.get() {
        let (phone, millis) = start().await?;
        phones.push(phone);
        starts.push(millis);
    }
    let each = before.zip(resident()).map(|(before, now)| (now - before) / 1024.0 / phones.len() as f64);
    // All of them live, not only the last one.
    let answering = phones.iter().filter(|phone| phone.device().system().dump().is_some()).count();
    drop(phones);

    let mut runs = Runs { start: starts, ..Runs::default() };
    for _ in 0..args.runs.get() {
        one_run(&mut runs).await?;
    }
    Ok(json!({
        "bench": "phone",
        "settings": {"runs": args.runs, "phones": args.phones},
        "figures": {
            "start_ms": median(runs.start),
            "snapshot_ms": median(runs.image),
            "restore_ms": median(runs.restore),
            "actions_per_second": median(runs.actions),
            "readings_per_second": median(runs.readings),
            "actions_per_second_over_adb": median(runs.actions_over_adb),
            "readings_per_second_over_adb": median(runs.readings_over_adb),
            "phones_answering": answering,
            "mib_per_phone": each.map(round),
        },
    }))
}

async fn start() -> Result<(Phone, f64), Failure> {
    let started = Instant::now();
    let phone = Phone::builder().start().await.map_err(Failure::unavailable)?;
    Ok((phone, millis(started)))
}

async fn one_run(runs: &mut Runs) -> Result<(), Failure> {
    let (phone, started) = start().await?;
    runs.start.push(started);
    let device = phone.device();

    let (x, y) = icon(&phone)?;
    runs.actions.push(per_second(ACTIONS, |action| {
        let mut system = device.system();
        if action % 2 == 0 { system.tap(x, y) } else { system.key(KeyCode::Home) }
    }));
    runs.readings.push(per_second(READINGS, |_| {
        let _ = device.system().dump();
    }));

    let now = Instant::now();
    let image = device.image().map_err(Failure::unavailable)?;
    runs.image.push(millis(now));
    // What a task may have changed comes back.
    device.system().receive_sms("+15550100", "Is it you?");
    let now = Instant::now();
    device.restore(&image).map_err(Failure::unavailable)?;
    runs.restore.push(millis(now));

    let SocketAddr::V4(address) = phone.adb_address() else {
        return Err(Failure::unavailable("the phone has no IPv4 address"));
    };
    over_adb(AdbDevice::direct(address), (x, y), runs).await.map_err(Failure::unavailable)
}

/// Where the launcher has the app.
fn icon(phone: &Phone) -> Result<(i32, i32), Failure> {
    let missing = || Failure::unavailable(format!("{APP} is not on the virtual phone's first page"));
    let dump = phone.device().system().dump().ok_or_else(missing)?;
    let screen = read_dump(&dump).map_err(Failure::unavailable)?;
    screen.nodes.iter().find(|node| node.text == APP).map(|node| node.bounds.center()).ok_or_else(missing)
}

async fn over_adb(device: AdbDevice, (x, y): (i32, i32), runs: &mut Runs) -> Result<(), DeviceError> {
    device.observe().await?;
    let tap = Gesture::Tap { x, y };
    let home = Gesture::Key { name: "HOME".into() };
    let now = Instant::now();
    for action in 0..OVER_ADB {
        device.act(if action % 2 == 0 { &tap } else { &home }).await?;
    }
    runs.actions_over_adb.push(OVER_ADB as f64 / now.elapsed().as_secs_f64());
    let now = Instant::now();
    for _ in 0..READINGS {
        device.observe().await?;
    }
    runs.readings_over_adb.push(READINGS as f64 / now.elapsed().as_secs_f64());
    Ok(())
}

fn per_second(count: usize, mut act: impl FnMut(usize)) -> f64 {
    let now = Instant::now();
    (0..count).for_each(&mut act);
    count as f64 / now.elapsed().as_secs_f64()
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
