//! File name patterns: `*`, `?`, `[a-z]`; a backslash takes the next character as it is.

use crate::files::Files;

/// Names that one pattern may expand to.
const MAX_NAMES: usize = 10_000;

/// The paths that match, sorted, spelled as the pattern is (relative or absolute).
pub(crate) fn expand(files: &Files, cwd: &str, pattern: &str) -> Vec<String> {
    let absolute = pattern.starts_with('/');
    let mut found = vec![if absolute { "/".to_owned() } else { String::new() }];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let mut next = Vec::new();
        for base in &found {
            if !is_pattern(part) {
                let path = format!("{base}{}", unescape(part));
                if files.exists(&Files::absolute(cwd, &path)) {
                    next.push(path);
                }
                continue;
            }
            for name in files.list(&Files::absolute(cwd, base)).unwrap_or_default() {
                let hidden = name.starts_with('.') && !part.starts_with('.');
                if !hidden && matches(part, &name) {
                    next.push(format!("{base}{name}"));
                }
            }
            next.truncate(MAX_NAMES);
        }
        found = next.into_iter().map(|path| path + "/").collect();
    }
    for path in &mut found {
        path.pop();
    }
    found.retain(|path| !path.is_empty());
    found
}

/// Has something in it that matches more than itself.
pub(crate) fn is_pattern(text: &str) -> bool {
    let mut escaped = false;
    text.chars().any(|c| {
        let special = !escaped && matches!(c, '*' | '?' | '[');
        escaped = c == '\\' && !escaped;
        special
    })
}

fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}

/// One element of a pattern.
enum Element {
    Any,
    One,
    Char(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// The whole of `text` matches `pattern`.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern = elements(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to go on if what follows the last `*` does not match: the classic linear backtracking.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let fits = match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(Element::Any), _) => {
                retry = Some((p, t));
                p += 1;
                continue;
            }
            (Some(element), Some(c)) => element.fits(*c),
            _ => false,
        };
        if fits {
            p += 1;
            t += 1;
        } else if let Some((star, start)) = retry
            && start < text.len()
        {
            retry = Some((star, start + 1));
            p = star + 1;
            t = start + 1;
        } else {
            return false;
        }
    }
}

impl Element {
    fn fits(&self, c: char) -> bool {
        match self {
            Element::Any | Element::One => true,
            Element::Char(own) => *own == c,
            Element::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

fn elements(pattern: &str) -> Vec<Element> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut elements = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        at += 1;
        elements.push(match c {
            '*' => Element::Any,
            '?' => Element::One,
            '\\' => {
                at += 1;
                Element::Char(chars.get(at - 1).copied().unwrap_or('\\'))
            }
            '[' => match class(chars.get(at..).unwrap_or_default()) {
                Some((element, length)) => {
                    at += length;
                    element
                }
                None => Element::Char('['),
            },
            c => Element::Char(*c),
        });
    }
    elements
}

/// A class after its `[`, and how many characters it takes up to its `]`.
fn class(chars: &[char]) -> Option<(Element, usize)> {
    let negated = matches!(chars.first(), Some('!' | '^'));
    let mut at = usize::from(negated);
    let mut ranges = Vec::new();
    loop {
        let low = *chars.get(at)?;
        if low == ']' && !ranges.is_empty() {
            return Some((Element::Class { negated, ranges }, at + 1));
        }
        match (chars.get(at + 1), chars.get(at + 2)) {
            (Some('-'), Some(high)) if *high != ']' => {
                ranges.push((low, *high));
                at += 3;
            }
            _ => {
                ranges.push((low, low));
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }

    #[test]
    fn patterns_match() {
        check("*.txt", "a.txt", true);
        check("*.txt", "a.txt.gz", false);
        check("a*b*c", "aXbYbZc", true);
        check("?", "é", true);
        check("?", "", false);
        check("*", "", true);
        check("[a-c]x", "bx", true);
        check("[!a-c]x", "bx", false);
        check("[]]", "]", true);
        check("[a", "[a", true);
        check(r"\*", "*", true);
        check(r"\*", "a", false);
    }

    #[test]
    fn files_are_found() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::new(home.path()).unwrap();
        for path in ["/sdcard/a/1.txt", "/sdcard/a/2.txt", "/sdcard/b/3.txt", "/sdcard/a/.hidden"] {
            files.write(path, b"").unwrap();
        }
        assert_eq!(expand(&files, "/", "/sdcard/*/[12].txt"), ["/sdcard/a/1.txt", "/sdcard/a/2.txt"]);
        assert_eq!(expand(&files, "/sdcard/a", "*"), ["1.txt", "2.txt"]);
        assert_eq!(expand(&files, "/sdcard/a", "../b/*"), ["../b/3.txt"]);
        assert!(expand(&files, "/sdcard", "none*").is_empty());
    }

    proptest! {
        #[test]
        fn a_text_matches_itself(text in "[a-z*?\\[\\]!-]{0,12}") {
            let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
            prop_assert!(matches(&escaped, &text));
            prop_assert!(matches("*", &text));
        }
    }
}
