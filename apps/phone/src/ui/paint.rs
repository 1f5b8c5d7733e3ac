//! Painting laid-out trees into pixels, and pixels into PNG.

mod drawn;

use tiny_skia::{
    Color, FillRule, LineCap, Mask, Paint, Path, PathBuilder, Pixmap, PremultipliedColorU8, Rect as SkiaRect,
    Stroke, Transform,
};

use super::font::{self, Face};
use super::geometry::{HEIGHT, Rect, WIDTH, dp};
use super::layout::{Node, Tree};
use super::measure::{art_gap, art_size, face, shown, text_px};
use super::style::{Align, Arrange, Art};
use super::theme::{Theme, Tone};
use lucide_icons::Icon;

/// A picture of the display.
#[derive(Debug)]
pub struct Canvas {
    pixels: Option<Pixmap>,
    theme: Theme,
}

impl Canvas {
    /// A picture filled with the background of a theme.
    pub fn new(theme: Theme) -> Canvas {
        let mut canvas = Canvas { pixels: Pixmap::new(WIDTH as u32, HEIGHT as u32), theme };
        canvas.fill(Rect::sized(0, 0, WIDTH, HEIGHT), 0, Tone::Background);
        canvas
    }

    /// Red, green, blue, alpha of each pixel, row by row; 4 bytes a pixel.
    pub fn rgba(&self) -> &[u8] {
        self.pixels.as_ref().map_or(&[], Pixmap::data)
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    /// The encoder's own; none is known for a picture of this size.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, WIDTH as u32, HEIGHT as u32);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        encoder.write_header()?.write_image_data(self.rgba())?;
        Ok(out)
    }

    /// Darkens everything, as behind a dialog.
    pub fn scrim(&mut self) {
        let Some(pixels) = &mut self.pixels else { return };
        for pixel in pixels.pixels_mut() {
            let dark = |value: u8| (u16::from(value) * 9 / 16) as u8;
            let (r, g, b) = (dark(pixel.red()), dark(pixel.green()), dark(pixel.blue()));
            *pixel = PremultipliedColorU8::from_rgba(r, g, b, 255).unwrap_or(*pixel);
        }
    }

    /// Fills a rectangle with round corners; `radius` in pixels.
    pub fn fill(&mut self, rect: Rect, radius: i32, tone: Tone) {
        if let Some(path) = rounded(rect, radius) {
            self.fill_path(&path, tone, None);
        }
    }

    fn fill_path(&mut self, path: &Path, tone: Tone, mask: Option<&Mask>) {
        let paint = self.paint(tone);
        if let Some(pixels) = &mut self.pixels {
            pixels.fill_path(path, &paint, FillRule::Winding, Transform::identity(), mask);
        }
    }

    fn stroke(&mut self, path: &Path, width: f32, tone: Tone) {
        let paint = self.paint(tone);
        let stroke = Stroke { width, line_cap: LineCap::Round, ..Stroke::default() };
        if let Some(pixels) = &mut self.pixels {
            pixels.stroke_path(path, &paint, &stroke, Transform::identity(), None);
        }
    }

