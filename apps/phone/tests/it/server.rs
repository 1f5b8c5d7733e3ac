//! The adb-server protocol byte by byte.

use pocketpilot_phone::Phone;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::phone;

/// Sends requests over one connection and returns everything that came back.
async fn ask(phone: &Phone, requests: &[&str]) -> String {
    let mut socket = TcpStream::connect(phone.server_address().unwrap()).await.unwrap();
    for request in requests {
        socket.write_all(format!("{:04x}{request}", request.len()).as_bytes()).await.unwrap();
    }
    socket.shutdown().await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn text(text: &str) -> String {
    format!("OKAY{:04x}{text}", text.len())
}

#[tokio::test]
async fn the_server_answers() {
    let phone = phone().await;
    let serial = phone.serial().to_owned();
    assert_eq!(serial, phone.adb_address().to_string());
    let check = async |request: &str, expected: String| {
        assert_eq!(ask(&phone, &[request]).await, expected, "{request}")
    };
    check("host:version", "OKAY00040029".to_owned()).await;
    check("host:devices", text(&format!("{serial}\tdevice\n"))).await;
    check("host:track-devices", text(&format!("{serial}\tdevice\n"))).await;
    check("host:features", text("shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir")).await;
    check(&format!("host-serial:{serial}:get-state"), text("device")).await;
    check("host:get-serialno", text(&serial)).await;
    check("host-transport-id:1:features", text("shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir")).await;
    check("host:list-forward", text("")).await;
    check("host:wait-for-any-device", "OKAYOKAY".to_owned()).await;
    check(&format!("host:connect:{serial}"), text(&format!("already connected to {serial}"))).await;
    check("host:kill", "OKAY".to_owned()).await;
    let reason = "device 'emulator-9' not found";
    check("host:transport:emulator-9", format!("FAIL{:04x}{reason}", reason.len())).await;
    check("host:tport:serial:emulator-9", format!("FAIL{:04x}{reason}", reason.len())).await;
    let reason = "unknown host service 'host:nonsense'";
    check("host:nonsense", format!("FAIL{:04x}{reason}", reason.len())).await;
    let long = ask(&phone, &["host:devices-l"]).await;
    assert!(long.contains(" device product:") && long.ends_with(" transport_id:1\n"), "{long}");
}

#[tokio::test]
async fn services_run_on_the_chosen_phone() {
    let phone = phone().await;
    let serial = phone.serial().to_owned();
    let hi = "shell:echo hi";
    assert_eq!(ask(&phone, &[&format!("host:transport:{serial}"), hi]).await, "OKAYOKAYhi\n");
    assert_eq!(ask(&phone, &["host:transport-any", hi]).await, "OKAYOKAYhi\n");
    assert_eq!(ask(&phone, &["host:tport:any", hi]).await, "OKAY\u{1}\0\0\0\0\0\0\0OKAYhi\n");
    assert_eq!(ask(&phone, &["host:transport-any", "tcp:9008"]).await, "OKAYFAIL0006closed");
}

#[tokio::test]
async fn adbd_changes_how_it_runs() {
    let phone = phone().await;
    let check = async |service: &str, expected: &str| {
        let answer = ask(&phone, &["host:transport-any", service]).await;
        assert_eq!(answer, format!("OKAYOKAY{expected}"), "{service}");
    };
    check("root:", "adbd is already running as root\n").await;
    check("shell:whoami", "root\n").await;
    check("unroot:", "adbd not running as root\n").await;
    check("shell:whoami", "shell\n").await;
    check("remount:", "remount succeeded\n").await;
    check("tcpip:5555", "error: this phone is reached over TCP only\n").await;
    check("usb:", "error: this phone is reached over TCP only\n").await;
    check("disable-verity:", "verity is already disabled\n").await;
    check("enable-verity:", "verity is already disabled\n").await;
    phone.device().system().services.clipboard = "forgotten".to_owned();
    check("reboot:", "").await;
    assert_eq!(phone.device().system().services.clipboard, "");
}

#[tokio::test]
async fn commands_are_framed_or_not() {
    let phone = phone().await;
    let check = async |service: &str, expected: &str| {
        let answer = ask(&phone, &["host:transport-any", service]).await;
        assert_eq!(answer, format!("OKAYOKAY{expected}"), "{service}");
    };
    check("shell:echo a; echo b >&2; false", "a\nb\n").await;
    check("shell,raw:echo a", "a\n").await;
    check("shell,TERM=xterm,raw:echo a", "a\n").await;
    check("exec:echo 'a' 'b  c'", "a b  c\n").await;
    check("shell,v2,TERM=xterm,raw:echo a", "\u{1}\u{2}\0\0\0a\n\u{3}\u{1}\0\0\0\0").await;
    check("shell,v2,TERM=xterm:echo a >&2; exit 5", "\u{2}\u{2}\0\0\0a\n\u{3}\u{1}\0\0\0\u{5}").await;
    check("shell,v2:true", "\u{3}\u{1}\0\0\0\0").await;
}

#[tokio::test]
async fn ports_are_forwarded() {
    let phone = phone().await;
    let serial = phone.serial().to_owned();
    let forward = async |ends: &str| ask(&phone, &[&format!("host-serial:{serial}:forward:{ends}")]).await;
    let opened = forward("tcp:0;tcp:9008").await;
    let port = opened.strip_prefix("OKAYOKAY0005").expect("a port of five digits").to_owned();
    assert_eq!(forward(&format!("tcp:{port};tcp:1")).await, "OKAYOKAY");
    assert_eq!(ask(&phone, &["host:list-forward"]).await, text(&format!("{serial} tcp:{port} tcp:1\n")));
    let fail = |reason: &str| format!("FAIL{:04x}{reason}", reason.len());
    assert_eq!(forward(&format!("norebind:tcp:{port};tcp:2")).await, fail("cannot rebind existing socket"));
    assert_eq!(forward("tcp:5").await, fail("bad forward: forward:tcp:5"));
    let unknown = "cannot bind listener: unknown socket type 'localabstract:a'";
    assert_eq!(forward("localabstract:a;tcp:1").await, fail(unknown));
    assert_eq!(ask(&phone, &["host:killforward:tcp:1"]).await, fail("listener 'tcp:1' not found"));
    assert_eq!(ask(&phone, &[&format!("host:killforward:tcp:{port}")]).await, "OKAYOKAY");
    assert_eq!(ask(&phone, &["host:list-forward"]).await, text(""));
    assert!(forward("tcp:0;tcp:9008").await.starts_with("OKAYOKAY0005"));
    assert_eq!(ask(&phone, &["host:killforward-all"]).await, "OKAYOKAY");
    assert_eq!(ask(&phone, &["host:list-forward"]).await, text(""));
}

#[tokio::test]
async fn garbage_ends_the_connection() {
    let phone = phone().await;
    for garbage in [b"zzzzhost:version".as_slice(), b"0fffhost", b"0004\xff\xff\xff\xff"] {
        let mut socket = TcpStream::connect(phone.server_address().unwrap()).await.unwrap();
        socket.write_all(garbage).await.unwrap();
        socket.shutdown().await.unwrap();
        let mut answer = Vec::new();
        // A reset is an end, too.
        let _ = socket.read_to_end(&mut answer).await;
        assert!(answer.is_empty());
    }
}
