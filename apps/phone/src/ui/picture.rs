//! Pictures as PNG files: read to be painted, written when drawn.

use std::io::Cursor;

use tiny_skia::{ColorU8, Pixmap};

/// Pixels along an edge that are read at most.
const MOST: u32 = 4096;
/// Bytes that the decoder may take.
const BYTES: usize = 96 << 20;

/// The picture in a PNG file; `None` if it is none, broken, or too large to be looked at.
pub fn decode(bytes: &[u8]) -> Option<Pixmap> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: BYTES });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    if width > MOST || height > MOST {
        return None;
    }
    let mut data = vec![0; reader.output_buffer_size()?];
    let samples = reader.next_frame(&mut data).ok()?.color_type.samples();
    let mut pixels = Pixmap::new(width, height)?;
    for (pixel, read) in pixels.pixels_mut().iter_mut().zip(data.chunks_exact(samples)) {
        let (r, g, b, a) = match *read {
            [gray] => (gray, gray, gray, 255),
            [gray, a] => (gray, gray, gray, a),
            [r, g, b] => (r, g, b, 255),
            [r, g, b, a, ..] => (r, g, b, a),
            [] => continue,
        };
        *pixel = ColorU8::from_rgba(r, g, b, a).premultiply();
    }
    Some(pixels)
}

/// A picture without transparent parts as a PNG file.
///
/// # Errors
/// The encoder's own; none is known for a picture in memory.
pub fn encode(pixels: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let data: Vec<u8> =
        pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    encoder.write_header()?.write_image_data(&data)?;
    Ok(out)
}

/// Width and height that a PNG file says it has.
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().ok()?;
    Some(reader.info().size())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut pixels = Pixmap::new(3, 2).expect("a picture");
        pixels.fill(tiny_skia::Color::from_rgba8(9, 90, 200, 255));
        let png = encode(&pixels).expect("encodes");
        assert_eq!(size(&png), Some((3, 2)));
        assert_eq!(decode(&png), Some(pixels));
        assert_eq!(decode(&png[..png.len() / 2]), None);
    }

    #[test]
    fn broken_and_huge_files_are_refused() {
        assert_eq!(decode(b"no picture"), None);
        let mut huge = Vec::new();
        let mut encoder = png::Encoder::new(&mut huge, MOST + 1, 1);
        encoder.set_color(png::ColorType::Grayscale);
        let row = vec![0; MOST as usize + 1];
        encoder.write_header().and_then(|mut it| it.write_image_data(&row)).expect("encodes");
        assert_eq!(decode(&huge), None);
    }
}
