//! Photos, drawn: a real phone has them from its camera, this one has no world to look at.

use std::sync::LazyLock;

use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LinearGradient, Paint, Path, PathBuilder, Pixmap, Point, Rect,
    SpreadMode, Stroke, Transform,
};

use crate::system::random::Random;
use crate::ui::picture;

/// Pixels across.
const WIDTH: f32 = 640.0;
/// Pixels down.
const HEIGHT: f32 = 480.0;

/// What a photo shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The sea below the sun.
    Beach,
    /// Mountains with snow.
    Mountains,
    /// Houses at night.
    City,
    /// A flower in the grass.
    Flower,
    /// A bicycle.
    Bicycle,
    /// A cup of coffee.
    Coffee,
    /// A cat.
    Cat,
    /// A receipt of a shop.
    Receipt,
    /// Trees.
    Forest,
    /// Somebody, as the front camera sees them.
    Portrait,
}

impl Subject {
    /// All there are.
    pub const ALL: [Subject; 10] = [
        Subject::Beach,
        Subject::Mountains,
        Subject::City,
        Subject::Flower,
        Subject::Bicycle,
        Subject::Coffee,
        Subject::Cat,
        Subject::Receipt,
        Subject::Forest,
        Subject::Portrait,
    ];
}

/// The photo of each subject that phones come with, as PNG files; drawn once, as many phones may boot.
static FACTORY: LazyLock<[Vec<u8>; Subject::ALL.len()]> =
    LazyLock::new(|| Subject::ALL.map(|subject| photo(subject, 0)));

/// The photo of a subject that phones come with.
pub fn factory(subject: Subject) -> &'static [u8] {
    &FACTORY[subject as usize]
}

/// A photo as a PNG file; another seed gives another photo of the same subject.
pub fn photo(subject: Subject, seed: u64) -> Vec<u8> {
    let Some(pixels) = Pixmap::new(WIDTH as u32, HEIGHT as u32) else { return Vec::new() };
    let mut sketch = Sketch { pixels, random: Random::new(seed, "photo") };
    sketch.draw(subject);
    picture::encode(&sketch.pixels).unwrap_or_default()
}

type Ink = (u8, u8, u8);

struct Sketch {
    pixels: Pixmap,
    random: Random,
}

impl Sketch {
    /// A number between `from` and `to`.
    fn vary(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.random.below(1000) as f32 / 1000.0
    }

    fn draw(&mut self, subject: Subject) {
        match subject {
            Subject::Beach => self.beach(),
            Subject::Mountains => self.mountains(),
            Subject::City => self.city(),
            Subject::Flower => self.flower(),
            Subject::Bicycle => self.bicycle(),
            Subject::Coffee => self.coffee(),
            Subject::Cat => self.cat(),
            Subject::Receipt => self.receipt(),
            Subject::Forest => self.forest(),
            Subject::Portrait => self.portrait(),
        }
    }

    fn fill(&mut self, path: Option<Path>, (r, g, b): Ink) {
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color(Color::from_rgba8(r, g, b, 255));
        if let Some(path) = path {
            self.pixels.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
        }
    }

    fn line(&mut self, points: &[(f32, f32)], width: f32, (r, g, b): Ink) {
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color(Color::from_rgba8(r, g, b, 255));
        let stroke = Stroke { width, line_cap: LineCap::Round, ..Stroke::default() };
        if let Some(path) = path_of(points) {
            self.pixels.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
        }
    }

