//! Memory that this process takes.

use std::fs;

/// The largest resident set so far, in KiB; none where the system does not say.
pub fn peak() -> Option<f64> {
    kib("VmHWM:")
}

/// The resident set now, in KiB; none where the system does not say.
pub fn resident() -> Option<f64> {
    kib("VmRSS:")
}

fn kib(key: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}
