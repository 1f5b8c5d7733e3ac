use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use pocketpilot_core::device::{Device, DeviceError, Gesture, ShellOutput};
use pocketpilot_core::screen::Screen;
use pocketpilot_core::tool::{Effect, ToolContext, ToolError};
use serde_json::{Value, json};

use super::*;

/// The phone of tools that need none.
struct NoPhone;

impl NoPhone {
    fn gone<T>() -> Result<T, DeviceError> {
        Err(DeviceError::Gone { serial: "none".into(), reason: "no phone is needed here".into() })
    }
}

#[async_trait]
impl Device for NoPhone {
    fn serial(&self) -> &str {
        "none"
    }

    async fn observe(&self) -> Result<Screen, DeviceError> {
        Self::gone()
    }

    async fn act(&self, _: &Gesture) -> Result<(), DeviceError> {
        Self::gone()
    }

    async fn shell(&self, _: &str) -> Result<ShellOutput, DeviceError> {
        Self::gone()
    }

    async fn screenshot(&self) -> Result<Vec<u8>, DeviceError> {
        Self::gone()
    }
}

async fn call(server: &Server, tool: &str, arguments: Value) -> Result<String, ToolError> {
    let tools = server.tools();
    let tool = tools.iter().find(|t| t.spec().name == tool).expect("the tool is offered");
    let context = ToolContext { device: &NoPhone, screen: &Screen::default() };
    tool.call(&arguments, context).await.map(|output| output.text)
}

/// A server of `tests/fixtures/mcp_server.sh`.
fn script(mode: &str) -> ServerConfig {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/mcp_server.sh");
    ServerConfig::new("sh", [script, mode])
}

#[tokio::test]
async fn tools_are_namespaced_and_their_effects_are_ours() {
    let mut config = script("plain");
    config.effects.insert("other".into(), Effect::Send);
    let server = Server::start("srv", &config).await.unwrap();
    assert_eq!(server.name(), "srv");
    let tools = server.tools();
    let specs: Vec<_> =
        tools.iter().map(|t| (t.spec().name.as_str(), t.spec().effect, t.spec().foreign)).collect();
    // `do` calls itself read-only.
    assert_eq!(specs, [("srv__do", Effect::System, true), ("srv__other", Effect::Send, true)]);
    assert_eq!(call(&server, "srv__do", json!({})).await.unwrap(), "done");
    let error = call(&server, "srv__do", json!([])).await.unwrap_err();
    assert_eq!(error.to_string(), "srv__do: the arguments must be an object");
}

#[tokio::test]
async fn only_allowed_tools_are_offered() {
    let mut config = script("plain");
    config.tools = Some(vec!["other".into()]);
    let server = Server::start("srv", &config).await.unwrap();
    assert_eq!(server.tools().iter().map(|t| t.spec().name.clone()).collect::<Vec<_>>(), ["srv__other"]);
    config.tools = Some(vec!["othr".into()]);
    check_start(&config, "mcp server srv: it offers no tool \"othr\"; it offers: do, other").await;
    config.tools = None;
    config.effects.insert("wipe".into(), Effect::Read);
    check_start(&config, "mcp server srv: it offers no tool \"wipe\"; it offers: do, other").await;
}

#[track_caller]
fn expect_error<T: std::fmt::Debug, E: std::fmt::Display>(result: Result<T, E>, expected: &str) {
    let error = result.unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
    assert!(!error.contains('\n'), "{error}");
}

async fn check_start(config: &ServerConfig, expected: &str) {
    expect_error(Server::start("srv", config).await, expected);
}

#[tokio::test]
async fn servers_that_do_not_start() {
    let run = |line: &str| ServerConfig::new("sh", ["-c", line]);
    check_start(
        &ServerConfig::new("/nonexistent/server", [] as [&str; 0]),
        "mcp server srv: cannot start `/nonexistent/server`: No such file",
    )
    .await;
    let dying = run("echo cannot find module >&2; exit 1");
    let error = Server::start("srv", &dying).await.unwrap_err().to_string();
    let ended = "mcp server srv: it ended before it answered; run its command by hand to see why";
    assert_eq!(error, format!("{ended}; its last words: cannot find module"));
    check_start(&run("yes $(printf %01000d 0)"), "mcp server srv: it wrote more than 8388608 bytes").await;
    check_start(&run("tr '\\0' x </dev/zero"), "mcp server srv: it wrote more than 8388608 bytes").await;
    check_start(&script("endless"), "mcp server srv: its list of tools has more than 32 pages").await;
    check_start(&ServerConfig { start_seconds: 0, ..script("plain") }, "mcp server srv: start_seconds").await;
}

/// Virtual time: it jumps ahead as soon as everybody waits.
#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_the_greeting() {
    check_start(&script("deaf"), "mcp server srv: no answer within 30 s to our greeting").await;
}

async fn check_call(mode: &str, expected: &str) {
    let server = Server::start("srv", &script(mode)).await.unwrap();
    expect_error(call(&server, "srv__do", json!({})).await, expected);
}

