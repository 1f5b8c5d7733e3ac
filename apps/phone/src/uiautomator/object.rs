//! What is asked of a node: what it is, what it holds, whether it is there.

use serde_json::{Value, json};

use super::gesture::{self, LONG_PRESS, Way};
use super::rpc::{Fault, Parameters};
use super::selector::{Selector, end};
use crate::device::Device;
use crate::system::System;
use crate::ui::{AccessibilityNode, Rect};

/// How often the screen is looked at while something is waited for, in milliseconds of the phone's time.
const POLL: i64 = 1000;

/// Longest wait, in milliseconds of the phone's time.
const LONGEST: i64 = 600_000;

/// Most swipes that one call makes.
const MAX_SWIPES: i64 = 1000;

/// Steps of a swipe that flings.
const FLING: i64 = 5;

/// Steps of a swipe that scrolls, if the call does not say.
const SCROLL: i64 = 55;

/// Calls a method of an object, whose selector is the first parameter.
pub(super) fn call(system: &mut System, method: &str, with: &Parameters<'_>) -> Result<Value, Fault> {
    let selector = || with.selector(0);
    let nodes = |system: &System| system.nodes().unwrap_or_default();
    let way = |forward, steps| Way { vertical: with.flag(1), forward, steps };
    Ok(match method {
        "exist" => (!selector()?.find(&nodes(system)).is_empty()).into(),
        "count" => selector()?.find(&nodes(system)).len().into(),
        "objInfo" => {
            let nodes = nodes(system);
            info(&nodes, find(&nodes, &selector()?)?)
        }
        "objInfoOfAllInstances" => {
            let nodes = nodes(system);
            selector()?.find(&nodes).into_iter().map(|at| info(&nodes, at)).collect()
        }
        "getText" => get(system, &selector()?)?.text.into(),
        "setText" => set_text(system, &selector()?, with.text(1)?)?.into(),
        "clearTextField" => set_text(system, &selector()?, "")?.into(),
        "click" | "longClick" => {
            let (x, y) = get(system, &selector()?)?.bounds.center();
            system.touch(x, y, if method == "click" { 0 } else { LONG_PRESS });
            true.into()
        }
        "dragTo" => {
            let from = get(system, &selector()?)?.bounds.center();
            let (to, steps) = match with.selector(1) {
                Ok(other) => (get(system, &other)?.bounds.center(), with.steps(2)?),
                Err(_) => (with.point(1)?, with.steps(3)?),
            };
            gesture::swipe(system, from, to, steps).into()
        }
        "swipe" => gesture::swipe_object(system, &selector()?, with.text(1)?, with.steps(2)?)?.into(),
        "scrollForward" | "scrollBackward" => {
            let steps = with.steps(2).unwrap_or(SCROLL);
            gesture::scroll(system, &selector()?, way(method == "scrollForward", steps))?.into()
        }
        "flingForward" | "flingBackward" => {
            gesture::scroll(system, &selector()?, way(method == "flingForward", FLING))?.into()
        }
        "scrollToEnd" | "scrollToBeginning" | "flingToEnd" | "flingToBeginning" => {
            let steps = with.steps(3).unwrap_or(if method.starts_with("fling") { FLING } else { SCROLL });
            let swipes = with.number(2)?.min(MAX_SWIPES);
            gesture::scroll_to_end(system, &selector()?, way(method.ends_with("End"), steps), swipes)?.into()
        }
        "scrollTo" => {
            let way = Way { vertical: with.flag(2), forward: true, steps: SCROLL };
            gesture::scroll_to(system, &selector()?, &with.selector(1)?, way, MAX_SWIPES)?.into()
        }
        "childByText" | "childByDescription" => {
            let text = with.text(2)?;
            let says = |node: &AccessibilityNode| match method {
                "childByText" => node.text == text,
                _ => node.description == text,
            };
            let (outer, inner) = (selector()?, with.selector(1)?);
            if with.0.get(3) == Some(&Value::Bool(true)) {
                let wanted = Selector::saying(method == "childByText", text);
                gesture::scroll_to(system, &outer, &wanted, way(true, SCROLL), MAX_SWIPES)?;
            }
            holding(system, &outer, &inner, says)?.into()
        }
        "childByInstance" => {
            let instance = usize::try_from(with.number(2)?).unwrap_or(usize::MAX);
            selector()?.name(&with.selector(1)?, instance).into()
        }
        _ => return Err(Fault::new(-32601, format!("method not found: {method}"))),
    })
}

