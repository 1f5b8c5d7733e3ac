//! AutoDroid's screens back into the planner's own lines, their numbers kept.

use std::sync::LazyLock;

use pocketpilot_core::screen::Line;
use regex::Regex;

/// `<button id=4 text='Save'>Save</button>`; contents may hold line breaks and `<br>`.
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)<(?:button|input|checkbox|p) id=.*?</(?:button|input|checkbox|p)>")
        .expect("the pattern is part of the program")
});

/// What AutoDroid calls the back key.
const BACK: &str = "go back";

/// The lines of a recorded screen, in the recorded order and with the recorded numbers.
pub(crate) fn lines(screen: &str) -> Vec<Line> {
    ELEMENT
        .find_iter(screen)
        .enumerate()
        .filter_map(|(index, found)| {
            let line: Line = one_line(found.as_str()).parse().ok()?;
            Some(Line { node: (line.content != BACK).then_some(index), ..line })
        })
        .collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The lines written as the planner's prompt writes them.
    #[track_caller]
    fn check(screen: &str, expected: &[&str]) {
        let written: Vec<String> = lines(screen).iter().map(ToString::to_string).collect();
        assert_eq!(written, expected);
    }

    #[test]
    fn elements_keep_kind_number_label_and_content() {
        check(
            "<p id=0>Contacts</p>\n <button id=1 text='Save'></button>\n<input id=2 >Title</input>\n\
             <checkbox id=35 checked=True>Medium</checkbox>\n<checkbox id=4 checked=False>Small</checkbox>\n\
             <button id=5>go back</button>",
            &[
                "<p id=0>Contacts</p>",
                "<button id=1 text='Save'></button>",
                "<input id=2>Title</input>",
                "<checkbox id=35 checked=True>Medium</checkbox>",
                "<checkbox id=4 checked=False>Small</checkbox>",
                "<button id=5>go back</button>",
            ],
        );
    }

    #[test]
    fn line_breaks_within_an_element_become_spaces() {
        check("<button id=7>A\nB\nJ</button>", &["<button id=7>A B J</button>"]);
        check(
            "<button id=4 text='0 open tabs.<br>The tab counter'>0</button>",
            &["<button id=4 text='0 open tabs.<br>The tab counter'>0</button>"],
        );
    }

    #[test]
    fn a_label_may_hold_an_apostrophe() {
        check("<button id=1 text='What's new'>x</button>", &["<button id=1 text='What's new'>x</button>"]);
    }

    #[test]
    fn only_go_back_stands_for_no_view() {
        let lines = lines("<button id=0>OK</button><button id=1>go back</button>");
        assert_eq!(lines.iter().map(|l| l.node).collect::<Vec<_>>(), [Some(0), None]);
    }

    proptest! {
        #[test]
        fn anything_can_be_read(text in "[<>a-z0-9 =/'\\n]{0,80}|\\PC{0,60}") {
            let _ = lines(&text);
        }
    }
}
