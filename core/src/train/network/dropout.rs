//! Dropout of an adapter's inputs (Srivastava et al. 2014), drawn again where it is needed again.

use rayon::prelude::*;

use crate::engine::Site;
use crate::random::Random;
use crate::train::lora::SITES;

/// Which inputs of the adapter are dropped: a share, drawn by a seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::train) struct Dropout {
    pub(in crate::train) share: f32,
    pub(in crate::train) seed: u64,
}

impl Dropout {
    pub(in crate::train) const NONE: Self = Self { share: 0.0, seed: 0 };

    /// Drops from `x`, an input of `layer`, and raises the rest so that the mean stays. Of the same place it drops the same
    /// again, which is how derivatives pass.
    pub(super) fn apply(self, layer: usize, site: Site, x: &mut [f32]) {
        let below = (self.share * 256.0) as u8;
        if below == 0 {
            return;
        }
        let keep = 256.0 / (256.0 - f32::from(below));
        let seed = Random::new(self.seed ^ (layer * SITES.len() + site as usize) as u64).next();
        x.par_chunks_mut(1 << 16).enumerate().for_each(|(i, x)| {
            let mut random = Random::new(seed.wrapping_add(i as u64));
            for x in x.chunks_mut(8) {
                for (x, byte) in x.iter_mut().zip(random.next().to_le_bytes()) {
                    *x = if byte < below { 0.0 } else { *x * keep };
                }
            }
        });
    }
}
