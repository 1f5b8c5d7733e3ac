//! Which kernels this processor can run.

use super::activation::Block;
use super::packing::{Packing, ROWS, TileBlock};
use super::scalar;
#[cfg(target_arch = "x86_64")]
use super::x86;

/// The most columns that a kernel of any instruction set takes.
pub(super) const WIDTH: usize = 6;

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

type Packed = unsafe fn(&[u8], &[Block], usize, &mut [[f32; ROWS]]);
type Unpack = unsafe fn(&[u8], &mut [TileBlock]);
type Product = unsafe fn(&[TileBlock], &[Block], usize, &mut [[f32; ROWS]]);

/// The kernels of one format. All of them give the same bits on every instruction set.
#[derive(Clone, Copy)]
pub(super) struct Kernels {
    isa: Isa,
    packed: Packed,
    unpack: Unpack,
    product: Product,
    /// Tiles of one call of `product`.
    pub(super) height: usize,
    /// Columns of one call of `packed` or `product`, at most.
    pub(super) width: usize,
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
                packed: scalar::packed::<P>,
                unpack: scalar::unpack_tile::<P>,
                product: scalar::product::<P, 1>,
                height: 1,
                width: 1,
            },
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => Self {
                isa,
                packed: x86::avx2::packed::<P>,
                unpack: x86::avx2::unpack::<P>,
                product: x86::avx2::product::<P>,
                height: x86::avx2::HEIGHT,
                width: x86::avx2::WIDTH,
            },
            #[cfg(target_arch = "x86_64")]
            Isa::Vnni => Self {
                isa,
                packed: x86::vnni::packed::<P>,
                unpack: x86::vnni::unpack::<P>,
                product: x86::vnni::product::<P>,
                height: x86::vnni::HEIGHT,
                width: x86::vnni::WIDTH,
            },
        }
    }

    /// A packed tile times up to `width` columns of as many blocks, one every `stride` blocks of `x`: `sums[column]`.
    #[allow(unsafe_code)]
    pub(super) fn packed(&self, tile: &[u8], x: &[Block], stride: usize, sums: &mut [[f32; ROWS]]) {
        // SAFETY: the kernels were chosen for an instruction set that the processor has.
        unsafe { (self.packed)(tile, x, stride, sums) }
    }

    /// A packed tile to one byte a weight.
    #[allow(unsafe_code)]
    pub(super) fn unpack(&self, tile: &[u8], out: &mut [TileBlock]) {
        // SAFETY: as above.
        unsafe { (self.unpack)(tile, out) }
    }

    /// Adds `height` unpacked tiles times up to `width` columns of as many blocks, one every `stride` blocks of `x`, to
    /// `sums[tile * columns + column]`.
    #[allow(unsafe_code)]
    pub(super) fn product(&self, tiles: &[TileBlock], x: &[Block], stride: usize, sums: &mut [[f32; ROWS]]) {
        // SAFETY: as above.
        unsafe { (self.product)(tiles, x, stride, sums) }
    }
}
