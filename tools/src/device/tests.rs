//! The device against peers that speak ADB byte by byte, and badly. What a whole phone does is tested
//! with the virtual one.

mod peer;

use peer::{AdbServer, Adbd, Reaction};

use super::*;

#[track_caller]
fn check_status(answer: &[u8], expected: Option<(&[u8], i32)>) {
    let mut output = answer.to_vec();
    let status = split_status(&mut output);
    assert_eq!(status.map(|s| (output.as_slice(), s)), expected);
}

#[test]
fn statuses() {
    check_status(b"hi\nPOCKETPILOT-STATUS:0\n", Some((b"hi\n", 0)));
    check_status(b"no line endPOCKETPILOT-STATUS:127\r\n", Some((b"no line end", 127)));
    // What a command prints cannot pass for its status.
    check_status(b"POCKETPILOT-STATUS:0\nPOCKETPILOT-STATUS:1\n", Some((b"POCKETPILOT-STATUS:0\n", 1)));
    check_status(b"hi\n", None);
    check_status(b"hi\nPOCKETPILOT-STATUS:", None);
    check_status(b"\xff\xfePOCKETPILOT-STATUS:3\n", Some((b"\xff\xfe", 3)));
}

#[test]
fn pictures() {
    let picture = [PNG_SIGNATURE, b"a\nb\r\nc\r\r"].concat();
    assert_eq!(unmangle_png(picture.clone()), Some(picture.clone()));
    let mangled: Vec<u8> =
        picture.iter().flat_map(|&b| if b == b'\n' { vec![b'\r', b'\n'] } else { vec![b] }).collect();
    assert_eq!(unmangle_png(mangled), Some(picture));
    assert_eq!(unmangle_png(b"/system/bin/sh: screencap: not found".to_vec()), None);
}

#[test]
fn summaries() {
    assert_eq!(summary("wm size"), "wm size");
    assert_eq!(summary(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
}

fn says(text: &str, status: i32) -> Reaction {
    Reaction::Print(format!("{text}{STATUS_MARK}{status}\n").into_bytes())
}

fn through(server: &AdbServer) -> AdbDevice {
    AdbDevice::through_server("emulator-5554", server.address)
}

#[tokio::test]
async fn commands_through_a_server() {
    let server = AdbServer::start([says("one\r\ntwo\n", 0), says("", 7)]);
    let device = through(&server);
    let output = device.shell("echo").await.unwrap();
    assert_eq!(output, ShellOutput { text: "one\ntwo\n".into(), status: 0 });
    assert_eq!(device.shell("false").await.unwrap().status, 7);
    assert_eq!(server.commands(), ["echo; echo POCKETPILOT-STATUS:$?", "false; echo POCKETPILOT-STATUS:$?"]);
}

#[track_caller]
fn check_error<T: std::fmt::Debug>(result: Result<T, DeviceError>, expected: &str) {
    assert_eq!(result.unwrap_err().to_string(), expected);
}

#[tokio::test]
async fn a_server_that_hangs_up_and_comes_back() {
    let server = AdbServer::start([
        Reaction::Print(b"half an ans".to_vec()),
        Reaction::HangUp,
        Reaction::Raw(b"\x01\xff\xff\xff\xff".to_vec()),
        Reaction::Raw(b"\x77\x01\x00\x00\x00x".to_vec()),
        says("back", 0),
    ]);
    let device = through(&server);
    check_error(device.shell("ls").await, "phone emulator-5554: it hung up during `ls`");
    check_error(device.shell("ls").await, "phone emulator-5554: it hung up during `ls`");
    check_error(device.shell("ls").await, "phone emulator-5554: it hung up during `ls`");
    check_error(device.shell("ls").await, "phone emulator-5554: the connection broke: Invalid channel");
    assert_eq!(device.shell("ls").await.unwrap().text, "back");
}

#[tokio::test]
async fn a_server_that_falls_silent_costs_one_call() {
    let server = AdbServer::start([Reaction::Silence, says("back", 0)]);
    let device = through(&server).with_deadline(Duration::from_millis(200));
    check_error(device.shell("sleep 9").await, "phone emulator-5554: no answer within 0 s to `sleep 9`");
    let device = AdbDevice { deadline: DEADLINE, ..device };
    assert_eq!(device.shell("ls").await.unwrap().text, "back");
}

#[tokio::test]
async fn nobody_there() {
    let server = AdbServer::start([Reaction::Refuse("device 'emulator-5554' not found")]);
    check_error(
        through(&server).shell("ls").await,
        "phone emulator-5554: device 'emulator-5554' not found; `adb devices` lists the phones",
    );
    let free = peer::free_address();
    check_error(
        AdbDevice::through_server("a", free).shell("ls").await,
        "phone a: no adb server answers; start one with `adb start-server`",
    );
    let error = AdbDevice::direct(free).shell("ls").await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("phone {free}: cannot connect to {free}: ")), "{error}");
}

