//! Which window is in front, and how large the display is.

use pocketpilot_core::screen::Screen;

/// One round trip for all that a [`Screen`] needs. The focus is read after the dump, so that a window
/// that opens in between shows in the name rather than in the tree.
pub(super) const OBSERVE: &str =
    "uiautomator dump /dev/tty; echo; dumpsys window | grep -E 'mCurrentFocus|mFocusedApp'; wm size";

/// Fills in package, activity and size from the rest of an answer to [`OBSERVE`]. What the phone
/// does not tell is taken from the view tree.
pub(super) fn complete(screen: &mut Screen, answer: &str) {
    // Whatever a screen shows lies before the end of the tree.
    let rest = answer.rfind("</hierarchy>").map_or("", |at| &answer[at..]);
    if let Some((package, activity)) = focus(rest) {
        screen.package = package;
        screen.activity = activity;
    } else if let Some(node) = screen.nodes.iter().find(|n| !n.package.is_empty()) {
        screen.package.clone_from(&node.package);
    }
    let drawn = screen.nodes.iter().fold((0, 0), |(w, h), n| (w.max(n.bounds.right), h.max(n.bounds.bottom)));
    (screen.width, screen.height) = match size(rest) {
        // `wm size` tells the size of the upright phone.
        Some((w, h)) if (drawn.0 > drawn.1) == (w > h) => (w, h),
        Some((w, h)) => (h, w),
        None => drawn,
    };
}

/// Package and activity of the focused window, or of the focused app where the window is none of an
/// activity's (a menu, the status bar).
fn focus(text: &str) -> Option<(String, String)> {
    ["mCurrentFocus=", "mFocusedApp="].iter().find_map(|key| {
        text.lines()
            .filter_map(|line| line.trim_start().strip_prefix(key))
            .find_map(|value| value.split_whitespace().find_map(component))
    })
}

/// `pkg/.Act`, `pkg/pkg.Act}` or `pkg/other.Act`.
fn component(word: &str) -> Option<(String, String)> {
    let (package, activity) = word.trim_end_matches('}').split_once('/')?;
    let is_name =
        |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"._$".contains(&b));
    if !is_name(package) || !is_name(activity) {
        return None;
    }
    let short = activity.strip_prefix(package).filter(|rest| rest.starts_with('.')).unwrap_or(activity);
    Some((package.to_owned(), short.to_owned()))
}

/// The last size that `wm size` gives: an override stands after the physical one.
fn size(text: &str) -> Option<(i32, i32)> {
    let line = text.lines().rfind(|line| line.contains("size: "))?;
    let (width, height) = line.rsplit(' ').next()?.split_once('x')?;
    let (width, height) = (width.parse().ok()?, height.trim().parse().ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

#[cfg(test)]
mod tests {
    use pocketpilot_core::screen::{Node, Rect};

    use super::*;

    #[track_caller]
    fn check_focus(text: &str, expected: Option<(&str, &str)>) {
        assert_eq!(focus(text).as_ref().map(|(p, a)| (p.as_str(), a.as_str())), expected);
    }

    #[test]
    fn focuses() {
        check_focus("  mCurrentFocus=Window{1a2b3c u0 com.a/com.a.ui.Main}\n", Some(("com.a", ".ui.Main")));
        check_focus("  mFocusedApp=ActivityRecord{f00 u0 com.a/.Main t12}\n", Some(("com.a", ".Main")));
        check_focus(
            "  mCurrentFocus=Window{1 u0 PopupWindow:4bd}\n  mFocusedApp=ActivityRecord{f u0 com.a/.M t1}\n",
            Some(("com.a", ".M")),
        );
        check_focus("  mCurrentFocus=Window{1 u0 com.a/org.b.Main}\n", Some(("com.a", "org.b.Main")));
        check_focus("  mCurrentFocus=null\n  mFocusedApp=null\n", None);
        check_focus("  mCurrentFocus=Window{1 u0 com.ab/com.abc.Main}", Some(("com.ab", "com.abc.Main")));
    }

    #[track_caller]
    fn check_size(drawn: (i32, i32), rest: &str, expected: (i32, i32)) {
        let bounds = Rect { left: 0, top: 0, right: drawn.0, bottom: drawn.1 };
        let mut screen = Screen {
            nodes: vec![Node { bounds, package: "com.a".into(), ..Node::default() }],
            ..Screen::default()
        };
        complete(&mut screen, &format!("<hierarchy></hierarchy>\n{rest}"));
        assert_eq!((screen.width, screen.height), expected);
        assert_eq!(screen.package, "com.a");
    }

    #[test]
    fn sizes() {
        check_size((1080, 2274), "Physical size: 1080x2400\n", (1080, 2400));
        check_size((1080, 2274), "Physical size: 1080x2400\nOverride size: 720x1600\n", (720, 1600));
        check_size((2274, 1080), "Physical size: 1080x2400\n", (2400, 1080));
        check_size((1080, 2274), "wm: not found\n", (1080, 2274));
        check_size((1080, 2274), "Physical size: 0x-3\n", (1080, 2274));
    }

    #[test]
    fn texts_on_the_screen_name_no_window() {
        let mut screen = Screen::default();
        let shown = "<hierarchy><node text='\n  mCurrentFocus=Window{1 u0 evil/.App}\n'/></hierarchy>";
        complete(&mut screen, &format!("{shown}\n  mCurrentFocus=Window{{1 u0 com.a/.Main}}\n"));
        assert_eq!(screen.package, "com.a");
    }
}
