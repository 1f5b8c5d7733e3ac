//! Weights as the kernels read them: tiles of eight interleaved rows.
//!
//! A matrix is cut into tiles of [`ROWS`] rows, a tile into blocks of [`BLOCK`] columns. In a block the columns are taken
//! in eight groups of four; group `j` of all eight rows makes one 32-byte vector (row 0's four weights, row 1's, ...), which
//! is what a SIMD register multiplies with four broadcast activations. Vectors are stored in [`Packing::BITS`] bits: the low
//! nibbles of vector `j` and `j + 4` share 32 bytes, fifth and sixth bits follow, then scales and mins. Nothing is rounded:
//! `weight = scale * (q - OFFSET) + min` gives the numbers of the file.

use half::f16;

/// Rows of a tile.
pub(super) const ROWS: usize = 8;
/// Columns of a block.
pub(super) const BLOCK: usize = 32;

/// 32 weights of one row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowBlock {
    /// Levels; for a signed format the bytes of an i8.
    pub(super) q: [u8; BLOCK],
    /// Scale of each half; formats without halves use the first.
    pub(super) scale: [f32; 2],
    /// Added to every weight.
    pub(super) min: f32,
}

/// A block of a tile, one byte a weight.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(32))]
pub(super) struct TileBlock {
    /// Vectors of four columns by eight rows.
    pub(super) q: [[u8; 32]; 8],
    /// Scales, scales of the second half if the format has halves, mins if it has them.
    pub(super) numbers: [[f32; ROWS]; 2],
}

impl TileBlock {
    pub(super) const ZERO: Self = Self { q: [[0; 32]; 8], numbers: [[0.0; ROWS]; 2] };
}

/// How a quantized format of GGUF is packed.
pub(super) trait Packing {
    /// Weights of one block in the file.
    const FILE_WEIGHTS: usize;
    /// Bytes of one block in the file.
    const FILE_BYTES: usize;
    /// Stored bits of a level: 4, 5, 6 or 8.
    const BITS: usize;
    /// Subtracted from every level; 0 or a power of two.
    const OFFSET: i32 = 0;
    /// Levels are i8 rather than u8.
    const SIGNED: bool = false;
    /// Each 16 weights have their own scale.
    const HALVES: bool = false;
    /// There are mins.
    const MIN: bool = false;
    /// Scales and mins need f32: they are products of two numbers in the file.
    const WIDE: bool = false;

    /// Bytes of the levels of a packed block.
    const LEVEL_BYTES: usize = BLOCK * Self::BITS;
    /// Bytes of eight scales.
    const SCALE_BYTES: usize = if Self::WIDE { 4 * ROWS } else { 2 * ROWS };
    /// Which eight numbers are the mins.
    const MIN_AT: usize = 1 + Self::HALVES as usize;
    /// How many times eight numbers there are.
    const NUMBERS: usize = Self::MIN_AT + Self::MIN as usize;
    /// Bytes of a packed block.
    const BYTES: usize = Self::LEVEL_BYTES + Self::SCALE_BYTES * Self::NUMBERS;

    /// Reads the `part`-th 32 weights of a block of the file.
    fn decode(block: &[u8], part: usize) -> RowBlock;
}

fn words(q: &[u8; BLOCK]) -> [u32; 8] {
    std::array::from_fn(|j| u32::from_le_bytes([q[4 * j], q[4 * j + 1], q[4 * j + 2], q[4 * j + 3]]))
}

fn put(bytes: &mut [u8], vector: usize, row: usize, word: u32) {
    bytes[32 * vector + 4 * row..][..4].copy_from_slice(&word.to_le_bytes());
}

fn get(bytes: &[u8], vector: usize, row: usize) -> u32 {
    let b = &bytes[32 * vector + 4 * row..][..4];
    u32::from_le_bytes([b[0], b[1], b[2], b[3]])
}

