//! An app from outside the crate, as the guide shows it.

use std::sync::Arc;

use pocketpilot_phone::system::Services;
use pocketpilot_phone::system::app::{Activity, App, Filter, Manifest, launch};
use pocketpilot_phone::system::database::Database;
use pocketpilot_phone::system::intent::Intent;
use pocketpilot_phone::ui::widget::{app_bar, button, column, field, text};
use pocketpilot_phone::ui::{Icon, Scene, Tone};

/// What is worth keeping lies in the app's own database: it survives a restart, and `sqlite3` in the shell sees it.
const DATABASE: Database = Database {
    path: "/data/data/org.example.counter/databases/counter.db",
    schema: "CREATE TABLE IF NOT EXISTS counts (name TEXT)",
};

/// Where the person is in the app: here, what they are typing.
#[derive(Debug, Default)]
struct Counter {
    name: String,
}

/// What its views send.
#[derive(Debug, Clone)]
enum Message {
    Name(String),
    Count,
}

impl App for Counter {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let counted = DATABASE.rows(&cx.files, "SELECT name FROM counts", [], |row| row.get::<_, String>(0));
        let last = counted.last().map_or("Nobody yet", String::as_str);
        let form = column(vec![
            text(format!("{} counted", counted.len())).id("count").ink(32, Tone::Text),
            text(last).id("last").ink(16, Tone::Dim),
            field("name", "Who came in?", &self.name, Message::Name).submit(Message::Count),
            button("Count", Message::Count).id("add"),
        ]);
        column(vec![app_bar(None, "Counter", Vec::new()), form.wide().gap(16).pad(20, 12)]).into()
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Name(name) => self.name = name,
            Message::Count => {
                let name = std::mem::take(&mut self.name);
                DATABASE.write(&cx.files, "INSERT INTO counts VALUES (?1)", [name]);
                cx.toast("Counted");
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {}

    fn back(&mut self, _: &mut Services) -> bool {
        false
    }

    fn activity(&self) -> &str {
        "org.example.counter.MainActivity"
    }
}

fn manifest() -> Manifest {
    Manifest {
        package: "org.example.counter".to_owned(),
        label: "Counter".to_owned(),
        icon: Icon::Hash,
        system: false,
        color: (0x8e, 0x5b, 0xb5),
        version: "1.0".to_owned(),
        activities: vec![Activity {
            name: "org.example.counter.MainActivity".to_owned(),
            filters: vec![Filter::LAUNCHER],
        }],
        permissions: &[],
        launch: launch::<Counter>(),
        setup: |cx| DATABASE.open(&cx.files).map(drop),
    }
}

// The app ends here.

use adb_client::{ADBDeviceExt, tcp::ADBTcpDevice};
use pocketpilot_phone::{Phone, PhoneError};

use crate::support::{KEY, blocking};

fn shell(device: &mut ADBTcpDevice, command: &str) -> String {
    let mut out = Vec::new();
    device.shell_command(&command, Some(&mut out), None).expect("the phone answers");
    String::from_utf8(out).expect("text")
}

/// The middle of the node of this id, as uiautomator tells it.
fn find(device: &mut ADBTcpDevice, id: &str) -> (i32, i32) {
    let told = shell(device, "uiautomator dump /dev/tty");
    let xml = told.split("UI hierchary").next().expect("a dump");
    let document = roxmltree::Document::parse(xml).expect("well-formed");
    let id = format!("org.example.counter:id/{id}");
    let node = document.descendants().find(|node| node.attribute("resource-id") == Some(&id));
    let bounds = node.and_then(|node| node.attribute("bounds")).unwrap_or_else(|| panic!("no {id} in {xml}"));
    let numbers: Vec<i32> = bounds.split(['[', ']', ',']).filter_map(|part| part.parse().ok()).collect();
    let [left, top, right, bottom] = numbers[..] else { panic!("{bounds}") };
    (left.midpoint(right), top.midpoint(bottom))
}

fn tap(device: &mut ADBTcpDevice, id: &str) {
    let (x, y) = find(device, id);
    shell(device, &format!("input tap {x} {y}"));
}

#[tokio::test]
async fn an_app_from_outside_is_driven_over_adb() {
    let mut builder = Phone::builder();
    builder.apps = vec![Arc::new(manifest())];
    let phone = builder.start().await.expect("the phone starts");
    let address = phone.adb_address();
    blocking(move || {
        let mut device = ADBTcpDevice::new_with_custom_private_key(address, KEY).expect("connects");
        assert!(shell(&mut device, "pm list packages -3").contains("package:org.example.counter"));
        shell(&mut device, "monkey -p org.example.counter 1");
        tap(&mut device, "name");
        shell(&mut device, "input text Ada");
        tap(&mut device, "add");
        tap(&mut device, "name");
        shell(&mut device, "input text Bo");
        shell(&mut device, "input keyevent ENTER");
        let dump = shell(&mut device, "uiautomator dump /dev/tty");
        for text in ["text=\"2 counted\"", "text=\"Bo\"", "text=\"Who came in?\""] {
            assert!(dump.contains(text), "no {text} in {dump}");
        }
        let kept = shell(&mut device, &format!("sqlite3 {} 'SELECT name FROM counts'", DATABASE.path));
        assert_eq!(kept, "Ada\nBo\n");
    })
    .await;
}

#[tokio::test]
async fn two_apps_of_one_package_are_refused() {
    let mut builder = Phone::builder();
    builder.apps = vec![Arc::new(manifest()), Arc::new(manifest())];
    let error = builder.start().await.expect_err("refused");
    assert!(matches!(&error, PhoneError::Twice { package } if package == "org.example.counter"), "{error}");
}

#[test]
fn the_guide_shows_this_app() {
    let own = include_str!("outside.rs").lines().skip(2).collect::<Vec<_>>().join("\n");
    let app = own.split("// The app ends here.").next().expect("the app").trim();
    assert!(include_str!("../../../../GUIDE.md").contains(app));
}
