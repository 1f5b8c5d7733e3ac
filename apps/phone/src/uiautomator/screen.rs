//! What concerns the whole screen, and the phone.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::rpc::{Fault, Parameters};
use super::{gesture, object};
use crate::device::Device;
use crate::system::System;
use crate::system::key::KeyCode;
use crate::system::settings::Namespace;
use crate::ui::dump;
use crate::ui::geometry::{DENSITY, HEIGHT, WIDTH};

/// Control held, among the meta state's bits: `META_CTRL_ON`.
const META_CONTROL: i64 = 0x1000;

/// Shift held: `META_SHIFT_ON`.
const META_SHIFT: i64 = 1;

/// Names of keys as `pressKey` has them, and as `KeyEvent` does.
const KEYS: [(&str, &str); 17] = [
    ("home", "HOME"),
    ("back", "BACK"),
    ("left", "DPAD_LEFT"),
    ("right", "DPAD_RIGHT"),
    ("up", "DPAD_UP"),
    ("down", "DPAD_DOWN"),
    ("center", "DPAD_CENTER"),
    ("menu", "MENU"),
    ("search", "SEARCH"),
    ("enter", "ENTER"),
    ("delete", "DEL"),
    ("del", "DEL"),
    ("recent", "APP_SWITCH"),
    ("volume_up", "VOLUME_UP"),
    ("volume_down", "VOLUME_DOWN"),
    ("camera", "CAMERA"),
    ("power", "POWER"),
];

/// `DeviceInfo`
pub(super) fn device_info(device: &Device) -> Value {
    let dp = |pixels: i32| pixels * 160 / DENSITY;
    let property = |name| device.properties().get(name).to_owned();
    let (product, sdk) = (property("ro.product.name"), property("ro.build.version.sdk"));
    let system = device.system();
    json!({
        "currentPackageName": system.activities().package(),
        "displayWidth": WIDTH,
        "displayHeight": HEIGHT,
        "displayRotation": 0,
        "displaySizeDpX": dp(WIDTH),
        "displaySizeDpY": dp(HEIGHT),
        "productName": product,
        "sdkInt": sdk.parse::<u32>().unwrap_or(0),
        "screenOn": system.awake(),
        "naturalOrientation": true,
    })
}

/// The display, as PNG: clients look at the bytes to know the format.
pub(super) fn picture(device: &Device) -> Result<Value, Fault> {
    let picture = device.system().picture();
    let png = picture.png().map_err(|error| Fault::new(-32000, error.to_string()))?;
    Ok(STANDARD.encode(png).into())
}

/// Calls a method of the screen or, if there is none of this name, of an object on it.
pub(super) fn call(system: &mut System, method: &str, with: &Parameters<'_>) -> Result<Value, Fault> {
    // A selector in the place of a point: the method is an object's.
    let at_point = with.0.first().is_none_or(Value::is_number);
    match method {
        "dumpWindowHierarchy" => {
            let depth = with.number(1).ok().and_then(|depth| usize::try_from(depth).ok());
            let nodes = system.nodes();
            Ok(nodes.map_or_else(String::new, |nodes| dump::dump(&nodes, depth.unwrap_or(usize::MAX))).into())
        }
        "click" if at_point => {
            let ((x, y), held) = (with.point(0)?, with.steps(2).unwrap_or(0));
            system.touch(x, y, held);
            Ok(true.into())
        }
        "swipe" | "drag" if at_point => {
            Ok(gesture::swipe(system, with.point(0)?, with.point(2)?, with.steps(4)?).into())
        }
        "swipePoints" => {
            let flat = with.0.first().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let points: Result<Vec<_>, Fault> =
                (0..flat.len() / 2).map(|nth| Parameters(flat).point(nth * 2)).collect();
            Ok(gesture::trace(system, &points?, with.steps(1)?).into())
        }
        "injectInputEvent" => Ok(gesture::finger(system, with.number(0)?, with.point(1)?).into()),
        "pressKey" => Ok(press(system, with.text(0)?).into()),
        "pressKeyCode" => {
            let meta = with.number(1).unwrap_or(0);
            let (control, shift) = (meta & META_CONTROL != 0, meta & META_SHIFT != 0);
            let key = KeyCode::parse(&with.number(0)?.to_string());
            if let Some(Some(key)) = key {
                system.key(key.held(control, shift));
            }
            Ok(key.is_some().into())
        }
        "wakeUp" => {
            system.key(KeyCode::Wakeup);
            Ok(Value::Null)
        }
        "sleep" => {
            system.key(KeyCode::Sleep);
            Ok(Value::Null)
        }
        "isScreenOn" => Ok(system.awake().into()),
        "openNotification" | "openQuickSettings" => {
            system.start(crate::apps::shade::intent());
            Ok(true.into())
        }
        "setOrientation" => match with.text(0)? {
            "natural" | "n" => Ok(true.into()),
            other => Err(Fault::parameters(format!("this display does not turn to {other}"))),
        },
        "freezeRotation" => {
            let turns = if with.flag(0) { "0" } else { "1" };
            system.services.settings.put(Namespace::System, "accelerometer_rotation", turns);
            Ok(Value::Null)
        }
        "getClipboard" => Ok(system.services.clipboard.clone().into()),
        "setClipboard" => {
            with.text(1)?.clone_into(&mut system.services.clipboard);
            Ok(Value::Null)
        }
        "pasteClipboard" => {
            system.key(KeyCode::Paste);
            Ok(true.into())
        }
        "clearInputText" => Ok(object::clear_focused(system).into()),
        "makeToast" => {
            system.services.toast(with.text(0)?);
            Ok(true.into())
        }
        "getLastToast" => Ok(system.services.toasted().map_or(Value::Null, Value::from)),
        // Nothing is ever under way: each call ends with the screen as it stays.
        "waitForIdle" => Ok(Value::Null),
        _ => object::call(system, method, with),
    }
}

/// Presses a key by its name; `false` if there is none of this name.
fn press(system: &mut System, name: &str) -> bool {
    let key = KEYS.iter().find(|(known, _)| *known == name).and_then(|(_, key)| KeyCode::parse(key));
    if let Some(Some(key)) = key {
        system.key(key);
    }
    key.is_some()
}
