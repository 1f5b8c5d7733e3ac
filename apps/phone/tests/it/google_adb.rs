//! Google's own client: the `adb` of the path, and the newer one that comes with adbutils.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use pocketpilot_phone::Phone;
use tempfile::TempDir;

use crate::{
    python::python,
    support::{blocking, phone},
};

/// Where a Python package keeps a file.
fn beside_package(package: &str, file: &str) -> Option<PathBuf> {
    let found = format!("import {package}; print({package}.__path__[0])");
    let printed = Command::new(python(package)?).args(["-c", &found]).output().unwrap();
    Some(Path::new(String::from_utf8(printed.stdout).unwrap().trim()).join(file))
}

/// Every adb that there is.
pub(crate) fn programs() -> Vec<PathBuf> {
    let programs = [Some(PathBuf::from("adb")), beside_package("adbutils", "binaries/adb")];
    let works = |program: &PathBuf| Command::new(program).arg("version").output().is_ok();
    let programs: Vec<PathBuf> = programs.into_iter().flatten().filter(works).collect();
    if programs.is_empty() {
        eprintln!("skipped: no adb on this machine");
    }
    programs
}

/// An adb with a server of its own, for one phone.
pub(crate) struct Adb {
    /// Its program.
    pub(crate) program: PathBuf,
    /// The port of its server.
    pub(crate) port: u16,
    home: TempDir,
    serial: String,
}

impl Adb {
    /// An adb that knows no phone yet.
    pub(crate) fn new(program: PathBuf, serial: &str) -> Adb {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let home = tempfile::tempdir().unwrap();
        // The console takes the token of whoever runs the test, or any where there is none. Without one, adb takes the
        // console's answer for that to its greeting, and does not print it.
        let token = ".emulator_console_auth_token";
        let ours = std::env::var_os("HOME").and_then(|ours| fs::read(Path::new(&ours).join(token)).ok());
        fs::write(home.path().join(token), ours.unwrap_or_else(|| b"token".to_vec())).unwrap();
        Adb { program, port, home, serial: serial.to_owned() }
    }

    /// An adb that is connected to the phone.
    pub(crate) fn connected(program: PathBuf, serial: &str) -> Adb {
        let adb = Adb::new(program, serial);
        let connected = adb.command(&["connect", serial]).output().unwrap();
        assert!(String::from_utf8_lossy(&connected.stdout).contains("connected to"), "{connected:?}");
        adb.wait();
        adb
    }

    /// Until the phone is there.
    pub(crate) fn wait(&self) {
        let waited = self.run(&["wait-for-device"]);
        assert!(waited.status.success(), "{waited:?}");
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.env("HOME", self.home.path()).args(["-P", &self.port.to_string()]).args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(&[&["-s", &self.serial], args].concat()).stdin(Stdio::null()).output().unwrap()
    }