    fn ring(&mut self, x: f32, y: f32, radius: f32, width: f32, (r, g, b): Ink) {
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color(Color::from_rgba8(r, g, b, 255));
        let stroke = Stroke { width, ..Stroke::default() };
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.pixels.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
        }
    }

    fn disc(&mut self, x: f32, y: f32, radius: f32, ink: Ink) {
        self.fill(PathBuilder::from_circle(x, y, radius), ink);
    }

    fn oval(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        let area = Rect::from_xywh(x - width / 2.0, y - height / 2.0, width, height);
        self.fill(area.and_then(PathBuilder::from_oval), ink);
    }

    fn block(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.fill(Rect::from_xywh(x, y, width, height).map(PathBuilder::from_rect), ink);
    }

    fn shape(&mut self, points: &[(f32, f32)], ink: Ink) {
        self.fill(path_of(points), ink);
    }

    /// A colour at the top that becomes another at the foot, between two heights.
    fn shade(&mut self, top: f32, foot: f32, from: Ink, to: Ink) {
        let color = |(r, g, b): Ink| Color::from_rgba8(r, g, b, 255);
        let stops = vec![GradientStop::new(0.0, color(from)), GradientStop::new(1.0, color(to))];
        let ends = (Point::from_xy(0.0, top), Point::from_xy(0.0, foot));
        let shader = LinearGradient::new(ends.0, ends.1, stops, SpreadMode::Pad, Transform::identity());
        let area = Rect::from_xywh(0.0, top, WIDTH, foot - top);
        if let (Some(shader), Some(area)) = (shader, area) {
            let paint = Paint { shader, ..Paint::default() };
            self.pixels.fill_rect(area, &paint, Transform::identity(), None);
        }
    }

    fn beach(&mut self) {
        self.shade(0.0, 250.0, (255, 176, 112), (255, 226, 176));
        let sun = self.vary(150.0, 480.0);
        self.disc(sun, 190.0, 62.0, (255, 246, 214));
        self.shade(240.0, 380.0, (44, 134, 172), (22, 92, 134));
        for row in 0..7u8 {
            let y = 256.0 + f32::from(row) * 18.0;
            let x = self.vary(0.0, 500.0);
            let width = self.vary(40.0, 140.0);
            self.line(&[(x, y), (x + width, y)], 3.0, (130, 200, 220));
        }
        self.shape(
            &[(0.0, 380.0), (260.0, 350.0), (640.0, 390.0), (640.0, 480.0), (0.0, 480.0)],
            (232, 205, 158),
        );
        let boat = self.vary(90.0, 520.0);
        self.shape(
            &[(boat - 38.0, 262.0), (boat + 38.0, 262.0), (boat + 24.0, 280.0), (boat - 24.0, 280.0)],
            (90, 48, 40),
        );
        self.shape(&[(boat, 256.0), (boat, 190.0), (boat + 34.0, 256.0)], (250, 250, 246));
    }

    fn mountains(&mut self) {
        self.shade(0.0, 480.0, (108, 170, 226), (224, 238, 248));
        for (x, height, ink) in
            [(150.0, 250.0, (96, 108, 138)), (420.0, 300.0, (78, 90, 122)), (600.0, 220.0, (104, 118, 148))]
        {
            let top = 420.0 - height - self.vary(0.0, 40.0);
            self.shape(&[(x - 260.0, 440.0), (x, top), (x + 260.0, 440.0)], ink);
            let snow = [
                (x, top),
                (x + 56.0, top + 66.0),
                (x + 18.0, top + 54.0),
                (x - 10.0, top + 76.0),
                (x - 54.0, top + 64.0),
            ];
            self.shape(&snow, (246, 250, 255));
        }
        self.shape(
            &[(0.0, 400.0), (200.0, 370.0), (430.0, 405.0), (640.0, 380.0), (640.0, 480.0), (0.0, 480.0)],
            (88, 140, 84),
        );
    }

    fn city(&mut self) {
        self.shade(0.0, 480.0, (22, 26, 66), (190, 98, 112));
        self.disc(520.0, 90.0, 34.0, (250, 240, 214));
        let mut left = -20.0;
        while left < WIDTH {
            let (width, top) = (self.vary(56.0, 104.0), self.vary(120.0, 300.0));
            let shade = self.vary(24.0, 54.0) as u8;
            self.block(left, top, width, HEIGHT - top, (shade, shade, shade + 26));
            let mut y = top + 14.0;
            while y < HEIGHT - 20.0 {
                let mut x = left + 10.0;
                while x < left + width - 14.0 {
                    if self.random.below(3) > 0 {
                        self.block(x, y, 9.0, 13.0, (252, 214, 130));
                    }
                    x += 18.0;
                }
                y += 26.0;
            }
            left += width + 4.0;
        }
    }

    fn flower(&mut self) {
        self.shade(0.0, 480.0, (176, 222, 160), (64, 128, 66));
        self.line(&[(320.0, 240.0), (330.0, 480.0)], 12.0, (40, 104, 48));
        self.oval(390.0, 400.0, 120.0, 44.0, (52, 124, 58));
        let inks: [Ink; 3] = [(228, 82, 120), (240, 180, 40), (150, 92, 206)];
        let ink = inks[self.random.below(inks.len())];
        for nth in 0..9u8 {
            let turn = f32::from(nth) / 9.0 * std::f32::consts::TAU;
            self.disc(320.0 + turn.cos() * 92.0, 210.0 + turn.sin() * 92.0, 54.0, ink);
        }
        self.disc(320.0, 210.0, 62.0, (250, 214, 76));
        self.disc(320.0, 210.0, 40.0, (206, 150, 40));
    }

    fn bicycle(&mut self) {
        self.shade(0.0, 340.0, (236, 222, 196), (244, 236, 220));
        self.shade(340.0, 480.0, (150, 146, 140), (120, 116, 112));
        let reds: [Ink; 3] = [(196, 54, 48), (34, 96, 160), (28, 124, 92)];
        let frame = reds[self.random.below(reds.len())];
        for x in [190.0, 450.0] {
            self.ring(x, 330.0, 92.0, 12.0, (36, 36, 40));
            self.disc(x, 330.0, 9.0, (120, 120, 126));
            for nth in 0..6u8 {
                let turn = f32::from(nth) / 6.0 * std::f32::consts::PI;
                let (dx, dy) = (turn.cos() * 88.0, turn.sin() * 88.0);
                self.line(&[(x - dx, 330.0 - dy), (x + dx, 330.0 + dy)], 1.5, (150, 150, 156));
            }
        }
        for (from, to) in [
            ((190.0, 330.0), (310.0, 330.0)),
            ((190.0, 330.0), (270.0, 200.0)),
            ((310.0, 330.0), (270.0, 200.0)),
            ((270.0, 206.0), (418.0, 206.0)),
            ((310.0, 330.0), (420.0, 214.0)),
            ((412.0, 170.0), (450.0, 330.0)),
        ] {
            self.line(&[from, to], 12.0, frame);
        }
        self.line(&[(262.0, 182.0), (272.0, 204.0)], 10.0, (60, 60, 66));
        self.oval(256.0, 176.0, 78.0, 20.0, (58, 38, 30));
        self.line(&[(380.0, 160.0), (412.0, 168.0), (444.0, 150.0)], 10.0, (40, 40, 44));
        self.ring(310.0, 330.0, 22.0, 7.0, (70, 70, 76));
    }

    fn coffee(&mut self) {
        self.shade(0.0, 480.0, (164, 116, 78), (120, 80, 52));
        self.oval(320.0, 300.0, 420.0, 250.0, (238, 234, 228));
        self.oval(320.0, 300.0, 300.0, 170.0, (222, 216, 208));
        self.ring(470.0, 240.0, 48.0, 20.0, (246, 244, 240));
        self.disc(320.0, 240.0, 140.0, (250, 248, 244));
        self.disc(320.0, 240.0, 118.0, (94, 56, 32));
        let swirl = self.vary(18.0, 34.0);
        for nth in 0..4u8 {
            let y = 190.0 + f32::from(nth) * 30.0;
            self.oval(320.0, y, 40.0 + swirl * f32::from(nth), 18.0, (224, 188, 144));
        }
    }

    fn cat(&mut self) {
        self.shade(0.0, 480.0, (206, 220, 236), (168, 186, 210));
        let furs: [Ink; 3] = [(228, 148, 72), (92, 92, 98), (236, 226, 210)];
        let fur = furs[self.random.below(furs.len())];
        self.oval(320.0, 470.0, 380.0, 300.0, fur);
        self.shape(&[(206.0, 190.0), (214.0, 70.0), (300.0, 142.0)], fur);
        self.shape(&[(434.0, 190.0), (426.0, 70.0), (340.0, 142.0)], fur);
        self.disc(320.0, 236.0, 132.0, fur);
        for x in [268.0, 372.0] {
            self.oval(x, 220.0, 46.0, 56.0, (214, 226, 110));
            self.oval(x, 220.0, 14.0, 50.0, (20, 20, 20));
        }
        self.shape(&[(302.0, 268.0), (338.0, 268.0), (320.0, 290.0)], (214, 110, 120));
        for (side, y) in [(-1.0, 282.0), (-1.0, 300.0), (1.0, 282.0), (1.0, 300.0)] {
            self.line(&[(320.0 + side * 46.0, y), (320.0 + side * 170.0, y + 12.0)], 2.5, (250, 250, 250));
        }
    }

    fn receipt(&mut self) {
        self.shade(0.0, 480.0, (112, 86, 66), (88, 66, 50));
        self.shape(&[(196.0, 18.0), (444.0, 30.0), (436.0, 470.0), (188.0, 462.0)], (250, 249, 244));
        self.block(252.0, 46.0, 132.0, 18.0, (60, 60, 60));
        for nth in 0..9u8 {
            let y = 96.0 + f32::from(nth) * 32.0;
            let width = self.vary(70.0, 128.0);
            self.block(216.0, y, width, 9.0, (120, 120, 120));
            self.block(376.0, y, 38.0, 9.0, (120, 120, 120));
        }
        self.line(&[(214.0, 384.0), (418.0, 388.0)], 2.0, (90, 90, 90));
        self.block(216.0, 402.0, 84.0, 15.0, (50, 50, 50));
        self.block(352.0, 404.0, 62.0, 15.0, (50, 50, 50));
    }

    fn forest(&mut self) {
        self.shade(0.0, 480.0, (206, 232, 214), (120, 168, 124));
        for (row, ink) in [(0u8, (104, 158, 118)), (1, (64, 122, 82)), (2, (34, 84, 56))] {
            let foot = 360.0 + f32::from(row) * 56.0;
            for nth in 0..8u8 {
                let x = f32::from(nth) * 92.0 + self.vary(-30.0, 30.0);
                let tall = self.vary(150.0, 220.0) + f32::from(row) * 40.0;
                self.block(x - 7.0, foot - 30.0, 14.0, 60.0, (84, 60, 44));
                for part in 0..3u8 {
                    let (top, wide) =
                        (foot - tall + f32::from(part) * tall / 4.0, 34.0 + f32::from(part) * 16.0);
                    self.shape(&[(x, top), (x + wide, top + tall / 2.0), (x - wide, top + tall / 2.0)], ink);
                }
            }
        }
    }

    fn portrait(&mut self) {
        self.shade(0.0, 480.0, (206, 212, 224), (150, 160, 182));
        let shirts: [Ink; 3] = [(52, 92, 140), (150, 64, 74), (60, 120, 92)];
        let shirt = shirts[self.random.below(shirts.len())];
        self.oval(320.0, 500.0, 420.0, 300.0, shirt);
        self.block(284.0, 300.0, 72.0, 80.0, (214, 168, 136));
        self.disc(320.0, 200.0, 126.0, (66, 44, 34));
        self.oval(320.0, 226.0, 190.0, 236.0, (228, 184, 152));
        self.shape(&[(226.0, 190.0), (320.0, 96.0), (414.0, 190.0), (320.0, 150.0)], (66, 44, 34));
        for x in [282.0, 358.0] {
            self.disc(x, 220.0, 10.0, (44, 34, 30));
        }
        self.line(&[(286.0, 284.0), (320.0, 298.0), (354.0, 284.0)], 6.0, (176, 84, 80));
    }
}

fn path_of(points: &[(f32, f32)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (nth, (x, y)) in points.iter().enumerate() {
        if nth == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    path.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_pictures_that_differ() {
        for subject in Subject::ALL {
            assert_eq!(picture::size(factory(subject)), Some((640, 480)), "{subject:?}");
            assert_eq!(photo(subject, 3), photo(subject, 3), "{subject:?}");
        }
        assert_ne!(photo(Subject::City, 1), photo(Subject::City, 2));
        assert_ne!(factory(Subject::Cat), factory(Subject::Beach));
    }
}
