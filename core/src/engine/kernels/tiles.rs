//! A packed matrix and its products on several threads.

use std::cell::RefCell;
use std::marker::PhantomData;

use rayon::prelude::*;

use super::Weights;
use super::activation::{Block, quantize};
use super::dispatch::Kernels;
use super::packing::{self, BLOCK, Packing, ROWS, TileBlock, unpack_row};

/// Fewest bytes of weights that are worth a task of their own in a product with one vector.
const TASK_BYTES: usize = 64 << 10;
/// Tiles that one task of a product with several vectors unpacks at a time: few enough to stay in the second-level cache.
const GROUP: usize = 4;

thread_local! {
    static ACTIVATIONS: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
    static UNPACKED: RefCell<Vec<TileBlock>> = const { RefCell::new(Vec::new()) };
}

/// A matrix of one format in tiles.
pub(super) struct Tiles<P> {
    data: Vec<u8>,
    rows: usize,
    blocks: usize,
    kernels: Kernels,
    format: PhantomData<P>,
}

impl<P> std::fmt::Debug for Tiles<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} x {} ({}, {:?})",
            self.rows,
            self.blocks * BLOCK,
            std::any::type_name::<P>(),
            self.kernels
        )
    }
}

/// Where the tasks of one product write; each to rows of its own.
struct Output(*mut f32);

// SAFETY: every task writes other elements, see `Tiles::group`.
#[allow(unsafe_code)]
unsafe impl Sync for Output {}

impl<P: Packing + Send + Sync> Tiles<P> {
    /// Packs `rows` rows of `cols` weights as they lie in the file; none if the bytes are not of that size.
    pub(super) fn new(file: &[u8], rows: usize, cols: usize) -> Option<Self> {
        if !cols.is_multiple_of(P::FILE_WEIGHTS) || cols == 0 {
            return None;
        }
        let row_bytes = cols / P::FILE_WEIGHTS * P::FILE_BYTES;
        if file.len() != rows.checked_mul(row_bytes)? {
            return None;
        }
        let blocks = cols / BLOCK;
        let mut data = vec![0; rows.div_ceil(ROWS).checked_mul(blocks * P::BYTES)?];
        data.par_chunks_exact_mut(blocks * P::BYTES).zip(file.par_chunks(ROWS * row_bytes)).for_each(
            |(tile, file)| {
                for (row, file) in file.chunks_exact(row_bytes).enumerate() {
                    let mut packed = tile.chunks_exact_mut(P::BYTES);
                    for block in file.chunks_exact(P::FILE_BYTES) {
                        for (part, packed) in (0..P::FILE_WEIGHTS / BLOCK).zip(&mut packed) {
                            packing::pack::<P>(packed, row, &P::decode(block, part));
                        }
                    }
                }
            },
        );
        Some(Self { data, rows, blocks, kernels: Kernels::best::<P>(), format: PhantomData })
    }

    fn tile(&self, index: usize) -> &[u8] {
        let bytes = self.blocks * P::BYTES;
        &self.data[index * bytes..][..bytes]
    }

    /// One column: tiles are read once and multiplied while they are unpacked.
    fn vector(&self, x: &[Block], out: &mut [f32]) {
        let tiles = TASK_BYTES.div_ceil(self.blocks * P::BYTES);
        let task = |(first, out): (usize, &mut [f32])| {
            for (i, out) in out.chunks_mut(ROWS).enumerate() {
                let mut results = [0.0; ROWS];
                self.kernels.vector(self.tile(first * tiles + i), x, &mut results);
                out.copy_from_slice(&results[..out.len()]);
            }
        };
        out.par_chunks_mut(tiles * ROWS).enumerate().for_each(task);
    }

    /// Several columns: a group of tiles is unpacked once and multiplied with all of them.
    fn group(&self, first: usize, x: &[Block], out: &Output) {
        let tiles = GROUP.min(self.rows.div_ceil(ROWS) - first);
        let mut unpacked = UNPACKED.take();
        unpacked.resize(tiles * self.blocks, TileBlock::ZERO);
        for (i, unpacked) in unpacked.chunks_exact_mut(self.blocks).enumerate() {
            self.kernels.unpack(self.tile(first + i), unpacked);
        }
        let (height, width) = self.kernels.shape;
        let mut results = [[0.0; ROWS]; 16];
        for (c, x) in x.chunks(width * self.blocks).enumerate() {
            let columns = x.len() / self.blocks;
            for (t, tile) in unpacked.chunks(height * self.blocks).enumerate() {
                self.kernels.product(
                    tile,
                    x,
                    self.blocks,
                    &mut results[..tile.len() / self.blocks * columns],
                );
                for (i, results) in results[..tile.len() / self.blocks * columns].iter().enumerate() {
                    let row = (first + t * height + i / columns) * ROWS;
                    let column = c * width + i % columns;
                    let count = ROWS.min(self.rows - row);
                    // SAFETY: `row + count <= rows` and `column < m`, and `out` has m x rows elements; no other task has a
                    // group that contains `row`.
                    #[allow(unsafe_code)]
                    unsafe {
                        let to = out.0.add(column * self.rows + row);
                        std::ptr::copy_nonoverlapping(results.as_ptr(), to, count);
                    }
                }
            }
        }
        UNPACKED.set(unpacked);
    }
}

impl<P: Packing + Send + Sync> Weights for Tiles<P> {
    fn forward(&self, x: &[f32], out: &mut [f32]) {
        // Taken, not borrowed: while it waits for its tasks, this thread may work on another product.
        let mut activations = ACTIVATIONS.take();
        quantize(x, self.blocks * BLOCK, &mut activations);
        if activations.len() == self.blocks {
            self.vector(&activations, out);
        } else {
            assert_eq!(out.len() / self.rows, activations.len() / self.blocks, "out is not m x n");
            let groups = self.rows.div_ceil(ROWS).div_ceil(GROUP);
            let out = Output(out.as_mut_ptr());
            let (activations, out) = (&activations, &out);
            (0..groups).into_par_iter().for_each(|group| self.group(group * GROUP, activations, out));
        }
        ACTIVATIONS.set(activations);
    }

    fn forward_rows(&self, x: &[f32], rows: &[u32], out: &mut [f32]) {
        let mut activations = ACTIVATIONS.take();
        quantize(x, self.blocks * BLOCK, &mut activations);
        let least = (TASK_BYTES / (self.blocks * P::BYTES)).max(1);
        rows.par_iter().zip(out).with_min_len(least).for_each_init(
            || (usize::MAX, [0.0; ROWS]),
            |(last, results), (&row, out)| {
                let row = row as usize;
                assert!(row < self.rows, "row {row} of {}", self.rows);
                if row / ROWS != *last {
                    *last = row / ROWS;
                    self.kernels.vector(self.tile(*last), &activations, results);
                }
                *out = results[row % ROWS];
            },
        );
        ACTIVATIONS.set(activations);
    }

    fn row(&self, index: usize, out: &mut [f32]) {
        let tile = self.tile(index / ROWS);
        for (block, out) in tile.chunks_exact(P::BYTES).zip(out.chunks_exact_mut(BLOCK)) {
            packing::weights::<P>(&unpack_row::<P>(block, index % ROWS), out);
        }
    }

    fn bytes(&self) -> usize {
        self.data.len()
    }
}
