//! Faults over the wire.

use std::time::Duration;

use pocketpilot_phone::Phone;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::console::talk;
use crate::support::phone;
use crate::wire::Client;

/// What is waited for at most before a test has failed.
const DEADLINE: Duration = Duration::from_secs(20);

fn set(phone: &Phone, fault: &str) {
    phone.device().set_fault(fault.parse().expect("a fault"));
}

/// What a shell of version 1 answers.
async fn ask(phone: &Phone, service: &str) -> String {
    let mut client = Client::connected(phone).await;
    let remote = client.open(1, service).await;
    String::from_utf8(client.drain(1, remote).await).expect("text")
}

#[tokio::test]
async fn a_phone_starts_with_its_faults_and_its_clock() {
    let mut builder = Phone::builder();
    builder.faults =
        vec!["never-idle".parse().expect("a fault"), "incoming-call=5551234".parse().expect("a fault")];
    builder.clock = "frozen".parse().expect("a pace");
    let phone = builder.start().await.expect("starts");
    assert_eq!(ask(&phone, "shell:uiautomator dump").await, "ERROR: could not get idle state.\n");
    assert_eq!(ask(&phone, "shell:sleep 30; date +%T").await, "10:00:00\n");
    assert!(ask(&phone, "shell:uiautomator dump --compressed /dev/tty").await.contains("Incoming call"));
}

#[tokio::test]
async fn a_reply_is_cut_in_the_middle_of_a_message() {
    let phone = phone().await;
    phone.device().files.write("/sdcard/big", &[7; 1000]).unwrap();
    set(&phone, "cut=100");
    // A shorter reply gets through.
    assert_eq!(ask(&phone, "shell:echo hi").await, "hi\n");
    let mut client = Client::connected(&phone).await;
    client.open(1, "exec:cat /sdcard/big").await;
    let mut rest = Vec::new();
    timeout(DEADLINE, client.0.read_to_end(&mut rest)).await.expect("an end in time").expect("reads");
    let (header, part) = rest.split_at(24);
    assert_eq!((&header[..4], &header[12..16]), (b"WRTE".as_slice(), 1000_u32.to_le_bytes().as_slice()));
    assert_eq!(part, [7; 100]);
    // Whoever connects again is served.
    assert_eq!(ask(&phone, "exec:cat /sdcard/big").await.len(), 1000);

    set(&phone, "cut=3");
    let mut socket = TcpStream::connect(phone.server_address().expect("a server")).await.unwrap();
    socket.write_all(b"0012host:transport-any0014exec:cat /sdcard/big").await.unwrap();
    let mut answer = Vec::new();
    timeout(DEADLINE, socket.read_to_end(&mut answer)).await.expect("an end in time").expect("reads");
    assert_eq!(answer, b"OKAYOKAY\x07\x07\x07");
}

#[tokio::test]
async fn a_slow_shell_holds_up_nothing_else() {
    let phone = phone().await;
    set(&phone, "slow-shell=3600000");
    let mut client = Client::connected(&phone).await;
    let remote = client.open(1, "shell:touch /sdcard/late; echo done").await;
    while phone.device().journal().since(0).1 == 0 {
        tokio::task::yield_now().await;
    }
    assert!(phone.device().system().dump().is_some());
    assert!(!phone.device().files.exists("/sdcard/late"));
    phone.device().clear_fault("slow-shell");
    assert_eq!(client.drain(1, remote).await, b"done\n");

    // Nor does what waits outlive its client, or the phone.
    set(&phone, "slow-dump=3600000");
    client.open(2, "shell:uiautomator dump").await;
    timeout(DEADLINE, phone.stop()).await.expect("everything ends");
}

#[tokio::test]
async fn a_full_disk_refuses_an_app() {
    let phone = phone().await;
    set(&phone, "full-storage");
    let mut client = Client::connected(&phone).await;
    let apk = include_bytes!("../fixtures/example.apk");
    let remote = client.open(1, &format!("exec:cmd package 'install' '-r' -S {}", apk.len())).await;
    client.send(b"WRTE", 1, remote, apk).await;
    assert_eq!(client.drain(1, remote).await, b"Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n");
}

#[tokio::test]
async fn the_console_switches_faults_and_the_clock() {
    let phone = phone().await;
    let lines = "fault set never-idle\nfault set null-root=2\nfault set incoming-call=5551234\nfault list\n\
        fault clear never-idle\nfault clear incoming-call\nfault list\n";
    let expected = "OK\r\nOK\r\nOK\r\nnever-idle\r\nnull-root=2\r\nincoming-call=5551234\r\nOK\r\n\
        OK\r\nOK\r\nnull-root=2\r\nOK\r\n";
    assert_eq!(talk(&phone, lines).await, expected);
    let told = talk(&phone, "fault set gremlins\nfault clear never-idle\nfault\n").await;
    let told: Vec<&str> = told.lines().collect();
    assert!(
        told[0].starts_with("KO: 'gremlins' is no fault; there are never-idle, null-root[=N], "),
        "{told:?}"
    );
    assert_eq!(told[1], "KO: no fault 'never-idle' is on, try 'fault list'");
    assert!(told[2].starts_with("KO: bad sub-command"), "{told:?}");

    // The call has taken a second.
    assert_eq!(talk(&phone, "clock frozen\nclock step 60000\n").await, "OK\r\nOK\r\n");
    assert_eq!(ask(&phone, "shell:sleep 9; date +%T").await, "10:01:01\n");
    assert_eq!(talk(&phone, "clock stepped\n").await, "OK\r\n");
    assert_eq!(ask(&phone, "shell:sleep 9; date +%T").await, "10:01:10\n");
    for bad in ["clock sundial", "clock step -1", "clock step x", "clock"] {
        assert!(talk(&phone, &format!("{bad}\n")).await.starts_with("KO: "), "{bad}");
    }
}
