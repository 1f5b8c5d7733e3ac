//! The trained numbers: low-rank changes of linear layers (LoRA, arXiv 2106.09685), and how they enter a pass.

use std::ops::Range;

use super::Start;
use crate::engine::kernels::multiply::{Target, View, multiply};
use crate::engine::model::Model;
use crate::engine::{Site, factors};
use crate::random::Random;

/// The linear layers of a block.
pub(super) const SITES: [Site; 7] =
    [Site::Query, Site::Key, Site::Value, Site::Output, Site::Gate, Site::Up, Site::Down];

/// Where the numbers of one change lie: `a` is `rank x cols`, `b` is `rows x rank`.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) layer: usize,
    pub(super) site: Site,
    pub(super) rows: usize,
    pub(super) cols: usize,
    pub(super) a: Range<usize>,
    pub(super) b: Range<usize>,
}

/// The layout of all changes in one list of numbers.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) rank: usize,
    /// What a change is multiplied by: alpha / rank.
    pub(super) scale: f32,
    pub(super) places: Vec<Place>,
    /// Length of the list.
    pub(super) length: usize,
}

impl Layout {
    /// A change of every linear layer of a model.
    pub(super) fn new(model: &Model, rank: usize, alpha: f32) -> Self {
        let mut length = 0;
        let mut take = |count: usize| {
            length += count;
            length - count..length
        };
        let mut places = Vec::new();
        for layer in 0..model.config().layers {
            for site in SITES {
                let (rows, cols) = model.shape(layer, site);
                let (a, b) = (take(rank * cols), take(rows * rank));
                places.push(Place { layer, site, rows, cols, a, b });
            }
        }
        Self { rank, scale: alpha / rank as f32, places, length }
    }

    /// First numbers: `a` uniform as PEFT draws it (Kaiming with a = √5), `b` zero, so that nothing changes yet.
    pub(super) fn first(&self, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed);
        let mut numbers = vec![0.0; self.length];
        for place in &self.places {
            let bound = (place.cols as f32).sqrt().recip();
            numbers[place.a.clone()].iter_mut().for_each(|x| *x = (2.0 * random.unit() - 1.0) * bound);
        }
        numbers
    }

    /// The numbers of an adapter of this layout, which must have the same rank, factor and invocation. A layer that it does
    /// not change starts as in [`Self::first`].
    pub(super) fn resume(
        &self,
        start: &Start,
        model: &Model,
        invocation: Option<&[u32]>,
        seed: u64,
    ) -> Result<Vec<f32>, String> {
        let mut numbers = self.first(seed);
        let about = factors(&start.config, &start.weights, model, |about, (layer, site), a, b| {
            if (about.rank, about.scale) != (self.rank, self.scale) {
                return Err(format!(
                    "its rank is {} and its factor {}, those of this run are {} and {}: give them its rank and alpha",
                    about.rank, about.scale, self.rank, self.scale
                ));
            }
            let place = self.place(layer, site);
            numbers[place.a.clone()].copy_from_slice(a);
            numbers[place.b.clone()].copy_from_slice(b);
            Ok(())
        })?;
        if about.invocation.as_deref() != invocation {
            return Err(
                "it is invoked by other tokens: train it on its own base, plain if it is plain".into()
            );
        }
        Ok(numbers)
    }

    fn place(&self, layer: usize, site: Site) -> &Place {
        &self.places[layer * SITES.len() + site as usize]
    }

    /// Adds the change of a linear layer to its result `y` (`m x rows`) for `x` (`m x cols`); `inner` keeps `x · aᵀ`.
    pub(super) fn forward(
        &self,
        numbers: &[f32],
        (layer, site): (usize, Site),
        x: &[f32],
        inner: &mut Vec<f32>,
        y: &mut [f32],
    ) {
        let place = self.place(layer, site);
        let a = View::new(&numbers[place.a.clone()], place.cols);
        let b = View::new(&numbers[place.b.clone()], self.rank);
        inner.resize(x.len() / place.cols * self.rank, 0.0);
        let to = Target { numbers: inner, step: self.rank, add: false };
        multiply(1.0, View::new(x, place.cols), a.transposed(), to, false);
        let to = Target { numbers: y, step: place.rows, add: true };
        multiply(self.scale, View::new(inner, self.rank), b.transposed(), to, false);
    }

    /// The derivatives that follow from `d`, that of a linear layer's result: added to `gradient` for the change, and to
    /// `d_x` for its input, where anybody asks.
    pub(super) fn backward(
        &self,
        numbers: &[f32],
        (layer, site): (usize, Site),
        (x, inner, d): (&[f32], &[f32], &[f32]),
        gradient: &mut [f32],
        d_x: Option<&mut [f32]>,
    ) {
        let place = self.place(layer, site);
        let a = View::new(&numbers[place.a.clone()], place.cols);
        let b = View::new(&numbers[place.b.clone()], self.rank);
        let d = View::new(d, place.rows);
        let to = Target { numbers: &mut gradient[place.b.clone()], step: self.rank, add: true };
        multiply(self.scale, d.transposed(), View::new(inner, self.rank), to, false);
        let mut d_inner = vec![0.0; inner.len()];
        multiply(self.scale, d, b, Target { numbers: &mut d_inner, step: self.rank, add: false }, false);
        let d_inner = View::new(&d_inner, self.rank);
        let to = Target { numbers: &mut gradient[place.a.clone()], step: place.cols, add: true };
        multiply(1.0, d_inner.transposed(), View::new(x, place.cols), to, false);
        if let Some(d_x) = d_x {
            multiply(1.0, d_inner, a, Target { numbers: d_x, step: place.cols, add: true }, false);
        }
    }
}
