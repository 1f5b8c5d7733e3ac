//! How files look to `ls` and `stat`: owners, modes, times.

use std::{fs::Metadata, os::unix::fs::MetadataExt};

use chrono::{DateTime, Utc};

use super::user;
use crate::{device::Device, files::Files};

/// User and group that Android would give what lies at the absolute path.
pub(super) fn owner(device: &Device, path: &str) -> (String, String) {
    let path = Files::canonical("/", path);
    let both = |name: String| (name.clone(), name);
    if path.starts_with("/storage/emulated") {
        return ("u0_a158".to_owned(), "media_rw".to_owned());
    }
    if let Some(package) = path.strip_prefix("/data/data/").and_then(|rest| rest.split('/').next()) {
        return both(user::name(device.system().services.packages.uid(package)));
    }
    if path.starts_with("/data/local/tmp") {
        return both("shell".to_owned());
    }
    both(if path.starts_with("/data") { "system" } else { "root" }.to_owned())
}

/// `drwxr-xr-x`
pub(super) fn mode(metadata: &Metadata) -> String {
    let kind = if metadata.is_dir() {
        'd'
    } else if metadata.is_symlink() {
        'l'
    } else {
        '-'
    };
    let bits = metadata.mode();
    let letters = (0..9)
        .rev()
        .zip("rwxrwxrwx".chars())
        .map(|(bit, letter)| if bits >> bit & 1 == 1 { letter } else { '-' });
    std::iter::once(kind).chain(letters).collect()
}

/// A moment from seconds since 1970 and nanoseconds.
pub(super) fn time(seconds: i64, nanos: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, u32::try_from(nanos).unwrap_or(0)).unwrap_or_default()
}
