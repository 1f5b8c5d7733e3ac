//! Exercises put to a network in passes of many rows.

use super::TrainError;
use super::attention::Prefix;
use super::exercise::Exercise;
use super::head::{Target, Verdict};
use super::lora::Layout;
use super::network::{Dropout, Network, Tail, Trace, Transposed};
use super::prefixes::Prefixes;
use crate::engine::LocalEngine;
use crate::engine::kv::PAGE;
use crate::generate::Cancel;

/// Rows of one pass: enough to read the weights seldom; a row leaves about 2 MB of a model of half a billion weights.
const ROWS: usize = 256;

/// An engine that learns.
pub(super) struct Trainer<'a> {
    pub(super) engine: &'a mut LocalEngine,
    pub(super) transposed: Transposed,
    pub(super) layout: Layout,
    pub(super) prefixes: Prefixes,
    trace: Trace,
}

impl<'a> Trainer<'a> {
    pub(super) fn new(engine: &'a mut LocalEngine, layout: Layout, prefixes: Prefixes) -> Self {
        let transposed = {
            let engine = &*engine;
            engine.install(|| Transposed::new(engine.base()))
        };
        Self { engine, transposed, layout, prefixes, trace: Trace::default() }
    }

    /// Keys and values of an exercise's prefix: from disk, else computed and, where there is room, kept.
    pub(super) fn prefix(&mut self, exercise: &Exercise) -> Result<Prefix, TrainError> {
        let tokens = exercise.prefix();
        if let Some(prefix) = self.prefixes.get(tokens)? {
            return Ok(prefix);
        }
        let cache = self.engine.prefix(tokens, &Cancel::default())?;
        self.prefixes.put(tokens, &cache)?;
        let pages = cache.pages()[..tokens.len().div_ceil(PAGE)].to_vec();
        Ok(Prefix { length: tokens.len(), pages })
    }

    /// Judges exercises with these numbers of an adapter, one verdict each.
    pub(super) fn judge(
        &mut self,
        exercises: &[&Exercise],
        numbers: &[f32],
    ) -> Result<Vec<Verdict>, TrainError> {
        self.passes(exercises, numbers, Dropout::NONE, None)
    }

    /// Adds the derivative of the mean loss of all targets by `numbers` to `gradient`; returns the verdicts.
    pub(super) fn learn(
        &mut self,
        exercises: &[&Exercise],
        numbers: &[f32],
        dropout: Dropout,
        gradient: &mut [f32],
    ) -> Result<Vec<Verdict>, TrainError> {
        self.passes(exercises, numbers, dropout, Some(gradient))
    }

    fn passes(
        &mut self,
        exercises: &[&Exercise],
        numbers: &[f32],
        dropout: Dropout,
        mut gradient: Option<&mut [f32]>,
    ) -> Result<Vec<Verdict>, TrainError> {
        let targets: usize = exercises.iter().map(|e| e.targets.len()).sum();
        let weight = 1.0 / targets.max(1) as f32;
        let mut verdicts = Vec::new();
        let mut rest = exercises;
        let mut seed = dropout.seed;
        while !rest.is_empty() {
            let mut rows = 0;
            let fits = |e: &&&Exercise| {
                rows += e.tail().len();
                rows <= ROWS
            };
            let (group, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
            rest = later;
            seed = seed.wrapping_add(1 << 32);
            let dropout = if dropout == Dropout::NONE { dropout } else { Dropout { seed, ..dropout } };
            verdicts.extend(self.pass(group, numbers, dropout, weight, gradient.as_deref_mut())?);
        }
        Ok(verdicts)
    }

    fn pass(
        &mut self,
        exercises: &[&Exercise],
        numbers: &[f32],
        dropout: Dropout,
        weight: f32,
        gradient: Option<&mut [f32]>,
    ) -> Result<Vec<Verdict>, TrainError> {
        let prefixes: Vec<Prefix> = exercises.iter().map(|e| self.prefix(e)).collect::<Result<_, _>>()?;
        let tails: Vec<Tail<'_>> =
            exercises.iter().zip(&prefixes).map(|(e, prefix)| Tail { tokens: e.tail(), prefix }).collect();
        let mut start = 0;
        let mut targets = Vec::new();
        for exercise in exercises {
            targets.extend(exercise.targets.iter().map(|t| Target { row: t.row + start, ..t.clone() }));
            start += exercise.tail().len();
        }
        let engine = &*self.engine;
        let network =
            Network { model: engine.base(), transposed: &self.transposed, layout: &self.layout, numbers };
        let trace = &mut self.trace;
        let each = engine.install(|| {
            network.forward(&tails, dropout, trace);
            let Some(gradient) = gradient else { return network.judge(&trace.state, &targets, weight, None) };
            let mut d = vec![0.0; trace.state.len()];
            let verdicts = network.judge(&trace.state, &targets, weight, Some(&mut d));
            network.backward(&tails, dropout, trace, &mut d, gradient);
            verdicts
        });
        let mut each = each.into_iter();
        let sum = |exercise: &&Exercise| {
            each.by_ref().take(exercise.targets.len()).fold(Verdict::default(), |mut sum, verdict| {
                sum += verdict;
                sum
            })
        };
        Ok(exercises.iter().map(sum).collect())
    }
}
