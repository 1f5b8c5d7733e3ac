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
