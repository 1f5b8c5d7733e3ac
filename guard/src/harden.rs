//! What is done to a text before it is judged, so that invisible characters cannot hide it.

use std::borrow::Cow;

/// Drops characters that are drawn as nothing: zero-width spaces and joiners, direction marks, soft
/// hyphens, byte order marks, variation selectors, tag characters, and control characters that are
/// not white space.
pub(crate) fn harden(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_invisible) {
        Cow::Owned(text.chars().filter(|&c| !is_invisible(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(harden(text), expected);
    }

    #[test]
    fn invisible_characters_are_dropped() {
        check("ig\u{200b}no\u{200d}re", "ignore");
        check("\u{feff}a\u{ad}b\u{2066}c\u{2069}", "abc");
        check("x\u{e0049}\u{e0067}y", "xy");
        check("a\u{0}b\u{1b}c", "abc");
    }

    #[test]
    fn visible_text_is_untouched() {
        for text in ["", "Café 7:30\n\tñ 日本語 👍", "naïve"] {
            assert!(matches!(harden(text), Cow::Borrowed(t) if t == text));
        }
    }
}
