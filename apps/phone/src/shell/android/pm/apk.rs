//! What an APK says about itself: a ZIP archive whose `AndroidManifest.xml` is binary XML.

use std::io::Read;

use flate2::read::DeflateDecoder;

/// Longest manifest that is read, in bytes.
const MAX_MANIFEST: u64 = 8 << 20;

/// "No string", as an index of the pool.
const NONE: u32 = u32::MAX;

/// The package that an APK holds; `None` if it is none.
pub(super) fn package(apk: &[u8]) -> Option<String> {
    let manifest = manifest(apk)?;
    let name = attribute(&manifest, "manifest", "package")?;
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut parts = name.split('.').peekable();
    let valid = name.contains('.')
        && name.len() <= 200
        && parts.all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(letters));
    valid.then_some(name)
}

/// Takes the manifest out of the archive.
fn manifest(apk: &[u8]) -> Option<Vec<u8>> {
    // The directory's end lies at the end, before a comment of unknown length.
    let end = apk.windows(4).rposition(|word| word == b"PK\x05\x06")?;
    let mut at = long(apk, end + 16)? as usize;
    for _ in 0..short(apk, end + 10)? {
        let entry = apk.get(at..).filter(|entry| entry.starts_with(b"PK\x01\x02"))?;
        let [name, extra, comment] = [28, 30, 32].map(|field| short(entry, field).map(usize::from));
        let name = 46..46 + name?;
        if entry.get(name.clone())? == b"AndroidManifest.xml" {
            let local = apk.get(long(entry, 42)? as usize..)?;
            let start = 30 + usize::from(short(local, 26)?) + usize::from(short(local, 28)?);
            let packed = local.get(start..)?.get(..long(entry, 20)? as usize)?;
            return match short(entry, 10)? {
                0 => Some(packed.to_vec()),
                8 => {
                    let mut bytes = Vec::new();
                    DeflateDecoder::new(packed).take(MAX_MANIFEST).read_to_end(&mut bytes).ok()?;
                    Some(bytes)
                }
                _ => None,
            };
        }
        at = at.checked_add(name.end + extra? + comment?)?;
    }
    None
}

/// An attribute of the first element of this name, in binary XML.
fn attribute(xml: &[u8], element: &str, name: &str) -> Option<String> {
    const STRING_POOL: u16 = 0x0001;
    const START_ELEMENT: u16 = 0x0102;
    let mut pool: &[u8] = &[];
    // After the file's own header, a chunk follows the other: type, length of its header, length.
    let mut at = 8;
    while let Some(chunk) = xml.get(at..) {
        let length = long(chunk, 4)? as usize;
        match short(chunk, 0)? {
            STRING_POOL => pool = chunk,
            START_ELEMENT if string(pool, long(chunk, 20)?).as_deref() == Some(element) => {
                let first = 16 + usize::from(short(chunk, 24)?);
                let (size, count) = (usize::from(short(chunk, 26)?), usize::from(short(chunk, 28)?));
                let of = |nth: usize, field: usize| long(chunk, first + nth * size + field);
                let nth = (0..count)
                    .find(|nth| of(*nth, 4).and_then(|index| string(pool, index)).as_deref() == Some(name))?;
                // What was written in the source, or else the typed value, which is a string's index.
                let value = of(nth, 8).filter(|raw| *raw != NONE).or_else(|| of(nth, 16))?;
                return string(pool, value);
            }
            _ => {}
        }
        at = at.checked_add(length.max(8))?;
    }
    None
}

