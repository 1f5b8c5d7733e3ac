//! Narrows the tools before selection: the nearest by meaning to the request.

use std::collections::HashMap;

use crate::encoder::{Encoder, EncoderError};
use crate::tool::ToolSpec;

/// Tools that every screen may need, whatever the request.
pub const ALWAYS: &[&str] =
    &["tap", "type_text", "scroll", "back", "home", "open_app", "answer", "ask", "finish"];

/// Tools offered beside those.
const NEAREST: usize = 6;

/// Tools that are so much less near than the nearest are not offered: they would only mislead a small model.
const MARGIN: f32 = 0.2;

/// Tools as points of the encoder's space.
#[derive(Debug)]
pub struct Candidates {
    /// Unit vectors by tool: the description and each example request.
    points: HashMap<String, Vec<Vec<f32>>>,
}

impl Candidates {
    /// Embeds every tool that is not [`ALWAYS`] offered.
    ///
    /// # Errors
    /// [`EncoderError`].
    pub fn new<'r>(
        encoder: &Encoder,
        tools: impl Iterator<Item = &'r ToolSpec>,
    ) -> Result<Self, EncoderError> {
        let mut owners = Vec::new();
        let mut texts = Vec::new();
        for spec in tools.filter(|s| !is_always(s)) {
            for text in std::iter::once(&spec.description).chain(&spec.examples) {
                owners.push(&spec.name);
                texts.push(text.as_str());
            }
        }
        let mut points: HashMap<String, Vec<Vec<f32>>> = HashMap::new();
        for (owner, point) in owners.into_iter().zip(encoder.embed(&texts)?) {
            points.entry(owner.clone()).or_default().push(point);
        }
        Ok(Self { points })
    }

    /// The tools [`ALWAYS`] offered, then the six nearest, nearest first, but for those far behind the first. A tool is as
    /// near as its nearest text. What is always the same comes first, so that its tokens are computed once.
    ///
    /// # Errors
    /// [`EncoderError`].
    pub fn pick<'r>(
        &self,
        encoder: &Encoder,
        tools: impl Iterator<Item = &'r ToolSpec>,
        goal: &str,
    ) -> Result<Vec<&'r ToolSpec>, EncoderError> {
        let goal = encoder.embed(&[goal])?.into_iter().next().unwrap_or_default();
        let (always, others): (Vec<&ToolSpec>, Vec<&ToolSpec>) = tools.partition(|s| is_always(s));
        let mut ranked: Vec<(f32, &ToolSpec)> =
            others.into_iter().map(|s| (self.nearness(&s.name, &goal), s)).collect();
        // Stable: ties keep the order of registration, so the same request gives the same prompt.
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let least = ranked.first().map_or(0.0, |(best, _)| best - MARGIN);
        let nearest = ranked.into_iter().take(NEAREST).filter(|(near, _)| *near >= least).map(|(_, s)| s);
        Ok(always.into_iter().chain(nearest).collect())
    }

    fn nearness(&self, tool: &str, goal: &[f32]) -> f32 {
        let dot = |p: &Vec<f32>| p.iter().zip(goal).map(|(a, b)| a * b).sum::<f32>();
        self.points.get(tool).into_iter().flatten().map(dot).fold(f32::NEG_INFINITY, f32::max)
    }
}

fn is_always(spec: &ToolSpec) -> bool {
    !spec.foreign && ALWAYS.contains(&spec.name.as_str())
}
