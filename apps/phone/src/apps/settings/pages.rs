//! The pages of the settings.

use super::{activity, filter};
use crate::system::Services;
use crate::system::app::{Activity, Filter};
use crate::system::intent::Intent;
use crate::system::settings::Namespace::{self, Global, Secure, System};
use crate::ui::Icon;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// The first.
    Home,
    /// Wi-Fi, airplane mode, mobile data.
    Network,
    /// Bluetooth.
    Connected,
    /// All apps.
    Apps,
    /// One app, by its package.
    App(String),
    /// What notifications may do.
    Notifications,
    /// The battery.
    Battery,
    /// Room on the disk.
    Storage,
    /// Volumes.
    Sound,
    /// Brightness, theme.
    Display,
    /// The screen lock.
    Security,
    /// Location.
    Location,
    /// Date and time.
    Date,
    /// What the phone is.
    About,
}

impl Page {
    /// What stands on top of it.
    pub fn title(&self, cx: &Services) -> String {
        let title = match self {
            Page::Home => "Settings",
            Page::Network => "Network & internet",
            Page::Connected => "Connected devices",
            Page::Apps => "Apps",
            Page::App(package) => cx.packages.app(package).map_or("App info", |app| &app.label),
            Page::Notifications => "Notifications",
            Page::Battery => "Battery",
            Page::Storage => "Storage",
            Page::Sound => "Sound & vibration",
            Page::Display => "Display",
            Page::Security => "Security & privacy",
            Page::Location => "Location",
            Page::Date => "Date & time",
            Page::About => "About phone",
        };
        title.to_owned()
    }
}

/// A row of a page.
#[derive(Debug)]
pub(super) enum Row {
    /// Leads to another page.
    Page { icon: Icon, tone: (u8, u8, u8), title: String, summary: String, page: Page },
    /// Turns something on or off.
    Switch { title: &'static str, table: Namespace, key: &'static str, on: &'static str, off: &'static str },
    /// Sets a number from 0 to `most`.
    Slider { title: &'static str, table: Namespace, key: &'static str, most: i64 },
    /// Takes one of several values.
    Choice {
        title: &'static str,
        table: Namespace,
        key: &'static str,
        values: &'static [(&'static str, &'static str)],
    },
    /// Tells something.
    Info { title: &'static str, value: String },
}

impl Row {
    /// First line.
    pub(super) fn title(&self) -> &str {
        match self {
            Row::Page { title, .. } => title,
            Row::Switch { title, .. }
            | Row::Slider { title, .. }
            | Row::Choice { title, .. }
            | Row::Info { title, .. } => title,
        }
    }

