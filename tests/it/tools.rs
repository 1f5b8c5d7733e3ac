//! The ADB device and the phone's tools against the virtual phone, over the wire.

use std::net::{SocketAddr, SocketAddrV4};
use std::sync::Arc;

use pocketpilot_core::device::{Device, DeviceError, Gesture};
use pocketpilot_core::screen::{LineKind, Screen, describe};
use pocketpilot_core::tool::{Tool, ToolContext, ToolError, ToolOutput};
use pocketpilot_phone::Phone;
use pocketpilot_tools::device::{AdbDevice, list_devices};
use pocketpilot_tools::phone_tools;
use serde_json::{Value, json};

fn v4(address: SocketAddr) -> SocketAddrV4 {
    match address {
        SocketAddr::V4(address) => address,
        SocketAddr::V6(_) => unreachable!("the phone listens on 127.0.0.1"),
    }
}

async fn phone() -> Phone {
    let mut builder = Phone::builder();
    builder.server_port = Some(0);
    builder.start().await.unwrap()
}

fn through_server(phone: &Phone) -> AdbDevice {
    AdbDevice::through_server(phone.serial(), v4(phone.server_address().unwrap()))
}

fn direct(phone: &Phone) -> AdbDevice {
    AdbDevice::direct(v4(phone.adb_address()))
}

fn tool(name: &str) -> Arc<dyn Tool> {
    phone_tools().into_iter().find(|tool| tool.spec().name == name).expect("there is such a tool")
}

async fn call(device: &AdbDevice, name: &str, arguments: Value) -> Result<ToolOutput, ToolError> {
    let screen = device.observe().await?;
    tool(name).call(&arguments, ToolContext { device, screen: &screen }).await
}

/// The number of the element that shows a text.
#[track_caller]
fn element(screen: &Screen, text: &str) -> usize {
    let lines = describe(screen);
    let shown: Vec<_> = lines.iter().map(ToString::to_string).collect();
    let found = shown.iter().position(|line| line.contains(text));
    lines[found.unwrap_or_else(|| panic!("no {text:?} in {shown:#?}"))].id
}

/// Calls a tool and expects that the phone's own state proves its effect.
async fn check(device: &AdbDevice, name: &str, arguments: Value, fact: &str) {
    let output = call(device, name, arguments).await.unwrap();
    let evidence = output.evidence.expect("the effect can be read back");
    assert!(evidence.holds, "{evidence:?}");
    assert_eq!(evidence.fact, fact);
}

#[tokio::test]
async fn both_ways_lead_to_the_same_phone() {
    let phone = phone().await;
    let (through, straight) = (through_server(&phone), direct(&phone));
    through.act(&Gesture::Key { name: "HOME".into() }).await.unwrap();
    let screen = through.observe().await.unwrap();
    assert_eq!(screen, straight.observe().await.unwrap());
    assert_eq!((screen.width, screen.height), (1080, 2400));
    assert!(screen.package.contains("launcher"), "{}", screen.package);
    assert_eq!(through.screenshot().await.unwrap(), straight.screenshot().await.unwrap());
    for device in [&through, &straight] {
        let output = device.shell("echo 'größer'; false").await.unwrap();
        assert_eq!((output.text.as_str(), output.status), ("größer\n", 1));
    }
    let listed = list_devices(v4(phone.server_address().unwrap())).await.unwrap();
    assert_eq!(
        listed.iter().map(|l| (l.serial.as_str(), l.state.as_str())).collect::<Vec<_>>(),
        [(phone.serial(), "device")]
    );
}

#[tokio::test]
async fn apps_open_by_the_names_people_use() {
    let phone = phone().await;
    let device = through_server(&phone);
    for (name, package) in [
        ("the clock app", "com.google.android.deskclock"),
        ("Setings", "com.android.settings"),
        ("messages", "com.google.android.apps.messaging"),
        ("Contacts", "com.android.contacts"),
    ] {
        call(&device, "open_app", json!({"name": name})).await.unwrap();
        assert_eq!(device.observe().await.unwrap().package, package);
    }
    let error = call(&device, "open_app", json!({"name": "Spotify"})).await.unwrap_err();
    assert!(matches!(&error, ToolError::Rejected(why) if why.contains("Settings")), "{error}");
}

#[tokio::test]
async fn tapping_typing_and_going_back() {
    let phone = phone().await;
    let device = through_server(&phone);
    call(&device, "open_app", json!({"name": "contacts"})).await.unwrap();
    let list = device.observe().await.unwrap();
    let add = element(&list, "Create contact");
    call(&device, "tap", json!({"element": add})).await.unwrap();
    let form = device.observe().await.unwrap();
    assert_ne!(form, list);
    let field = describe(&form).into_iter().find(|line| line.kind == LineKind::Input).unwrap().id;
    for text in ["Zoë Ødegård 100%sure", "it's $(me)"] {
        call(&device, "type_text", json!({"element": field, "text": text})).await.unwrap();
        let screen = device.observe().await.unwrap();
        assert!(screen.nodes.iter().any(|node| node.editable() && node.text == text), "{text}");
    }
    let error = call(&device, "tap", json!({"element": 999})).await.unwrap_err();
    assert!(matches!(error, ToolError::Rejected(_)), "{error}");
    call(&device, "home", json!({})).await.unwrap();
    assert!(device.observe().await.unwrap().package.contains("launcher"));
}

