//! The two questions that a decision puts to the model. Training asks them with the same words.

use serde_json::json;

use super::arguments::schema_for;
use super::prompts;
use super::situation::Situation;
use crate::generate::Grammar;
use crate::prompt::Prompt;
use crate::tool::ToolSpec;

/// Nats for each unit of nearness to the goal, by which tools are the likelier: of tools that it was not trained on, a small
/// model knows less than the encoder does.
const LEAN: f32 = 30.0;

/// A prompt, and what its answer may look like.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Up to where the model goes on.
    pub(crate) prompt: Prompt,
    /// What the answer may look like.
    pub(crate) grammar: Grammar,
    /// What is known of the answers beside what the model says; see [`crate::generate::Request`].
    pub(crate) prior: Vec<Option<f32>>,
}

impl Question {
    /// Which tool? The answer is its name. A `trained` model is asked without worked examples.
    pub(crate) fn selection(situation: &Situation<'_>, trained: bool) -> Self {
        let mut prompt = prompts::prompt(situation, trained);
        prompt.answer_start = r#"{"tool":""#.into();
        let choices = || situation.choices();
        let names = choices().map(|offered| offered.tool.name.clone()).collect();
        let prior = choices().map(|offered| Some(LEAN * offered.nearness?)).collect();
        Self { prompt, grammar: Grammar::Choice(names), prior }
    }

    /// Which arguments of `tool`? The prompt is that of [`Self::selection`] but for the start of the answer. None if
    /// nothing on the screen fits the tool.
    pub(crate) fn arguments(situation: &Situation<'_>, tool: &ToolSpec, trained: bool) -> Option<Self> {
        let schema = schema_for(tool, situation.screen)?;
        let mut prompt = prompts::prompt(situation, trained);
        prompt.answer_start = format!(r#"{{"tool":{},"arguments":"#, json!(tool.name));
        Some(Self { prompt, grammar: Grammar::Schema(schema), prior: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::Offered;
    use crate::tool::Effect;

    fn tool() -> ToolSpec {
        ToolSpec {
            name: "set_alarm".into(),
            description: "Sets an alarm.".into(),
            parameters: json!({"type": "object", "properties": {"time": {"type": "string"}}}),
            effect: Effect::Write,
            foreign: false,
            examples: Vec::new(),
        }
    }

    #[test]
    fn a_nearer_tool_is_likelier_and_one_that_was_not_compared_stays_as_it_is() {
        let (tool, other) = (tool(), ToolSpec { name: "tap".into(), ..tool() });
        let tools = [Offered { tool: &tool, nearness: Some(0.5) }, (&other).into()];
        let situation =
            Situation { goal: "wake me at 7", tools: &tools, memories: &[], history: &[], screen: &[] };
        assert_eq!(Question::selection(&situation, true).prior, [Some(LEAN * 0.5), None]);
    }

    #[test]
    fn both_questions_share_their_prompt_and_a_trained_model_needs_no_examples() {
        let tool = tool();
        let situation = Situation {
            goal: "wake me at 7",
            tools: &[(&tool).into()],
            memories: &[],
            history: &[],
            screen: &[],
        };
        for (trained, turns) in [(true, 2), (false, 14)] {
            let selection = Question::selection(&situation, trained);
            let arguments = Question::arguments(&situation, &tool, trained).unwrap();
            assert_eq!(selection.prompt.turns, arguments.prompt.turns);
            assert_eq!(selection.prompt.turns.len(), turns);
        }
    }
}
