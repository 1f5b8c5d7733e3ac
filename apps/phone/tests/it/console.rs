//! The emulator console.

use pocketpilot_phone::{Phone, shell::run};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::phone;

/// Sends lines, as a client that knows the token, and returns what came after the banner and that.
pub(crate) async fn talk(phone: &Phone, lines: &str) -> String {
    let home = std::env::var("HOME").unwrap_or_default();
    let token = std::fs::read_to_string(format!("{home}/.emulator_console_auth_token")).unwrap_or_default();
    let mut socket = TcpStream::connect(phone.console_address()).await.unwrap();
    socket.write_all(format!("auth {}\n{lines}", token.trim()).as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let (_, rest) = answer.split_once("OK\r\n").expect("a banner");
    let (_, rest) = rest.split_once("OK\r\n").expect("an answer to auth");
    rest.to_owned()
}

#[tokio::test]
async fn every_line_is_answered_but_an_empty_one() {
    let phone = phone().await;
    assert_eq!(
        talk(&phone, "\nping\n\r\navd name\nquit\nping\n").await,
        "I am alive!\r\nOK\r\nPocketpilot\r\nOK\r\n"
    );
    assert_eq!(talk(&phone, "nonsense\n").await, "KO: unknown command, try 'help'\r\n");
}

#[tokio::test]
async fn snapshots_are_kept_and_brought_back() {
    let phone = phone().await;
    assert_eq!(talk(&phone, "avd snapshot list\n").await, "There is no snapshot available.\r\nOK\r\n");
    phone.device().files.write("/sdcard/a", b"1").unwrap();
    assert_eq!(talk(&phone, "avd snapshot save clean\n").await, "OK\r\n");
    phone.device().files.write("/sdcard/a", b"2").unwrap();
    assert_eq!(talk(&phone, "avd snapshot load clean\n").await, "OK\r\n");
    assert_eq!(phone.device().files.read("/sdcard/a").unwrap(), b"1");
    assert!(talk(&phone, "avd snapshot list\n").await.contains("clean"));
    assert!(talk(&phone, "avd snapshot load none\n").await.starts_with("KO: "));
    assert!(talk(&phone, "avd snapshot save ../x\n").await.starts_with("KO: "));
}

#[tokio::test]
async fn messages_and_calls_come_in() {
    let phone = phone().await;
    assert_eq!(talk(&phone, "sms send 5551234 hello  there\n").await, "OK\r\n");
    let query =
        "content query --uri content://sms/inbox --projection address:body --where \"address='5551234'\"";
    let seen = run(phone.device(), query, b"");
    assert_eq!(String::from_utf8_lossy(&seen.out), "Row: 0 address=5551234, body=hello  there\n");
    let calls = "gsm call 5551234\ngsm list\ngsm accept 1\ngsm accept 5551234\ngsm list\ngsm cancel 5551234\ngsm list\n";
    let expected = "OK\r\ninbound from 5551234 : incoming\r\nOK\r\nKO: no current call to/from number '1'\r\nOK\r\n\
        inbound from 5551234 : active\r\nOK\r\nOK\r\nOK\r\n";
    assert_eq!(talk(&phone, calls).await, expected);
    assert!(talk(&phone, "sms send 5551234\n").await.starts_with("KO: "));
}

#[tokio::test]
async fn a_web_page_commands_nothing() {
    let phone = phone().await;
    let mut socket = TcpStream::connect(phone.console_address()).await.unwrap();
    socket.write_all(b"POST / HTTP/1.1\r\n\r\nsms send 5551234 hello\r\n").await.unwrap();
    let mut answer = Vec::new();
    // A reset is an end, too.
    let _ = socket.read_to_end(&mut answer).await;
    assert_eq!(answer.windows(4).filter(|window| window == b"OK\r\n").count(), 1);
}

#[tokio::test]
async fn kill_switches_the_phone_off() {
    let phone = phone().await;
    assert_eq!(talk(&phone, "kill\n").await, "OK: killing emulator, bye bye\r\n");
    phone.stopped().await;
    phone.stop().await;
}
