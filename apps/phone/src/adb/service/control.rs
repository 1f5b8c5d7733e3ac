//! Services that change how adbd runs and answer with a line of text.

use crate::device::Device;

/// Name of the property that tells whether adbd runs commands as root.
pub(crate) const ROOT: &str = "service.adb.root";

/// Does what the service `kind` asks and returns what adbd prints.
///
/// adbd needs no restart here to become root or to stop being it, so the answers are those that tell clients not to
/// wait for one.
pub(super) fn answer(device: &Device, kind: &str) -> Option<String> {
    let text = match kind {
        "root" => {
            device.properties().set(ROOT, "1");
            "adbd is already running as root\n"
        }
        "unroot" => {
            device.properties().set(ROOT, "0");
            "adbd not running as root\n"
        }
        "remount" => "remount succeeded\n",
        "reboot" => match device.reboot() {
            Ok(()) => return None,
            Err(error) => return Some(format!("reboot failed: {error}\n")),
        },
        "tcpip" | "usb" => "error: this phone is reached over TCP only\n",
        "disable-verity" | "enable-verity" => "verity is already disabled\n",
        _ => return None,
    };
    Some(text.to_owned())
}
