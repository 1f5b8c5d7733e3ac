use half::f16;
use proptest::prelude::*;

use super::activation::{Block, quantize, quantize_blocks};
use super::dispatch::{Isa, Kernels, WIDTH};
use super::format::*;
use super::packing::{self, BLOCK, Packing, ROWS, RowBlock, TileBlock};

/// Levels that occur in a file, scales that f16 can hold.
fn row_block<P: Packing>() -> impl Strategy<Value = RowBlock> {
    let top = (1u16 << P::BITS) - 1;
    let level = prop_oneof![Just(0), Just(top as u8), (0..=top).prop_map(|q| q as u8)];
    let number = (-2000i16..2000).prop_map(|n| f16::from_f32(f32::from(n) / 512.0).to_f32());
    (proptest::array::uniform32(level), proptest::array::uniform2(number.clone()), number).prop_map(
        |(q, scale, min)| {
            let scale = if P::HALVES { scale } else { [scale[0]; 2] };
            RowBlock { q, scale, min: if P::MIN { min } else { 0.0 } }
        },
    )
}

fn tile<P: Packing>(blocks: usize) -> impl Strategy<Value = Vec<Vec<RowBlock>>> {
    proptest::collection::vec(proptest::collection::vec(row_block::<P>(), ROWS), blocks)
}

fn activations(blocks: usize) -> impl Strategy<Value = Vec<Block>> {
    let number = prop_oneof![Just(1.0f32), Just(-1.0), -1.0f32..1.0, Just(0.0)];
    proptest::collection::vec(number, blocks * BLOCK).prop_map(|x| {
        let mut blocks = Vec::new();
        quantize(&x, x.len(), &mut blocks);
        blocks
    })
}

fn packed<P: Packing>(tile: &[Vec<RowBlock>]) -> Vec<u8> {
    let mut bytes = vec![0; tile.len() * P::BYTES];
    for (block, rows) in bytes.chunks_exact_mut(P::BYTES).zip(tile) {
        for (row, weights) in rows.iter().enumerate() {
            packing::pack::<P>(block, row, weights);
        }
    }
    bytes
}

/// Packing keeps every level and scale; each instruction set unpacks and multiplies like the specification, bit for bit.
fn kernels_agree<P: Packing>() {
    const BLOCKS: usize = 3;
    const COLUMNS: usize = WIDTH;
    let input = (tile::<P>(BLOCKS), tile::<P>(BLOCKS), activations(BLOCKS * COLUMNS));
    proptest!(ProptestConfig::with_cases(48), |((first, second, x) in input)| {
        let tiles = [packed::<P>(&first), packed::<P>(&second)];
        for (block, rows) in tiles[0].chunks_exact(P::BYTES).zip(&first) {
            for (row, weights) in rows.iter().enumerate() {
                let back = packing::unpack_row::<P>(block, row);
                prop_assert_eq!((back.q, back.scale, back.min), (weights.q, weights.scale, weights.min));
            }
        }
        let scalar = Kernels::of::<P>(Isa::Scalar);
        let mut unpacked = [TileBlock::ZERO; 2 * BLOCKS];
        for (tile, out) in tiles.iter().zip(unpacked.chunks_mut(BLOCKS)) {
            scalar.unpack(tile, out);
        }
        let mut expected = [[0.0; ROWS]; 2 * COLUMNS];
        for (unpacked, expected) in unpacked.chunks(BLOCKS).zip(expected.chunks_mut(COLUMNS)) {
            scalar.product(unpacked, &x, BLOCKS, expected);
        }
        let exact = |tile: &[Vec<RowBlock>], x: &[Block], row: usize| -> (f64, f64) {
            let mut weights = [0.0; BLOCK];
            let (mut sum, mut size) = (0.0, 0.0);
            for (rows, x) in tile.iter().zip(x) {
                packing::weights::<P>(&rows[row], &mut weights);
                for (w, q) in weights.iter().zip(&x.q) {
                    let product = f64::from(*w) * f64::from(x.scale) * f64::from(*q);
                    sum += product;
                    size += product.abs();
                }
            }
            (sum, size)
        };
        for (row, result) in expected[COLUMNS + 1].iter().enumerate() {
            let (sum, size) = exact(&second, &x[BLOCKS..2 * BLOCKS], row);
            // A min is a large number that the levels take off again: rounding is relative to both.
            prop_assert!((f64::from(*result) - sum).abs() <= 1e-4 * (1.0 + size));
        }
        for isa in Isa::available() {
            let kernels = Kernels::of::<P>(isa);
            let mut out = [TileBlock::ZERO; 2 * BLOCKS];
            for (t, (tile, out)) in tiles.iter().zip(out.chunks_mut(BLOCKS)).enumerate() {
                kernels.unpack(tile, out);
                for (out, expected) in out.iter().zip(&unpacked[t * BLOCKS..]) {
                    prop_assert_eq!(out.q, expected.q, "{:?}", isa);
                    prop_assert_eq!(out.numbers, expected.numbers, "{:?}", isa);
                }
            }
            let Kernels { height, width, .. } = kernels;
            for count in 1..=width {
                for (tile, expected) in tiles.iter().zip(expected.chunks(COLUMNS)) {
                    let mut sums = vec![[0.0; ROWS]; count];
                    kernels.packed(tile, &x, BLOCKS, &mut sums);
                    prop_assert_eq!(&sums, &expected[..count], "{:?} packed", isa);
                }
                // In two parts, the second of which adds to the first.
                let mut sums = vec![[0.0; ROWS]; height * count];
                for part in [0..1, 1..BLOCKS] {
                    let tiles = unpacked.chunks(BLOCKS).take(height).flat_map(|tile| &tile[part.clone()]);
                    let tiles: Vec<TileBlock> = tiles.copied().collect();
                    kernels.product(&tiles, &x[part.start..], BLOCKS, &mut sums);
                }
                for (i, sums) in sums.iter().enumerate() {
                    prop_assert_eq!(sums, &expected[i / count * COLUMNS + i % count], "{:?} product", isa);
                }
            }
        }
    });
}

