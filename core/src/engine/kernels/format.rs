//! The quantized formats of GGUF that have kernels, and how their blocks are read.

use half::f16;

use super::packing::{BLOCK, Packing, RowBlock};

fn half(bytes: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([bytes[at], bytes[at + 1]]).to_f32()
}

/// Level `i` of 32 whose nibbles lie in 16 bytes, the first half low.
fn nibble(bytes: &[u8], i: usize) -> u8 {
    bytes[i % 16] >> (4 * (i / 16)) & 15
}

/// Level `i` of 32 with its fifth bit.
fn five_bits(high: u32, bytes: &[u8], i: usize) -> u8 {
    nibble(bytes, i) | ((high >> i & 1) as u8) << 4
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Scale and min, six bits each, of the `part`-th 32 weights of a k-quant.
fn six_bit_scale(scales: &[u8], part: usize) -> (u8, u8) {
    if part < 4 {
        (scales[part] & 63, scales[part + 4] & 63)
    } else {
        let both = scales[part + 4];
        (both & 15 | scales[part - 4] >> 6 << 4, both >> 4 | scales[part] >> 6 << 4)
    }
}

/// 4 bits around a middle.
#[derive(Debug)]
pub(super) struct Q4_0;

impl Packing for Q4_0 {
    const FILE_WEIGHTS: usize = 32;
    const FILE_BYTES: usize = 18;
    const BITS: usize = 4;
    const OFFSET: i32 = 8;

    fn decode(block: &[u8], _: usize) -> RowBlock {
        let q = std::array::from_fn(|i| nibble(&block[2..18], i));
        RowBlock { q, scale: [half(block, 0); 2], min: 0.0 }
    }
}

/// 4 bits above a min.
#[derive(Debug)]
pub(super) struct Q4_1;

impl Packing for Q4_1 {
    const FILE_WEIGHTS: usize = 32;
    const FILE_BYTES: usize = 20;
    const BITS: usize = 4;
    const MIN: bool = true;

    fn decode(block: &[u8], _: usize) -> RowBlock {
        let q = std::array::from_fn(|i| nibble(&block[4..20], i));
        RowBlock { q, scale: [half(block, 0); 2], min: half(block, 2) }
    }
}

/// 5 bits around a middle.
#[derive(Debug)]
pub(super) struct Q5_0;

impl Packing for Q5_0 {
    const FILE_WEIGHTS: usize = 32;
    const FILE_BYTES: usize = 22;
    const BITS: usize = 5;
    const OFFSET: i32 = 16;

    fn decode(block: &[u8], _: usize) -> RowBlock {
        let high = word(block, 2);
        let q = std::array::from_fn(|i| five_bits(high, &block[6..22], i));
        RowBlock { q, scale: [half(block, 0); 2], min: 0.0 }
    }
}

/// 5 bits above a min.
#[derive(Debug)]
pub(super) struct Q5_1;

impl Packing for Q5_1 {
    const FILE_WEIGHTS: usize = 32;
    const FILE_BYTES: usize = 24;
    const BITS: usize = 5;
    const MIN: bool = true;

    fn decode(block: &[u8], _: usize) -> RowBlock {
        let high = word(block, 4);
        let q = std::array::from_fn(|i| five_bits(high, &block[8..24], i));
        RowBlock { q, scale: [half(block, 0); 2], min: half(block, 2) }
    }
}

/// 8 bits with a sign.
#[derive(Debug)]
pub(super) struct Q8_0;

impl Packing for Q8_0 {
    const FILE_WEIGHTS: usize = 32;
    const FILE_BYTES: usize = 34;
    const BITS: usize = 8;
    const SIGNED: bool = true;

    fn decode(block: &[u8], _: usize) -> RowBlock {
        let q = std::array::from_fn(|i| block[2 + i]);
        RowBlock { q, scale: [half(block, 0); 2], min: 0.0 }
    }
}

/// Numbers that were not rounded yet: 8 bits with a sign, and a scale that may be as small as an adapter's.
#[derive(Debug)]
pub(super) struct Rounded;

impl Packing for Rounded {
    const FILE_WEIGHTS: usize = BLOCK;
    const FILE_BYTES: usize = 4 * BLOCK;
    const BITS: usize = 8;
    const SIGNED: bool = true;
    const WIDE: bool = true;

    fn decode(block: &[u8], _: usize) -> RowBlock {
        let x: [f32; BLOCK] = std::array::from_fn(|i| f32::from_bits(word(block, 4 * i)));
        let largest = x.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
        // Of zeros the products are not numbers, and their levels 0.
        let q = x.map(|x| (x * (127.0 / largest)).round_ties_even() as i8 as u8);
        RowBlock { q, scale: [largest / 127.0; 2], min: 0.0 }
    }
}

/// 4 bits above a min, super-blocks of 256.
#[derive(Debug)]
pub(super) struct Q4K;

impl Packing for Q4K {
    const FILE_WEIGHTS: usize = 256;
    const FILE_BYTES: usize = 144;
    const BITS: usize = 4;
    const MIN: bool = true;
    const WIDE: bool = true;

    fn decode(block: &[u8], part: usize) -> RowBlock {
        let (scale, min) = six_bit_scale(&block[4..16], part);
        let levels = &block[16 + BLOCK * (part / 2)..][..BLOCK];
        let q = std::array::from_fn(|i| levels[i] >> (4 * (part % 2)) & 15);
        RowBlock { q, scale: [half(block, 0) * f32::from(scale); 2], min: -(half(block, 2) * f32::from(min)) }
    }
}

/// 5 bits above a min, super-blocks of 256.
#[derive(Debug)]
pub(super) struct Q5K;

impl Packing for Q5K {
    const FILE_WEIGHTS: usize = 256;
    const FILE_BYTES: usize = 176;
    const BITS: usize = 5;
    const MIN: bool = true;
    const WIDE: bool = true;

    fn decode(block: &[u8], part: usize) -> RowBlock {
        let (scale, min) = six_bit_scale(&block[4..16], part);
        let (high, levels) = (&block[16..48], &block[48 + BLOCK * (part / 2)..][..BLOCK]);
        let q = std::array::from_fn(|i| levels[i] >> (4 * (part % 2)) & 15 | (high[i] >> part & 1) << 4);
        RowBlock { q, scale: [half(block, 0) * f32::from(scale); 2], min: -(half(block, 2) * f32::from(min)) }
    }
}

/// 6 bits around a middle, a scale for 16 weights, super-blocks of 256.
#[derive(Debug)]
pub(super) struct Q6K;

impl Packing for Q6K {
    const FILE_WEIGHTS: usize = 256;
    const FILE_BYTES: usize = 210;
    const BITS: usize = 6;
    const OFFSET: i32 = 32;
    const HALVES: bool = true;
    const WIDE: bool = true;

    fn decode(block: &[u8], part: usize) -> RowBlock {
        let (side, quarter) = (part / 4, part % 4);
        let low = &block[64 * side + BLOCK * (quarter % 2)..][..BLOCK];
        let high = &block[128 + BLOCK * side..][..BLOCK];
        let q =
            std::array::from_fn(|i| low[i] >> (4 * (quarter / 2)) & 15 | (high[i] >> (2 * quarter) & 3) << 4);
        let scale = |half_block: usize| f32::from(block[192 + 8 * side + 2 * quarter + half_block] as i8);
        let d = half(block, 208);
        RowBlock { q, scale: [d * scale(0), d * scale(1)], min: 0.0 }
    }
}
