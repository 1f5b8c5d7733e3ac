//! Measuring and placing a scene on the display.

use std::collections::HashMap;

use super::font;
use super::geometry::{HEIGHT, Rect, WIDTH, dp};
use super::measure::{art_gap, art_size, face, line, measure, padding, shown, text_px};
use super::scene::Scene;
use super::style::{Align, Arrange, Size};
use super::view::View;

/// A view in its place.
#[derive(Debug, Clone)]
pub struct Node<M> {
    /// Index of the parent in [`Tree::nodes`]; parents come before children.
    pub parent: Option<usize>,
    /// Place among its siblings; in a list, among those in sight.
    pub index: usize,
    /// Where it lies, seen or not.
    pub bounds: Rect,
    /// The part that can be seen; empty if none.
    pub visible: Rect,
    /// Its text, broken into lines.
    pub lines: Vec<String>,
    /// For a list: how far it is scrolled and could be, in pixels.
    pub scroll: Option<(i32, i32)>,
    /// The view; its children are nodes of their own.
    pub view: View<M>,
}

/// Views in their places, in document order.
#[derive(Debug, Clone)]
pub struct Tree<M> {
    /// The nodes; the first is the root.
    pub nodes: Vec<Node<M>>,
}

impl<M> Tree<M> {
    /// The field of this key, if it can be typed into.
    pub fn field(&self, key: &str) -> Option<&Node<M>> {
        self.nodes.iter().find(|node| node.view.editable() && node.view.key() == key)
    }
}

/// A scene in its place.
#[derive(Debug, Clone)]
pub struct Layers<M> {
    /// The activity's window.
    pub body: Tree<M>,
    /// The dialog's window.
    pub dialog: Option<Tree<M>>,
}

impl<M> Layers<M> {
    /// The window that is touched and dumped.
    pub fn active(&self) -> &Tree<M> {
        self.dialog.as_ref().unwrap_or(&self.body)
    }
}

/// How far each list is scrolled, in pixels, by its key.
pub type Offsets = HashMap<String, i32>;

/// Lays out a scene. `below` is what covers the display's lower edge (navigation bar or keyboard), in dp.
pub fn lay_out<M>(scene: Scene<M>, below: i32, offsets: &Offsets) -> Layers<M> {
    let display = Rect::sized(0, 0, WIDTH, HEIGHT);
    if scene.placed {
        let put = |view: View<M>| {
            let frame = view.style.frame.unwrap_or(display);
            let mut tree = Tree { nodes: Vec::new() };
            place(&mut tree, view, None, 0, frame, frame.intersect(display), offsets);
            tree
        };
        return Layers { body: put(scene.body), dialog: scene.dialog.map(put) };
    }
    let dialog = scene.dialog.map(|dialog| {
        let room = (WIDTH - 2 * dp(28), HEIGHT - dp(below) - 2 * dp(48));
        let (width, height) = measure(&dialog, room);
        let width = if dialog.style.width == Size::Fill { room.0 } else { width };
        let height = height.min(room.1);
        let (left, top) = ((WIDTH - width) / 2, dp(24) + (HEIGHT - dp(24) - dp(below) - height) / 2);
        let decor = View::new("android.widget.FrameLayout").child(
            View::new("android.widget.FrameLayout").id("android:id/content").wide().tall().child(dialog),
        );
        place_root(decor, Rect::sized(left, top, width, height), offsets)
    });
    // The body's colour reaches behind the bars, as Android draws from edge to edge.
    let background = scene.body.style.background;
    let content = View::new("android.widget.FrameLayout")
        .id("android:id/content")
        .wide()
        .tall()
        .style(|s| (s.padding, s.background) = ([0, 24, 0, below], background))
        .child(scene.body.wide().tall());
    let decor = View::new("android.widget.FrameLayout")
        .child(View::new("android.widget.LinearLayout").wide().tall().child(content));
    Layers { body: place_root(decor, display, offsets), dialog }
}

/// Lays out a view in a rectangle.
pub fn place_root<M>(view: View<M>, bounds: Rect, offsets: &Offsets) -> Tree<M> {
    let mut tree = Tree { nodes: Vec::new() };
    place(&mut tree, view, None, 0, bounds, bounds, offsets);
    tree
}

fn aligned(align: Align, room: i32, size: i32) -> i32 {
    match align {
        Align::Start => 0,
        Align::Center => (room - size) / 2,
        Align::End => room - size,
    }
}

