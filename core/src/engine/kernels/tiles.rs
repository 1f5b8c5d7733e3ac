//! A packed matrix and its products on several threads.

use std::cell::RefCell;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::ops::Range;

use rayon::prelude::*;

use super::activation::{Block, quantize};
use super::dispatch::Kernels;
use super::packing::{self, BLOCK, Packing, ROWS, TileBlock, unpack_row};
use super::{Input, Output, Weights};

/// Fewest bytes of weights that are worth a task of their own in a product with one vector.
const TASK_BYTES: usize = 64 << 10;
/// Tiles that one task of a product with several vectors unpacks at a time: few enough to stay in the second-level cache.
const GROUP: usize = 4;

/// Bytes of the file that are packed at a time.
const PIECE: usize = 4 << 20;

thread_local! {
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

impl<P: Packing + Send + Sync> Tiles<P> {
    /// Packs `rows` rows of `cols` weights as they lie in a file, piece by piece so that they are never in memory twice.
    pub(super) fn read(file: &mut dyn Read, rows: usize, cols: usize) -> io::Result<Self> {
        let misfit =
            || io::Error::new(io::ErrorKind::InvalidData, format!("{rows} x {cols} do not fit its format"));
        if !cols.is_multiple_of(P::FILE_WEIGHTS) || cols == 0 {
            return Err(misfit());
        }
        let (row_bytes, blocks) = (cols / P::FILE_WEIGHTS * P::FILE_BYTES, cols / BLOCK);
        let size = rows.div_ceil(ROWS).checked_mul(blocks * P::BYTES).ok_or_else(misfit)?;
        let mut data = vec![0; size];
        let tiles = PIECE.div_ceil(ROWS * row_bytes);
        let mut piece = vec![0; (tiles * ROWS).min(rows) * row_bytes];
        for (i, data) in data.chunks_mut(tiles * blocks * P::BYTES).enumerate() {
            let here = (rows - i * tiles * ROWS).min(tiles * ROWS);
            let piece = &mut piece[..here * row_bytes];
            file.read_exact(piece)?;
            data.par_chunks_exact_mut(blocks * P::BYTES).zip(piece.par_chunks(ROWS * row_bytes)).for_each(
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
        }
        Ok(Self { data, rows, blocks, kernels: Kernels::best::<P>(), format: PhantomData })
    }

    fn tiles(&self) -> usize {
        self.rows.div_ceil(ROWS)
    }

    fn tile(&self, index: usize) -> &[u8] {
        let bytes = self.blocks * P::BYTES;
        &self.data[index * bytes..][..bytes]
    }

    /// Tiles of one part of a product with one vector.
    fn vector_tiles(&self) -> usize {
        TASK_BYTES.div_ceil(self.blocks * P::BYTES)
    }

    /// Some tiles times one vector: they are read once and multiplied while they are unpacked.
    fn vector(&self, tiles: Range<usize>, x: &[Block], out: &Output<'_>) {
        for tile in tiles {
            let mut results = [0.0; ROWS];
            self.kernels.vector(self.tile(tile), x, &mut results);
            let row = tile * ROWS;
            out.write(0, row, &results[..ROWS.min(self.rows - row)]);
        }
    }

    /// Some tiles times several vectors: they are unpacked once and multiplied with all of them.
    fn matrix(&self, tiles: Range<usize>, x: &[Block], out: &Output<'_>) {
        let mut unpacked = UNPACKED.take();
        unpacked.resize(tiles.len() * self.blocks, TileBlock::ZERO);
        for (tile, unpacked) in tiles.clone().zip(unpacked.chunks_exact_mut(self.blocks)) {
            self.kernels.unpack(self.tile(tile), unpacked);
        }
        let (height, width) = self.kernels.shape;
        let mut results = [[0.0; ROWS]; 16];
        for (c, x) in x.chunks(width * self.blocks).enumerate() {
            let columns = x.len() / self.blocks;
            for (t, group) in unpacked.chunks(height * self.blocks).enumerate() {
                let results = &mut results[..group.len() / self.blocks * columns];
                self.kernels.product(group, x, self.blocks, results);
                for (i, results) in results.iter().enumerate() {
                    let row = (tiles.start + t * height + i / columns) * ROWS;
                    out.write(c * width + i % columns, row, &results[..ROWS.min(self.rows - row)]);
                }
            }
        }
        UNPACKED.set(unpacked);
    }
}

impl<P: Packing + Send + Sync> Weights for Tiles<P> {
    fn rounds(&self) -> bool {
        true
    }

    fn parts(&self, m: usize) -> usize {
        self.tiles().div_ceil(if m == 1 { self.vector_tiles() } else { GROUP })
    }

    fn part(&self, index: usize, input: &Input<'_>, out: &Output<'_>) {
        let count = if input.m == 1 { self.vector_tiles() } else { GROUP };
        let tiles = index * count..self.tiles().min((index + 1) * count);
        match input.m {
            1 => self.vector(tiles, input.blocks, out),
            _ => self.matrix(tiles, input.blocks, out),
        }
    }

    fn forward_rows(&self, x: &[f32], rows: &[u32], out: &mut [f32]) {
        let mut activations = Vec::new();
        quantize(x, self.blocks * BLOCK, &mut activations);
        let least = (TASK_BYTES / (self.blocks * P::BYTES)).max(1);
        rows.par_iter().zip(out).with_min_len(least).for_each_init(
            || (usize::MAX, [0.0; ROWS]),
            |(last, results), (&row, out)| {
                let row = row as usize;
                if row / ROWS != *last {
                    *last = row / ROWS;
                    self.kernels.vector(self.tile(*last), &activations, results);
                }
                *out = results[row % ROWS];
            },
        );
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
