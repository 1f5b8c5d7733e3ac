//! How files look to `ls` and `stat`: owners, modes, times.

use std::{fs::Metadata, os::unix::fs::MetadataExt};

use chrono::{DateTime, Utc};

use crate::files::Files;

/// User and group that Android would give what lies at the absolute path.
pub(super) fn owner(path: &str) -> (String, String) {
    let path = Files::canonical("/", path);
    if path.starts_with("/storage/emulated") {
        return ("u0_a158".to_owned(), "media_rw".to_owned());
    }
    if let Some(package) = path.strip_prefix("/data/data/").and_then(|rest| rest.split('/').next()) {
        let name = user_of(package);
        return (name.clone(), name);
    }
    if path.starts_with("/data/local/tmp") {
        return ("shell".to_owned(), "shell".to_owned());
    }
    let name = if path.starts_with("/data") { "system" } else { "root" };
    (name.to_owned(), name.to_owned())
}

/// A name such as `u0_a142` that stays the same for a package.
fn user_of(package: &str) -> String {
    let sum = package.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("u0_a{}", 60 + sum % 140)
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