    fn paint(&self, tone: Tone) -> Paint<'static> {
        let [r, g, b] = self.theme.color(tone);
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color(Color::from_rgba8(r, g, b, 255));
        paint
    }

    /// Writes a line; `x`, `y` are its upper left corner, `px` the size of an em, `clip` where it may be seen.
    #[expect(clippy::too_many_arguments, reason = "a line of text has that many properties")]
    pub fn line(&mut self, face: Face, line: &str, px: f32, x: i32, y: i32, tone: Tone, clip: Rect) {
        let ink = self.theme.color(tone);
        let Some(pixels) = &mut self.pixels else { return };
        let clip = clip.intersect(Rect::sized(0, 0, WIDTH, HEIGHT));
        let pixels = pixels.pixels_mut();
        font::draw(face, line, px, x as f32, y as f32, |x, y, coverage| {
            if !clip.contains(x, y) {
                return;
            }
            let Some(pixel) = pixels.get_mut((y * WIDTH + x) as usize) else { return };
            let mix = |old: u8, new: u8| {
                (f32::from(old) + (f32::from(new) - f32::from(old)) * coverage.min(1.0)).round() as u8
            };
            let (r, g, b) = (mix(pixel.red(), ink[0]), mix(pixel.green(), ink[1]), mix(pixel.blue(), ink[2]));
            *pixel = PremultipliedColorU8::from_rgba(r, g, b, 255).unwrap_or(*pixel);
        });
    }

    /// Draws an icon in a square of `size` pixels.
    pub fn icon(&mut self, icon: Icon, size: i32, x: i32, y: i32, tone: Tone, clip: Rect) {
        let px = size as f32;
        let lift = (font::line_height(px) - size) / 2;
        self.line(Face::Icons, &char::from(icon).to_string(), px, x, y - lift, tone, clip);
    }

    /// Paints a tree; `focused` is the key of the field that has the input focus.
    pub fn tree<M>(&mut self, tree: &Tree<M>, focused: Option<&str>) {
        for node in tree.nodes.iter().filter(|node| !node.visible.is_empty()) {
            self.node(node, focused);
        }
    }

    fn node<M>(&mut self, node: &Node<M>, focused: Option<&str>) {
        let view = &node.view;
        let cut = (node.visible != node.bounds).then(|| mask(node.visible)).flatten();
        let in_focus = view.on_text.is_some() && focused == Some(view.key());
        if let Some(path) = rounded(node.bounds, dp(view.style.radius)) {
            if let Some(tone) = view.style.background {
                self.fill_path(&path, tone, cut.as_ref());
            }
            if in_focus {
                self.stroke(&path, 4.0, Tone::Primary);
            } else if let Some(tone) = view.style.border {
                self.stroke(&path, 3.0, tone);
            }
        }
        self.content(node, in_focus);
    }

    fn content<M>(&mut self, node: &Node<M>, in_focus: bool) {
        let view = &node.view;
        let style = &view.style;
        let [left, top, right, bottom] = style.padding.map(dp);
        let inner = Rect {
            left: node.bounds.left + left,
            top: node.bounds.top + top,
            right: node.bounds.right - right,
            bottom: node.bounds.bottom - bottom,
        };
        let (art_width, art_height) = art_size(view);
        let (px, face) = (text_px(style.text_size), face(view));
        let has_text = !shown(view).is_empty();
        let text_width = if has_text {
            node.lines.iter().map(|line| font::width(face, line, px)).max().unwrap_or(0)
        } else {
            0
        };
        let whole = art_width + art_gap(view) + text_width;
        // A leaf is a column to the layout: `cross` is its horizontal alignment, `main` its vertical one.
        let (horizontal, vertical) =
            if view.arrange == Arrange::Row { (style.main, style.cross) } else { (style.cross, style.main) };
        let shift = |align: Align, room: i32, size: i32| match align {
            Align::Start => 0,
            Align::Center => (room - size) / 2,
            Align::End => room - size,
        };
        let x = inner.left + shift(horizontal, inner.width(), whole);
        let line_height = font::line_height(px);
        let text_height = line_height * node.lines.len() as i32;
        let content_height = art_height.max(if has_text { text_height } else { 0 });
        let y = inner.top + shift(vertical, inner.height(), content_height);
        let (art_x, text_x) = match style.art_last {
            true => (inner.right - art_width, x),
            false => (x, x + art_width + art_gap(view)),
        };
        self.art(node, art_x, y + (content_height - art_height) / 2);
        let text_y = y + (content_height - text_height) / 2;
        let tone = match (view.flags.disabled, view.text.is_empty()) {
            (true, _) => Tone::Outline,
            (false, true) => Tone::Dim,
            (false, false) => style.tone,
        };
        if has_text {
            // Letters may lean a little out of their own place, but not out of a list's.
            let clip = match node.visible == node.bounds {
                true => Rect { left: node.visible.left - 8, right: node.visible.right + 8, ..node.visible },
                false => node.visible,
            };
            for (nth, line) in (0..).zip(&node.lines) {
                let lead = shift(horizontal, text_width, font::width(face, line, px));
                self.line(face, line, px, text_x + lead, text_y + nth * line_height, tone, clip);
            }
        }
        if in_focus {
            let last = node.lines.last().filter(|_| !view.text.is_empty());
            let caret_x = text_x + last.map_or(0, |line| font::width(face, line, px)) + 2;
            let caret_y = if has_text { text_y + text_height - line_height } else { inner.top };
            let caret = Rect::sized(caret_x, caret_y + 4, 5, line_height - 8).intersect(node.visible);
            self.fill(caret, 2, Tone::Primary);
        }
    }

    fn art<M>(&mut self, node: &Node<M>, x: i32, y: i32) {
        let view = &node.view;
        let (width, height) = art_size(view);
        let on = view.flags.checked;
        let tone = if view.flags.disabled { Tone::Outline } else { view.style.tone };
        match view.art {
            Art::None => {}
            Art::Curve(ref heights) => self.curve(node, heights),
            Art::Picture { ref file, whole } => self.picture(node, file, whole),
            Art::Icon(icon) => self.icon(icon, width, x, y, tone, node.visible),
            Art::Letter(letter) => {
                let px = width as f32;
                let line = letter.to_string();
                let lead = (width - font::width(Face::Bold, &line, px)) / 2;
                let lift = (font::line_height(px) - width) / 2;
                self.line(Face::Bold, &line, px, x + lead, y - lift, tone, node.visible);
            }
            Art::Switch => {
                let track = Rect::sized(x, y, width, height);
                self.fill(track, height / 2, if on { Tone::Primary } else { Tone::Outline });
                let size = if on { dp(24) } else { dp(18) };
                let inset = (height - size) / 2;
                let left = if on { x + width - inset - size } else { x + inset };
                let knob = Rect::sized(left, y + inset, size, size);
                self.fill(knob, size / 2, if on { Tone::OnPrimary } else { Tone::Surface });
            }
            Art::Checkbox | Art::Radio => {
                let radius = if matches!(view.art, Art::Radio) { width / 2 } else { dp(4) };
                let bounds = Rect::sized(x + 3, y + 3, width - 6, height - 6);
                if let Some(path) = rounded(bounds, radius) {
                    if on && matches!(view.art, Art::Checkbox) {
                        self.fill_path(&path, Tone::Primary, None);
                    }
                    self.stroke(&path, 5.0, if on { Tone::Primary } else { Tone::Dim });
                }
                if on && matches!(view.art, Art::Checkbox) {
                    let size = width * 3 / 4;
                    self.icon(Icon::Check, size, x + width / 8, y + width / 8, Tone::OnPrimary, node.visible);
                } else if on {
                    let dot = Rect::sized(x + width / 4, y + height / 4, width / 2, height / 2);
                    self.fill(dot, width / 4, Tone::Primary);
                }
            }
            Art::Slider(at) => {
                let b = node.bounds;
                let (left, right) = (b.left + dp(12), b.right - dp(12));
                let middle = b.top.midpoint(b.bottom);
                let knob = left + ((right - left) as f32 * at.clamp(0.0, 1.0)) as i32;
                self.fill(Rect { left, top: middle - 8, right, bottom: middle + 8 }, 8, Tone::Outline);
                self.fill(Rect { left, top: middle - 8, right: knob, bottom: middle + 8 }, 8, Tone::Primary);
                self.fill(Rect::sized(knob - dp(10), middle - dp(10), dp(20), dp(20)), dp(10), Tone::Primary);
            }
            Art::Hand(turns) => {
                let b = node.bounds;
                let (cx, cy) = b.center();
                let length = b.width() as f32 / 2.0 - dp(28) as f32;
                let angle = turns * std::f32::consts::TAU;
                let (tip_x, tip_y) = (cx as f32 + angle.sin() * length, cy as f32 - angle.cos() * length);
                let mut path = PathBuilder::new();
                path.move_to(cx as f32, cy as f32);
                path.line_to(tip_x, tip_y);
                if let Some(path) = path.finish() {
                    self.stroke(&path, 5.0, Tone::Primary);
                }
                let size = dp(44);
                self.fill(
                    Rect::sized(tip_x as i32 - size / 2, tip_y as i32 - size / 2, size, size),
                    size / 2,
                    Tone::Primary,
                );
            }
        }
    }
}

