//! Lines of a screen read back from their text: what a trace or another program wrote down.

use std::str::FromStr;

use super::{Line, LineKind};

/// Most characters of a text that are shown in an error.
const SHOWN: usize = 40;

/// A text that is no line of a screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no line of a screen: write it as in <button id=3 text='Save'>Save</button>")]
pub struct LineError(String);

/// Takes what [`Line::to_string`] writes, and AutoDroid's space before the `>`. Which view it was and whether a button was
/// selected does not stand in the text: [`Line::node`] is empty, and only a checkbox can be checked.
impl FromStr for Line {
    type Err = LineError;

    fn from_str(text: &str) -> Result<Self, LineError> {
        parse(text).ok_or_else(|| LineError(text.chars().take(SHOWN).collect()))
    }
}

fn parse(text: &str) -> Option<Line> {
    let (tag, rest) = text.strip_prefix('<')?.split_once(" id=")?;
    let kind = match tag {
        "button" => LineKind::Button,
        "input" => LineKind::Input,
        "checkbox" => LineKind::Checkbox,
        "p" => LineKind::Text,
        _ => return None,
    };
    let rest = rest.strip_suffix('>')?.strip_suffix(tag)?.strip_suffix("</")?;
    let (id, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
    let (checked, rest) = match kind {
        LineKind::Checkbox => match rest.strip_prefix(" checked=True") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix(" checked=False").unwrap_or(rest)),
        },
        _ => (false, rest),
    };
    let (label, content) = match rest.strip_prefix(" text='") {
        // A label may hold apostrophes: the first one before a `>` ends it.
        Some(rest) => {
            rest.match_indices('\'').find_map(|(end, _)| Some((&rest[..end], opened(&rest[end + 1..])?)))?
        }
        None => ("", opened(rest)?),
    };
    let (label, content) = (label.trim().into(), content.trim().into());
    Some(Line { id: id.parse().ok()?, kind, node: None, checked, label, content })
}

/// What follows the `>` of an opening tag.
fn opened(rest: &str) -> Option<&str> {
    rest.strip_prefix(' ').unwrap_or(rest).strip_prefix('>')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::screen::{Node, Screen, describe};

    #[track_caller]
    fn check(text: &str, expected: Option<(LineKind, usize, bool, &str, &str)>) {
        let line = text.parse::<Line>();
        let read =
            line.as_ref().ok().map(|l| (l.kind, l.id, l.checked, l.label.as_str(), l.content.as_str()));
        assert_eq!(read, expected);
        if let Err(error) = line {
            let error = error.to_string();
            assert!(error.lines().count() == 1 && error.len() < 400, "{error}");
        }
    }

    #[test]
    fn lines_are_read_as_they_are_written() {
        check("<p id=0>9:41</p>", Some((LineKind::Text, 0, false, "", "9:41")));
        check("<button id=12 text='Save'></button>", Some((LineKind::Button, 12, false, "Save", "")));
        check("<input id=2 >Title</input>", Some((LineKind::Input, 2, false, "", "Title")));
        check(
            "<checkbox id=4 checked=True>A<br>B</checkbox>",
            Some((LineKind::Checkbox, 4, true, "", "A<br>B")),
        );
        check("<checkbox id=4 checked=False>A</checkbox>", Some((LineKind::Checkbox, 4, false, "", "A")));
        check(
            "<button id=1 text='What's new'>x</button>",
            Some((LineKind::Button, 1, false, "What's new", "x")),
        );
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for text in [
            "",
            "<",
            "9:41",
            "<p>9:41</p>",
            "<p id=>9:41</p>",
            "<p id=0",
            "<p id=0>9:41",
            "<p id=0>9:41</button>",
            "<p id=0</p>",
            "<p id=-1>x</p>",
            "<a id=0>x</a>",
            "<button id=99999999999999999999999>x</button>",
            "<button id=1 checked=True>x</button>",
            "<button id=1 text='x>y</button>",
            "<checkbox id=1 checked=Maybe>x</checkbox>",
            &"<p id=0>".repeat(99),
        ] {
            check(text, None);
        }
    }

    proptest! {
        #[test]
        fn what_was_described_is_read_back(
            views in prop::collection::vec((0..6u8, "\\PC{0,60}|[<>'\"=a-z •\\n]{0,12}", "\\PC{0,20}|[<>' \\n]{0,4}"), 0..6)
        ) {
            let nodes = views.into_iter().map(|(kind, text, description)| Node {
                text,
                description,
                class: if kind == 0 { "android.widget.EditText".into() } else { String::new() },
                clickable: kind > 3,
                checkable: kind == 1,
                checked: kind < 3,
                password: kind == 0,
                ..Node::default()
            });
            for line in describe(&Screen { nodes: nodes.collect(), ..Screen::default() }) {
                let checked = line.checked && line.kind == LineKind::Checkbox;
                prop_assert_eq!(line.to_string().parse(), Ok(Line { node: None, checked, ..line }));
            }
        }

        #[test]
        fn anything_can_be_read(text in "(<(p|button|checkbox) id=)?[<>a-z0-9 =/'\\n]{0,80}|\\PC{0,60}") {
            let _ = text.parse::<Line>();
        }
    }
}
