//! Letters: widths, line breaking and glyph coverage. The fonts are compiled in, so that a layout is the same everywhere.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, Glyph, PxScale, ScaleFont, point};

/// Which letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Face {
    /// Noto Sans.
    #[default]
    Regular,
    /// Noto Sans Bold.
    Bold,
    /// Lucide's icons, one private-use character each.
    Icons,
}

/// An error of a face's bytes would be one of the build, not of the input; `None` draws nothing.
static FACES: LazyLock<[Option<FontRef<'static>>; 3]> = LazyLock::new(|| {
    [notosans::REGULAR_TTF, notosans::BOLD_TTF, lucide_icons::LUCIDE_FONT_BYTES]
        .map(|bytes| FontRef::try_from_slice(bytes).ok())
});

fn face(face: Face) -> Option<&'static FontRef<'static>> {
    FACES[face as usize].as_ref()
}

/// `px` is the size of an em; ab_glyph scales by ascent plus descent instead.
fn scale(font: &FontRef<'static>, px: f32) -> PxScale {
    let em = font.units_per_em().unwrap_or(1000.0);
    PxScale::from(px * font.height_unscaled() / em)
}

/// Widths of the first letters (Latin) in units of the font; none where the font lacks one. A screen asks for thousands.
static WIDTHS: LazyLock<[[Option<f32>; 0x250]; 3]> = LazyLock::new(|| {
    [Face::Regular, Face::Bold, Face::Icons].map(|which| {
        let mut widths = [None; 0x250];
        for (width, letter) in widths.iter_mut().zip('\0'..) {
            *width = face(which).and_then(|font| unscaled(font, letter));
        }
        widths
    })
});

fn unscaled(font: &FontRef<'static>, letter: char) -> Option<f32> {
    let id = font.glyph_id(letter);
    (id.0 != 0).then(|| font.h_advance_unscaled(id))
}

/// The width of a letter in pixels. A letter that the font lacks is as wide as an em, like the box drawn in its place.
fn advance(which: Face, letter: char, px: f32) -> f32 {
    let Some(font) = face(which) else { return px };
    if letter == '\t' {
        return px;
    }
    let known = WIDTHS[which as usize].get(letter as usize);
    let width = known.copied().unwrap_or_else(|| unscaled(font, letter));
    width.map_or(px, |width| font.as_scaled(scale(font, px)).h_scale_factor() * width)
}

/// The width of a line in pixels.
pub fn width(which: Face, line: &str, px: f32) -> i32 {
    line.chars().map(|letter| advance(which, letter, px)).sum::<f32>().ceil() as i32
}

/// The height of a line in pixels.
pub fn line_height(px: f32) -> i32 {
    (px * 1.3).round() as i32
}

/// Breaks a text into lines of at most `room` pixels, at spaces where it can; the last of `max_lines` ends in `…` if cut.
pub fn wrap(which: Face, text: &str, px: f32, room: i32, max_lines: usize) -> Vec<String> {
    let room = room.max(1) as f32;
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let (mut line, mut line_width) = (String::new(), 0.0);
        for word in paragraph.split_inclusive(' ') {
            let word_width: f32 = word.trim_end().chars().map(|letter| advance(which, letter, px)).sum();
            if line_width + word_width > room && !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                line_width = 0.0;
            }
            for letter in word.chars() {
                let letter_width = advance(which, letter, px);
                if line_width + letter_width > room && letter != ' ' && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    line_width = 0.0;
                }
                line.push(letter);
                line_width += letter_width;
            }
            if lines.len() > max_lines {
                break;
            }
        }
        lines.push(line);
        if lines.len() > max_lines {
            break;
        }
    }
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty() && width(which, last, px) as f32 + px > room {
                last.pop();
            }
            last.push('…');
        }
    }
    lines
}

/// Calls `paint(x, y, coverage)` for each pixel that a line touches; `x`, `y` are the line's upper left corner.
pub fn draw(which: Face, line: &str, px: f32, x: f32, y: f32, mut paint: impl FnMut(i32, i32, f32)) {
    let Some(font) = face(which) else { return };
    let scale = scale(font, px);
    let scaled = font.as_scaled(scale);
    let baseline = y + (line_height(px) as f32 - scaled.height()) / 2.0 + scaled.ascent();
    let mut pen = x;
    for letter in line.chars() {
        let id = font.glyph_id(letter);
        if id.0 == 0 && !letter.is_whitespace() {
            missing(pen, baseline, px, &mut paint);
        } else if let Some(outline) = font.outline_glyph(Glyph { id, scale, position: point(pen, baseline) })
        {
            let corner = outline.px_bounds().min;
            outline.draw(|gx, gy, coverage| {
                paint(corner.x as i32 + gx as i32, corner.y as i32 + gy as i32, coverage);
            });
        }
        pen += advance(which, letter, px);
    }
}

/// A box in place of a letter that the font lacks.
fn missing(pen: f32, baseline: f32, px: f32, paint: &mut impl FnMut(i32, i32, f32)) {
    let (left, right) = ((pen + px * 0.1) as i32, (pen + px * 0.9) as i32);
    let (top, bottom) = ((baseline - px * 0.75) as i32, (baseline + px * 0.05) as i32);
    for x in left..right {
        for y in top..bottom {
            if x < left + 2 || x >= right - 2 || y < top + 2 || y >= bottom - 2 {
                paint(x, y, 0.6);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, room: i32, max_lines: usize, expected: &[&str]) {
        assert_eq!(wrap(Face::Regular, text, 40.0, room, max_lines), expected);
    }

    #[test]
    fn breaks_lines() {
        check("", 500, 9, &[""]);
        check("one two", 500, 9, &["one two"]);
        check("one two three", 180, 9, &["one two", "three"]);
        check("one\ntwo", 500, 9, &["one", "two"]);
        check("one two three four", 180, 1, &["one tw…"]);
        check("mmmmmmmm", 120, 9, &["mmm", "mmm", "mm"]);
    }

    #[test]
    fn every_letter_has_a_width() {
        for text in ["a", "é", "Ж", "日", "😀"] {
            assert!(width(Face::Regular, text, 40.0) > 0, "{text:?}");
        }
    }
}
