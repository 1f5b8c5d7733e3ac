//! The screen as uiautomator XML, character for character as Android 14's `AccessibilityNodeInfoDumper` writes it.

use std::fmt::Write;

use super::layout::Tree;
use super::style::Arrange;

/// Classes whose missing labels uiautomator does not report.
const NAF_EXCLUDED: [&str; 4] = [
    "android.widget.GridView",
    "android.widget.GridLayout",
    "android.widget.ListView",
    "android.widget.TableLayout",
];

/// Writes a tree of `package`; `focused` is the key of the field that has the input focus.
pub fn dump<M>(tree: &Tree<M>, package: &str, focused: Option<&str>) -> String {
    let mut children = vec![Vec::new(); tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate() {
        if let Some(parent) = node.parent.and_then(|parent| children.get_mut(parent)) {
            parent.push(at);
        }
    }
    let mut out =
        String::from("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"0\">");
    let dumper = Dumper { tree, children, package, focused };
    dumper.node(&mut out, 0);
    out.push_str("</hierarchy>");
    out
}

struct Dumper<'a, M> {
    tree: &'a Tree<M>,
    children: Vec<Vec<usize>>,
    package: &'a str,
    focused: Option<&'a str>,
}

impl<M> Dumper<'_, M> {
    fn node(&self, out: &mut String, at: usize) {
        let node = &self.tree.nodes[at];
        if node.visible.is_empty() {
            return;
        }
        let view = &node.view;
        let flags = view.flags;
        let field = view.on_text.is_some();
        let text = if view.text.is_empty() { &view.hint } else { &view.text };
        let bullets = if flags.password { "•".repeat(view.text.chars().count()) } else { String::new() };
        let text = if bullets.is_empty() { text } else { &bullets };
        out.push_str("<node");
        let mut put = |name: &str, value: &str| {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(out, value);
            out.push('"');
        };
        if self.naf(at) {
            put("NAF", "true");
        }
        put("index", &node.index.to_string());
        put("text", text);
        put("resource-id", &self.resource_id(&view.id));
        put("class", &view.class);
        put("package", self.package);
        put("content-desc", &view.description);
        let mut flag = |name: &str, value: bool| put(name, if value { "true" } else { "false" });
        flag("checkable", flags.checkable);
        flag("checked", flags.checked);
        flag("clickable", flags.clickable || field);
        flag("enabled", !flags.disabled);
        flag("focusable", flags.focusable || field || view.arrange == Arrange::List);
        flag("focused", field && self.focused == Some(view.key()));
        flag("scrollable", flags.scrollable || node.scroll.is_some_and(|(_, most)| most > 0));
        flag("long-clickable", flags.long_clickable || field);
        flag("password", flags.password);
        flag("selected", flags.selected);
        let v = node.visible;
        put("bounds", &format!("[{},{}][{},{}]", v.left, v.top, v.right, v.bottom));
        put("drawing-order", &if node.parent.is_none() { 0 } else { node.index + 1 }.to_string());
        put("hint", &view.hint);
        let before = out.len();
        out.push('>');
        for &child in &self.children[at] {
            self.node(out, child);
        }
        if out.len() == before + 1 {
            out.truncate(before);
            out.push_str(" />");
        } else {
            out.push_str("</node>");
        }
    }

    fn resource_id(&self, id: &str) -> String {
        if id.is_empty() || id.contains(':') { id.to_owned() } else { format!("{}:id/{id}", self.package) }
    }

    /// "Not accessibility friendly": can be tapped, but neither it nor anything in it says what it is.
    fn naf(&self, at: usize) -> bool {
        let view = &self.tree.nodes[at].view;
        let tappable = (view.flags.clickable || view.on_text.is_some()) && !view.flags.disabled;
        tappable && !NAF_EXCLUDED.contains(&&*view.class) && !self.labelled(at)
    }

    fn labelled(&self, at: usize) -> bool {
        let view = &self.tree.nodes[at].view;
        [&view.text, &view.hint, &view.description].iter().any(|text| !text.is_empty())
            || self.children[at].iter().any(|&child| self.labelled(child))
    }
}

/// Escapes an attribute as Android's serializer does: what XML does not allow becomes `.`, what is beyond the basic plane
/// a number.
fn escape(out: &mut String, value: &str) {
    for letter in value.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' | '\u{10000}'.. => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('.'),
            _ => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::geometry::Rect;
    use super::super::layout::{Offsets, place_root};
    use super::super::view::View;
    use super::*;

    #[track_caller]
    fn check(view: View<()>, expected: &str) {
        let tree = place_root(view, Rect::sized(0, 0, 100, 50), &Offsets::new());
        let xml = dump(&tree, "com.x", None);
        roxmltree::Document::parse(&xml).expect("well-formed");
        assert_eq!(xml, expected);
    }

    #[test]
    fn attributes_stand_in_androids_order() {
        let view = View::new("android.widget.Button").id("ok").tap(()).describe("a");
        check(
            view,
            "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"0\"><node index=\"0\" \
             text=\"\" resource-id=\"com.x:id/ok\" class=\"android.widget.Button\" package=\"com.x\" \
             content-desc=\"a\" checkable=\"false\" checked=\"false\" clickable=\"true\" enabled=\"true\" \
             focusable=\"true\" focused=\"false\" scrollable=\"false\" long-clickable=\"false\" password=\"false\" \
             selected=\"false\" bounds=\"[0,0][100,50]\" drawing-order=\"0\" hint=\"\" /></hierarchy>",
        );
    }

    #[test]
    fn unlabelled_buttons_are_reported() {
        let view = View::new("android.widget.ImageButton").tap(());
        let tree = place_root(view, Rect::sized(0, 0, 100, 50), &Offsets::new());
        assert!(dump(&tree, "com.x", None).contains("<node NAF=\"true\" index=\"0\""));
    }

    #[track_caller]
    fn check_escape(value: &str, expected: &str) {
        let mut out = String::new();
        escape(&mut out, value);
        assert_eq!(out, expected);
    }

    #[test]
    fn escapes_as_android_does() {
        check_escape("a<b>&\"c\"'", "a&lt;b&gt;&amp;&quot;c&quot;'");
        check_escape("l1\nl2\t", "l1&#10;l2&#9;");
        check_escape("\u{1}é日😀", ".é日&#128512;");
    }
}
