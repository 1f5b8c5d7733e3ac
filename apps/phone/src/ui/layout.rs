//! Measuring and placing a scene on the display.

use std::collections::HashMap;

use super::font::{self, Face};
use super::geometry::{HEIGHT, Rect, WIDTH, dp};
use super::scene::Scene;
use super::view::{Align, Arrange, Art, Size, View};

/// Room that a text may take when nothing limits it.
const UNLIMITED: i32 = 1_000_000;

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

/// The size of a view's text in pixels.
pub fn text_px(size: i32) -> f32 {
    size as f32 * super::geometry::DENSITY as f32 / 160.0
}

/// Which letters a view is written in.
pub fn face<M>(view: &View<M>) -> Face {
    if view.style.bold { Face::Bold } else { Face::Regular }
}

/// What stands in a view: its text, or the hint of an empty field, or its caption.
pub fn shown<M>(view: &View<M>) -> String {
    match (view.text.is_empty(), view.flags.password) {
        (true, _) if view.hint.is_empty() => view.caption.clone(),
        (true, _) => view.hint.clone(),
        (false, true) => "•".repeat(view.text.chars().count()),
        (false, false) => view.text.clone(),
    }
}

/// Width and height of the picture in a view.
pub fn art_size<M>(view: &View<M>) -> (i32, i32) {
    match view.art {
        Art::None | Art::Hand(_) => (0, 0),
        Art::Icon(_) | Art::Letter(_) => (dp(view.style.text_size), dp(view.style.text_size)),
        Art::Switch => (dp(52), dp(32)),
        Art::Checkbox | Art::Radio => (dp(24), dp(24)),
        Art::Slider(_) => (dp(120), dp(40)),
    }
}

/// Room between picture and text.
pub fn art_gap<M>(view: &View<M>) -> i32 {
    if matches!(view.art, Art::None) || shown(view).is_empty() { 0 } else { dp(10) }
}

fn padding<M>(view: &View<M>) -> [i32; 4] {
    view.style.padding.map(dp)
}

fn fixed(size: Size, room: i32) -> Option<i32> {
    match size {
        Size::Dp(value) => Some(dp(value)),
        Size::Fill => Some(room),
        Size::Wrap => None,
    }
}

/// Width and height that a view wants, given the most it can have.
fn measure<M>(view: &View<M>, room: (i32, i32)) -> (i32, i32) {
    let style = &view.style;
    if let Some(frame) = style.frame {
        return (frame.width(), frame.height());
    }
    let width = fixed(style.width, room.0);
    let height = fixed(style.height, room.1);
    if let (Some(width), Some(height)) = (width, height) {
        return (width, height);
    }
    let [left, top, right, bottom] = padding(view);
    let inner = (width.unwrap_or(room.0) - left - right, height.unwrap_or(room.1) - top - bottom);
    let own = measure_own(view, inner.0);
    let parts = measure_children(view, inner);
    (
        width.unwrap_or((own.0.max(parts.0) + left + right).min(room.0)),
        height.unwrap_or(own.1.max(parts.1) + top + bottom),
    )
}

fn measure_own<M>(view: &View<M>, room: i32) -> (i32, i32) {
    let (art_width, art_height) = art_size(view);
    let text = shown(view);
    if text.is_empty() && !view.editable() {
        return (art_width, art_height);
    }
    let px = text_px(view.style.text_size);
    let gap = art_gap(view);
    let lines = font::wrap(face(view), &text, px, room - art_width - gap, view.style.max_lines);
    let width = lines.iter().map(|line| font::width(face(view), line, px)).max().unwrap_or(0);
    (width + art_width + gap, art_height.max(font::line_height(px) * lines.len() as i32))
}

fn measure_children<M>(view: &View<M>, inner: (i32, i32)) -> (i32, i32) {
    let gaps = dp(view.style.gap) * (view.children.len() as i32 - 1).max(0);
    match view.arrange {
        Arrange::Stack => view.children.iter().fold((0, 0), |most, child| {
            let (width, height) = measure(child, inner);
            let (x, y) = child.style.offset.map_or((0, 0), |(x, y)| (dp(x), dp(y)));
            (most.0.max(width + x), most.1.max(height + y))
        }),
        Arrange::Row => {
            let sizes = line(view, inner, true);
            (
                sizes.iter().map(|size| size.0).sum::<i32>() + gaps,
                sizes.iter().map(|size| size.1).max().unwrap_or(0),
            )
        }
        Arrange::Column | Arrange::List => {
            let sizes = line(view, inner, false);
            (
                sizes.iter().map(|size| size.0).max().unwrap_or(0),
                sizes.iter().map(|size| size.1).sum::<i32>() + gaps,
            )
        }
    }
}

/// Sizes of the children of a row or column: those that fill share what the others leave.
fn line<M>(view: &View<M>, inner: (i32, i32), row: bool) -> Vec<(i32, i32)> {
    let children = &view.children;
    let endless = view.arrange == Arrange::List;
    let fills = |child: &View<M>| {
        !endless && (if row { child.style.width } else { child.style.height }) == Size::Fill
    };
    let total = if row { inner.0 } else { inner.1 };
    let mut left = total - dp(view.style.gap) * (children.len() as i32 - 1).max(0);
    let mut sizes = vec![(0, 0); children.len()];
    for (size, child) in sizes.iter_mut().zip(children).filter(|(_, child)| !fills(child)) {
        let room = match (row, endless) {
            (true, _) => (left.max(0), inner.1),
            (false, true) => (inner.0, UNLIMITED),
            (false, false) => (inner.0, left.max(0)),
        };
        *size = measure(child, room);
        left -= if row { size.0 } else { size.1 };
    }
    let mut sharing = children.iter().filter(|child| fills(child)).count() as i32;
    for (size, child) in sizes.iter_mut().zip(children).filter(|(_, child)| fills(child)) {
        let share = left.max(0) / sharing.max(1);
        *size = measure(child, if row { (share, inner.1) } else { (inner.0, share) });
        left -= share;
        sharing -= 1;
    }
    sizes
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
    use super::super::view::Style;
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
