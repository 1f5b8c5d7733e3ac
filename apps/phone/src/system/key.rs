//! Keys and their names.

/// Keys that do something here, by Android's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyCode {
    /// 3
    Home,
    /// 4, and 111 (escape)
    Back,
    /// 5
    Call,
    /// 6
    EndCall,
    /// 26
    Power,
    /// 224
    Wakeup,
    /// 223
    Sleep,
    /// 187
    AppSwitch,
    /// 66, and 160 (of the number pad)
    Enter,
    /// 67
    Delete,
    /// 112
    ForwardDelete,
    /// 61
    Tab,
    /// 21
    Left,
    /// 22
    Right,
    /// 122
    MoveHome,
    /// 123
    MoveEnd,
    /// 277
    Cut,
    /// 278
    Copy,
    /// 279
    Paste,
    /// Selects everything: 29 with 113.
    SelectAll,
    /// Types a letter: 7 to 16, 29 to 54 and the signs.
    Letter(char),
}

impl KeyCode {
    /// What the key does while control or shift is held: with control, `A`, `C`, `V`, `X` select all, copy, paste and cut.
    pub fn held(self, control: bool, shift: bool) -> KeyCode {
        match self {
            KeyCode::Letter('a') if control => KeyCode::SelectAll,
            KeyCode::Letter('c') if control => KeyCode::Copy,
            KeyCode::Letter('v') if control => KeyCode::Paste,
            KeyCode::Letter('x') if control => KeyCode::Cut,
            KeyCode::Letter(letter) if shift => KeyCode::Letter(letter.to_ascii_uppercase()),
            other => other,
        }
    }

    /// By Android's number or name, with or without `KEYCODE_`. `Some(None)` is a key that does nothing here.
    pub fn parse(text: &str) -> Option<Option<KeyCode>> {
        let name = text.strip_prefix("KEYCODE_").unwrap_or(text);
        let number = match text.strip_prefix("0x") {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => text.parse().ok(),
        };
        if let Some(code) = number {
            return (code <= 320).then(|| KeyCode::of(code));
        }
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
        let single = match name.as_bytes() {
            [letter @ b'A'..=b'Z'] => Some(u32::from(letter - b'A') + 29),
            [digit @ b'0'..=b'9'] => Some(u32::from(digit - b'0') + 7),
            _ => None,
        };
        known.or(single).map(KeyCode::of)
    }

    fn of(code: u32) -> Option<KeyCode> {
        let letter = |first: char, code: u32| char::from_u32(u32::from(first) + code).map(KeyCode::Letter);
        Some(match code {
            3 => KeyCode::Home,
            4 | 111 => KeyCode::Back,
            5 => KeyCode::Call,
            6 => KeyCode::EndCall,
            7..=16 => return letter('0', code - 7),
            17 => KeyCode::Letter('*'),
            18 => KeyCode::Letter('#'),
            21 => KeyCode::Left,
            22 => KeyCode::Right,
            26 => KeyCode::Power,
            29..=54 => return letter('a', code - 29),
            55 => KeyCode::Letter(','),
            56 => KeyCode::Letter('.'),
            61 => KeyCode::Tab,
            62 => KeyCode::Letter(' '),
            66 | 160 => KeyCode::Enter,
            67 => KeyCode::Delete,
            69 => KeyCode::Letter('-'),
            70 => KeyCode::Letter('='),
            74 => KeyCode::Letter(';'),
            75 => KeyCode::Letter('\''),
            76 => KeyCode::Letter('/'),
            77 => KeyCode::Letter('@'),
            81 => KeyCode::Letter('+'),
            112 => KeyCode::ForwardDelete,
            122 => KeyCode::MoveHome,
            123 => KeyCode::MoveEnd,
            187 => KeyCode::AppSwitch,
            223 => KeyCode::Sleep,
            224 => KeyCode::Wakeup,
            277 => KeyCode::Cut,
            278 => KeyCode::Copy,
            279 => KeyCode::Paste,
            _ => return None,
        })
    }
}

/// Names of keys and their codes, as `KeyEvent` has them; digits and letters apart.
const NAMES: [(&str, u32); 62] = [
    ("SOFT_LEFT", 1),
    ("SOFT_RIGHT", 2),
    ("HOME", 3),
    ("BACK", 4),
    ("CALL", 5),
    ("ENDCALL", 6),
    ("STAR", 17),
    ("POUND", 18),
    ("DPAD_UP", 19),
    ("DPAD_DOWN", 20),
    ("DPAD_LEFT", 21),
    ("DPAD_RIGHT", 22),
    ("DPAD_CENTER", 23),
    ("VOLUME_UP", 24),
    ("VOLUME_DOWN", 25),
    ("POWER", 26),
    ("CAMERA", 27),
    ("CLEAR", 28),
    ("COMMA", 55),
    ("PERIOD", 56),
    ("ALT_LEFT", 57),
    ("SHIFT_LEFT", 59),
    ("SHIFT_RIGHT", 60),
    ("TAB", 61),
    ("SPACE", 62),
    ("ENTER", 66),
    ("DEL", 67),
    ("MINUS", 69),
    ("EQUALS", 70),
    ("SEMICOLON", 74),
    ("APOSTROPHE", 75),
    ("SLASH", 76),
    ("AT", 77),
    ("PLUS", 81),
    ("MENU", 82),
    ("NOTIFICATION", 83),
    ("SEARCH", 84),
    ("MEDIA_PLAY_PAUSE", 85),
    ("MEDIA_STOP", 86),
    ("MEDIA_NEXT", 87),
    ("MEDIA_PREVIOUS", 88),
    ("PAGE_UP", 92),
    ("PAGE_DOWN", 93),
    ("ESCAPE", 111),
    ("FORWARD_DEL", 112),
    ("CTRL_LEFT", 113),
    ("CTRL_RIGHT", 114),
    ("MOVE_HOME", 122),
    ("MOVE_END", 123),
    ("MEDIA_PLAY", 126),
    ("MEDIA_PAUSE", 127),
    ("NUMPAD_ENTER", 160),
    ("VOLUME_MUTE", 164),
    ("APP_SWITCH", 187),
    ("ASSIST", 219),
    ("BRIGHTNESS_DOWN", 220),
    ("BRIGHTNESS_UP", 221),
    ("SLEEP", 223),
    ("WAKEUP", 224),
    ("CUT", 277),
    ("COPY", 278),
    ("PASTE", 279),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Option<KeyCode>>) {
        assert_eq!(KeyCode::parse(text), expected, "{text}");
    }

    #[test]
    fn keys_have_names_and_numbers() {
        check("4", Some(Some(KeyCode::Back)));
        check("BACK", Some(Some(KeyCode::Back)));
        check("KEYCODE_BACK", Some(Some(KeyCode::Back)));
        check("KEYCODE_A", Some(Some(KeyCode::Letter('a'))));
        check("KEYCODE_5", Some(Some(KeyCode::Letter('5'))));
        check("VOLUME_UP", Some(None));
        check("113", Some(None));
        check("BOGUS", None);
        check("9999", None);
    }
}
