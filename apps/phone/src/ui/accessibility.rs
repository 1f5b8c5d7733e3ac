//! What the accessibility framework sees of a laid-out tree: the nodes that the dump writes down and selectors match.

use super::geometry::Rect;
use super::layout::Tree;
use super::style::Arrange;

/// Classes whose missing labels uiautomator does not report.
const NAF_EXCLUDED: [&str; 4] = [
    "android.widget.GridView",
    "android.widget.GridLayout",
    "android.widget.ListView",
    "android.widget.TableLayout",
];

/// A view that can be seen, as Android's `AccessibilityNodeInfo` describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessibilityNode {
    /// Place of the parent in the list; parents come before children.
    pub parent: Option<usize>,
    /// Place among its siblings.
    pub index: usize,
    /// Text; the hint of an empty field, bullets for a password.
    pub text: String,
    /// `com.android.settings:id/search_bar`
    pub resource_id: String,
    /// `android.widget.Button`
    pub class: String,
    /// The app that it belongs to.
    pub package: String,
    /// Content description.
    pub description: String,
    /// Shown in an empty field.
    pub hint: String,
    /// Has a checked state.
    pub checkable: bool,
    /// Is checked.
    pub checked: bool,
    /// Reacts to taps.
    pub clickable: bool,
    /// Can be used.
    pub enabled: bool,
    /// Can take the input focus.
    pub focusable: bool,
    /// Has the input focus.
    pub focused: bool,
    /// Can be scrolled.
    pub scrollable: bool,
    /// Reacts to long presses.
    pub long_clickable: bool,
    /// Hides what is typed.
    pub password: bool,
    /// Is selected.
    pub selected: bool,
    /// "Not accessibility friendly": can be tapped, but neither it nor anything in it says what it is.
    pub naf: bool,
    /// The part that can be seen.
    pub bounds: Rect,
    /// Place in the order of drawing within the parent.
    pub drawing_order: usize,
    /// The key of the field that it is, if it can be typed into.
    pub field: Option<String>,
}

/// The nodes of a tree of `package`, in document order; `focused` is the key of the field that has the input focus.
pub fn nodes<M>(tree: &Tree<M>, package: &str, focused: Option<&str>) -> Vec<AccessibilityNode> {
    let mut seen: Vec<AccessibilityNode> = Vec::with_capacity(tree.nodes.len());
    // Where a node of the tree stands in the list; what lies in an unseen view is unseen.
    let mut places: Vec<Option<usize>> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let parent = node.parent.map(|parent| places.get(parent).copied().flatten());
        if node.visible.is_empty() || parent == Some(None) {
            places.push(None);
            continue;
        }
        places.push(Some(seen.len()));
        let view = &node.view;
        let flags = view.flags;
        let field = view.on_text.is_some();
        let text = match (view.text.is_empty(), flags.password) {
            (true, _) => view.hint.clone(),
            (false, true) => "•".repeat(view.text.chars().count()),
            (false, false) => view.text.clone(),
        };
        let clickable = flags.clickable || field;
        let resource_id = match view.id.as_str() {
            "" => String::new(),
            full if full.contains(':') => full.to_owned(),
            own => format!("{package}:id/{own}"),
        };
        seen.push(AccessibilityNode {
            parent: parent.flatten(),
            index: node.index,
            resource_id,
            class: view.class.to_string(),
            package: package.to_owned(),
            description: view.description.clone(),
            hint: view.hint.clone(),
            checkable: flags.checkable,
            checked: flags.checked,
            clickable,
            enabled: !flags.disabled,
            focusable: flags.focusable || field || view.arrange == Arrange::List,
            focused: field && focused == Some(view.key()),
            scrollable: flags.scrollable || node.scroll.is_some_and(|(_, most)| most > 0),
            long_clickable: flags.long_clickable || field,
            password: flags.password,
            selected: flags.selected,
            // Taken back below, where something says what it is.
            naf: clickable && !flags.disabled && !NAF_EXCLUDED.contains(&&*view.class),
            bounds: node.visible,
            drawing_order: if node.parent.is_none() { 0 } else { node.index + 1 },
            field: view.editable().then(|| view.key().to_owned()),
            text,
        });
    }
    // A label counts for all that it lies in, seen or not.
    for (at, node) in tree.nodes.iter().enumerate() {
        let view = &node.view;
        if [&view.text, &view.hint, &view.description].iter().all(|text| text.is_empty()) {
            continue;
        }
        let mut above = Some(at);
        while let Some(at) = above {
            if let Some(labelled) = places[at].and_then(|place| seen.get_mut(place)) {
                labelled.naf = false;
            }
            above = tree.nodes[at].parent;
        }
    }
    seen
}
