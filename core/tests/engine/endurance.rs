//! What takes an hour, and so runs only when asked for:
//! `cargo test --release -p pocketpilot-core --test engine -- --ignored --nocapture`.
//! `POCKETPILOT_ENDURANCE_SECONDS` sets another length.

use std::time::{Duration, Instant};

use candle_core::quantized::GgmlDType;
use pocketpilot_core::generate::Grammar;
use serde_json::json;

use crate::ask::{Ask, FREE};
use crate::fixture::{ARCHITECTURES, Fixture, Random};
use crate::hostile::{bytes, load};
use crate::models;

fn length() -> Duration {
    let seconds = std::env::var("POCKETPILOT_ENDURANCE_SECONDS").ok().and_then(|s| s.parse().ok());
    Duration::from_secs(seconds.unwrap_or(3600))
}

/// Values that overflow, wrap or ask for more than there is.
const ABSURD: [u64; 8] = [0, 1, 1 << 20, 1 << 31, 1 << 32, 1 << 40, 1 << 62, u64::MAX];

/// Breaks a file in one to four places, mostly in its header.
fn broken(whole: &[u8], header: usize, random: &mut Random) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=random.next() % 4 {
        let reach = if random.next().is_multiple_of(8) { bytes.len() } else { header.min(bytes.len()) };
        let at = random.next() as usize % reach.max(1);
        let rest = bytes.len() - at;
        match random.next() % 6 {
            0 if rest > 0 => bytes[at] = random.next() as u8,
            1 if rest > 0 => bytes[at] ^= 1 << (random.next() % 8),
            2 if rest >= 8 => {
                let value = ABSURD[random.next() as usize % ABSURD.len()];
                bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
            }
            3 if rest >= 4 => {
                let value = ABSURD[random.next() as usize % ABSURD.len()] as u32;
                bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
            }
            4 => {
                let count = rest.min(random.next() as usize % 64);
                drop(bytes.drain(at..at + count));
            }
            _ => {
                let count = rest.min(random.next() as usize % 64);
                let copied = bytes[at..at + count].to_vec();
                bytes.splice(at..at, copied);
            }
        }
    }
    bytes
}

#[test]
#[ignore = "takes an hour"]
fn broken_files_never_panic() {
    let formats = [GgmlDType::F32, GgmlDType::F16, GgmlDType::Q8_0, GgmlDType::Q4_1, GgmlDType::Q5_0];
    let files: Vec<(Vec<u8>, usize)> = ARCHITECTURES
        .into_iter()
        .flat_map(|architecture| {
            let mut fixture = Fixture::new(architecture);
            let numbers: usize = fixture.tensors.values().map(|t| t.1.len()).sum();
            // As long in every format.
            let header = bytes(&fixture).len() - numbers * size_of::<f32>();
            formats.map(|format| {
                fixture.format = format;
                (bytes(&fixture), header)
            })
        })
        .collect();
    let mut random = Random(5);
    let (mut loaded, mut refused) = (0u64, 0u64);
    let start = Instant::now();
    while start.elapsed() < length() {
        let (whole, header) = &files[random.next() as usize % files.len()];
        match load(&broken(whole, *header, &mut random)) {
            Ok(mut engine) => {
                loaded += 1;
                let _ = engine.logits(&engine.tokenize_prompt("the ant"), None);
            }
            Err(error) => {
                refused += 1;
                assert_eq!(error.to_string().lines().count(), 1, "{error}");
            }
        }
    }
    println!("{loaded} files still loaded and ran, {refused} were refused, none panicked");
    assert!(loaded > 0 && refused > 0);
}

/// Bytes of this process in memory.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
}

/// Growth that is no leak: pages that were not touched before.
const SLACK: u64 = 16 << 20;

#[test]
#[ignore = "takes an hour"]
fn memory_stays_flat() {
    let Some(mut engine) = models::load("smollm2-135m") else { return };
    let Some(_) = resident() else {
        return eprintln!("skipped: this system does not tell a process's memory");
    };
    let names = Grammar::Choice(["set_alarm", "send_sms", "open_app", "tap"].map(String::from).into());
    let mut random = Random(9);
    let (mut requests, mut warm) = (0u64, None);
    let start = Instant::now();
    while start.elapsed() < length() {
        let words: Vec<String> =
            (0..20 + random.next() % 200).map(|_| format!("w{}", random.next() % 997)).collect();
        let text = words.join(" ");
        // Another schema each time, so that compiled grammars would pile up if they were kept.
        let schema = json!({"type": "object", "properties": {format!("p{}", random.next() % 4096): {"type": "string",
            "maxLength": 8}}, "additionalProperties": false});
        for grammar in [&names, &Grammar::Schema(schema), &Grammar::Free] {
            Ask { grammar, ..FREE }.of(&mut engine, &text).expect("the request is fine");
            requests += 1;
        }
        // The first tenth fills every cache.
        if warm.is_none() && start.elapsed() > length() / 10 {
            warm = resident();
        }
    }
    let (warm, end) = (warm.expect("a tenth has passed"), resident().expect("it was told before"));
    println!(
        "{requests} requests; {} MiB after a tenth of the time, {} MiB at the end",
        warm >> 20,
        end >> 20
    );
    assert!(end < warm + SLACK, "memory grew from {warm} to {end} bytes in {requests} requests");
}
