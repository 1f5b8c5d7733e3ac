//! Google's own client.

use std::{
    io::Write,
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
};

use pocketpilot_phone::Phone;
use tempfile::TempDir;

use crate::support::{blocking, phone};

/// An adb with a server of its own, connected to one phone.
struct Adb {
    port: u16,
    home: TempDir,
    serial: String,
}

impl Adb {
    /// `None`, with a message, where adb is not installed.
    fn connect(serial: &str) -> Option<Adb> {
        if Command::new("adb").arg("version").output().is_err() {
            eprintln!("skipped: no adb on this machine");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let adb = Adb { port, home: tempfile::tempdir().unwrap(), serial: serial.to_owned() };
        let connected = adb.command(&["connect", serial]).output().unwrap();
        assert!(String::from_utf8_lossy(&connected.stdout).contains("connected to"), "{connected:?}");
        let waited = adb.run(&["wait-for-device"]);
        assert!(waited.status.success(), "{waited:?}");
        Some(adb)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("adb");
        command.env("HOME", self.home.path()).args(["-P", &self.port.to_string()]).args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
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

/// Runs a test beside the phone.
async fn with_adb(phone: &Phone, test: impl FnOnce(&Adb) + Send + 'static) {
    let serial = phone.serial().to_owned();
    blocking(move || {
        if let Some(adb) = Adb::connect(&serial) {
            test(&adb);
        }
    })
    .await;
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn a_session_with_adb() {
    let phone = phone().await;
    with_adb(&phone, |adb| {
        let devices = adb.run(&["devices"]);
        assert!(String::from_utf8_lossy(&devices.stdout).contains(&format!("{}\tdevice", adb.serial)));
        adb.check(&["get-state"], "device\n", "", 0);

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
    let phone = phone().await;
    with_adb(&phone, |adb| {
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
    let phone = phone().await;
    with_adb(&phone, |adb| {
        let script = b"su\nsqlite3 /data/local/tmp/t.db\nCREATE TABLE n (id INTEGER, t TEXT);\n\
            INSERT INTO n VALUES (1, 'a;b'),\n (2, NULL);\nSELECT * FROM n;\n.quit\nwhoami\n";
        let output = adb.run_with(&["shell"], script);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "1|a;b\n2|\nroot\n", "{output:?}");
        adb.check(&["shell", "sqlite3 /data/local/tmp/t.db 'SELECT count(*) FROM n'"], "2\n", "", 0);
    })
    .await;
}