/// The first node that is meant.
pub(super) fn find(nodes: &[AccessibilityNode], selector: &Selector) -> Result<usize, Fault> {
    selector.find(nodes).first().copied().ok_or_else(|| selector.not_found())
}

/// The first node that is meant, on the screen as it is.
pub(super) fn get(system: &System, selector: &Selector) -> Result<AccessibilityNode, Fault> {
    let mut nodes = system.nodes().unwrap_or_default();
    let at = find(&nodes, selector)?;
    Ok(nodes.swap_remove(at))
}

/// `ObjInfo`: what a node is.
pub(super) fn info(nodes: &[AccessibilityNode], at: usize) -> Value {
    let node = &nodes[at];
    let bounds = rect(node.bounds);
    json!({
        "bounds": bounds,
        "visibleBounds": bounds,
        "childCount": nodes.iter().filter(|other| other.parent == Some(at)).count(),
        "className": node.class,
        "contentDescription": node.description,
        "packageName": node.package,
        "resourceName": node.resource_id,
        "text": node.text,
        "checkable": node.checkable,
        "checked": node.checked,
        "clickable": node.clickable,
        "enabled": node.enabled,
        "focusable": node.focusable,
        "focused": node.focused,
        "longClickable": node.long_clickable,
        "scrollable": node.scrollable,
        "selected": node.selected,
    })
}

fn rect(rect: Rect) -> Value {
    json!({"left": rect.left, "top": rect.top, "right": rect.right, "bottom": rect.bottom})
}

/// Lets the phone's time pass until the node is there, or is not any more; `false` if it took too long. Nobody waits: on
/// this phone time is what the clock says.
pub(super) fn wait(device: &Device, selector: &Selector, there: bool, millis: i64) -> bool {
    let mut left = millis.min(LONGEST);
    loop {
        let found = selector.find(&device.system().nodes().unwrap_or_default());
        if found.is_empty() != there {
            return true;
        }
        if left <= 0 {
            return false;
        }
        device.system().advance(left.min(POLL));
        left -= POLL;
    }
}

/// Replaces the text of the node that is meant; `false` if it is no field.
pub(super) fn set_text(system: &mut System, selector: &Selector, text: &str) -> Result<bool, Fault> {
    let field = get(system, selector)?.field;
    Ok(field.is_some_and(|field| system.set_text(&field, text)))
}

/// Empties the field that has the focus; `false` if none has.
pub(super) fn clear_focused(system: &mut System) -> bool {
    let nodes = system.nodes().unwrap_or_default();
    let field = nodes.into_iter().find(|node| node.focused).and_then(|node| node.field);
    field.is_some_and(|field| system.set_text(&field, ""))
}

/// The name of the first of `inner` in the node of `outer` that holds, or is, what `is_it` says.
pub(super) fn holding(
    system: &System,
    outer: &Selector,
    inner: &Selector,
    is_it: impl Fn(&AccessibilityNode) -> bool,
) -> Result<String, Fault> {
    let nodes = system.nodes().unwrap_or_default();
    let from = find(&nodes, outer)?;
    let within = from + 1..end(&nodes, from);
    let rows = inner.find(&nodes).into_iter().filter(|at| within.contains(at));
    let instance = rows.enumerate().find(|(_, at)| nodes[*at..end(&nodes, *at)].iter().any(&is_it));
    instance.map(|(instance, _)| outer.name(inner, instance)).ok_or_else(|| inner.not_found())
}