/// A string of a pool by its index.
fn string(pool: &[u8], index: u32) -> Option<String> {
    const UTF8: u32 = 1 << 8;
    if index >= long(pool, 8)? {
        return None;
    }
    let offset = long(pool, 28 + index as usize * 4)? as usize;
    let text = pool.get((long(pool, 20)? as usize).checked_add(offset)?..)?;
    if long(pool, 16)? & UTF8 != 0 {
        // Two lengths, of letters and of bytes; the high bit says that a length has two bytes.
        let wide = |at: usize| text.get(at).map(|byte| if byte & 0x80 == 0 { 1 } else { 2 });
        let letters = wide(0)?;
        let length = match wide(letters)? {
            1 => usize::from(*text.get(letters)?),
            _ => (usize::from(text.get(letters)? & 0x7f) << 8) | usize::from(*text.get(letters + 1)?),
        };
        let bytes = text.get(letters + wide(letters)?..)?.get(..length)?;
        return String::from_utf8(bytes.to_vec()).ok();
    }
    // A name of more than 32767 letters is none.
    let length = Some(usize::from(short(text, 0)?)).filter(|length| *length < 0x8000)?;
    let units: Option<Vec<u16>> = (0..length).map(|nth| short(text, 2 + nth * 2)).collect();
    String::from_utf16(&units?).ok()
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*two))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*four))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::DeflateEncoder};
    use proptest::prelude::*;
    use std::io::Write;

    /// Binary XML of `<manifest package="..">`.
    fn xml(package: &str, utf8: bool) -> Vec<u8> {
        let mut strings = Vec::new();
        let mut offsets = Vec::new();
        for text in ["manifest", "package", package] {
            offsets.extend((strings.len() as u32).to_le_bytes());
            if utf8 {
                strings.extend([text.len() as u8, text.len() as u8]);
                strings.extend(text.as_bytes());
                strings.push(0);
            } else {
                strings.extend((text.len() as u16).to_le_bytes());
                strings.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
            }
        }
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
        let flags = if utf8 { 1 << 8 } else { 0 };
        let length = (28 + offsets.len() + strings.len()) as u32;
        let pool = [words(&[0x001c_0001, length, 3, 0, flags, 40, 0]), offsets, strings].concat();
        let element =
            words(&[0x0010_0102, 56, 1, NONE, NONE, 0, 0x0014_0014, 1, 0, NONE, 1, 2, 0x0300_0008, 2]);
        [words(&[0x0008_0003, 0]), pool, element].concat()
    }

    /// An archive that holds this manifest.
    fn apk(package: &str, utf8: bool) -> Vec<u8> {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&xml(package, utf8)).unwrap();
        let (packed, name) = (packed.finish().unwrap(), b"AndroidManifest.xml");
        let half = |value: usize| (value as u16).to_le_bytes().to_vec();
        let word = |value: usize| (value as u32).to_le_bytes().to_vec();
        let local =
            [b"PK\x03\x04".to_vec(), vec![0; 22], half(name.len()), half(0), name.to_vec(), packed.clone()]
                .concat();
        let central = [
            b"PK\x01\x02".to_vec(),
            vec![0; 6],
            half(8),
            vec![0; 8],
            word(packed.len()),
            word(0),
            half(name.len()),
            vec![0; 12],
            word(0),
            name.to_vec(),
        ]
        .concat();
        let end =
            [b"PK\x05\x06".to_vec(), vec![0; 6], half(1), word(central.len()), word(local.len()), half(0)];
        [local, central, end.concat()].concat()
    }

    #[track_caller]
    fn check(apk: &[u8], expected: Option<&str>) {
        assert_eq!(package(apk).as_deref(), expected);
    }

    #[test]
    fn packages_are_named() {
        check(&apk("com.example.app", true), Some("com.example.app"));
        check(&apk("com.Example.app_2", false), Some("com.Example.app_2"));
        check(&apk("nodot", true), None);
        check(&apk("com.../../etc", true), None);
        check(b"no apk", None);
        check(b"PK\x05\x06", None);
    }

    proptest! {
        #[test]
        fn damage_does_not_panic(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut bytes = apk("com.example.app", false);
            if let Some(damaged) = bytes.get_mut(at) {
                *damaged = byte;
            }
            let _ = package(&bytes);
            bytes.truncate(cut);
            let _ = package(&bytes);
        }
    }
}
