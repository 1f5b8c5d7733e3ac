//! Switches and levels of the phone.

use serde_json::json;

use super::draw::Draw;
use super::fact::{Fact, Switch};
use super::prepare::Setup;
use super::template::{Act, Expectation, Instance, Template};

/// The brightest a display can be.
const BRIGHTEST: u32 = 255;

/// The tasks of the settings.
pub(super) const TEMPLATES: &[Template] = &[
    switch(
        "settings/wifi_off",
        &["Turn off Wi-Fi", "Switch the wifi off", "Disconnect from Wi-Fi by turning it off"],
        |_| turn(Switch::Wifi, "wifi", false),
    ),
    switch("settings/wifi_on", &["Turn on Wi-Fi", "Switch the wifi on", "Enable wireless internet"], |_| {
        turn(Switch::Wifi, "wifi", true)
    }),
    switch(
        "settings/bluetooth_off",
        &["Turn off Bluetooth", "Disable bluetooth", "I don't need Bluetooth, switch it off"],
        |_| turn(Switch::Bluetooth, "bluetooth", false),
    ),
    switch(
        "settings/bluetooth_on",
        &["Turn on Bluetooth", "Enable bluetooth", "Switch Bluetooth on for my headphones"],
        |_| turn(Switch::Bluetooth, "bluetooth", true),
    ),
    switch(
        "settings/airplane_mode_on",
        &["Turn on airplane mode", "Enable flight mode", "The plane takes off, go to airplane mode"],
        |_| turn(Switch::AirplaneMode, "airplane_mode", true),
    ),
    switch(
        "settings/airplane_mode_off",
        &["Turn off airplane mode", "Leave flight mode", "We have landed, end airplane mode"],
        |_| turn(Switch::AirplaneMode, "airplane_mode", false),
    ),
    switch(
        "settings/do_not_disturb_on",
        &["Turn on do not disturb", "Enable Do Not Disturb", "Don't let anything disturb me"],
        |_| turn(Switch::DoNotDisturb, "do_not_disturb", true),
    ),
    switch(
        "settings/do_not_disturb_off",
        &["Turn off do not disturb", "Disable Do Not Disturb", "End do not disturb, I want notifications"],
        |_| turn(Switch::DoNotDisturb, "do_not_disturb", false),
    ),
    switch(
        "settings/dark_theme_on",
        &["Use the dark theme", "Turn on dark mode", "Make the screen dark at night with the dark theme"],
        |_| turn(Switch::DarkMode, "dark_mode", true),
    ),
    Template {
        id: "settings/brightness_max",
        wordings: &[
            "Turn the brightness to the maximum",
            "Make the screen as bright as possible",
            "Set the brightness to 100 %",
        ],
        actions: 4,
        make: |draw| {
            let level = 20 + draw.below(120);
            let old = Fact::Brightness { level };
            Instance {
                prepare: vec![Setup::Holds(old.clone())],
                expect: Expectation::replaced(old, Fact::Brightness { level: BRIGHTEST }),
                oracle: vec![Act::Shell("settings put system screen_brightness 255")],
                ..Instance::default()
            }
        },
    },
    Template {
        id: "settings/wifi_off_and_bluetooth_on",
        wordings: &["Turn off Wi-Fi, then enable Bluetooth", "Switch wifi off and bluetooth on"],
        actions: 6,
        make: |_| {
            let (mut wifi, bluetooth) =
                (turn(Switch::Wifi, "wifi", false), turn(Switch::Bluetooth, "bluetooth", true));
            wifi.prepare.extend(bluetooth.prepare);
            wifi.oracle.extend(bluetooth.oracle);
            wifi.expect.change.added.extend(bluetooth.expect.change.added);
            wifi.expect.change.removed.extend(bluetooth.expect.change.removed);
            wifi
        },
    },
];

/// A task that turns one switch.
const fn switch(
    id: &'static str,
    wordings: &'static [&'static str],
    make: fn(&mut Draw) -> Instance,
) -> Template {
    Template { id, wordings, actions: 3, make }
}

fn turn(switch: Switch, name: &str, on: bool) -> Instance {
    let state = |on| Fact::Switch { switch, on };
    Instance {
        prepare: vec![Setup::Holds(state(!on))],
        expect: Expectation::replaced(state(!on), state(on)),
        oracle: vec![Act::call(
            "toggle_setting",
            json!({"setting": name, "turn": if on { "on" } else { "off" }}),
        )],
        ..Instance::default()
    }
}