    /// Second line.
    pub(super) fn summary(&self, cx: &Services) -> String {
        match self {
            Row::Page { summary, .. } => summary.clone(),
            Row::Info { value, .. } => value.clone(),
            Row::Switch { .. } | Row::Slider { .. } => String::new(),
            Row::Choice { table, key, values, .. } => {
                let now = cx.settings.get(*table, key).unwrap_or_default();
                values
                    .iter()
                    .find(|(value, _)| *value == now)
                    .map_or(now.clone(), |(_, label)| (*label).to_owned())
            }
        }
    }
}

const TIMEOUTS: &[(&str, &str)] = &[
    ("15000", "15 seconds"),
    ("30000", "30 seconds"),
    ("60000", "1 minute"),
    ("120000", "2 minutes"),
    ("300000", "5 minutes"),
    ("600000", "10 minutes"),
    ("1800000", "30 minutes"),
];
const FONTS: &[(&str, &str)] =
    &[("0.85", "Small"), ("1.0", "Default"), ("1.15", "Large"), ("1.3", "Largest")];

fn on_off(title: &'static str, table: Namespace, key: &'static str) -> Row {
    Row::Switch { title, table, key, on: "1", off: "0" }
}

/// What is on a page.
pub(super) fn rows(page: &Page, cx: &Services) -> Vec<Row> {
    let info = |title, value: &str| Row::Info { title, value: value.to_owned() };
    let setting = |table, key| cx.settings.get(table, key).unwrap_or_default();
    match page {
        Page::Home => home(),
        Page::Network => vec![
            on_off("Wi-Fi", Global, "wifi_on"),
            on_off("Mobile data", Global, "mobile_data"),
            on_off("Roaming", Global, "data_roaming"),
            on_off("Airplane mode", Global, "airplane_mode_on"),
        ],
        Page::Connected => vec![
            on_off("Bluetooth", Global, "bluetooth_on"),
            on_off("NFC", Global, "nfc_on"),
            info("Device name", &setting(Secure, "bluetooth_name")),
        ],
        Page::Apps => apps(cx),
        Page::App(package) => super::app_info::rows(package, cx),
        Page::Notifications => vec![
            on_off("Do Not Disturb", Global, "zen_mode"),
            on_off("Notifications on lock screen", Secure, "lock_screen_show_notifications"),
            on_off("Notification dot on app icon", Secure, "notification_badging"),
        ],
        Page::Battery => vec![
            info("Battery level", "100%"),
            on_off("Battery Saver", Global, "low_power"),
            on_off("Adaptive Battery", Global, "adaptive_battery_management_enabled"),
        ],
        Page::Storage => vec![
            info("This device", "23.5 GB of 64 GB used"),
            info("Apps", "8.1 GB"),
            info("Images", "2.4 GB"),
        ],
        Page::Sound => vec![
            Row::Slider { title: "Media volume", table: System, key: "volume_music", most: 15 },
            Row::Slider { title: "Ring volume", table: System, key: "volume_ring", most: 7 },
            Row::Slider { title: "Alarm volume", table: System, key: "volume_alarm", most: 7 },
            on_off("Do Not Disturb", Global, "zen_mode"),
            on_off("Vibrate when ringing", System, "vibrate_when_ringing"),
        ],
        Page::Display => vec![
            Row::Slider { title: "Brightness level", table: System, key: "screen_brightness", most: 255 },
            on_off("Adaptive brightness", System, "screen_brightness_mode"),
            Row::Switch { title: "Dark theme", table: Secure, key: "ui_night_mode", on: "2", off: "1" },
            on_off("Night Light", Secure, "night_display_activated"),
            Row::Choice {
                title: "Screen timeout",
                table: System,
                key: "screen_off_timeout",
                values: TIMEOUTS,
            },
            Row::Choice { title: "Font size", table: System, key: "font_scale", values: FONTS },
            on_off("Auto-rotate screen", System, "accelerometer_rotation"),
        ],
        Page::Security => {
            let lock = setting(Secure, "lockscreen.password_type");
            let lock = if lock.is_empty() { "None".to_owned() } else { lock };
            vec![info("Screen lock", &lock), on_off("Show passwords", System, "show_password")]
        }
        Page::Location => {
            vec![Row::Switch {
                title: "Use location",
                table: Secure,
                key: "location_mode",
                on: "3",
                off: "0",
            }]
        }
        Page::Date => vec![
            on_off("Set time automatically", Global, "auto_time"),
            on_off("Set time zone automatically", Global, "auto_time_zone"),
            info("Date", &cx.clock.now().format("%B %-d, %Y").to_string()),
            info("Time", &cx.clock.now().format("%-I:%M %p").to_string()),
            Row::Switch {
                title: "Use 24-hour format",
                table: System,
                key: "time_12_24",
                on: "24",
                off: "12",
            },
        ],
        Page::About => vec![
            info("Device name", &setting(Global, "device_name")),
            info("Model", "sdk_gphone64_x86_64"),
            info("Phone number", "+1 555 0100"),
            info("Android version", "14"),
            info("Build number", "UE1A.230829.036"),
        ],
    }
}

fn home() -> Vec<Row> {
    let page = |icon, tone, title: &str, summary: &str, page| Row::Page {
        icon,
        tone,
        title: title.to_owned(),
        summary: summary.to_owned(),
        page,
    };
    let (blue, green, orange, violet, gray) =
        ((0x3a, 0x6f, 0xd8), (0x2e, 0x8b, 0x57), (0xc9, 0x6a, 0x1e), (0x7a, 0x5c, 0xc2), (0x5f, 0x63, 0x68));
    vec![
        page(Icon::Wifi, blue, "Network & internet", "Mobile, Wi-Fi, hotspot", Page::Network),
        page(Icon::Bluetooth, blue, "Connected devices", "Bluetooth, pairing", Page::Connected),
        page(Icon::LayoutGrid, green, "Apps", "Recent apps, default apps", Page::Apps),
        page(Icon::Bell, orange, "Notifications", "Notification history, conversations", Page::Notifications),
        page(Icon::BatteryFull, green, "Battery", "100%", Page::Battery),
        page(Icon::HardDrive, violet, "Storage", "37% used", Page::Storage),
        page(Icon::Volume2, orange, "Sound & vibration", "Volume, haptics, Do Not Disturb", Page::Sound),
        page(Icon::Sun, orange, "Display", "Dark theme, font size, brightness", Page::Display),
        page(
            Icon::Lock,
            green,
            "Security & privacy",
            "App security, device lock, permissions",
            Page::Security,
        ),
        page(Icon::MapPin, blue, "Location", "On", Page::Location),
        page(Icon::Clock, violet, "Date & time", "Time zone, formats", Page::Date),
        page(Icon::Smartphone, gray, "About phone", "Pocketpilot", Page::About),
    ]
}

fn apps(cx: &Services) -> Vec<Row> {
    let mut apps: Vec<_> = cx.packages.apps().collect();
    apps.sort_by(|a, b| a.label.cmp(&b.label));
    apps.into_iter()
        .map(|app| Row::Page {
            icon: app.icon,
            tone: app.color,
            title: app.label.clone(),
            summary: String::new(),
            page: Page::App(app.package.clone()),
        })
        .collect()
}

/// The activities, so that every page can be asked for by its own intent.
pub(super) fn activities() -> Vec<Activity> {
    vec![
        activity(
            "com.android.settings.Settings",
            vec![Filter::LAUNCHER, filter(&["android.settings.SETTINGS"])],
        ),
        activity(
            "com.android.settings.SubSettings",
            vec![
                filter(&[
                    "android.settings.WIFI_SETTINGS",
                    "android.settings.WIRELESS_SETTINGS",
                    "android.settings.AIRPLANE_MODE_SETTINGS",
                    "android.settings.DATA_ROAMING_SETTINGS",
                    "android.settings.NETWORK_OPERATOR_SETTINGS",
                    "android.settings.BLUETOOTH_SETTINGS",
                    "android.settings.NFC_SETTINGS",
                    "android.settings.APPLICATION_SETTINGS",
                    "android.settings.MANAGE_APPLICATIONS_SETTINGS",
                    "android.settings.MANAGE_ALL_APPLICATIONS_SETTINGS",
                    "android.settings.NOTIFICATION_SETTINGS",
                    "android.settings.ZEN_MODE_SETTINGS",
                    "android.settings.BATTERY_SAVER_SETTINGS",
                    "android.intent.action.POWER_USAGE_SUMMARY",
                    "android.settings.INTERNAL_STORAGE_SETTINGS",
                    "android.settings.SOUND_SETTINGS",
                    "android.settings.DISPLAY_SETTINGS",
                    "android.settings.DARK_THEME_SETTINGS",
                    "android.settings.NIGHT_DISPLAY_SETTINGS",
                    "android.settings.SECURITY_SETTINGS",
                    "android.settings.PRIVACY_SETTINGS",
                    "android.settings.LOCATION_SOURCE_SETTINGS",
                    "android.settings.DATE_SETTINGS",
                    "android.settings.DEVICE_INFO_SETTINGS",
                ]),
                Filter::data(&["android.settings.APPLICATION_DETAILS_SETTINGS"], &["package"]),
            ],
        ),
    ]
}

/// The page that an intent asks for.
pub(super) fn asked_for(intent: &Intent) -> Option<Page> {
    let action = intent.action.as_deref()?;
    let name = action.strip_prefix("android.settings.").unwrap_or(action);
    Some(match name {
        "SETTINGS" => Page::Home,
        "WIFI_SETTINGS"
        | "WIRELESS_SETTINGS"
        | "AIRPLANE_MODE_SETTINGS"
        | "DATA_ROAMING_SETTINGS"
        | "NETWORK_OPERATOR_SETTINGS" => Page::Network,
        "BLUETOOTH_SETTINGS" | "NFC_SETTINGS" => Page::Connected,
        "APPLICATION_SETTINGS" | "MANAGE_APPLICATIONS_SETTINGS" | "MANAGE_ALL_APPLICATIONS_SETTINGS" => {
            Page::Apps
        }
        "APPLICATION_DETAILS_SETTINGS" => Page::App(intent.address()?),
        "NOTIFICATION_SETTINGS" | "ZEN_MODE_SETTINGS" => Page::Notifications,
        "BATTERY_SAVER_SETTINGS" | "android.intent.action.POWER_USAGE_SUMMARY" => Page::Battery,
        "INTERNAL_STORAGE_SETTINGS" => Page::Storage,
        "SOUND_SETTINGS" => Page::Sound,
        "DISPLAY_SETTINGS" | "DARK_THEME_SETTINGS" | "NIGHT_DISPLAY_SETTINGS" => Page::Display,
        "SECURITY_SETTINGS" | "PRIVACY_SETTINGS" => Page::Security,
        "LOCATION_SOURCE_SETTINGS" => Page::Location,
        "DATE_SETTINGS" => Page::Date,
        "DEVICE_INFO_SETTINGS" => Page::About,
        _ => return None,
    })
}
