//! The settings tables, in the file where Android kept them until it changed to XML.

use rusqlite::{OptionalExtension, params};

use super::database::Database;
use crate::files::Files;

/// The file.
pub const DATABASE: Database = Database {
    path: "/data/data/com.android.providers.settings/databases/settings.db",
    schema: "
        CREATE TABLE IF NOT EXISTS system (_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE ON CONFLICT REPLACE, value TEXT);
        CREATE TABLE IF NOT EXISTS secure (_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE ON CONFLICT REPLACE, value TEXT);
        CREATE TABLE IF NOT EXISTS global (_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE ON CONFLICT REPLACE, value TEXT);",
};

/// What a new phone is set to.
const FACTORY: [(Namespace, &[(&str, &str)]); 3] = [
    (
        Namespace::System,
        &[
            ("accelerometer_rotation", "1"),
            ("font_scale", "1.0"),
            ("haptic_feedback_enabled", "1"),
            ("pointer_location", "0"),
            ("screen_brightness", "102"),
            ("screen_brightness_mode", "0"),
            ("screen_off_timeout", "60000"),
            ("show_touches", "0"),
            ("time_12_24", "12"),
            ("user_rotation", "0"),
            ("vibrate_when_ringing", "0"),
            ("volume_alarm", "6"),
            ("volume_music", "5"),
            ("volume_ring", "5"),
        ],
    ),
    (
        Namespace::Secure,
        &[
            ("accessibility_enabled", "0"),
            ("android_id", "7a6f3c51d0e94b28"),
            ("bluetooth_name", "Pocketpilot"),
            ("default_input_method", crate::ui::keyboard::ID),
            ("enabled_input_methods", crate::ui::keyboard::ID),
            ("location_mode", "3"),
            ("lock_screen_show_notifications", "1"),
            ("show_ime_with_hard_keyboard", "1"),
            ("ui_night_mode", "1"),
            ("user_setup_complete", "1"),
        ],
    ),
    (
        Namespace::Global,
        &[
            ("adb_enabled", "1"),
            ("airplane_mode_on", "0"),
            ("animator_duration_scale", "1.0"),
            ("auto_time", "1"),
            ("auto_time_zone", "1"),
            ("bluetooth_on", "1"),
            ("data_roaming", "0"),
            ("development_settings_enabled", "1"),
            ("device_name", "Pocketpilot"),
            ("device_provisioned", "1"),
            ("low_power", "0"),
            ("mobile_data", "1"),
            ("mode_ringer", "2"),
            ("stay_on_while_plugged_in", "1"),
            ("transition_animation_scale", "1.0"),
            ("wifi_on", "1"),
            ("window_animation_scale", "1.0"),
            ("zen_mode", "0"),
        ],
    ),
];

/// A table of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// What a person sets.
    System,
    /// What apps may read but not write.
    Secure,
    /// What holds for every user of the phone.
    Global,
}

impl Namespace {
    /// By Android's name: `system`, `secure`, `global`.
    pub fn parse(name: &str) -> Option<Namespace> {
        match name.to_ascii_lowercase().as_str() {
            "system" => Some(Namespace::System),
            "secure" => Some(Namespace::Secure),
            "global" => Some(Namespace::Global),
            _ => None,
        }
    }

    fn table(self) -> &'static str {
        match self {
            Namespace::System => "system",
            Namespace::Secure => "secure",
            Namespace::Global => "global",
        }
    }
}

/// The settings.
#[derive(Debug, Clone)]
pub struct Settings {
    files: Files,
}

impl Settings {
    /// The settings on a disk; a disk without any gets the factory's.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn load(files: &Files) -> rusqlite::Result<Settings> {
        if !files.exists(DATABASE.path) {
            let mut connection = DATABASE.open(files)?;
            let transaction = connection.transaction()?;
            for (namespace, values) in FACTORY {
                for (name, value) in values {
                    let sql = format!("INSERT INTO {} (name, value) VALUES (?1, ?2)", namespace.table());
                    transaction.execute(&sql, params![name, value])?;
                }
            }
            transaction.commit()?;
        }
        Ok(Settings { files: files.clone() })
    }

    /// The value.
    pub fn get(&self, namespace: Namespace, name: &str) -> Option<String> {
        let sql = format!("SELECT value FROM {} WHERE name = ?1", namespace.table());
        let found = DATABASE.open(&self.files).and_then(|connection| {
            connection.prepare_cached(&sql)?.query_row([name], |row| row.get(0)).optional()
        });
        found.ok().flatten()
    }

    /// The value as a number; 0 if there is none.
    pub fn number(&self, namespace: Namespace, name: &str) -> i64 {
        self.get(namespace, name).and_then(|value| value.trim().parse().ok()).unwrap_or(0)
    }

    /// The value is 1.
    pub fn on(&self, namespace: Namespace, name: &str) -> bool {
        self.number(namespace, name) != 0
    }

    /// Sets a value.
    pub fn put(&self, namespace: Namespace, name: &str, value: &str) {
        let sql = format!("INSERT INTO {} (name, value) VALUES (?1, ?2)", namespace.table());
        DATABASE.write(&self.files, &sql, params![name, value]);
    }

    /// Removes a value; says whether there was one.
    pub fn delete(&self, namespace: Namespace, name: &str) -> bool {
        let there = self.get(namespace, name).is_some();
        let sql = format!("DELETE FROM {} WHERE name = ?1", namespace.table());
        DATABASE.write(&self.files, &sql, [name]);
        there
    }

    /// Names and values, by name.
    pub fn list(&self, namespace: Namespace) -> Vec<(String, String)> {
        let sql = format!("SELECT name, value FROM {} ORDER BY name", namespace.table());
        DATABASE.rows(&self.files, &sql, [], |row| {
            Ok((row.get(0)?, row.get::<_, Option<String>>(1)?.unwrap_or_default()))
        })
    }
}
