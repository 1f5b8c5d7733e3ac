//! Touches, swipes and scrolling.

use super::object;
use super::rpc::Fault;
use super::selector::{Selector, end};
use crate::system::System;
use crate::ui::{AccessibilityNode, Rect};

/// How long a step of a swipe takes, in milliseconds.
const STEP: i64 = 5;

/// How long a long press is held, in milliseconds.
pub(super) const LONG_PRESS: i64 = 500;

/// A point on the display.
pub(super) type Point = (i32, i32);

/// A straight movement in so many steps.
pub(super) fn swipe(system: &mut System, from: Point, to: Point, steps: i64) -> bool {
    system.swipe(from, to, steps.saturating_mul(STEP));
    true
}

/// A movement through several points, in so many steps from each to the next.
pub(super) fn trace(system: &mut System, points: &[Point], steps: i64) -> bool {
    let [first, .., last] = points else { return false };
    system.finger_down(first.0, first.1);
    let moves = i64::try_from(points.len() - 1).unwrap_or(i64::MAX);
    system.advance(steps.saturating_mul(STEP).saturating_mul(moves));
    system.finger_up(last.0, last.1);
    true
}

/// A finger's event, by Android's number: 0 comes down, 1 leaves, 2 moves, 3 does not count.
pub(super) fn finger(system: &mut System, action: i64, at: Point) -> bool {
    match action {
        0 => system.finger_down(at.0, at.1),
        1 => system.finger_up(at.0, at.1),
        2 => system.finger_move(),
        3 => system.finger_cancel(),
        _ => return false,
    }
    true
}

/// From the middle of an object towards one of its edges.
pub(super) fn swipe_object(
    system: &mut System,
    selector: &Selector,
    direction: &str,
    steps: i64,
) -> Result<bool, Fault> {
    let bounds = object::get(system, selector)?.bounds;
    let (x, y) = bounds.center();
    let to = match direction {
        "up" => (x, bounds.top),
        "down" => (x, bounds.bottom - 1),
        "left" => (bounds.left, y),
        "right" => (bounds.right - 1, y),
        _ => return Err(Fault::parameters(format!("no direction: {direction}"))),
    };
    Ok(swipe(system, (x, y), to, steps))
}

/// Which way a list is scrolled.
#[derive(Clone, Copy)]
pub(super) struct Way {
    /// Down or up, rather than right or left.
    pub(super) vertical: bool,
    /// To what comes later.
    pub(super) forward: bool,
    /// Steps of each swipe.
    pub(super) steps: i64,
}

/// Swipes once across what is scrolled; `false` if nothing in it moved, as at its end.
pub(super) fn scroll(system: &mut System, selector: &Selector, way: Way) -> Result<bool, Fault> {
    let (bounds, before) = content(system, selector)?;
    // As `UiScrollable`: a tenth at either end is left alone.
    let (low, high) = (1, 9);
    let at = |tenths: i32| {
        let (x, y) = bounds.center();
        match way.vertical {
            true => (x, bounds.top + bounds.height() * tenths / 10),
            false => (bounds.left + bounds.width() * tenths / 10, y),
        }
    };
    let (from, to) = if way.forward { (at(high), at(low)) } else { (at(low), at(high)) };
    swipe(system, from, to, way.steps);
    Ok(content(system, selector).is_ok_and(|(_, after)| after != before))
}

/// Swipes until nothing moves any more; `true` as UiScrollable has it, if that was before `swipes` were made.
pub(super) fn scroll_to_end(
    system: &mut System,
    selector: &Selector,
    way: Way,
    swipes: i64,
) -> Result<bool, Fault> {
    for _ in 0..swipes {
        if !scroll(system, selector, way)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Scrolls from the beginning until `wanted` is seen; `false` if it is nowhere.
pub(super) fn scroll_to(
    system: &mut System,
    selector: &Selector,
    wanted: &Selector,
    way: Way,
    swipes: i64,
) -> Result<bool, Fault> {
    let seen = |system: &System| !wanted.find(&system.nodes().unwrap_or_default()).is_empty();
    if seen(system) {
        return Ok(true);
    }
    scroll_to_end(system, selector, Way { forward: false, ..way }, swipes)?;
    for _ in 0..swipes {
        if seen(system) {
            return Ok(true);
        }
        if !scroll(system, selector, Way { forward: true, ..way })? {
            break;
        }
    }
    Ok(seen(system))
}

/// Where an object lies, and the nodes in it.
fn content(system: &System, selector: &Selector) -> Result<(Rect, Vec<AccessibilityNode>), Fault> {
    let nodes = system.nodes().unwrap_or_default();
    let at = object::find(&nodes, selector)?;
    Ok((nodes[at].bounds, nodes[at + 1..end(&nodes, at)].to_vec()))
}
