//! What the planner does with the engine, on the default model.

use pocketpilot_core::generate::{Finish, Grammar};
use serde_json::{Value, json};

use crate::ask::{Ask, FREE};
use crate::models;

#[test]
fn a_question_is_answered_and_its_prefix_reused() {
    let Some(mut engine) = models::load("qwen2.5-coder-0.5b") else { return };
    let question = "What is the capital of France? Answer with one word.";
    let answer = FREE.of(&mut engine, question).unwrap();
    assert!(answer.text.contains("Paris") && answer.finish == Finish::Stop, "{answer:?}");

    let tools = Grammar::Choice(["set_alarm", "send_sms", "open_app"].map(String::from).into());
    let schema = json!({"type": "object", "properties": {"hour": {"type": "integer", "minimum": 0, "maximum": 23},
        "minute": {"type": "integer", "minimum": 0, "maximum": 59}}, "required": ["hour", "minute"],
        "additionalProperties": false});
    let request = "Set an alarm for 7:30. Tools: set_alarm, send_sms, open_app.";
    let tool = Ask { grammar: &tools, ..FREE }.of(&mut engine, request).unwrap();
    assert_eq!(tool.text, "set_alarm");
    let call = Ask { grammar: &Grammar::Schema(schema), ..FREE }.of(&mut engine, request).unwrap();
    let value: Value = serde_json::from_str(&call.text).unwrap();
    assert_eq!(value, json!({"hour": 7, "minute": 30}));
    assert!(call.usage.prefilled == 1 && call.usage.reused > 30, "{:?}", call.usage);
}

#[test]
fn a_base_model_continues_the_plain_form() {
    let Some(mut engine) = models::load("gemma3-270m") else { return };
    let answer = FREE.of(&mut engine, "Name the capital of France.").unwrap();
    assert!(!answer.text.contains("###"), "{answer:?}");
}
