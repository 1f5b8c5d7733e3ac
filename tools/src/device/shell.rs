//! Command lines for the phone's shell. Whatever a model or a screen wrote reaches a command line
//! through [`quote`] and nowhere else.

/// Bytes of the longest command line that is sent: a request to an adb server carries its length
/// in four hexadecimal digits.
pub(crate) const LONGEST_COMMAND: usize = 60_000;

/// A word that the shell takes literally. NUL, which no argument can carry, is left out.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for c in text.chars() {
        match c {
            '\0' => {}
            '\'' => quoted.push_str("'\\''"),
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

/// The command lines that type a text with `input text`, which reads `%s` as a space and cannot
/// type a line break.
pub(crate) fn type_commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            commands.push("input keyevent KEYCODE_ENTER".to_owned());
        }
        // A literal `%s` is typed in two goes, because the command has no escape for it.
        let mut rest = line;
        while !rest.is_empty() {
            let end = rest.find("%s").map_or(rest.len(), |at| at + 1);
            let (chunk, tail) = rest.split_at(end);
            commands.push(format!("input text {}", quote(&chunk.replace(' ', "%s"))));
            rest = tail;
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    /// What a POSIX shell makes of a quoted word.
    fn through_sh(text: &str) -> Vec<u8> {
        let script = format!("printf %s {}; :", quote(text));
        let output = Command::new("sh").arg("-c").arg(script).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    }

    #[track_caller]
    fn check_typing(text: &str, expected: &[&str]) {
        assert_eq!(type_commands(text), expected);
    }

    #[test]
    fn hostile_words_stay_words() {
        for text in ["'; rm -rf /; '", "$(reboot)", "`id`", "a\\'b", "\n-n", "&& exit 1 #", "'", ""] {
            assert_eq!(through_sh(text), text.as_bytes(), "{text:?}");
        }
        assert_eq!(through_sh("a\0b"), b"ab");
    }

    #[test]
    fn typing() {
        check_typing("hi there", &["input text 'hi%sthere'"]);
        check_typing("100%sure", &["input text '100%'", "input text 'sure'"]);
        check_typing("a\nb", &["input text 'a'", "input keyevent KEYCODE_ENTER", "input text 'b'"]);
        check_typing("it's", &["input text 'it'\\''s'"]);
        check_typing("", &[]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn any_word_is_taken_literally(text in "[^\0]{0,40}") {
            prop_assert_eq!(through_sh(&text), text.as_bytes());
        }

        #[test]
        fn shell_syntax_is_taken_literally(text in "['\"\\\\$`;&|<>(){}\\[\\]*?~#! \n\t%a-c=-]{0,40}") {
            prop_assert_eq!(through_sh(&text), text.as_bytes());
        }

        #[test]
        fn typed_text_never_holds_a_raw_percent_s(text in "[%s a]{0,30}") {
            // Undo what `input text` does, and the text must come back.
            let typed: String = type_commands(&text)
                .iter()
                .map(|c| c.trim_start_matches("input text '").trim_end_matches('\'').replace("%s", " "))
                .collect();
            prop_assert_eq!(typed, text);
        }
    }
}
