//! mobile-mcp, an MCP server, in its mode that drives phones with `adb`. Its other mode starts a server of its own in the
//! phone, which this phone cannot run.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
};

use pocketpilot_phone::Device;
use serde_json::{Value, json};

use crate::{
    google_adb::{Adb, programs},
    support::{blocking, phone},
};

/// The server's program; `None`, with a message, where it is not installed.
fn installed() -> Option<PathBuf> {
    let modules = std::env::var_os("POCKETPILOT_MCP_NODE_MODULES").map(PathBuf::from);
    let program = modules.map(|modules| modules.join("@mobilenext/mobile-mcp/lib/index.js"));
    let program = program.filter(|program| program.is_file());
    if program.is_none() {
        eprintln!("skipped: no @mobilenext/mobile-mcp; install it and set POCKETPILOT_MCP_NODE_MODULES");
    }
    program
}

/// A server that runs, and the phone that it is to use.
struct Server {
    child: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    serial: String,
    calls: u64,
}

impl Server {
    fn start(program: &Path, adb: &Adb, home: &Path, serial: &str) -> Server {
        let bin = home.join("bin");
        std::fs::create_dir_all(&bin).unwrap();
        symlink(which(&adb.program), bin.join("adb")).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut child = Command::new("node")
            .arg(program)
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("HOME", home)
            .env("ANDROID_ADB_SERVER_PORT", adb.port.to_string())
            // Its makers need not know of tests.
            .env("MOBILEMCP_DISABLE_TELEMETRY", "1")
            .env("MOBILEMCP_LEGACY_ROBOT", "1")
            .env_remove("ANDROID_HOME")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut server = Server { child, stdin, stdout, serial: serial.to_owned(), calls: 0 };
        let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
        server.request("initialize", &hello);
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        server
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.stdin, "{message}").unwrap();
    }

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.calls, "method": method, "params": params}));
        loop {
            let line = self.stdout.next().expect("an answer").unwrap();
            let answer: Value = serde_json::from_str(&line).unwrap();
            if answer["id"] == self.calls {
                return answer["result"].clone();
            }
        }
    }

    /// Calls a tool on the phone and returns what it answers with.
    #[track_caller]
    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let mut arguments = arguments.clone();
        arguments["device"] = self.serial.as_str().into();
        let answer = self.request("tools/call", &json!({"name": tool, "arguments": arguments}));
        assert_ne!(answer["isError"], true, "{tool}: {answer}");
        answer["content"].clone()
    }

    /// The text that a tool answers with.
    #[track_caller]
    fn text(&mut self, tool: &str, arguments: &Value) -> String {
        self.call(tool, arguments)[0]["text"].as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The file of a program of the path.
fn which(program: &Path) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    found.unwrap_or_else(|| program.to_owned())
}

/// The middle of what says `text` on the screen.
fn center(device: &Device, text: &str) -> (i32, i32) {
    let nodes = device.system().nodes().unwrap();
    nodes.iter().find(|node| node.text.contains(text)).unwrap_or_else(|| panic!("no {text}")).bounds.center()
}

fn in_front(device: &Device) -> String {
    device.system().nodes().unwrap()[0].package.clone()
}

/// What an agent does with a phone.
fn exercise(server: &mut Server, device: &Arc<Device>) {
    let devices = server.text("mobile_list_available_devices", &json!({}));
    assert!(devices.contains(&server.serial), "{devices}");
    assert_eq!(server.text("mobile_get_screen_size", &json!({})), "Screen size is 1080x2400 pixels");
    let apps = server.text("mobile_list_apps", &json!({}));
    assert!(apps.contains("com.android.settings"), "{apps}");

    server.text("mobile_launch_app", &json!({"packageName": "com.android.settings"}));
    assert_eq!(in_front(device), "com.android.settings");
    let elements = server.text("mobile_list_elements_on_screen", &json!({}));
    assert!(elements.contains("Network"), "{elements}");
    let (x, y) = center(device, "Network");
    let before = device.system().dump();
    server.text("mobile_click_on_screen_at_coordinates", &json!({"x": x, "y": y}));
    assert_ne!(device.system().dump(), before);
    server.text("mobile_press_button", &json!({"button": "BACK"}));
    assert_eq!(device.system().dump(), before);
    server.text("mobile_swipe_on_screen", &json!({"direction": "up"}));
    assert_ne!(device.system().dump(), before);
    server.text("mobile_press_button", &json!({"button": "HOME"}));
    assert_eq!(in_front(device), "com.google.android.apps.nexuslauncher");

    server.text("mobile_launch_app", &json!({"packageName": "com.google.android.apps.messaging"}));
    pocketpilot_phone::shell::run(device, "am start -a android.intent.action.SENDTO -d smsto:5551234", b"");
    let nodes = device.system().nodes().unwrap();
    let (x, y) = nodes.iter().find(|node| node.field.is_some()).expect("a field").bounds.center();
    server.text("mobile_click_on_screen_at_coordinates", &json!({"x": x, "y": y}));
    server.text("mobile_type_keys", &json!({"text": "hello (there)", "submit": false}));
    let typed = device.system().nodes().unwrap().iter().any(|node| node.text == "hello (there)");
    assert!(typed, "{:?}", device.system().dump());

    server.text("mobile_open_url", &json!({"url": "https://example.com/a?b=1&c=2"}));
    assert_eq!(in_front(device), "com.android.chrome");
    let shot = server.call("mobile_take_screenshot", &json!({}));
    let picture = shot.as_array().unwrap().iter().find(|part| part["type"] == "image").expect("a picture");
    assert!(picture["data"].as_str().unwrap().len() > 1000);
    assert!(server.text("mobile_get_orientation", &json!({})).contains("portrait"));
    server.text("mobile_terminate_app", &json!({"packageName": "com.android.chrome"}));
    assert_ne!(in_front(device), "com.android.chrome");
}

#[tokio::test]
async fn an_agent_uses_the_phone() {
    let phone = phone().await;
    let (serial, device) = (phone.serial().to_owned(), Arc::clone(phone.device()));
    blocking(move || {
        // The newest adb that there is.
        let (Some(program), Some(adb)) = (installed(), programs().pop()) else { return };
        let (adb, home) = (Adb::connected(adb, &serial), tempfile::tempdir().unwrap());
        let mut server = Server::start(&program, &adb, home.path(), &serial);
        exercise(&mut server, &device);
    })
    .await;
}
