//! Samples as tokens: what the model reads, and at which positions it has which choice.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::check::ordered;
use super::head::Target;
use super::sample::{Lesson, Sample};
use crate::engine::LocalEngine;
use crate::generate::EngineError;
use crate::planner::{Question, named};

/// What an adapter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Skill {
    /// Selecting the tool.
    Select,
    /// Writing its arguments.
    Args,
}

impl Skill {
    /// Does a sample teach it?
    #[must_use]
    pub fn is_taught_by(self, sample: &Sample) -> bool {
        match self {
            Self::Select => sample.lesson != Lesson::Args,
            Self::Args => sample.lesson != Lesson::Select,
        }
    }
}

/// A sample as the trainer reads it.
#[derive(Debug, Clone)]
pub(super) struct Exercise {
    /// Prompt and answer up to the last choice, which is not read any more.
    pub(super) tokens: Vec<u32>,
    /// The first position that the adapter applies to.
    pub(super) start: usize,
    /// Rows counted from `start`.
    pub(super) targets: Vec<Target>,
}

impl Exercise {
    /// The tokens that the base weights alone compute.
    pub(super) fn prefix(&self) -> &[u32] {
        &self.tokens[..self.start]
    }

    /// The tokens that the adapter applies to.
    pub(super) fn tail(&self) -> &[u32] {
        &self.tokens[self.start..]
    }
}

/// Exercises made of samples, and why others were not.
#[derive(Debug, Default)]
pub(super) struct Exercises {
    pub(super) all: Vec<Exercise>,
    /// Place of each exercise's sample in the list given.
    pub(super) samples: Vec<usize>,
    /// Samples left out, by reason.
    pub(super) skipped: BTreeMap<String, usize>,
}

/// Turns samples into exercises. `invocation` is what an activated adapter is invoked by; without it the adapter applies
/// to the whole prompt.
pub(super) fn exercises(
    engine: &mut LocalEngine,
    samples: &[Sample],
    skill: Skill,
    invocation: Option<&[u32]>,
    known: &mut HashSet<Arc<[u32]>>,
) -> Exercises {
    let mut exercises = Exercises::default();
    for (index, sample) in samples.iter().enumerate().filter(|(_, s)| skill.is_taught_by(s)) {
        match exercise(engine, sample, skill, invocation, known) {
            Ok(exercise) => {
                exercises.all.push(exercise);
                exercises.samples.push(index);
            }
            Err(reason) => {
                tracing::debug!("{}: {reason}", sample.id);
                *exercises.skipped.entry(reason).or_default() += 1;
            }
        }
    }
    exercises
}

fn exercise(
    engine: &mut LocalEngine,
    sample: &Sample,
    skill: Skill,
    invocation: Option<&[u32]>,
    known: &mut HashSet<Arc<[u32]>>,
) -> Result<Exercise, String> {
    let tool = sample
        .tools
        .iter()
        .find(|tool| tool.name == sample.call.tool)
        .ok_or("the right tool is not among those to choose from")?;
    let question = sample
        .with_situation(|situation| match skill {
            Skill::Select => Some(Question::selection(situation, true)),
            Skill::Args => Question::arguments(situation, tool, true),
        })
        .ok_or("nothing on the screen fits the right tool")?;
    let answer = match skill {
        Skill::Select => tool.name.clone(),
        Skill::Args => {
            ordered(&named(&sample.call.arguments, tool, &sample.screen), &tool.parameters).to_string()
        }
    };
    let written = engine.write(&question.prompt, &question.grammar, &answer, known).map_err(|e| match e {
        EngineError::Grammar(_) => "the grammar does not allow the right answer".to_owned(),
        EngineError::TooLong { .. } => "it is longer than the context".to_owned(),
        EngineError::Prompt(_) => "its text cannot be put into the model's form".to_owned(),
        other => other.to_string(),
    })?;
    let start = match invocation {
        None => 0,
        Some(marker) => written.tokens[..written.prompt]
            .windows(marker.len())
            .rposition(|window| window == marker)
            .ok_or("the prompt lacks the tokens that invoke the adapter")?,
    };
    let last = written.choices.last().ok_or("there is nothing to choose")?.position;
    let targets = written
        .choices
        .iter()
        .map(|choice| Target {
            row: choice.position - 1 - start,
            right: choice.allowed.binary_search(&written.tokens[choice.position]).unwrap_or_default(),
            allowed: choice.allowed.clone(),
        })
        .collect();
    let mut tokens = written.tokens;
    tokens.truncate(last);
    Ok(Exercise { tokens, start, targets })
}
