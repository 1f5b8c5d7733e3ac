//! Which kernels this processor can run.

use super::activation::Block;
use super::packing::{Packing, ROWS, TileBlock};
use super::scalar;
#[cfg(target_arch = "x86_64")]
use super::x86;

/// An instruction set that there are kernels for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Isa {
    /// Any processor: the specification.
    Scalar,
    /// AVX2, FMA and F16C.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// The same with AVX-512 VNNI on 256-bit registers.
    #[cfg(target_arch = "x86_64")]
    Vnni,
}

impl Isa {
    /// What this processor has, the best last.
    pub(super) fn available() -> Vec<Self> {
        let mut isas = vec![Self::Scalar];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("f16c")
        {
            isas.push(Self::Avx2);
            if is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512vl") {
                isas.push(Self::Vnni);
            }
        }
        isas
    }
}

type Vector = unsafe fn(&[u8], &[Block], &mut [f32; ROWS]);
type Unpack = unsafe fn(&[u8], &mut [TileBlock]);
type Product = unsafe fn(&[TileBlock], &[Block], usize, &mut [[f32; ROWS]]);

/// The kernels of one format. All of them give the same bits on every instruction set.
#[derive(Clone, Copy)]
pub(super) struct Kernels {
    isa: Isa,
    vector: Vector,
    unpack: Unpack,
    product: Product,
    /// Tiles and columns that `product` is fastest with.
    pub(super) shape: (usize, usize),
}

impl std::fmt::Debug for Kernels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.isa)
    }
}

impl Kernels {
    /// The best ones for this processor.
    pub(super) fn best<P: Packing>() -> Self {
        Self::of::<P>(Isa::available().pop().unwrap_or(Isa::Scalar))
    }

    /// Those of one instruction set, which must come from [`Isa::available`].
    pub(super) fn of<P: Packing>(isa: Isa) -> Self {
        match isa {
            Isa::Scalar => Self {
                isa,
                vector: scalar::vector::<P>,
                unpack: scalar::unpack_tile::<P>,
                product: scalar::product::<P>,
                shape: (1, 1),
            },
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => Self {
                isa,
                vector: x86::avx2::vector::<P>,
                unpack: x86::avx2::unpack::<P>,
                product: x86::avx2::product::<P>,
                shape: x86::avx2::SHAPE,
            },
            #[cfg(target_arch = "x86_64")]
            Isa::Vnni => Self {
                isa,
                vector: x86::vnni::vector::<P>,
                unpack: x86::vnni::unpack::<P>,
                product: x86::vnni::product::<P>,
                shape: x86::vnni::SHAPE,
            },
        }
    }

    /// A packed tile times one column of as many blocks.
    #[allow(unsafe_code)]
    pub(super) fn vector(&self, tile: &[u8], x: &[Block], out: &mut [f32; ROWS]) {
        // SAFETY: the kernels were chosen for an instruction set that the processor has.
        unsafe { (self.vector)(tile, x, out) }
    }

    /// A packed tile to one byte a weight.
    #[allow(unsafe_code)]
    pub(super) fn unpack(&self, tile: &[u8], out: &mut [TileBlock]) {
        // SAFETY: as above.
        unsafe { (self.unpack)(tile, out) }
    }

    /// Unpacked tiles times columns of `blocks` blocks: `out[tile * columns + column]`.
    #[allow(unsafe_code)]
    pub(super) fn product(&self, tiles: &[TileBlock], x: &[Block], blocks: usize, out: &mut [[f32; ROWS]]) {
        // SAFETY: as above.
        unsafe { (self.product)(tiles, x, blocks, out) }
    }
}