fn put_number<P: Packing>(block: &mut [u8], index: usize, row: usize, number: f32) {
    let numbers = &mut block[P::LEVEL_BYTES + index * P::SCALE_BYTES..];
    if P::WIDE {
        numbers[4 * row..][..4].copy_from_slice(&number.to_le_bytes());
    } else {
        numbers[2 * row..][..2].copy_from_slice(&f16::from_f32(number).to_le_bytes());
    }
}

fn get_number<P: Packing>(block: &[u8], index: usize, row: usize) -> f32 {
    let numbers = &block[P::LEVEL_BYTES + index * P::SCALE_BYTES..];
    if P::WIDE {
        let b = &numbers[4 * row..][..4];
        f32::from_le_bytes([b[0], b[1], b[2], b[3]])
    } else {
        f16::from_le_bytes([numbers[2 * row], numbers[2 * row + 1]]).to_f32()
    }
}

/// Writes one row's weights into a packed block.
pub(super) fn pack<P: Packing>(block: &mut [u8], row: usize, weights: &RowBlock) {
    let q = words(&weights.q);
    if P::BITS == 8 {
        for (j, word) in q.into_iter().enumerate() {
            put(block, j, row, word);
        }
    } else {
        for j in 0..4 {
            put(block, j, row, (q[j] & 0x0f0f_0f0f) | (q[j + 4] & 0x0f0f_0f0f) << 4);
        }
    }
    if P::BITS == 5 {
        put(block, 4, row, (0..8).fold(0, |high, j| high | (q[j] >> 4 & 0x0101_0101) << j));
    }
    if P::BITS == 6 {
        for half in 0..2 {
            put(
                block,
                4 + half,
                row,
                (0..4).fold(0, |high, j| high | (q[4 * half + j] >> 4 & 0x0303_0303) << (2 * j)),
            );
        }
    }
    put_number::<P>(block, 0, row, weights.scale[0]);
    if P::HALVES {
        put_number::<P>(block, 1, row, weights.scale[1]);
    }
    if P::MIN {
        put_number::<P>(block, P::MIN_AT, row, weights.min);
    }
}

/// Reads one row's weights out of a packed block.
pub(super) fn unpack_row<P: Packing>(block: &[u8], row: usize) -> RowBlock {
    let mut weights = RowBlock { scale: [get_number::<P>(block, 0, row); 2], ..RowBlock::default() };
    for j in 0..8 {
        let word = match P::BITS {
            8 => get(block, j, row),
            _ => get(block, j % 4, row) >> (4 * (j / 4)) & 0x0f0f_0f0f,
        };
        let high = match P::BITS {
            5 => (get(block, 4, row) >> j & 0x0101_0101) << 4,
            6 => (get(block, 4 + j / 4, row) >> (2 * (j % 4)) & 0x0303_0303) << 4,
            _ => 0,
        };
        weights.q[4 * j..][..4].copy_from_slice(&(word | high).to_le_bytes());
    }
    if P::HALVES {
        weights.scale[1] = get_number::<P>(block, 1, row);
    }
    if P::MIN {
        weights.min = get_number::<P>(block, P::MIN_AT, row);
    }
    weights
}

/// The specification of unpacking: one packed block to one byte a weight.
pub(super) fn unpack<P: Packing>(block: &[u8]) -> TileBlock {
    let mut tile = TileBlock::ZERO;
    for row in 0..ROWS {
        let weights = unpack_row::<P>(block, row);
        for j in 0..8 {
            tile.q[j][4 * row..][..4].copy_from_slice(&weights.q[4 * j..][..4]);
        }
        for index in 0..P::NUMBERS {
            tile.numbers[index][row] = get_number::<P>(block, index, row);
        }
    }
    tile
}

/// The 32 numbers that a row's block stands for.
pub(super) fn weights<P: Packing>(block: &RowBlock, out: &mut [f32]) {
    for (i, (out, &q)) in out.iter_mut().zip(&block.q).enumerate() {
        let level = if P::SIGNED { i32::from(q as i8) } else { i32::from(q) - P::OFFSET };
        *out = block.scale[i / 16] * level as f32 + block.min;
    }
}
