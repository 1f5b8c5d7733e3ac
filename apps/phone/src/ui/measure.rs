//! How large a view wants to be.

use std::borrow::Cow;

use crate::ui::font::{self, Face};
use crate::ui::geometry::{DENSITY, dp};
use crate::ui::style::{Arrange, Art, Size};
use crate::ui::view::View;

/// Room that a text may take when nothing limits it.
const UNLIMITED: i32 = 1_000_000;

/// The size of a view's text in pixels.
pub fn text_px(size: i32) -> f32 {
    size as f32 * DENSITY as f32 / 160.0
}

/// Which letters a view is written in.
pub fn face<M>(view: &View<M>) -> Face {
    if view.style.bold { Face::Bold } else { Face::Regular }
}

/// What stands in a view: its text, or the hint of an empty field, or its caption.
pub fn shown<M>(view: &View<M>) -> Cow<'_, str> {
    match (view.text.is_empty(), view.flags.password) {
        (true, _) if view.hint.is_empty() => Cow::Borrowed(&view.caption),
        (true, _) => Cow::Borrowed(&view.hint),
        (false, true) => Cow::Owned("•".repeat(view.text.chars().count())),
        (false, false) => Cow::Borrowed(&view.text),
    }
}

/// Width and height of the picture in a view.
pub fn art_size<M>(view: &View<M>) -> (i32, i32) {
    match view.art {
        Art::None | Art::Hand(_) | Art::Curve(_) | Art::Picture { .. } => (0, 0),
        Art::Icon(_) | Art::Letter(_) => (dp(view.style.text_size), dp(view.style.text_size)),
        Art::Switch => (dp(52), dp(32)),
        Art::Checkbox | Art::Radio => (dp(24), dp(24)),
        Art::Slider(_) => (dp(120), dp(40)),
    }
}

/// Room between picture and text.
pub fn art_gap<M>(view: &View<M>) -> i32 {
    if art_size(view).0 == 0 || shown(view).is_empty() { 0 } else { dp(10) }
}

pub(super) fn padding<M>(view: &View<M>) -> [i32; 4] {
    view.style.padding.map(dp)
}

pub(super) fn fixed(size: Size, room: i32) -> Option<i32> {
    match size {
        Size::Dp(value) => Some(dp(value)),
        Size::Fill => Some(room),
        Size::Wrap => None,
    }
}

/// Width and height that a view wants, given the most it can have.
pub(super) fn measure<M>(view: &View<M>, room: (i32, i32)) -> (i32, i32) {
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
pub(super) fn line<M>(view: &View<M>, inner: (i32, i32), row: bool) -> Vec<(i32, i32)> {
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
