//! Clients written in Python, each driven by a script of `tests/clients`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::support::{blocking, phone};

/// A Python that has `package`; `None`, with a message, where there is none. `POCKETPILOT_PYTHON` names it, else it is
/// the one of the path.
pub(crate) fn python(package: &str) -> Option<PathBuf> {
    let python = std::env::var_os("POCKETPILOT_PYTHON").unwrap_or_else(|| OsString::from("python3"));
    let has = Command::new(&python).args(["-c", &format!("import {package}")]).stderr(Stdio::null()).status();
    if has.is_ok_and(|status| status.success()) {
        return Some(PathBuf::from(python));
    }
    eprintln!("skipped: no Python with {package}; set POCKETPILOT_PYTHON to one that has it");
    None
}

/// Runs a script that needs `package`, which ends with `done` unless it says what is wrong.
async fn run(package: &'static str, script: &'static str, arguments: Vec<OsString>) {
    blocking(move || {
        let Some(python) = python(package) else { return };
        let home = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
        let ran = Command::new(python)
            .arg("-B")
            .arg(&script)
            .args(arguments)
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&ran.stdout), text(&ran.stderr));
        assert!(ran.status.success() && out.ends_with("done\n"), "{}: {out}{err}", script.display());
    })
    .await;
}

#[tokio::test]
async fn adbutils() {
    let (phone, folder) = (phone().await, tempfile::tempdir().unwrap());
    let port = phone.server_address().unwrap().port().to_string();
    // The APK that it installs comes with uiautomator2.
    run("uiautomator2", "adbutils_client.py", vec![port.into(), folder.path().into()]).await;
}

#[tokio::test]
async fn adb_shell() {
    let (phone, folder) = (phone().await, tempfile::tempdir().unwrap());
    let port = phone.adb_address().port().to_string();
    run("adb_shell", "adb_shell_client.py", vec![port.into(), folder.path().into()]).await;
}

#[tokio::test]
async fn uiautomator2() {
    let phone = phone().await;
    let port = phone.server_address().unwrap().port().to_string();
    run("uiautomator2", "uiautomator2_client.py", vec![port.into()]).await;
}
