//! The keyboard on the screen.

use super::geometry::{HEIGHT, NAVIGATION_BAR, Rect, WIDTH, dp};
use super::layout::{Offsets, Tree, place_root};
use super::style::Size;
use super::theme::Tone;
use super::view::View;
use super::widget::{column, icon, row, text};
use lucide_icons::Icon;

/// Height of the keyboard in dp.
pub const HEIGHT_DP: i32 = 252;

/// Package of the keyboard.
pub const PACKAGE: &str = "com.google.android.inputmethod.latin";
/// Id of the keyboard among input methods.
pub const ID: &str = "com.google.android.inputmethod.latin/com.android.inputmethod.latin.LatinIME";

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Types a letter.
    Letter(char),
    /// Changes to capitals for one letter.
    Shift,
    /// Changes between letters and symbols.
    Symbols,
    /// Removes what is before the cursor.
    Delete,
    /// Ends the line, or submits.
    Enter,
}

/// Which letters the keys show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Page {
    /// Small letters.
    #[default]
    Small,
    /// Capitals.
    Capitals,
    /// Digits and signs.
    Symbols,
}

const SMALL: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const CAPITALS: [&str; 3] = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];
const SYMBOLS: [&str; 3] = ["1234567890", "@#$_&-+()/", "*\"':;!?"];

/// The keyboard in its place above the navigation bar.
pub fn lay_out(page: Page) -> Tree<Key> {
    let letters = match page {
        Page::Small => SMALL,
        Page::Capitals => CAPITALS,
        Page::Symbols => SYMBOLS,
    };
    let [top, middle, bottom] = letters.map(|line| line.chars().map(letter).collect::<Vec<_>>());
    let mut last = vec![special(Icon::ArrowBigUp, Key::Shift, page == Page::Capitals)];
    last.extend(bottom);
    last.push(special(Icon::Delete, Key::Delete, false));
    let switch = if page == Page::Symbols { "ABC" } else { "?123" };
    let side = |label: &str| key(text(label).ink(16, Tone::Text), Tone::SurfaceHigh);
    let space = letter(' ').style(|s| s.width = Size::Fill);
    let foot = vec![
        side(switch).tap(Key::Symbols).style(|s| s.width = Size::Dp(60)),
        letter(',').style(|s| s.width = Size::Dp(36)),
        space,
        letter('.').style(|s| s.width = Size::Dp(36)),
        key(icon(Icon::CornerDownLeft, 20, Tone::OnPrimary), Tone::Primary)
            .tap(Key::Enter)
            .style(|s| s.width = Size::Dp(60)),
    ];
    let indent = if page == Page::Symbols { 0 } else { 18 };
    let line = |keys: Vec<View<Key>>, indent: i32| row(keys).wide().tall().gap(6).pad(indent, 0);
    let keys = column(vec![line(top, 0), line(middle, indent), line(last, 0), line(foot, 0)])
        .gap(8)
        .pad(4, 8)
        .fill(Tone::SurfaceHigh, 0);
    let height = dp(HEIGHT_DP);
    place_root(keys, Rect::sized(0, HEIGHT - NAVIGATION_BAR - height, WIDTH, height), &Offsets::new())
}

fn key(face: View<Key>, tone: Tone) -> View<Key> {
    face.wide().tall().centered().fill(tone, 6)
}

fn letter(letter: char) -> View<Key> {
    key(text(letter.to_string()).ink(22, Tone::Text), Tone::Surface).tap(Key::Letter(letter))
}

fn special(picture: Icon, what: Key, on: bool) -> View<Key> {
    let tone = if on { Tone::Container } else { Tone::SurfaceHigh };
    key(icon(picture, 22, Tone::Text), tone).tap(what).style(|s| s.width = Size::Dp(48))
}

#[cfg(test)]
mod tests {
    use super::super::hit::{Touch, hit};
    use super::*;

    #[test]
    fn every_key_can_be_hit() {
        for page in [Page::Small, Page::Capitals, Page::Symbols] {
            let tree = lay_out(page);
            let keys: Vec<_> = tree.nodes.iter().filter(|node| node.view.on_tap.is_some()).collect();
            assert!(keys.len() >= 33);
            for node in keys {
                let (x, y) = node.bounds.center();
                assert_eq!(hit(&tree, x, y, Touch::Press).and_then(|hit| hit.view.on_tap), node.view.on_tap);
            }
        }
    }
}
