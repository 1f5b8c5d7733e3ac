//! Turning the phone's switches on and off.

use async_trait::async_trait;
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::evidence::read_back;
use crate::action::Action;

pub(super) struct ToggleSetting;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// The switch.
    setting: Setting,
    // A word, not true or false: a small model copies the "off" of the request.
    /// Which way.
    turn: Turn,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Turn {
    On,
    Off,
}

/// The switches whose state can be read back; a flashlight's cannot.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Setting {
    Wifi,
    Bluetooth,
    MobileData,
    AirplaneMode,
    DoNotDisturb,
    Location,
    DarkMode,
    AutoRotate,
}

/// How a switch is turned, and where it shows.
struct Switch {
    name: &'static str,
    on: &'static str,
    off: &'static str,
    /// Namespace and key for `settings get`.
    key: &'static str,
    /// The smallest value that means on.
    on_from: i64,
}

impl Setting {
    fn switch(self) -> Switch {
        let (name, on, off, key) = match self {
            Self::Wifi => ("Wi-Fi", "svc wifi enable", "svc wifi disable", "global wifi_on"),
            Self::Bluetooth => {
                ("Bluetooth", "svc bluetooth enable", "svc bluetooth disable", "global bluetooth_on")
            }
            Self::MobileData => ("mobile data", "svc data enable", "svc data disable", "global mobile_data"),
            Self::AirplaneMode => (
                "airplane mode",
                "cmd connectivity airplane-mode enable",
                "cmd connectivity airplane-mode disable",
                "global airplane_mode_on",
            ),
            Self::DoNotDisturb => (
                "do not disturb",
                "cmd notification set_dnd priority",
                "cmd notification set_dnd off",
                "global zen_mode",
            ),
            Self::Location => (
                "location",
                "cmd location set-location-enabled true",
                "cmd location set-location-enabled false",
                "secure location_mode",
            ),
            Self::DarkMode => {
                ("dark mode", "cmd uimode night yes", "cmd uimode night no", "secure ui_night_mode")
            }
            Self::AutoRotate => (
                "auto-rotate",
                "settings put system accelerometer_rotation 1",
                "settings put system accelerometer_rotation 0",
                "system accelerometer_rotation",
            ),
        };
        // The night mode is 0 for automatic and 1 for light.
        let on_from = if matches!(self, Self::DarkMode) { 2 } else { 1 };
        Switch { name, on, off, key, on_from }
    }
}

#[async_trait]
impl Action for ToggleSetting {
    type Args = Args;
    const NAME: &'static str = "toggle_setting";
    const DESCRIPTION: &'static str = "Turn a switch of the phone on or off, such as Wi-Fi or airplane mode.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] = &[
        "Turn off Wi-Fi",
        "Switch Bluetooth on",
        "Enable airplane mode",
        "Do not disturb me",
        "Use dark mode",
        "Mute my notifications",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let switch = args.setting.switch();
        let on = args.turn == Turn::On;
        let output = context.device.shell(if on { switch.on } else { switch.off }).await?;
        if output.status != 0 {
            let said = output.text.lines().next().unwrap_or("nothing").to_owned();
            return Err(ToolError::Failed(format!(
                "{} cannot be switched on this phone: {said}",
                switch.name
            )));
        }
        let evidence = read_back(async || evidence(context.device, &switch, on).await).await?;
        Ok(ToolOutput { evidence, ..ToolOutput::default() })
    }
}

async fn evidence(device: &dyn Device, switch: &Switch, wanted: bool) -> Result<Option<Evidence>, ToolError> {
    let value = device.shell(&format!("settings get {}", switch.key)).await?.text;
    Ok(is_on(&value, switch.on_from).map(|on| Evidence {
        holds: on == wanted,
        fact: format!("{} is {}", switch.name, if on { "on" } else { "off" }),
    }))
}

/// What a setting's value says; `None` if it says nothing.
fn is_on(value: &str, on_from: i64) -> Option<bool> {
    let value: i64 = value.trim().parse().ok()?;
    Some(value >= on_from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, setting: Setting, expected: Option<bool>) {
        assert_eq!(is_on(value, setting.switch().on_from), expected);
    }

    #[test]
    fn values() {
        check("0\n", Setting::Wifi, Some(false));
        // Wi-Fi that stays on in airplane mode is 2.
        check("2\n", Setting::Wifi, Some(true));
        check("1\n", Setting::DarkMode, Some(false));
        check("2\n", Setting::DarkMode, Some(true));
        check("null\n", Setting::Wifi, None);
        check("", Setting::Wifi, None);
    }
}
