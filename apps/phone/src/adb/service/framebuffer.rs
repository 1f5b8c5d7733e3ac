//! `framebuffer:`: a picture of the screen as raw pixels.

use crate::{
    adb::Pipe,
    device::Device,
    ui::geometry::{HEIGHT, WIDTH},
};

/// Largest piece that is sent at a time.
const CHUNK: usize = 256 * 1024;

/// Sends a header of version 1 (bits per pixel, size, width, height, offset and length of red, blue, green, alpha,
/// each a little-endian word) and the pixels. A client may send a byte first to ask for them; it is not waited for.
pub(super) fn serve(device: &Device, pipe: &Pipe) {
    let picture = device.system().picture();
    let pixels = picture.rgba();
    let (width, height) = (WIDTH.unsigned_abs(), HEIGHT.unsigned_abs());
    let header = [1, 32, width * height * 4, width, height, 0, 8, 16, 8, 8, 8, 24, 8];
    let header: Vec<u8> = header.iter().flat_map(|word: &u32| word.to_le_bytes()).collect();
    for chunk in std::iter::once(header.as_slice()).chain(pixels.chunks(CHUNK)) {
        // Whoever hung up does not want the rest.
        if pipe.output.blocking_send(chunk.to_vec()).is_err() {
            return;
        }
    }
}
