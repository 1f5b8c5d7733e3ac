//! The page that shows the screen, byte by byte.

use pocketpilot_phone::Phone;
use pocketpilot_phone::faults::Fault;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A phone on free ports with a page.
pub(crate) async fn phone() -> Phone {
    let mut builder = Phone::builder();
    builder.web_port = Some(0);
    builder.start().await.expect("the phone starts")
}

/// Sends a request with such headers, and returns the head of the answer and its body.
async fn ask(phone: &Phone, request: &str, headers: &str, body: &str) -> (String, Vec<u8>) {
    let address = phone.web_address().unwrap();
    let host = if headers.contains("Host:") { String::new() } else { format!("Host: {address}\r\n") };
    let length = body.len();
    let text = format!(
        "{request} HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end..].to_vec())
}

#[track_caller]
fn check((head, body): (String, Vec<u8>), status: &str, kind: &str, part: &str) {
    assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
    assert!(head.to_lowercase().contains(&format!("content-type: {kind}")), "{head}");
    let body = String::from_utf8_lossy(&body);
    assert!(body.contains(part), "{body}");
}

#[tokio::test]
async fn the_page_shows_the_phone() {
    let phone = phone().await;
    check(ask(&phone, "GET /", "", "").await, "200", "text/html", "Virtual phone");
    for name in Fault::NAMES {
        check(ask(&phone, "GET /", "", "").await, "200", "text/html", &format!("<option>{name}"));
    }
    check(ask(&phone, "GET /page.js", "", "").await, "200", "text/javascript", "EventSource");
    check(ask(&phone, "GET /page.css", "", "").await, "200", "text/css", "#screen");
    check(ask(&phone, "GET /tree.xml", "", "").await, "200", "application/xml", "text=\"Contacts\"");
    let (head, png) = ask(&phone, "GET /screen.png", "", "").await;
    assert!(head.contains("image/png") && png.starts_with(b"\x89PNG"), "{head}");
    phone.stop().await;
}

#[tokio::test]
async fn what_the_page_wishes_goes_through_shell_and_console() {
    let phone = phone().await;
    let shell = ask(&phone, "POST /shell", "", "echo found; ls /nowhere").await;
    check(shell, "200", "application/json", r#"{"out":"found\n","err":"ls: /nowhere:"#);
    let sms = ask(&phone, "POST /console", "", "sms send 5550100 Are you there?").await;
    check(sms, "200", "application/json", r#""status":0"#);
    let shown = ask(&phone, "POST /shell", "", "content query --uri content://sms/inbox").await;
    check(shown, "200", "application/json", "Are you there?");
    let bad = ask(&phone, "POST /console", "", "nonsense").await;
    check(bad, "200", "application/json", "unknown command");
    assert_eq!(phone.device().journal().since(0).0.len(), 2);
    phone.stop().await;
}

#[tokio::test]
async fn what_the_page_switches_on_is_met_by_its_shell() {
    let phone = phone().await;
    let done = r#"{"out":"","err":"","status":0}"#;
    for (fault, line, part) in [
        ("never-idle", "uiautomator dump", "could not get idle state"),
        ("null-root=1", "uiautomator dump", "null root node"),
        ("dump-failures=1", "uiautomator dump", r#""status":137"#),
        ("full-storage", "echo > /sdcard/a", "No space left on device"),
        ("anr=foreground", "dumpsys window", "Application Not Responding: com."),
        ("incoming-call=5550100", "uiautomator dump --compressed /dev/tty", "Incoming call"),
    ] {
        let set = ask(&phone, "POST /console", "", &format!("fault set {fault}")).await;
        check(set, "200", "application/json", done);
        check(ask(&phone, "POST /shell", "", line).await, "200", "application/json", part);
        let name = fault.split('=').next().unwrap();
        // Those that happen once are over.
        if fault.ends_with("=1") {
            continue;
        }
        let clear = ask(&phone, "POST /console", "", &format!("fault clear {name}")).await;
        check(clear, "200", "application/json", done);
    }
    let bad = ask(&phone, "POST /console", "", "fault set <b>").await;
    check(bad, "200", "application/json", "'<b>' is no fault");
    phone.stop().await;
}

#[tokio::test]
async fn other_sites_are_refused() {
    let phone = phone().await;
    let other = "Origin: https://example.com\r\n";
    check(ask(&phone, "POST /shell", other, "reboot").await, "403", "text/plain", "another site");
    check(ask(&phone, "GET /", "Host: example.com\r\n", "").await, "403", "text/plain", "localhost");
    assert!(phone.device().journal().since(0).0.is_empty());
    phone.stop().await;
}

#[tokio::test]
async fn the_page_is_told_of_changes() {
    let phone = phone().await;
    let mut socket = BufReader::new(TcpStream::connect(phone.web_address().unwrap()).await.unwrap());
    socket.write_all(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut news = async || loop {
        let mut line = String::new();
        assert!(socket.read_line(&mut line).await.unwrap() > 0, "the phone ended");
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str::<serde_json::Value>(data).unwrap();
        }
    };
    let first = news().await;
    assert_eq!(first["lines"], serde_json::json!([]));
    pocketpilot_phone::shell::run(phone.device(), "am start -a android.settings.SETTINGS", b"");
    let second = news().await;
    assert_ne!(first["screen"], second["screen"]);
    phone.device().journal().add("pm list packages");
    assert_eq!(news().await["lines"], serde_json::json!(["pm list packages"]));
    phone.device().set_fault("null-root=3".parse().unwrap());
    assert_eq!(news().await["faults"], serde_json::json!(["null-root=3"]));
    pocketpilot_phone::shell::run(phone.device(), "uiautomator dump", b"");
    assert_eq!(news().await["faults"], serde_json::json!(["null-root=2"]));
    phone.stop().await;
}
