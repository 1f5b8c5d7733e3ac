//! What fills a whole view: pictures and curves.

use std::fs;
use std::path::Path;

use lucide_icons::Icon;
use tiny_skia::{FillRule, FilterQuality, Paint, PathBuilder, Pattern, SpreadMode, Transform};

use super::{Canvas, mask, rounded};
use crate::ui::geometry::{Rect, dp};
use crate::ui::layout::Node;
use crate::ui::picture;
use crate::ui::theme::Tone;

impl Canvas {
    /// Paints the picture of a file over a node; what cannot be read is a plain field with an icon.
    pub(super) fn picture<M>(&mut self, node: &Node<M>, file: &Path, whole: bool) {
        let bounds = node.bounds;
        let radius = dp(node.view.style.radius);
        let cut = (node.visible != bounds).then(|| mask(node.visible)).flatten();
        let Some(read) = fs::read(file).ok().and_then(|bytes| picture::decode(&bytes)) else {
            if let Some(path) = rounded(bounds, radius) {
                self.fill_path(&path, Tone::SurfaceHigh, cut.as_ref());
            }
            let size = dp(40).min(bounds.width() / 2);
            let (x, y) = bounds.center();
            self.icon(Icon::Image, size, x - size / 2, y - size / 2, Tone::Dim, node.visible);
            return;
        };
        let (width, height) = (read.width() as f32, read.height() as f32);
        let scales = (bounds.width() as f32 / width, bounds.height() as f32 / height);
        let scale = if whole { scales.0.min(scales.1) } else { scales.0.max(scales.1) };
        let (x, y) = bounds.center();
        let (left, top) = (x as f32 - width * scale / 2.0, y as f32 - height * scale / 2.0);
        let seen = Rect::sized(left as i32, top as i32, (width * scale) as i32, (height * scale) as i32);
        let place = Transform::from_row(scale, 0.0, 0.0, scale, left, top);
        let shader = Pattern::new(read.as_ref(), SpreadMode::Pad, FilterQuality::Bilinear, 1.0, place);
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        if let (Some(pixels), Some(path)) = (&mut self.pixels, rounded(seen.intersect(bounds), radius)) {
            pixels.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), cut.as_ref());
        }
    }

    /// Draws a line through heights between 0 and 1.
    pub(super) fn curve<M>(&mut self, node: &Node<M>, heights: &[f32]) {
        let bounds = node.bounds;
        let step = bounds.width() as f32 / heights.len().saturating_sub(1).max(1) as f32;
        let mut path = PathBuilder::new();
        for (nth, height) in heights.iter().enumerate() {
            let x = bounds.left as f32 + step * nth as f32;
            let y = bounds.bottom as f32 - bounds.height() as f32 * height.clamp(0.0, 1.0);
            if nth == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        if let Some(path) = path.finish().filter(|_| node.visible == bounds) {
            self.stroke(&path, 6.0, node.view.style.tone);
        }
    }
}
