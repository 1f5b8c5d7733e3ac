//! A packed matrix and its products on several threads.

use std::cell::RefCell;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::ops::Range;

use super::activation::{Block, quantize};
use super::dispatch::{Kernels, WIDTH};
use super::packing::{self, BLOCK, Packing, ROWS, TileBlock, unpack_row};
use super::team::share_chunks;
use super::{Input, Output, Weights, prefetch};

/// Fewest bytes of weights that are worth a part of their own in a product with few vectors, and most parts of one: where a
/// part begins, the processor's prefetchers begin anew.
const PART_BYTES: usize = 160 << 10;
const PARTS: usize = 24;
/// Tiles of one part of a product with many vectors.
const GROUP: usize = 4;
/// Most blocks of a tile that are unpacked at a time: with the activations that they are multiplied with, two tiles' stay
/// in the first-level cache.
const SEGMENT: usize = 28;

/// Bytes of the file that are packed at a time.
const PIECE: usize = 4 << 20;

/// Memory of one task of a product with many vectors.
#[derive(Default)]
struct Room {
    unpacked: Vec<TileBlock>,
    /// `columns x tiles` of each call of a kernel, in their order.
    sums: Vec<[f32; ROWS]>,
}

thread_local! {
    static ROOM: RefCell<Room> = const { RefCell::new(Room { unpacked: Vec::new(), sums: Vec::new() }) };
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
            share_chunks(data, blocks * P::BYTES, |t, tile| {
                let file = &piece[t * ROWS * row_bytes..];
                for (row, file) in file.chunks_exact(row_bytes).take(ROWS).enumerate() {
                    let mut packed = tile.chunks_exact_mut(P::BYTES);
                    for block in file.chunks_exact(P::FILE_BYTES) {
                        for (part, packed) in (0..P::FILE_WEIGHTS / BLOCK).zip(&mut packed) {
                            packing::pack::<P>(packed, row, &P::decode(block, part));
                        }
                    }
                }
            });
        }
        Ok(Self { data, rows, blocks, kernels: Kernels::best::<P>(), format: PhantomData })
    }

    pub(super) fn tiles(&self) -> usize {
        self.rows.div_ceil(ROWS)
    }

    fn tile(&self, index: usize) -> &[u8] {
        let bytes = self.blocks * P::BYTES;
        &self.data[index * bytes..][..bytes]
    }

    /// Tiles of one part of a product with `m` vectors.
    fn part_tiles(&self, m: usize) -> usize {
        let bytes = (self.data.len() / PARTS).max(PART_BYTES);
        if self.is_narrow(m) { bytes.div_ceil(self.blocks * P::BYTES) } else { GROUP }
    }

    /// Are so few vectors multiplied that unpacking a tile for them would take longer than their products?
    fn is_narrow(&self, m: usize) -> bool {
        m <= self.kernels.width
    }

    /// Writes the results of one tile with some vectors.
    fn write(&self, tile: usize, vector: usize, results: &[[f32; ROWS]], out: &Output<'_>) {
        let row = tile * ROWS;
        for (i, results) in results.iter().enumerate() {
            match self.rows - row {
                rows @ ..ROWS => out.write(vector + i, row, &results[..rows]),
                _ => out.write(vector + i, row, results),
            }
        }
    }

    /// Some tiles times a few vectors: they are multiplied while they are unpacked.
    pub(super) fn narrow(&self, tiles: Range<usize>, x: &[Block], out: &Output<'_>) {
        let width = self.kernels.width;
        let mut sums = [[0.0; ROWS]; WIDTH];
        for (c, x) in x.chunks(width * self.blocks).enumerate() {
            let sums = &mut sums[..x.len() / self.blocks];
            for tile in tiles.clone() {
                self.kernels.packed(self.tile(tile), x, self.blocks, sums);
                self.write(tile, c * width, sums, out);
            }
        }
    }

    /// As many tiles as a kernel takes times many vectors: they are unpacked once, a segment at a time.
    fn wide(&self, first: usize, x: &[Block], room: &mut Room, out: &Output<'_>) {
        let Kernels { height, width, .. } = self.kernels;
        let segment = self.blocks.div_ceil(self.blocks.div_ceil(SEGMENT));
        room.sums.clear();
        room.sums.resize(height * x.len() / self.blocks, [0.0; ROWS]);
        for start in (0..self.blocks).step_by(segment) {
            let end = self.blocks.min(start + segment);
            room.unpacked.resize(height * (end - start), TileBlock::ZERO);
            for (t, unpacked) in room.unpacked.chunks_exact_mut(end - start).enumerate() {
                self.kernels.unpack(&self.tile(first + t)[start * P::BYTES..end * P::BYTES], unpacked);
            }
            let (tile, block) = if end < self.blocks { (first, end) } else { (first + height, 0) };
            let piece = (segment * P::BYTES).div_ceil(x.len().div_ceil(width * self.blocks));
            let columns = x.chunks(width * self.blocks).zip(room.sums.chunks_mut(height * width));
            for (c, (x, sums)) in columns.enumerate() {
                // The next segment, a piece with each column: the memory takes few requests at a time.
                for t in tile..tile + height {
                    let at = (t * self.blocks + block) * P::BYTES + c * piece;
                    prefetch(&self.data[at.min(self.data.len())..self.data.len().min(at + piece)]);
                }
                self.kernels.product(&room.unpacked, &x[start..], self.blocks, sums);
                if end == self.blocks {
                    for (t, sums) in sums.chunks_exact(sums.len() / height).enumerate() {
                        self.write(first + t, c * width, sums, out);
                    }
                }
            }
        }
    }
}

impl<P: Packing + Send + Sync> Weights for Tiles<P> {
    fn rounds(&self) -> bool {
        true
    }

    fn parts(&self, m: usize) -> usize {
        self.tiles().div_ceil(self.part_tiles(m))
    }

    fn rows(&self, index: usize, m: usize) -> Range<usize> {
        let rows = ROWS * self.part_tiles(m);
        index * rows..self.rows.min((index + 1) * rows)
    }

    fn part(&self, index: usize, input: &Input<'_>, out: &Output<'_>) {
        let rows = self.rows(index, input.m);
        let tiles = rows.start / ROWS..rows.end.div_ceil(ROWS);
        if self.is_narrow(input.m) {
            return self.narrow(tiles, input.blocks, out);
        }
        let height = self.kernels.height;
        let rest = tiles.end - tiles.len() % height;
        let mut room = ROOM.take();
        for first in (tiles.start..rest).step_by(height) {
            self.wide(first, input.blocks, &mut room, out);
        }
        ROOM.set(room);
        self.narrow(rest..tiles.end, input.blocks, out);
    }

    fn forward_rows(&self, x: &[f32], rows: &[u32], out: &mut [f32]) {
        let mut activations = Vec::new();
        quantize(x, self.blocks * BLOCK, &mut activations);
        let least = (PART_BYTES / (self.blocks * P::BYTES)).max(1);
        share_chunks(out, least, |i, out| {
            let (mut last, mut results) = (usize::MAX, [[0.0; ROWS]]);
            for (&row, out) in rows[i * least..].iter().zip(out) {
                let row = row as usize;
                if row / ROWS != last {
                    last = row / ROWS;
                    self.kernels.packed(self.tile(last), &activations, self.blocks, &mut results);
                }
                *out = results[0][row % ROWS];
            }
        });
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