/// Where a node that its list cuts may be painted.
fn mask(visible: Rect) -> Option<Mask> {
    let mut mask = Mask::new(WIDTH as u32, HEIGHT as u32)?;
    let path = rounded(visible, 0)?;
    mask.fill_path(&path, FillRule::Winding, false, Transform::identity());
    Some(mask)
}

fn rounded(rect: Rect, radius: i32) -> Option<Path> {
    let area = SkiaRect::from_ltrb(rect.left as f32, rect.top as f32, rect.right as f32, rect.bottom as f32)?;
    let r = (radius.min(rect.width() / 2).min(rect.height() / 2)) as f32;
    if r <= 0.0 {
        return Some(PathBuilder::from_rect(area));
    }
    // The distance of control points that makes a cubic follow a quarter of a circle.
    let k = r * 0.552_284_8;
    let (l, t, b, e) = (area.left(), area.top(), area.bottom(), area.right());
    let mut path = PathBuilder::new();
    path.move_to(l + r, t);
    path.line_to(e - r, t);
    path.cubic_to(e - r + k, t, e, t + r - k, e, t + r);
    path.line_to(e, b - r);
    path.cubic_to(e, b - r + k, e - r + k, b, e - r, b);
    path.line_to(l + r, b);
    path.cubic_to(l + r - k, b, l, b - r + k, l, b - r);
    path.line_to(l, t + r);
    path.cubic_to(l, t + r - k, l + r - k, t, l + r, t);
    path.close();
    path.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn pixel(canvas: &Canvas, x: i32, y: i32) -> [u8; 3] {
        let at = ((y * WIDTH + x) * 4) as usize;
        [canvas.rgba()[at], canvas.rgba()[at + 1], canvas.rgba()[at + 2]]
    }

    #[test]
    fn corners_are_round_and_edges_filled() {
        let mut canvas = Canvas::new(Theme::Light);
        canvas.fill(Rect::sized(100, 100, 200, 100), 50, Tone::Rgb(255, 0, 0));
        assert_eq!(pixel(&canvas, 200, 150), [255, 0, 0]);
        assert_eq!(pixel(&canvas, 102, 102), Theme::Light.color(Tone::Background));
    }

    #[test]
    fn letters_stay_in_their_clip() {
        let mut canvas = Canvas::new(Theme::Light);
        let clip = Rect::sized(0, 0, 40, 200);
        canvas.line(Face::Regular, "████", 80.0, 0, 0, Tone::Rgb(0, 0, 0), clip);
        let dark = |x: i32| (0..200).any(|y| pixel(&canvas, x, y) != Theme::Light.color(Tone::Background));
        assert!((0..40).any(dark) && !(40..400).any(dark));
    }

    #[test]
    fn png_decodes_to_the_same_pixels() {
        let canvas = Canvas::new(Theme::Dark);
        let png = canvas.png().expect("encodes");
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("decodes");
        let mut pixels = vec![0; reader.output_buffer_size().expect("fits")];
        reader.next_frame(&mut pixels).expect("decodes");
        assert_eq!(pixels, canvas.rgba());
    }
}
