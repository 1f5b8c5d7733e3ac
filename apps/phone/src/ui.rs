//! Screens: view trees that are laid out once, and then dumped as uiautomator XML, painted, and searched for what was
//! touched. All three read the same laid-out tree, so the picture and the dump cannot disagree.

pub mod accessibility;
pub mod dump;
pub mod font;
pub mod geometry;
pub mod hit;
pub mod keyboard;
pub mod layout;
pub mod measure;
pub mod paint;
pub mod picture;
pub mod scene;
pub mod style;
pub mod theme;
pub mod view;
pub mod widget;

pub use accessibility::AccessibilityNode;
pub use geometry::{Rect, dp};
pub use layout::{Node, Tree};
pub use lucide_icons::Icon;
pub use scene::Scene;
pub use theme::{Theme, Tone};
pub use view::View;