    fn run_with(&self, args: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(&[&["-s", &self.serial], args].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    #[track_caller]
    fn check(&self, args: &[&str], out: &str, err: &str, status: i32) {
        let output = self.run(args);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!((text(&output.stdout).as_str(), text(&output.stderr).as_str()), (out, err), "{args:?}");
        assert_eq!(output.status.code(), Some(status), "{args:?}");
    }
}

impl Drop for Adb {
    fn drop(&mut self) {
        let _ = self.command(&["kill-server"]).output();
    }
}

/// Runs a test beside a phone of its own, once for every adb.
async fn with_adb(test: impl Fn(&Adb) + Send + Sync + Clone + 'static) {
    for program in blocking(programs).await {
        let (phone, test) = (phone().await, test.clone());
        let serial = phone.serial().to_owned();
        blocking(move || test(&Adb::connected(program, &serial))).await;
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn a_session_with_adb() {
    with_adb(|adb| {
        let devices = adb.run(&["devices"]);
        assert!(String::from_utf8_lossy(&devices.stdout).contains(&format!("{}\tdevice", adb.serial)));
        adb.check(&["get-state"], "device\n", "", 0);
        let long = String::from_utf8(adb.run(&["devices", "-l"]).stdout).unwrap();
        let line = long.lines().find(|line| line.starts_with(&adb.serial)).expect("the phone is listed");
        assert!(line.contains(" device product:") && line.contains(" model:"), "{line}");
        adb.check(&["features"], "shell_v2\ncmd\nstat_v2\nls_v2\nfixed_push_mkdir\n", "", 0);

        adb.check(&["shell", "echo", "hi"], "hi\n", "", 0);
        adb.check(&["shell", "exit 7"], "", "", 7);
        adb.check(&["shell", "nonsense"], "", "/system/bin/sh: nonsense: inaccessible or not found\n", 127);
        let raw = adb.run(&["exec-out", "echo aGkA/w0K | base64 -d"]);
        assert_eq!(raw.stdout, b"hi\0\xff\r\n");
        let script = adb.run_with(&["shell"], b"cd /sdcard\nsu\nwhoami\nexit\nwhoami\npwd\nexit 5\n");
        assert_eq!(String::from_utf8_lossy(&script.stdout), "root\nshell\n/sdcard\n");
        assert_eq!(script.status.code(), Some(5));
        adb.check(&["root"], "adbd is already running as root\n", "", 0);
        adb.check(&["shell", "whoami"], "root\n", "", 0);
    })
    .await;
}

#[tokio::test]
async fn files_travel_unchanged() {
    with_adb(|adb| {
        let here = tempfile::tempdir().unwrap();
        let (sent, received) = (here.path().join("sent.bin"), here.path().join("received.bin"));
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|at| (at * 31 % 251) as u8).collect();
        std::fs::write(&sent, &bytes).unwrap();
        let pushed = adb.run(&["push", path(&sent), "/sdcard/Download/deep/er/b.bin"]);
        assert!(pushed.status.success(), "{pushed:?}");
        let pulled = adb.run(&["pull", "/sdcard/Download/deep/er/b.bin", path(&received)]);
        assert!(pulled.status.success(), "{pulled:?}");
        assert!(std::fs::read(&received).unwrap() == bytes);
        let out = adb.run(&["exec-out", "cat", "/sdcard/Download/deep/er/b.bin"]);
        assert!(out.stdout == bytes);

        let listed = adb.run(&["ls", "/sdcard/Download/deep/er"]);
        assert!(String::from_utf8_lossy(&listed.stdout).contains("b.bin"), "{listed:?}");
        let missing = adb.run(&["pull", "/sdcard/none", path(&received)]);
        assert!(!missing.status.success());

        let tree = here.path().join("tree");
        std::fs::create_dir_all(tree.join("sub")).unwrap();
        std::fs::write(tree.join("sub/a.txt"), "a").unwrap();
        let pushed = adb.run(&["push", path(&tree), "/sdcard/"]);
        assert!(pushed.status.success(), "{pushed:?}");
        adb.check(&["shell", "cat /sdcard/tree/sub/a.txt"], "a", "", 0);
    })
    .await;
}

#[tokio::test]
async fn databases_are_edited_over_standard_input() {
    with_adb(|adb| {
        let script = b"su\nsqlite3 /data/local/tmp/t.db\nCREATE TABLE n (id INTEGER, t TEXT);\n\
            INSERT INTO n VALUES (1, 'a;b'),\n (2, NULL);\nSELECT * FROM n;\n.quit\nwhoami\n";
        let output = adb.run_with(&["shell"], script);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "1|a;b\n2|\nroot\n", "{output:?}");
        adb.check(&["shell", "sqlite3 /data/local/tmp/t.db 'SELECT count(*) FROM n'"], "2\n", "", 0);
    })
    .await;
}

#[tokio::test]
async fn apps_come_and_go() {
    with_adb(|adb| {
        let Some(apk) = beside_package("uiautomator2", "assets/app-uiautomator.apk") else { return };
        let installed = adb.run(&["install", "-r", path(&apk)]);
        assert!(String::from_utf8_lossy(&installed.stdout).ends_with("Success\n"), "{installed:?}");
        adb.check(&["shell", "pm", "list", "packages", "-3"], "package:com.github.uiautomator\n", "", 0);
        let uninstalled = adb.run(&["uninstall", "com.github.uiautomator"]);
        assert!(String::from_utf8_lossy(&uninstalled.stdout).contains("Success"), "{uninstalled:?}");
        assert!(!adb.run(&["uninstall", "com.github.uiautomator"]).status.success());
        let nonsense = adb.home.path().join("nonsense.apk");
        fs::write(&nonsense, "no apk").unwrap();
        let refused = adb.run(&["install", path(&nonsense)]);
        assert!(!refused.status.success(), "{refused:?}");
        assert!(
            String::from_utf8_lossy(&refused.stderr).contains("INSTALL_PARSE_FAILED_NOT_APK"),
            "{refused:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_log_and_the_screen_are_read() {
    with_adb(|adb| {
        adb.run(&["shell", "am", "start", "-n", "com.android.settings/.Settings"]);
        let log = adb.run(&["logcat", "-d"]);
        assert!(log.status.success() && log.stdout.starts_with(b"--------- beginning of main"), "{log:?}");
        let png = adb.run(&["exec-out", "screencap", "-p"]).stdout;
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.ends_with(b"IEND\xae\x42\x60\x82"));
        let dump = adb.run(&["exec-out", "uiautomator", "dump", "/dev/tty"]).stdout;
        let dump = String::from_utf8(dump).unwrap();
        assert!(
            dump.starts_with("<?xml") && dump.ends_with("</hierarchy>UI hierchary dumped to: /dev/tty\n")
        );
    })
    .await;
}

#[tokio::test]
async fn folders_are_pulled() {
    with_adb(|adb| {
        adb.run(&["shell", "mkdir -p /sdcard/t/u && echo 1 > /sdcard/t/a && echo 2 > /sdcard/t/u/b"]);
        let here = adb.home.path().join("t");
        let pulled = adb.run(&["pull", "/sdcard/t", path(&here)]);
        assert!(pulled.status.success(), "{pulled:?}");
        assert_eq!(fs::read_to_string(here.join("u/b")).unwrap(), "2\n");
    })
    .await;
}

#[tokio::test]
async fn ports_are_forwarded() {
    with_adb(|adb| {
        let port = String::from_utf8(adb.run(&["forward", "tcp:0", "tcp:9008"]).stdout).unwrap();
        let port = port.trim();
        let list = String::from_utf8(adb.run(&["forward", "--list"]).stdout).unwrap();
        assert_eq!(list.trim(), format!("{} tcp:{port} tcp:9008", adb.serial));

        // Nothing answers there until something listens, and nothing does any more when that has ended.
        let ping = || {
            let mut socket = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
            let mut answer = String::new();
            let asked = socket.write_all(b"GET /ping HTTP/1.1\r\n\r\n");
            // A reset is an end, too.
            let _ = asked.and_then(|()| socket.read_to_string(&mut answer).map(drop));
            answer
        };
        assert_eq!(ping(), "");
        adb.run(&["shell", "touch /data/local/tmp/u2.jar"]);
        let mut server = adb
            .command(&["-s", &adb.serial, "shell"])
            .arg("CLASSPATH=/data/local/tmp/u2.jar app_process / com.wetest.uia2.Main -p 9008")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("Starting Server"), "{said}");
        assert!(ping().ends_with("\r\n\r\npong"));
        drop(server.stdin.take());
        server.wait().unwrap();
        assert_eq!(ping(), "");

        assert!(adb.run(&["forward", "--remove", &format!("tcp:{port}")]).status.success());
        assert_eq!(adb.run(&["forward", "--list"]).stdout.trim_ascii(), b"");
    })
    .await;
}

/// A phone on the ports where adb looks for emulators; `None`, with a message, where all are taken.
async fn emulator() -> Option<Phone> {
    for console in (5554..5585).step_by(2) {
        let mut builder = Phone::builder();
        (builder.console_port, builder.adb_port) = (console, console + 1);
        if let Ok(phone) = builder.start().await {
            return Some(phone);
        }
    }
    eprintln!("skipped: none of adb's ports for emulators is free");
    None
}

#[tokio::test]
async fn an_emulator_is_found_by_itself() {
    for program in blocking(programs).await {
        let Some(phone) = emulator().await else { return };
        let serial = phone.serial().to_owned();
        assert_eq!(serial, format!("emulator-{}", phone.console_address().port()));
        blocking(move || {
            let adb = Adb::new(program, &serial);
            adb.wait();
            adb.check(&["shell", "getprop", "ro.boot.qemu.avd_name"], "Pocketpilot\n", "", 0);
            let name = String::from_utf8(adb.run(&["emu", "avd", "name"]).stdout).unwrap();
            assert!(name.contains("Pocketpilot"), "{name}");
            adb.run(&["emu", "sms", "send", "5551234", "hello", "there"]);
            let query =
                "content query --uri content://sms/inbox --projection body --where \"body='hello there'\"";
            adb.check(&["shell", query], "Row: 0 body=hello there\n", "", 0);
        })
        .await;
    }
}