fn place<M>(
    tree: &mut Tree<M>,
    mut view: View<M>,
    parent: Option<usize>,
    index: usize,
    bounds: Rect,
    clip: Rect,
    offsets: &Offsets,
) {
    let [left, top, right, bottom] = padding(&view);
    let inner = Rect {
        left: bounds.left + left,
        top: bounds.top + top,
        right: bounds.right - right,
        bottom: bounds.bottom - bottom,
    };
    let room = (inner.width(), inner.height());
    let visible = bounds.intersect(clip);
    let places = places(&view, room);
    let content = places.iter().map(|place| place.bottom).max().unwrap_or(0);
    let scroll = (view.arrange == Arrange::List).then(|| {
        let most = (content - room.1).max(0);
        let first = if view.flags.from_end { most } else { 0 };
        (offsets.get(view.key()).copied().unwrap_or(first).clamp(0, most), most)
    });
    let lines = font::wrap(
        face(&view),
        &shown(&view),
        text_px(view.style.text_size),
        room.0 - art_size(&view).0 - art_gap(&view),
        view.style.max_lines,
    );
    let scrolls = view.flags.scrollable;
    let children = std::mem::take(&mut view.children);
    let at = tree.nodes.len();
    tree.nodes.push(Node { parent, index, bounds, visible, lines, scroll, view });

    let shift = scroll.map_or(0, |(offset, _)| offset);
    // What says itself where it lies may lie beside its parent, but is not seen beside what scrolls it.
    let framed_clip = if scrolls { visible } else { clip };
    let clip = if scroll.is_some() { clip.intersect(inner) } else { visible };
    let mut in_sight = 0;
    for (child, spot) in children.into_iter().zip(places) {
        let child_bounds = Rect {
            left: inner.left + spot.left,
            top: inner.top + spot.top - shift,
            right: inner.left + spot.right,
            bottom: inner.top + spot.bottom - shift,
        };
        let framed = child.style.frame;
        let child_bounds = framed.unwrap_or(child_bounds);
        let clip = if framed.is_some() { framed_clip } else { clip };
        // A list keeps no views for rows out of sight, as Android's recycler view does not.
        if scroll.is_some() && child_bounds.intersect(clip).is_empty() {
            continue;
        }
        place(tree, child, Some(at), in_sight, child_bounds, clip, offsets);
        in_sight += 1;
    }
}

/// Where the children lie, relative to the inside of their parent.
fn places<M>(view: &View<M>, room: (i32, i32)) -> Vec<Rect> {
    let style = &view.style;
    if view.arrange == Arrange::Stack {
        return view
            .children
            .iter()
            .map(|child| {
                let (width, height) = measure(child, room);
                let (left, top) = match child.style.offset {
                    Some((x, y)) => (dp(x), dp(y)),
                    None => (
                        aligned(child.style.place.0, room.0, width),
                        aligned(child.style.place.1, room.1, height),
                    ),
                };
                Rect::sized(left, top, width, height)
            })
            .collect();
    }
    let row = view.arrange == Arrange::Row;
    let sizes = line(view, room, row);
    let gap = dp(style.gap);
    let length: i32 = sizes.iter().map(|size| if row { size.0 } else { size.1 } + gap).sum::<i32>() - gap;
    let (along, across) = if row { room } else { (room.1, room.0) };
    let mut at = if view.arrange == Arrange::List { 0 } else { aligned(style.main, along, length).max(0) };
    sizes
        .into_iter()
        .map(|(width, height)| {
            let rect = if row {
                Rect::sized(at, aligned(style.cross, across, height), width, height)
            } else {
                Rect::sized(aligned(style.cross, across, width), at, width, height)
            };
            at += if row { width } else { height } + gap;
            rect
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::style::Style;
    use super::*;

    fn leaf(change: impl FnOnce(&mut Style)) -> View<()> {
        View::new("android.view.View").style(change)
    }

    #[track_caller]
    fn check(view: View<()>, expected: &[(i32, i32, i32, i32)]) {
        let tree = place_root(view, Rect::sized(0, 0, 420, 420), &Offsets::new());
        let found: Vec<_> = tree.nodes[1..]
            .iter()
            .map(|n| (n.bounds.left, n.bounds.top, n.bounds.right, n.bounds.bottom))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn children_that_fill_share_the_rest() {
        let mut row = View::new("android.widget.LinearLayout")
            .child(leaf(|s| (s.width, s.height) = (Size::Dp(40), Size::Dp(40))))
            .child(leaf(|s| (s.width, s.height) = (Size::Fill, Size::Dp(16))))
            .child(leaf(|s| (s.width, s.height) = (Size::Fill, Size::Fill)));
        row.arrange = Arrange::Row;
        check(row.level(), &[(0, 157, 105, 262), (105, 189, 262, 231), (262, 0, 420, 420)]);
    }

    #[test]
    fn stacks_align_each_child() {
        let mut stack = View::new("android.widget.FrameLayout")
            .child(leaf(|s| (s.width, s.height) = (Size::Fill, Size::Fill)))
            .child(leaf(|s| {
                (s.width, s.height, s.place) = (Size::Dp(40), Size::Dp(40), (Align::End, Align::Center));
            }));
        stack.arrange = Arrange::Stack;
        check(stack, &[(0, 0, 420, 420), (315, 157, 420, 262)]);
    }

    #[test]
    fn lists_keep_what_is_in_sight() {
        let mut list = View::new("androidx.recyclerview.widget.RecyclerView").id("list");
        list.arrange = Arrange::List;
        let list = list.children((0..20).map(|_| leaf(|s| (s.width, s.height) = (Size::Fill, Size::Dp(80)))));
        let offsets = Offsets::from([("list".to_owned(), 220)]);
        let tree = place_root(list, Rect::sized(0, 0, 420, 420), &offsets);
        assert_eq!(tree.nodes[0].scroll, Some((220, 20 * 210 - 420)));
        let tops: Vec<_> = tree.nodes[1..].iter().map(|n| (n.index, n.bounds.top, n.visible.top)).collect();
        assert_eq!(tops, [(0, -10, 0), (1, 200, 200), (2, 410, 410)]);
    }
}
