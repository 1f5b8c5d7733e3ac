//! `pm install`: records a package. Its code cannot run here, and its binary manifest is not decoded: the name is looked
//! for among the strings that the manifest holds.

use std::io::{self, Read, Write};

use crate::files::Files;
use crate::shell::Context;

/// APKs beyond this are refused, in bytes.
const MOST: u64 = 512 << 20;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let size = args.windows(2).find(|pair| pair[0] == "-S").and_then(|pair| pair[1].parse::<u64>().ok());
    let path = args.iter().rfind(|word| word.ends_with(".apk"));
    let apk = match (size, path) {
        (Some(size), _) if size <= MOST => {
            let mut bytes = Vec::new();
            ctx.stdin.take(size).read_to_end(&mut bytes)?;
            Some(bytes)
        }
        (None, Some(path)) => ctx.device().files.read(&Files::absolute(&ctx.shell.cwd, path)).ok(),
        _ => None,
    };
    let Some(name) = apk.as_deref().and_then(package_name) else {
        writeln!(ctx.out, "Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse the package's manifest]")?;
        return Ok(1);
    };
    let target = format!("/data/app/{name}-1/base.apk");
    let device = ctx.device();
    if device.files.write(&target, apk.as_deref().unwrap_or_default()).is_err() {
        writeln!(ctx.out, "Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]")?;
        return Ok(1);
    }
    device.system().services.packages.install(&name, &target);
    writeln!(ctx.out, "Success")?;
    Ok(0)
}

/// The package name in an APK whose manifest is stored uncompressed: the first string of its pool that looks like one
/// and is no Android class, permission or action.
fn package_name(apk: &[u8]) -> Option<String> {
    if !apk.starts_with(b"PK") {
        return None;
    }
    // The pool's strings are UTF-16: letters with a zero byte after each.
    let mut word = String::new();
    for pair in apk.windows(2) {
        let letter = char::from(pair[0]);
        if pair[1] == 0 && (letter.is_ascii_alphanumeric() || letter == '.' || letter == '_') {
            word.push(letter);
        } else if pair[0] != 0 {
            if looks_like_package(&word) {
                return Some(word);
            }
            word.clear();
        }
    }
    None
}

fn looks_like_package(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() >= 2
        && word.len() <= 200
        && !word.starts_with("android.")
        && parts.iter().all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(strings: &[&str], expected: Option<&str>) {
        let mut apk = b"PK\x03\x04".to_vec();
        for string in strings {
            apk.extend(string.bytes().flat_map(|byte| [byte, 0]));
            apk.extend([0, 0, 0xff, 0xff]);
        }
        assert_eq!(package_name(&apk).as_deref(), expected);
    }

    #[test]
    fn names_are_found() {
        check(
            &["versionCode", "android.permission.INTERNET", "com.example.app", "com.other"],
            Some("com.example.app"),
        );
        check(&["theme", "label"], None);
        assert_eq!(package_name(b"no apk"), None);
    }
}
