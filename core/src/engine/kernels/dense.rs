//! Matrices of numbers, multiplied in f32. Those of 16 bits are widened on the way, which changes none of them: the
//! results are those of the same matrix in f32, to the bit.

use std::cell::Cell;
use std::fmt::Debug;
use std::io::{self, Read};
use std::ops::Range;

use super::team::share_chunks;
use super::vector::dot;
use super::{Input, Output, Weights};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

/// Rows of one part of a product: few enough to stay in the second-level cache, widened.
const ROWS: usize = 16;
/// Fewest single rows that are worth a part of their own.
const LEAST: usize = 64;
/// Bytes of the file that are read at a time.
const PIECE: usize = 1 << 20;

thread_local! {
    static WIDE: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// A number that widens to f32 exactly.
pub(super) trait Number: Copy + Debug + Send + Sync + 'static {
    /// Of little-endian bytes, as many as the number has.
    fn from_bytes(bytes: &[u8]) -> Self;

    /// The same numbers in f32; `room` is for those that are not.
    fn widen<'a>(numbers: &'a [Self], room: &'a mut Vec<f32>) -> &'a [f32];
}

impl Number for f32 {
    fn from_bytes(bytes: &[u8]) -> Self {
        Self::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }

    fn widen<'a>(numbers: &'a [Self], _: &'a mut Vec<f32>) -> &'a [f32] {
        numbers
    }
}

macro_rules! sixteen_bits {
    ($number:ty) => {
        impl Number for $number {
            fn from_bytes(bytes: &[u8]) -> Self {
                Self::from_le_bytes([bytes[0], bytes[1]])
            }

            fn widen<'a>(numbers: &'a [Self], room: &'a mut Vec<f32>) -> &'a [f32] {
                room.resize(numbers.len(), 0.0);
                numbers.convert_to_f32_slice(room);
                room
            }
        }
    };
}
sixteen_bits!(f16);
sixteen_bits!(bf16);

/// Rows of `cols` numbers.
#[derive(Debug)]
pub(super) struct Dense<T> {
    weights: Vec<T>,
    cols: usize,
}

impl<T: Number> Dense<T> {
    /// Takes rows of `cols` weights.
    pub(super) fn new(weights: Vec<T>, cols: usize) -> Self {
        Self { weights, cols }
    }

    /// Reads `rows` rows of `cols` weights as they lie in a file.
    pub(super) fn read(file: &mut dyn Read, rows: usize, cols: usize) -> io::Result<Self> {
        let count = rows * cols;
        let mut weights = Vec::with_capacity(count);
        let mut piece = vec![0; PIECE.min(count * size_of::<T>())];
        while weights.len() < count {
            let here = piece.len().min((count - weights.len()) * size_of::<T>());
            file.read_exact(&mut piece[..here])?;
            weights.extend(piece[..here].chunks_exact(size_of::<T>()).map(T::from_bytes));
        }
        Ok(Self::new(weights, cols))
    }

    fn weights(&self, row: usize) -> &[T] {
        &self.weights[row * self.cols..][..self.cols]
    }
}

impl<T: Number> Weights for Dense<T> {
    fn rounds(&self) -> bool {
        false
    }

    fn parts(&self, _: usize) -> usize {
        (self.weights.len() / self.cols).div_ceil(ROWS)
    }

    fn rows(&self, index: usize, _: usize) -> Range<usize> {
        index * ROWS..((index + 1) * ROWS).min(self.weights.len() / self.cols)
    }

    fn part(&self, index: usize, input: &Input<'_>, out: &Output<'_>) {
        let weights = self.weights.chunks(ROWS * self.cols).nth(index).unwrap_or_default();
        let mut room = WIDE.take();
        let wide = T::widen(weights, &mut room);
        let mut results = [0.0; ROWS];
        for (vector, x) in input.x.chunks_exact(self.cols).enumerate() {
            let rows = wide.chunks_exact(self.cols).zip(&mut results);
            rows.for_each(|(weights, result)| *result = dot(weights, x));
            out.write(vector, index * ROWS, &results[..weights.len() / self.cols]);
        }
        WIDE.set(room);
    }

    fn forward_rows(&self, x: &[f32], rows: &[u32], out: &mut [f32]) {
        share_chunks(out, LEAST, |i, out| {
            let mut room = WIDE.take();
            for (&row, out) in rows[i * LEAST..].iter().zip(out) {
                *out = dot(T::widen(self.weights(row as usize), &mut room), x);
            }
            WIDE.set(room);
        });
    }

    fn row(&self, index: usize, out: &mut [f32]) {
        out.copy_from_slice(T::widen(self.weights(index), &mut Vec::new()));
    }

    fn bytes(&self) -> usize {
        size_of_val(self.weights.as_slice())
    }
}
