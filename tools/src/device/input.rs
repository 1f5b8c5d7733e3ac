//! Gestures as command lines of Android's `input`.

use pocketpilot_core::device::Gesture;

use super::shell::quote;

/// Milliseconds after which every Android takes a touch for a long one.
const LONG_PRESS: u32 = 1000;

/// Prints the keyboard in use.
pub(super) const CURRENT_KEYBOARD: &str = "settings get secure default_input_method";
/// Part of the name of the keyboard that types what is broadcast to it: the common way to type any
/// Unicode on real phones, where `input text` knows ASCII only.
pub(super) const ADB_KEYBOARD: &str = "adbkeyboard";

/// The command line that makes a gesture.
///
/// # Errors
/// One line, if the gesture is none.
pub(super) fn command(gesture: &Gesture) -> Result<String, String> {
    Ok(match gesture {
        Gesture::Tap { x, y } => format!("input tap {x} {y}"),
        Gesture::LongPress { x, y } => format!("input swipe {x} {y} {x} {y} {LONG_PRESS}"),
        Gesture::Swipe { from, to, millis } => {
            format!("input swipe {} {} {} {} {millis}", from.0, from.1, to.0, to.1)
        }
        Gesture::Text { text } => super::shell::type_commands(text).join(" && "),
        Gesture::Key { name } => {
            if name.is_empty()
                || !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            {
                return Err(format!("{name:?} is no key; keys are named as in KEYCODE_BACK"));
            }
            format!("input keyevent KEYCODE_{name}")
        }
    })
}

/// Types any text through ADBKeyBoard.
pub(super) fn broadcast_text(text: &str) -> String {
    format!("am broadcast -a ADB_INPUT_TEXT --es msg {}", quote(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(gesture: Gesture, expected: Result<&str, &str>) {
        assert_eq!(command(&gesture).as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn gestures() {
        check(Gesture::Tap { x: 3, y: 4 }, Ok("input tap 3 4"));
        check(Gesture::LongPress { x: 3, y: 4 }, Ok("input swipe 3 4 3 4 1000"));
        check(Gesture::Swipe { from: (1, 2), to: (3, 4), millis: 300 }, Ok("input swipe 1 2 3 4 300"));
        check(Gesture::Key { name: "BACK".into() }, Ok("input keyevent KEYCODE_BACK"));
        check(
            Gesture::Key { name: "BACK; reboot".into() },
            Err("\"BACK; reboot\" is no key; keys are named as in KEYCODE_BACK"),
        );
    }

    #[test]
    fn broadcasts_are_quoted() {
        assert_eq!(broadcast_text("né$(x)"), "am broadcast -a ADB_INPUT_TEXT --es msg 'né$(x)'");
    }
}
