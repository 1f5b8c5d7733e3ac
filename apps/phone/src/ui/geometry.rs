//! Pixels and rectangles.

/// Display width in pixels.
pub const WIDTH: i32 = 1080;
/// Display height in pixels.
pub const HEIGHT: i32 = 2400;
/// Display density in dots per inch.
pub const DENSITY: i32 = 420;
/// Height of the status bar in pixels.
pub const STATUS_BAR: i32 = 63;
/// Height of the navigation bar in pixels.
pub const NAVIGATION_BAR: i32 = 126;

/// Density-independent pixels as pixels of this display.
pub fn dp(value: i32) -> i32 {
    (value * DENSITY + 80).div_euclid(160)
}

/// A rectangle in pixels; right and bottom are exclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rect {
    /// First column.
    pub left: i32,
    /// First row.
    pub top: i32,
    /// Column after the last.
    pub right: i32,
    /// Row after the last.
    pub bottom: i32,
}

impl Rect {
    /// A rectangle by its corner and size.
    pub fn sized(left: i32, top: i32, width: i32, height: i32) -> Rect {
        Rect { left, top, right: left + width.max(0), bottom: top + height.max(0) }
    }

    /// Width in pixels.
    pub fn width(&self) -> i32 {
        self.right - self.left
    }

    /// Height in pixels.
    pub fn height(&self) -> i32 {
        self.bottom - self.top
    }

    /// Covers no pixel.
    pub fn is_empty(&self) -> bool {
        self.right <= self.left || self.bottom <= self.top
    }

    /// The part that both cover.
    pub fn intersect(&self, other: Rect) -> Rect {
        Rect {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// Covers this pixel.
    pub fn contains(&self, x: i32, y: i32) -> bool {
        x >= self.left && x < self.right && y >= self.top && y < self.bottom
    }

    /// The middle.
    pub fn center(&self) -> (i32, i32) {
        (self.left.midpoint(self.right), self.top.midpoint(self.bottom))
    }
}
