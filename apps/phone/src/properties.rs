//! System properties, as `getprop` and `setprop` see them.

use std::collections::BTreeMap;

use crate::files::Files;

/// What a property is worth at boot. The phone says that it is a Pixel 7 emulator with Android 14.
const FACTORY: &[(&str, &str)] = &[
    ("dalvik.vm.heapsize", "512m"),
    ("dev.bootcomplete", "1"),
    ("gsm.operator.alpha", "T-Mobile"),
    ("gsm.operator.numeric", "310260"),
    ("gsm.sim.state", "LOADED"),
    ("init.svc.adbd", "running"),
    ("init.svc.bootanim", "stopped"),
    ("net.bt.name", "Android"),
    ("persist.sys.locale", "en-US"),
    ("persist.sys.timezone", "UTC"),
    ("qemu.sf.lcd_density", "420"),
    ("ro.boot.qemu", "1"),
    ("ro.boot.qemu.avd_name", "Pocketpilot"),
    ("ro.boot.serialno", "EMULATOR34X0X0X0"),
    ("ro.build.characteristics", "emulator"),
    ("ro.build.display.id", "sdk_gphone64_x86_64-userdebug 14 UE1A.230829.036 11228894 dev-keys"),
    (
        "ro.build.fingerprint",
        "google/sdk_gphone64_x86_64/emu64x:14/UE1A.230829.036/11228894:userdebug/dev-keys",
    ),
    ("ro.build.id", "UE1A.230829.036"),
    ("ro.build.tags", "dev-keys"),
    ("ro.build.type", "userdebug"),
    ("ro.build.version.codename", "REL"),
    ("ro.build.version.incremental", "11228894"),
    ("ro.build.version.release", "14"),
    ("ro.build.version.sdk", "34"),
    ("ro.build.version.security_patch", "2023-09-05"),
    ("ro.debuggable", "1"),
    ("ro.hardware", "ranchu"),
    ("ro.kernel.qemu", "1"),
    ("ro.product.brand", "google"),
    ("ro.product.cpu.abi", "x86_64"),
    ("ro.product.cpu.abilist", "x86_64,arm64-v8a"),
    ("ro.product.device", "emu64x"),
    ("ro.product.locale", "en-US"),
    ("ro.product.manufacturer", "Google"),
    ("ro.product.model", "sdk_gphone64_x86_64"),
    ("ro.product.name", "sdk_gphone64_x86_64"),
    ("ro.secure", "1"),
    ("ro.serialno", "EMULATOR34X0X0X0"),
    ("ro.sf.lcd_density", "420"),
    ("service.adb.root", "0"),
    ("sys.boot_completed", "1"),
    ("sys.usb.state", "adb"),
    ("vold.decrypt", "trigger_restart_framework"),
];

/// Longest value that Android takes for a property that is not read-only.
const MAX_VALUE: usize = 91;

/// A table of names and values. `persist.` properties live in `/data/property` and survive a reboot.
#[derive(Debug, Clone)]
pub struct Properties {
    values: BTreeMap<String, String>,
    files: Files,
}

impl Properties {
    /// The factory's values, and over them what was persisted.
    pub fn load(files: &Files) -> Properties {
        let mut values: BTreeMap<String, String> =
            FACTORY.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for name in files.list("/data/property").unwrap_or_default() {
            if let Ok(value) = files.read(&format!("/data/property/{name}")) {
                values.insert(name, String::from_utf8_lossy(&value).into_owned());
            }
        }
        Properties { values, files: files.clone() }
    }

    /// The value, or an empty text: Android does not tell the two apart.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Sets a value; `false` if Android would refuse it (read-only, bad name, too long, or it cannot be kept).
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let named = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '@'));
        if !named || name.starts_with('.') || name.starts_with("ro.") || value.len() > MAX_VALUE {
            return false;
        }
        if name.starts_with("persist.")
            && self.files.write(&format!("/data/property/{name}"), value.as_bytes()).is_err()
        {
            return false;
        }
        self.values.insert(name.to_owned(), value.to_owned());
        true
    }

    /// All names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persisted_values_survive() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::new(home.path()).unwrap();
        let mut properties = Properties::load(&files);
        assert!(properties.set("persist.sys.timezone", "Asia/Seoul"));
        assert!(properties.set("debug.x", "1"));
        assert!(!properties.set("ro.product.model", "other"));
        assert!(!properties.set("persist./../../x", "other"));
        let again = Properties::load(&files);
        assert_eq!(again.get("persist.sys.timezone"), "Asia/Seoul");
        assert_eq!(again.get("debug.x"), "");
    }
}
