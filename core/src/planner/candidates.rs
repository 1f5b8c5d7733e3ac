//! Narrows the tools before selection: the nearest by meaning to the request.

use std::collections::HashMap;

use crate::encoder::{Encoder, EncoderError};
use crate::planner::situation::Offered;
use crate::tool::ToolSpec;

/// Tools that every screen may need, whatever the request.
pub const ALWAYS: &[&str] =
    &["tap", "type_text", "scroll", "back", "home", "open_app", "answer", "ask", "finish"];

/// Tools offered beside those.
const NEAREST: usize = 6;

/// Tools that are so much less near than the nearest are not offered: they would only mislead a small model.
const MARGIN: f32 = 0.2;

/// As near to a goal as a tool that has hardly anything to do with it: what an answer that none of the tools is right stands
/// for among them.
pub const UNRELATED: f32 = 0.3;

/// Tools as points of the encoder's space.
#[derive(Debug)]
pub struct Candidates {
    /// Unit vectors by tool: name and description, and each example request.
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
            for text in std::iter::once(said(spec)).chain(spec.examples.iter().cloned()) {
                owners.push(&spec.name);
                texts.push(text);
            }
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut points: HashMap<String, Vec<Vec<f32>>> = HashMap::new();
        for (owner, point) in owners.into_iter().zip(encoder.embed(&texts)?) {
            points.entry(owner.clone()).or_default().push(point);
        }
        Ok(Self { points })
    }

    /// All these tools, with how near each is to the goal. A tool is as near as its nearest text.
    ///
    /// # Errors
    /// [`EncoderError`].
    pub fn offer<'r>(
        &self,
        encoder: &Encoder,
        tools: impl Iterator<Item = &'r ToolSpec>,
        goal: &str,
    ) -> Result<Vec<Offered<'r>>, EncoderError> {
        let goal = encoder.embed(&[goal])?.into_iter().next().unwrap_or_default();
        Ok(tools.map(|tool| Offered { tool, nearness: self.nearness(&tool.name, &goal) }).collect())
    }

    /// The tools [`ALWAYS`] offered, then the six nearest, nearest first, but for those far behind the first. What is always
    /// the same comes first, so that its tokens are computed once.
    ///
    /// # Errors
    /// [`EncoderError`].
    pub fn pick<'r>(
        &self,
        encoder: &Encoder,
        tools: impl Iterator<Item = &'r ToolSpec>,
        goal: &str,
    ) -> Result<Vec<Offered<'r>>, EncoderError> {
        let offered = self.offer(encoder, tools, goal)?;
        let (mut others, always): (Vec<_>, Vec<_>) =
            offered.into_iter().partition(|offered| offered.nearness.is_some());
        let near = |offered: &Offered<'_>| offered.nearness.unwrap_or(f32::NEG_INFINITY);
        // Stable: ties keep the order of registration, so the same request gives the same prompt.
        others.sort_by(|a, b| near(b).total_cmp(&near(a)));
        let least = others.first().map_or(0.0, near) - MARGIN;
        let nearest = others.into_iter().take(NEAREST).filter(|offered| near(offered) >= least);
        Ok(always.into_iter().chain(nearest).collect())
    }

    /// None for a tool that is [`ALWAYS`] offered.
    fn nearness(&self, tool: &str, goal: &[f32]) -> Option<f32> {
        let dot = |p: &Vec<f32>| p.iter().zip(goal).map(|(a, b)| a * b).sum::<f32>();
        self.points.get(tool)?.iter().map(dot).reduce(f32::max)
    }
}

/// `find_bus` or `findBus` as words, and the description.
fn said(tool: &ToolSpec) -> String {
    let mut name = String::new();
    for letter in tool.name.chars() {
        match letter {
            '_' | '-' | '.' => name.push(' '),
            letter if letter.is_uppercase() => name.extend([' ', letter.to_ascii_lowercase()]),
            letter => name.push(letter),
        }
    }
    format!("{}: {}", name.trim(), tool.description)
}

fn is_always(spec: &ToolSpec) -> bool {
    !spec.foreign && ALWAYS.contains(&spec.name.as_str())
}
