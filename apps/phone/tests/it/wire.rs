//! adbd byte by byte.

use std::time::Duration;

use pocketpilot_phone::Phone;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::support::phone;

/// What is read or written at most before a test has failed.
const DEADLINE: Duration = Duration::from_secs(20);

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) command: [u8; 4],
    pub(crate) arg0: u32,
    pub(crate) arg1: u32,
    pub(crate) payload: Vec<u8>,
}

/// A client that takes nothing for granted.
pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn new(phone: &Phone) -> Client {
        Client(TcpStream::connect(phone.adb_address()).await.unwrap())
    }

    /// A client that has shaken hands.
    pub(crate) async fn connected(phone: &Phone) -> Client {
        let mut client = Client::new(phone).await;
        client.send(b"CNXN", 0x0100_0000, 1 << 20, b"host::test\0").await;
        assert_eq!(&client.receive().await.command, b"CNXN");
        client
    }

    pub(crate) async fn send(&mut self, command: &[u8; 4], arg0: u32, arg1: u32, payload: &[u8]) {
        let word = u32::from_le_bytes(*command);
        let words = [word, arg0, arg1, payload.len() as u32, 0, !word];
        let header: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.0.write_all(&[&header, payload].concat()).await.unwrap();
    }

    pub(crate) async fn receive(&mut self) -> Message {
        timeout(DEADLINE, self.read()).await.expect("an answer in time").expect("a message")
    }

    /// The next message, checked: magic and sum must be right. `None` at the end.
    async fn read(&mut self) -> Option<Message> {
        let mut header = [0; 24];
        self.0.read_exact(&mut header).await.ok()?;
        let word = |at: usize| u32::from_le_bytes(header[at * 4..][..4].try_into().unwrap());
        assert_eq!(word(0), !word(5), "magic");
        let mut payload = vec![0; word(3) as usize];
        self.0.read_exact(&mut payload).await.ok()?;
        assert_eq!(word(4), payload.iter().map(|byte| u32::from(*byte)).sum::<u32>(), "sum");
        Some(Message { command: header[..4].try_into().unwrap(), arg0: word(1), arg1: word(2), payload })
    }

    /// The connection ends without another word.
    async fn expect_end(&mut self) {
        assert_eq!(timeout(DEADLINE, self.read()).await.expect("an end in time"), None);
    }

    /// Opens a stream and returns the phone's id of it.
    pub(crate) async fn open(&mut self, local: u32, name: &str) -> u32 {
        self.send(b"OPEN", local, 0, format!("{name}\0").as_bytes()).await;
        let answer = self.receive().await;
        assert_eq!((&answer.command, answer.arg1), (b"OKAY", local), "{name}");
        answer.arg0
    }

    /// Everything that comes on the one open stream, until it is closed.
    pub(crate) async fn drain(&mut self, local: u32, remote: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let message = self.receive().await;
            assert_eq!((message.arg0, message.arg1), (remote, local));
            match &message.command {
                b"WRTE" => {
                    bytes.extend(message.payload);
                    self.send(b"OKAY", local, remote, b"").await;
                }
                b"CLSE" => return bytes,
                b"OKAY" => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn the_banner_names_the_phone() {
    let phone = phone().await;
    let mut client = Client::new(&phone).await;
    client.send(b"CNXN", 0x0100_0001, 1 << 20, b"host::features=shell_v2").await;
    let answer = client.receive().await;
    assert_eq!((&answer.command, answer.arg0, answer.arg1), (b"CNXN", 0x0100_0001, 1 << 20));
    let banner = String::from_utf8(answer.payload).unwrap();
    assert!(banner.starts_with("device::ro.product.name="), "{banner}");
    assert!(banner.ends_with("features=shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir"), "{banner}");
}

#[tokio::test]
async fn a_shell_of_version_1_is_bytes_then_the_end() {
    let phone = phone().await;
    let mut client = Client::connected(&phone).await;
    let remote = client.open(7, "shell:echo out; echo err >&2; false").await;
    assert_eq!(client.drain(7, remote).await, b"out\nerr\n");
}

#[tokio::test]
async fn a_shell_of_version_2_tells_streams_and_status_apart() {
    let phone = phone().await;
    let mut client = Client::connected(&phone).await;
    let remote = client.open(7, "shell,v2,TERM=xterm,raw:echo out; nonsense").await;
    let error = b"/system/bin/sh: nonsense: inaccessible or not found\n";
    let mut expected = b"\x01\x04\0\0\0out\n\x02".to_vec();
    expected.extend((error.len() as u32).to_le_bytes());
    expected.extend(error);
    expected.extend(b"\x03\x01\0\0\0\x7f");
    assert_eq!(client.drain(7, remote).await, expected);
}

#[tokio::test]
async fn an_install_is_answered_in_one_message() {
    let phone = phone().await;
    let mut client = Client::connected(&phone).await;
    let remote = client.open(3, "exec:cmd package 'install' '-r' -S 4").await;
    client.send(b"WRTE", 3, remote, b"none").await;
    assert_eq!(&client.receive().await.command, b"OKAY");
    let answer = client.receive().await;
    let refusal = b"Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse the package's manifest]\n";
    assert_eq!((&answer.command, answer.payload.as_slice()), (b"WRTE", refusal.as_slice()));
    assert_eq!(&client.receive().await.command, b"CLSE");
}

#[tokio::test]
async fn sync_requests_may_come_in_pieces() {
    let phone = phone().await;
    phone.device().files.write("/sdcard/f", b"123").unwrap();
    let mut client = Client::connected(&phone).await;
    let remote = client.open(4, "sync:").await;
    for piece in [b"STAT\x09\0\0\0".as_slice(), b"/sdcard/f"] {
        client.send(b"WRTE", 4, remote, piece).await;
        assert_eq!(&client.receive().await.command, b"OKAY");
    }
    let answer = client.receive().await;
    assert_eq!(&answer.command, b"WRTE");
    assert_eq!(answer.payload[..12], *b"STAT\xa4\x81\0\0\x03\0\0\0");
    client.send(b"OKAY", 4, remote, b"").await;
    client.send(b"WRTE", 4, remote, b"QUIT\0\0\0\0").await;
    assert_eq!(client.drain(4, remote).await, b"");
}

#[tokio::test]
async fn a_write_waits_for_the_okay_of_the_one_before() {
    let phone = phone().await;
    phone.device().files.write("/sdcard/big", &vec![7; 3 << 20]).unwrap();
    let mut client = Client::connected(&phone).await;
    let remote = client.open(1, "exec:cat /sdcard/big").await;
    let first = client.receive().await;
    assert_eq!(&first.command, b"WRTE");
    // No OKAY for that; another stream must go on, and the first must stay silent.
    let other = client.open(2, "shell:echo hi").await;
    assert_eq!(client.drain(2, other).await, b"hi\n");
    client.send(b"OKAY", 1, remote, b"").await;
    let rest = client.drain(1, remote).await;
    assert_eq!(first.payload.len() + rest.len(), 3 << 20);
}

#[tokio::test]
async fn streams_interleave() {
    let phone = phone().await;
    let mut client = Client::connected(&phone).await;
    let (a, b) = (client.open(1, "exec:cat").await, client.open(2, "exec:cat").await);
    client.send(b"WRTE", 1, a, b"to a").await;
    client.send(b"WRTE", 2, b, b"to b").await;
    let mut seen = Vec::new();
    while seen.len() < 4 {
        let message = client.receive().await;
        if &message.command == b"WRTE" {
            client.send(b"OKAY", message.arg1, message.arg0, b"").await;
        }
        seen.push((message.command, message.arg1, message.payload));
    }
    for expected in [
        (*b"OKAY", 1, Vec::new()),
        (*b"OKAY", 2, Vec::new()),
        (*b"WRTE", 1, b"to a".to_vec()),
        (*b"WRTE", 2, b"to b".to_vec()),
    ] {
        assert!(seen.contains(&expected), "{expected:?} in {seen:?}");
    }
}

#[tokio::test]
async fn unknown_services_and_ids_are_refused_quietly() {
    let phone = phone().await;
    let mut client = Client::connected(&phone).await;
    for name in ["tcp:9008", "localabstract:devicekit", "jdwp", "", "abb_exec:settings"] {
        client.send(b"OPEN", 5, 0, name.as_bytes()).await;
        let answer = client.receive().await;
        assert_eq!((&answer.command, answer.arg0, answer.arg1), (b"CLSE", 0, 5), "{name}");
    }
    client.send(b"WRTE", 9, 99, b"to nobody").await;
    client.send(b"OKAY", 9, 99, b"").await;
    client.send(b"CLSE", 9, 99, b"").await;
    client.send(b"WHAT", 0, 0, b"new in the next version").await;
    let remote = client.open(1, "shell:echo still here").await;
    assert_eq!(client.drain(1, remote).await, b"still here\n");
}

#[tokio::test]
async fn nothing_opens_before_the_handshake() {
    let phone = phone().await;
    let mut client = Client::new(&phone).await;
    client.send(b"OPEN", 1, 0, b"shell:echo hi\0").await;
    client.send(b"CNXN", 0x0100_0001, 1 << 20, b"host::").await;
    assert_eq!(&client.receive().await.command, b"CNXN");
}

#[tokio::test]
async fn garbage_ends_the_connection() {
    let phone = phone().await;
    let mut client = Client::new(&phone).await;
    client.0.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    client.expect_end().await;

    let mut client = Client::connected(&phone).await;
    let word = u32::from_le_bytes(*b"WRTE");
    let absurd: Vec<u8> =
        [word, 1, 1, u32::MAX, 0, !word].iter().flat_map(|word| word.to_le_bytes()).collect();
    client.0.write_all(&absurd).await.unwrap();
    client.expect_end().await;

    let mut client = Client::new(&phone).await;
    client.send(b"CNXN", 0x0100_0001, 0, b"host::").await;
    client.expect_end().await;
}

#[tokio::test]
async fn more_than_one_write_at_a_time_closes_the_stream() {
    let phone = phone().await;
    let mut client = Client::connected(&phone).await;
    // Nothing reads here, so that the writes pile up.
    let remote = client.open(1, "exec:sh -c 'cat | true; cat'").await;
    for _ in 0..64 {
        client.send(b"WRTE", 1, remote, b"x").await;
    }
    loop {
        let message = client.receive().await;
        if &message.command == b"CLSE" {
            break;
        }
    }
    let remote = client.open(2, "shell:echo still here").await;
    assert_eq!(client.drain(2, remote).await, b"still here\n");
}

#[tokio::test]
async fn hanging_up_in_the_middle_leaves_nothing_running() {
    let phone = phone().await;
    for name in ["shell,v2,TERM=xterm,raw:", "exec:cat", "sync:", "exec:while true; do true; done"] {
        let mut client = Client::connected(&phone).await;
        let remote = client.open(1, name).await;
        client.send(b"WRTE", 1, remote, b"SEND\x10\0\0\0/sdcard/half,0644DATA\xff\0\0\0half").await;
        drop(client);
    }
    // Waits for every task and thread of the phone.
    let files = phone.device().files.clone();
    timeout(DEADLINE, phone.stop()).await.expect("everything ends");
    assert!(!files.exists("/sdcard/half"));
}

#[tokio::test]
async fn a_phone_that_is_dropped_hangs_up() {
    let phone = phone().await;
    let address = phone.adb_address();
    let mut client = Client::connected(&phone).await;
    client.open(1, "shell,v2,TERM=xterm,raw:").await;
    drop(phone);
    client.expect_end().await;
    let free = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, free).await.expect("the port is free again");
}

#[tokio::test]
async fn the_framebuffer_is_a_header_and_pixels() {
    let phone = phone().await;
    let mut client = Client::connected(&phone).await;
    let remote = client.open(1, "framebuffer:").await;
    let bytes = client.drain(1, remote).await;
    let words: Vec<u32> =
        bytes[..52].chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
    assert_eq!(words, [1, 32, 1080 * 2400 * 4, 1080, 2400, 0, 8, 16, 8, 8, 8, 24, 8]);
    assert_eq!(bytes.len(), 52 + 1080 * 2400 * 4);
}

#[tokio::test]
async fn a_person_s_terminal_is_echoed() {
    let phone = phone().await;
    let mut client = Client::connected(&phone).await;
    let remote = client.open(1, "shell:").await;
    client.send(b"WRTE", 1, remote, b"echo hx\x7fi\rexit 3\r").await;
    let seen = String::from_utf8(client.drain(1, remote).await).unwrap();
    assert_eq!(seen, "emu64x:/ $ echo hx\x08 \x08i\r\nhi\r\nemu64x:/ $ exit 3\r\n");
}
