//! Arithmetic of the engine: vector helpers and matrix kernels, chosen at run time.

mod activation;
pub(super) mod attention;
mod change;
mod dense;
mod dispatch;
mod format;
pub(crate) mod gradient;
mod low_rank;
pub(crate) mod multiply;
mod packing;
mod portable;
mod product;
mod scalar;
pub(super) mod team;
mod tiles;
pub mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(super) use change::Change;
pub(super) use low_rank::LowRank;
pub(super) use product::{Product, products};
use std::io::{self, Read};
use std::ops::Range;

use product::{Input, Output};

/// A matrix of n rows and k columns in a form that can be multiplied.
pub(super) trait Weights: std::fmt::Debug + Send + Sync {
    /// Does [`Self::part`] read its input rounded?
    fn rounds(&self) -> bool;

    /// Into how many parts a product with `m` vectors is cut, for threads to share.
    fn parts(&self, m: usize) -> usize;

    /// The rows of one part, which start at a multiple of eight.
    fn rows(&self, index: usize, m: usize) -> Range<usize>;

    /// Computes one part: its rows of the product with every vector.
    fn part(&self, index: usize, input: &Input<'_>, out: &Output<'_>);

    /// See [`super::matrix::Matrix::forward_rows`].
    fn forward_rows(&self, x: &[f32], rows: &[u32], out: &mut [f32]);

    /// See [`super::matrix::Matrix::row`].
    fn row(&self, index: usize, out: &mut [f32]);

    /// Bytes that the weights take.
    fn bytes(&self) -> usize;
}

/// Has the memory bring what will be read soon into the second-level cache, where the processor can be told.
fn prefetch<T>(data: &[T]) {
    #[cfg(target_arch = "x86_64")]
    x86::prefetch(data);
}

/// A format of GGUF that has kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    F32,
    F16,
    BF16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q4K,
    Q5K,
    Q6K,
}

/// Packs a matrix as it lies in a file; `file` must end where it does.
pub(super) fn pack(
    format: Format,
    file: &mut dyn Read,
    rows: usize,
    cols: usize,
) -> io::Result<Box<dyn Weights>> {
    fn boxed<P: packing::Packing + Send + Sync + 'static>(
        file: &mut dyn Read,
        rows: usize,
        cols: usize,
    ) -> io::Result<Box<dyn Weights>> {
        Ok(Box::new(tiles::Tiles::<P>::read(file, rows, cols)?))
    }
    fn numbers<T: dense::Number>(
        file: &mut dyn Read,
        rows: usize,
        cols: usize,
    ) -> io::Result<Box<dyn Weights>> {
        Ok(Box::new(dense::Dense::<T>::read(file, rows, cols)?))
    }
    let pack = match format {
        Format::F32 => numbers::<f32>,
        Format::F16 => numbers::<half::f16>,
        Format::BF16 => numbers::<half::bf16>,
        Format::Q4_0 => boxed::<format::Q4_0>,
        Format::Q4_1 => boxed::<format::Q4_1>,
        Format::Q5_0 => boxed::<format::Q5_0>,
        Format::Q5_1 => boxed::<format::Q5_1>,
        Format::Q8_0 => boxed::<format::Q8_0>,
        Format::Q4K => boxed::<format::Q4K>,
        Format::Q5K => boxed::<format::Q5K>,
        Format::Q6K => boxed::<format::Q6K>,
    };
    let weights = pack(file, rows, cols)?;
    match file.read(&mut [0])? {
        0 => Ok(weights),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("more bytes than {rows} x {cols} weights"),
        )),
    }
}

/// Takes a matrix of `cols` columns as numbers.
pub(super) fn dense(weights: Vec<f32>, cols: usize) -> Box<dyn Weights> {
    Box::new(dense::Dense::new(weights, cols))
}

#[cfg(test)]
mod tests;