#[tokio::test]
async fn scrolling_moves_a_list() {
    let phone = phone().await;
    let device = through_server(&phone);
    call(&device, "open_app", json!({"name": "settings"})).await.unwrap();
    let top = device.observe().await.unwrap();
    call(&device, "scroll", json!({"direction": "down"})).await.unwrap();
    assert_ne!(device.observe().await.unwrap(), top);
    call(&device, "scroll", json!({"direction": "up"})).await.unwrap();
    assert_eq!(device.observe().await.unwrap(), top);
}

#[tokio::test]
async fn alarms_and_timers() {
    let phone = phone().await;
    let device = through_server(&phone);
    let fact = "the clock has an alarm that is on at 07:35";
    check(&device, "set_alarm", json!({"time": "7:35", "label": "it's $(early)"}), fact).await;
    let fact = "the clock has an alarm that is on at 18:05";
    check(&device, "set_alarm", json!({"time": "6:05 pm", "days": "monday, friday"}), fact).await;
    check(&device, "set_timer", json!({"duration": "10 minutes"}), "a new timer runs for 10 minutes").await;
    check(&device, "set_timer", json!({"duration": "10 minutes"}), "a new timer runs for 10 minutes").await;
}

#[tokio::test]
async fn contacts_messages_and_calls() {
    let phone = phone().await;
    let device = through_server(&phone);
    let fact = "Zoe Quint is among the contacts with the number +1 555 010 9999";
    check(&device, "add_contact", json!({"name": "Zoe Quint", "phone": "+1 555 010 9999"}), fact).await;
    let output =
        call(&device, "send_sms", json!({"to": "zoe", "message": "I'm late; $(sorry)"})).await.unwrap();
    let evidence = output.evidence.unwrap();
    assert!(evidence.holds, "{evidence:?}");
    assert!(evidence.fact.starts_with("the message is among the messages sent to "), "{evidence:?}");
    check(&device, "call", json!({"to": "Zoe"}), "a call is going on").await;
    let error = call(&device, "send_sms", json!({"to": "Nobody Atall", "message": "x"})).await.unwrap_err();
    assert!(matches!(error, ToolError::Rejected(_)), "{error}");
}

#[tokio::test]
async fn events() {
    let phone = phone().await;
    let device = through_server(&phone);
    let event = json!({"title": "Dentist", "day": "tomorrow", "time": "15:00", "minutes": 30});
    check(&device, "add_event", event, "\"Dentist\" is in the calendar at that time").await;
}

#[tokio::test]
async fn switches() {
    let phone = phone().await;
    let device = through_server(&phone);
    for (setting, name) in [
        ("wifi", "Wi-Fi"),
        ("bluetooth", "Bluetooth"),
        ("mobile_data", "mobile data"),
        ("airplane_mode", "airplane mode"),
        ("do_not_disturb", "do not disturb"),
        ("location", "location"),
        ("dark_mode", "dark mode"),
        ("auto_rotate", "auto-rotate"),
    ] {
        for on in [true, false] {
            let fact = format!("{name} is {}", if on { "on" } else { "off" });
            check(
                &device,
                "toggle_setting",
                json!({"setting": setting, "turn": if on { "on" } else { "off" }}),
                &fact,
            )
            .await;
        }
    }
}

#[tokio::test]
async fn pages_and_maps_open() {
    let phone = phone().await;
    let device = through_server(&phone);
    let before = device.observe().await.unwrap().package;
    call(&device, "open_url", json!({"url": "example.org"})).await.unwrap();
    let browser = device.observe().await.unwrap().package;
    assert_ne!(browser, before);
    call(&device, "map_search", json!({"query": "café & bar"})).await.unwrap();
    assert_ne!(device.observe().await.unwrap().package, browser);
}

#[tokio::test]
async fn a_phone_that_ends_during_a_call_is_gone() {
    for device in [through_server, direct] {
        let phone = phone().await;
        let (device, watcher) = (device(&phone), through_server(&phone));
        // Nobody ends the input of `cat`, so the call goes on until the phone goes.
        let call = tokio::spawn(async move { device.shell("touch /sdcard/began; cat").await });
        while watcher.shell("ls /sdcard/began").await.unwrap().status != 0 {}
        phone.stop().await;
        let result = call.await.unwrap();
        assert!(matches!(result, Err(DeviceError::Gone { .. })), "{result:?}");
    }
}

#[tokio::test]
async fn a_phone_that_has_ended_is_gone() {
    for device in [through_server, direct] {
        let phone = phone().await;
        let device = device(&phone);
        device.shell("true").await.unwrap();
        phone.stop().await;
        let result = device.shell("true").await;
        assert!(matches!(result, Err(DeviceError::Gone { .. })), "{result:?}");
    }
}
