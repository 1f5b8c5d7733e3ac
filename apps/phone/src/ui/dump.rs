//! The screen as uiautomator XML, character for character as Android 14's `AccessibilityNodeInfoDumper` writes it.

use std::fmt::Write;

use super::accessibility::AccessibilityNode;

/// Writes a window's nodes down to `depth`, the root's being 1.
pub fn dump(nodes: &[AccessibilityNode], depth: usize) -> String {
    let mut out =
        String::from("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"0\">");
    let mut children = vec![Vec::new(); nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        if let Some(parent) = node.parent.and_then(|parent| children.get_mut(parent)) {
            parent.push(at);
        }
    }
    if !nodes.is_empty() {
        write(&mut out, nodes, &children, 0, depth);
    }
    out.push_str("</hierarchy>");
    out
}

fn write(out: &mut String, nodes: &[AccessibilityNode], children: &[Vec<usize>], at: usize, depth: usize) {
    let Some(left) = depth.checked_sub(1) else { return };
    let node = &nodes[at];
    out.push_str("<node");
    let mut put = |name: &str, value: &str| {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(out, value);
        out.push('"');
    };
    if node.naf {
        put("NAF", "true");
    }
    put("index", &node.index.to_string());
    put("text", &node.text);
    put("resource-id", &node.resource_id);
    put("class", &node.class);
    put("package", &node.package);
    put("content-desc", &node.description);
    let mut flag = |name: &str, value: bool| put(name, if value { "true" } else { "false" });
    flag("checkable", node.checkable);
    flag("checked", node.checked);
    flag("clickable", node.clickable);
    flag("enabled", node.enabled);
    flag("focusable", node.focusable);
    flag("focused", node.focused);
    flag("scrollable", node.scrollable);
    flag("long-clickable", node.long_clickable);
    flag("password", node.password);
    flag("selected", node.selected);
    let v = node.bounds;
    put("bounds", &format!("[{},{}][{},{}]", v.left, v.top, v.right, v.bottom));
    put("drawing-order", &node.drawing_order.to_string());
    put("hint", &node.hint);
    let before = out.len();
    out.push('>');
    for &child in &children[at] {
        write(out, nodes, children, child, left);
    }
    if out.len() == before + 1 {
        out.truncate(before);
        out.push_str(" />");
    } else {
        out.push_str("</node>");
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
    use super::super::accessibility::nodes;
    use super::super::geometry::Rect;
    use super::super::layout::{Offsets, place_root};
    use super::super::view::View;
    use super::*;

    #[track_caller]
    fn check(view: View<()>, expected: &str) {
        let tree = place_root(view, Rect::sized(0, 0, 100, 50), &Offsets::new());
        let xml = dump(&nodes(&tree, "com.x", None), usize::MAX);
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
        assert!(dump(&nodes(&tree, "com.x", None), usize::MAX).contains("<node NAF=\"true\" index=\"0\""));
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