#[tokio::test]
async fn servers_that_fail_a_call() {
    check_call("die", "mcp server srv: it has ended; start it again").await;
    check_call("flood", "mcp server srv: it wrote more than 8388608 bytes in answer to one request").await;
    check_call("error", "mcp server srv: Mcp error: -32000: not today").await;
    check_call("failed", "no such file").await;
    check_call("nonsense", "mcp server srv: Unexpected response type").await;
}

#[tokio::test]
async fn a_dead_server_stays_dead_and_says_so() {
    let server = Server::start("srv", &script("die")).await.unwrap();
    for _ in 0..3 {
        let error = call(&server, "srv__do", json!({})).await.unwrap_err();
        assert_eq!(error.to_string(), "mcp server srv: it has ended; start it again");
    }
}

/// Virtual time from the moment of the call.
#[tokio::test]
async fn a_server_that_never_answers_a_call() {
    let server = Server::start("srv", &script("hang")).await.unwrap();
    tokio::time::pause();
    let answer = call(&server, "srv__do", json!({})).await;
    expect_error(answer, "mcp server srv: no answer within 30 s to a call");
}

#[tokio::test]
async fn noise_between_messages_is_ignored() {
    let server = Server::start("srv", &script("noise")).await.unwrap();
    assert_eq!(call(&server, "srv__do", json!({})).await.unwrap(), "done");
    assert_eq!(call(&server, "srv__other", json!({})).await.unwrap(), "done");
}

#[tokio::test]
async fn servers_get_only_their_own_environment() {
    let mut config = script("environment");
    config.env.insert("GIVEN".into(), "yes".into());
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "cargo sets it for us, not for the server");
    config.args = vec!["-c".into(), format!("SECRET=$CARGO_MANIFEST_DIR . '{}'", config.args[0])];
    config.args.extend(["sh".into(), "environment".into()]);
    let server = Server::start("srv", &config).await.unwrap();
    assert_eq!(call(&server, "srv__do", json!({})).await.unwrap(), "secret= given=yes");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn processes_end_with_the_last_tool() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let mut config = script("child");
    config.args.push(file.display().to_string());
    let server = Server::start("srv", &config).await.unwrap();
    let pid = std::fs::read_to_string(&file).unwrap();
    let process = PathBuf::from(format!("/proc/{}/stat", pid.trim()));
    let runs = || std::fs::read_to_string(&process).is_ok_and(|stat| !stat.contains(") Z "));
    let tools = server.tools();
    drop(server);
    assert!(runs(), "a tool still holds the server");
    drop(tools);
    for _ in 0..500 {
        if !runs() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the server's own child outlives it");
}

/// Where npm's packages lie, if the reference servers are among them.
fn node_modules() -> Option<PathBuf> {
    let folder = match std::env::var_os("POCKETPILOT_MCP_NODE_MODULES") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let output = std::process::Command::new("npm").args(["root", "-g"]).output().ok()?;
            PathBuf::from(String::from_utf8(output.stdout).ok()?.trim())
        }
    };
    folder.join("@modelcontextprotocol").is_dir().then_some(folder)
}

fn reference_server(name: &str, args: &[&str]) -> Option<ServerConfig> {
    let main =
        node_modules().map(|folder| folder.join("@modelcontextprotocol").join(name).join("dist/index.js"));
    let Some(main) = main.filter(|main| Path::new(main).is_file()) else {
        eprintln!(
            "skipped: no @modelcontextprotocol/{name}; install it and set POCKETPILOT_MCP_NODE_MODULES"
        );
        return None;
    };
    let mut config = ServerConfig::new("node", [main.display().to_string()]);
    config.args.extend(args.iter().map(|&a| a.to_owned()));
    Some(config)
}

#[tokio::test]
async fn the_reference_server_everything() {
    let Some(config) = reference_server("server-everything", &["stdio"]) else { return };
    let server = Server::start("every", &config).await.unwrap();
    let tools = server.tools();
    assert!(tools.iter().all(|t| t.spec().name.starts_with("every__") && t.spec().foreign));
    assert_eq!(call(&server, "every__echo", json!({"message": "héllo"})).await.unwrap(), "Echo: héllo");
    let sum = call(&server, "every__get-sum", json!({"a": 2, "b": 40})).await.unwrap();
    assert!(sum.contains("42"), "{sum}");
    let image = call(&server, "every__get-tiny-image", json!({})).await.unwrap();
    assert!(image.contains("[an image, image/png]"), "{image}");
}

#[tokio::test]
async fn the_reference_server_filesystem() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let Some(mut config) = reference_server("server-filesystem", &[&root.display().to_string()]) else {
        return;
    };
    config.tools = Some(vec!["read_text_file".into(), "write_file".into()]);
    config.effects.insert("read_text_file".into(), Effect::Read);
    let server = Server::start("files", &config).await.unwrap();
    assert_eq!(server.tools().len(), 2);
    let path = root.join("note.txt").display().to_string();
    let note = json!({"path": path, "content": "buy milk\n"});
    call(&server, "files__write_file", note).await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "buy milk\n");
    assert_eq!(call(&server, "files__read_text_file", json!({"path": path})).await.unwrap(), "buy milk\n");
    let outside = call(&server, "files__read_text_file", json!({"path": "/etc/passwd"})).await.unwrap_err();
    assert!(outside.to_string().contains("Access denied"), "{outside}");
}
