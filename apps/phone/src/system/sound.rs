//! Sounds as WAV files: one channel, 8000 samples a second, 8 bits each.

/// Samples a second.
const RATE: u32 = 8000;
/// Bytes before the samples.
const HEADER: usize = 44;
/// Seconds that are written at most: an hour.
const MOST: usize = 3600;

/// A WAV file of so many milliseconds; `level` is the sample at a second, from -1 to 1.
pub fn wav(millis: i64, level: impl Fn(f32) -> f32) -> Vec<u8> {
    let wanted = usize::try_from(millis.max(0)).unwrap_or(0).saturating_mul(RATE as usize) / 1000;
    let count = wanted.min(MOST * RATE as usize);
    let length = u32::try_from(count).unwrap_or(0);
    let mut out = Vec::with_capacity(HEADER + count);
    out.extend(b"RIFF");
    out.extend((length + 36).to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend(16u32.to_le_bytes());
    out.extend(1u16.to_le_bytes());
    out.extend(1u16.to_le_bytes());
    out.extend(RATE.to_le_bytes());
    out.extend(RATE.to_le_bytes());
    out.extend(1u16.to_le_bytes());
    out.extend(8u16.to_le_bytes());
    out.extend(b"data");
    out.extend(length.to_le_bytes());
    out.extend((0..count).map(|at| (level(at as f32 / RATE as f32).clamp(-1.0, 1.0) * 127.0 + 128.0) as u8));
    out
}

/// The length of a WAV file in milliseconds, by its header; `None` if it is none.
pub fn length(file: &[u8]) -> Option<i64> {
    let number = |at: usize| Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?));
    if file.get(..4)? != b"RIFF" || file.get(8..16)? != b"WAVEfmt " || file.get(36..40)? != b"data" {
        return None;
    }
    let rate = number(28).filter(|rate| *rate > 0)?;
    Some(i64::from(number(40)?) * 1000 / i64::from(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_its_length() {
        for millis in [0, 1500, 61_000] {
            let file = wav(millis, |at| (at * 440.0).sin());
            assert_eq!(length(&file), Some(millis));
            assert_eq!(file.len(), HEADER + usize::try_from(millis).expect("small") * 8);
        }
        assert_eq!(length(b"RIFF"), None);
        assert_eq!(length(&[0; 64]), None);
    }
}