#[test]
fn kernels_agree_on_every_format() {
    kernels_agree::<Q4_0>();
    kernels_agree::<Q4_1>();
    kernels_agree::<Q5_0>();
    kernels_agree::<Q5_1>();
    kernels_agree::<Q8_0>();
    kernels_agree::<Q4K>();
    kernels_agree::<Q5K>();
    kernels_agree::<Q6K>();
}

proptest! {
    #[test]
    fn activations_are_rounded_as_specified(
        x in proptest::collection::vec(prop_oneof![8 => -3.0f32..3.0, 1 => any::<f32>()], 2 * BLOCK)
    ) {
        let (mut expected, mut blocks) = ([Block::ZERO; 2], Vec::new());
        quantize_blocks(&x, &mut expected);
        quantize(&x, x.len(), &mut blocks);
        for (block, expected) in blocks.iter().zip(&expected) {
            prop_assert_eq!(block.q, expected.q);
            prop_assert_eq!(block.scale.to_bits(), expected.scale.to_bits());
            prop_assert_eq!(block.sum.to_bits(), expected.sum.to_bits());
            prop_assert_eq!(block.corrections, expected.corrections);
        }
    }
}

#[test]
fn activations_keep_their_size_and_survive_nonsense() {
    let mut x = [0.0f32; 2 * BLOCK];
    for (i, x) in x.iter_mut().enumerate() {
        *x = i as f32 - 20.0;
    }
    x[40] = f32::NAN;
    let mut blocks = Vec::new();
    quantize(&x, BLOCK, &mut blocks);
    for (block, x) in blocks.iter().zip(x.chunks(BLOCK)) {
        for (q, x) in block.q.iter().zip(x) {
            assert!(
                x.is_nan() || (f32::from(*q) * block.scale - x).abs() <= 0.51 * block.scale,
                "{q} for {x}"
            );
        }
    }
    for nonsense in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MIN_POSITIVE / 64.0] {
        quantize(&[nonsense; BLOCK], BLOCK, &mut blocks);
        assert!(blocks[0].q.iter().all(|q| (-127..=127).contains(q)));
    }
}
