//! What lies under a finger.

use super::layout::{Node, Tree};

/// What can be done to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// Tap or long press.
    Press,
    /// Scroll.
    Scroll,
}

/// The uppermost node at a point that reacts. As on Android, what does not react lets the touch through.
pub fn hit<M>(tree: &Tree<M>, x: i32, y: i32, touch: Touch) -> Option<&Node<M>> {
    tree.nodes.iter().rev().find(|node| {
        node.visible.contains(x, y)
            && match touch {
                Touch::Press => {
                    let view = &node.view;
                    view.on_tap.is_some()
                        || view.on_hold.is_some()
                        || view.on_text.is_some()
                        || view.on_slide.is_some()
                }
                Touch::Scroll => {
                    node.view.on_scroll.is_some() || node.scroll.is_some_and(|(_, most)| most > 0)
                }
            }
    })
}

/// How far along a slider a point lies: 0 left, 1 right.
pub fn along<M>(node: &Node<M>, x: i32) -> f32 {
    let inset = super::geometry::dp(12);
    let (left, right) = (node.bounds.left + inset, node.bounds.right - inset);
    (x.saturating_sub(left) as f32 / (right - left).max(1) as f32).clamp(0.0, 1.0)
}