#[tokio::test]
async fn commands_straight_to_adbd() {
    let adbd = Adbd::start([vec![says("one", 0), says("two", 1)]]);
    let device = AdbDevice::direct(adbd.address);
    assert_eq!(device.serial(), adbd.address.to_string());
    assert_eq!(device.shell("a").await.unwrap(), ShellOutput { text: "one".into(), status: 0 });
    assert_eq!(device.shell("b").await.unwrap(), ShellOutput { text: "two".into(), status: 1 });
}

/// adb_client alone would spin for ever on the first of these.
#[tokio::test]
async fn an_adbd_that_hangs_up() {
    let adbd =
        Adbd::start([vec![Reaction::HangUp], vec![Reaction::Raw(vec![0x57; 30])], vec![says("back", 0)]]);
    let device = AdbDevice::direct(adbd.address);
    for _ in 0..2 {
        let error = device.shell("ls").await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("phone {}: the connection broke: ", adbd.address)), "{error}");
    }
    assert_eq!(device.shell("ls").await.unwrap().text, "back");
}

#[tokio::test]
async fn an_adbd_that_falls_silent_is_hung_up_on() {
    let adbd = Adbd::start([vec![Reaction::Silence]]);
    let device = AdbDevice::direct(adbd.address);
    tokio::time::pause();
    let error = device.shell("ls").await.unwrap_err();
    assert!(matches!(error, DeviceError::Deadline { .. }), "{error}");
    // Returns once the peer has seen the end of the connection.
    adbd.finish();
}

#[tokio::test]
async fn a_screen_that_comes_to_rest() {
    let tree = "<hierarchy rotation=\"0\"><node text=\"hi\" bounds=\"[0,0][8,9]\"/></hierarchy>";
    let server = AdbServer::start([
        says("ERROR: could not get idle state.\n", 0),
        says("ERROR: null root node returned by UiTestAutomationBridge.\n", 0),
        says(
            &format!("{tree}UI hierchary dumped to: /dev/tty\n\n  mCurrentFocus=Window{{1 u0 a.b/.C}}\n"),
            0,
        ),
        says(&format!("{tree}\n"), 0),
    ]);
    let screen = through(&server).observe().await.unwrap();
    assert_eq!((screen.package.as_str(), screen.activity.as_str(), screen.width), ("a.b", ".C", 8));
    assert_eq!(screen.nodes[0].text, "hi");
}

#[tokio::test]
async fn a_screen_that_never_rests() {
    let server = AdbServer::start(vec![says("ERROR: could not get idle state.\n", 0); DUMP_TRIES]);
    let device = through(&server);
    check_error(
        device.observe().await,
        "phone emulator-5554: `uiautomator dump` said: ERROR: could not get idle state. (4 tries)",
    );
}

#[tokio::test]
async fn typing() {
    let server = AdbServer::start([
        says("", 0),
        says("com.android.adbkeyboard/.AdbIME\n", 0),
        says("Broadcasting: Intent { }\nBroadcast completed: result=-1\n", 0),
        says("com.google.android.inputmethod.latin/.LatinIME\n", 0),
        says("Exception in thread \"main\" java.lang.NullPointerException\n", 1),
    ]);
    let device = through(&server);
    let text = |text: &str| Gesture::Text { text: text.into() };
    device.act(&text("")).await.unwrap();
    device.act(&text("two words")).await.unwrap();
    device.act(&text("größer")).await.unwrap();
    let error = device.act(&text("größer")).await.unwrap_err().to_string();
    assert!(error.ends_with("to type other than ASCII make ADBKeyBoard the phone's keyboard"), "{error}");
    let sent = server.commands();
    let commands: Vec<_> =
        sent.iter().filter_map(|c| c.strip_suffix("; echo POCKETPILOT-STATUS:$?")).collect();
    assert_eq!(
        commands,
        [
            "input text 'two%swords'",
            "settings get secure default_input_method",
            "am broadcast -a ADB_INPUT_TEXT --es msg 'größer'",
            "settings get secure default_input_method",
            "input text 'größer'",
        ]
    );
}

#[tokio::test]
async fn a_command_that_is_too_long_is_not_sent() {
    let server = AdbServer::start([]);
    let error = through(&server).shell(&"x".repeat(60_001)).await.unwrap_err().to_string();
    assert!(error.ends_with("a command line of 60001 bytes is too long; 60000 is the most"), "{error}");
    assert_eq!(server.commands(), [] as [&str; 0]);
}

#[tokio::test]
async fn lists_of_phones() {
    let server = AdbServer::start([]);
    let listed = list_devices(server.address).await.unwrap();
    assert_eq!(listed, [Listed { serial: "emulator-5554".into(), state: "device".into() }]);
    let free = peer::free_address();
    let error = list_devices(free).await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("phone (any): no adb server answers at {free} (")), "{error}");
}
