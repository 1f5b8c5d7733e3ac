//! What a person's own episodes teach an adapter: the steps of those that succeeded, as training samples.

use std::collections::BTreeMap;

use pocketpilot_core::memory::{Call, EpisodeId, Recall, StepRecord, StepResult};
use pocketpilot_core::planner::Attempt;
use pocketpilot_core::screen::{HIDDEN, Line};
use pocketpilot_core::tool::{Control, ToolOutput, ToolSpec};
use pocketpilot_core::train::{Lesson, Sample};

use crate::trajectory::Trajectory;

/// The samples of one trajectory, and why its other steps gave none.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    /// In the order of the steps; their group is the goal, whatever its case and spaces.
    pub samples: Vec<Sample>,
    /// Steps left out, by reason.
    pub left_out: BTreeMap<&'static str, usize>,
}

/// Why an episode ends here, as far as lessons go.
struct Stop(&'static str);

impl Lessons {
    /// Reads a trajectory with the tools that its goal is offered now, in the order shown.
    ///
    /// A step is a sample if its call ran and the phone does not contradict it, the guard kept nothing from the model, and
    /// the call could be made with these tools today. What the model was told is what it was told then, but for calls
    /// that were rejected before they ran, which are not recorded. A record does not say which fields hide what is typed
    /// into them, only what a filled one looks like: an episode that shows one is left out whole, because what was typed
    /// stands in the history of every later step.
    #[must_use]
    pub fn of(trajectory: &Trajectory, tools: &[&ToolSpec]) -> Self {
        let mut lessons = Self::default();
        let steps = &trajectory.steps;
        if !trajectory.outcome.as_ref().is_some_and(|outcome| outcome.success) {
            lessons.leave("the episode did not succeed", steps.len());
        } else if steps.iter().any(|step| step.screen.contains(HIDDEN)) {
            lessons.leave("the episode shows a password field", steps.len());
        } else {
            let mut history = Vec::new();
            for (done, step) in steps.iter().enumerate() {
                if let Err(Stop(reason)) = lessons.read(trajectory, step, tools, &mut history) {
                    lessons.leave(reason, steps.len() - done);
                    break;
                }
            }
        }
        lessons
    }

    fn leave(&mut self, reason: &'static str, steps: usize) {
        if steps > 0 {
            *self.left_out.entry(reason).or_default() += steps;
        }
    }

    /// Adds what a step teaches, and the step to the history; where the next ones cannot be understood, it says why.
    fn read(
        &mut self,
        trajectory: &Trajectory,
        step: &StepRecord,
        tools: &[&ToolSpec],
        history: &mut Vec<Attempt>,
    ) -> Result<(), Stop> {
        if history.last().is_some_and(asks) {
            return Err(Stop("what the person answered before it is not recorded"));
        }
        let lines = step.screen.lines().map(str::parse::<Line>);
        let screen: Vec<Line> =
            lines.collect::<Result<_, _>>().map_err(|_| Stop("its screen cannot be read"))?;
        let result = step.result.clone().ok_or(Stop("it was interrupted"))?;
        match sample(trajectory, step, tools, history, &screen, &result) {
            Ok(sample) => self.samples.push(sample),
            Err(reason) => self.leave(reason, 1),
        }
        history.push(Attempt::new(step.call.clone(), &screen, result));
        Ok(())
    }
}

fn sample(
    trajectory: &Trajectory,
    step: &StepRecord,
    tools: &[&ToolSpec],
    history: &[Attempt],
    screen: &[Line],
    result: &StepResult,
) -> Result<Sample, &'static str> {
    match result {
        StepResult::Done { output: ToolOutput { evidence: Some(e), .. } } if !e.holds => {
            return Err("the phone did not confirm it");
        }
        StepResult::Done { .. } => {}
        StepResult::Failed { .. } | StepResult::Rejected { .. } => return Err("it did not work"),
    }
    if !step.withheld.is_empty() {
        return Err("the guard kept something from the model");
    }
    let tool = tools.iter().find(|tool| tool.name == step.call.tool);
    let tool = tool.ok_or("its tool is not offered for the request any more")?;
    if tool.parameters["properties"].as_object().is_none_or(|p| p.is_empty()) {
        return Err("its tool takes no arguments");
    }
    let goal = trajectory.task.goal.clone();
    let sample = Sample {
        id: format!("{}/{}", trajectory.episode.0, step.index),
        group: goal.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
        source: "memory".into(),
        license: "the person's own".into(),
        lesson: Lesson::Call,
        goal,
        tools: tools.iter().map(|&tool| tool.clone()).collect(),
        memories: recalled(step).ok_or("what was recalled cannot be read")?,
        history: history.to_vec(),
        screen: screen.to_vec(),
        call: step.call.clone(),
    };
    sample.check().map_err(|_| "its call cannot be made any more")?;
    Ok(sample)
}

/// Did it put a question to the person?
fn asks(attempt: &Attempt) -> bool {
    matches!(
        &attempt.result,
        StepResult::Done { output: ToolOutput { control: Some(Control::Ask { .. }), .. } }
    )
}

/// What stood in the prompt of earlier episodes; their ids and relevance did not.
fn recalled(step: &StepRecord) -> Option<Vec<Recall>> {
    let recall = |text: &String| {
        let (goal, calls): (String, Vec<Call>) = serde_json::from_str(text).ok()?;
        Some(Recall { episode: EpisodeId(0), goal, calls, score: 0.0 })
    };
    step.recalled.iter().map(recall).collect()
}

#[cfg(test)]
mod tests;
