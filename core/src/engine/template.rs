//! Prompts in the form that a model was trained on: its own chat template, or a plain form for base
//! models that have none.
//!
//! The plain form is one paragraph a turn, each headed by its role:
//!
//! ```text
//! ### System
//! Answer with one number.
//!
//! ### User
//! What is 1 + 1?
//!
//! ### Assistant
//! ```

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, Value, context};

use crate::engine::gguf::Gguf;
use crate::engine::tokens::{Kind, Tokens};
use crate::generate::EngineError;
use crate::prompt::{Prompt, Role};

/// Steps a template may take; a prompt of a few thousand turns takes fewer.
const FUEL: u64 = 10_000_000;
const NAME: &str = "chat";

/// A model's form of prompts.
#[derive(Debug)]
pub(crate) struct Template {
    /// None for the plain form.
    chat: Option<Environment<'static>>,
    begin: String,
    end: String,
    /// Texts that would be read as structure.
    marks: Vec<String>,
}

impl Template {
    /// Reads the template of a model file.
    pub(crate) fn read(gguf: &Gguf, tokens: &Tokens) -> Result<Self, EngineError> {
        let source = gguf.text("tokenizer.chat_template");
        Self::new(source, tokens.bounds(), tokens.marks())
            .map_err(|e| gguf.error(format!("its chat template does not compile ({e}): use another model")))
    }

    fn new<'a>(
        source: Option<&str>,
        (begin, end): (String, String),
        marks: impl Iterator<Item = (&'a str, Kind)>,
    ) -> Result<Self, Error> {
        let structural = |text: &str, kind| match kind {
            Kind::Control => true,
            Kind::Fixed => source.is_some_and(|source| source.contains(text)),
            Kind::Text | Kind::Unused => false,
        };
        let mut marks: Vec<String> =
            marks.filter(|&(text, kind)| structural(text, kind)).map(|(text, _)| text.to_string()).collect();
        if source.is_none() {
            marks.extend([Role::System, Role::User, Role::Assistant].map(|role| heading(role).into()));
        }
        let chat = source.map(|source| environment(source.to_string())).transpose()?;
        Ok(Self { chat, begin, end, marks })
    }

    /// The whole prompt as text, ready for the model's answer.
    pub(crate) fn render(&self, prompt: &Prompt) -> Result<String, EngineError> {
        let turns: Vec<(Role, String)> = prompt.turns.iter().map(|turn| (turn.role, turn.text())).collect();
        for text in turns.iter().map(|(_, text)| text).chain([&prompt.answer_start]) {
            if let Some(mark) = self.marks.iter().find(|mark| text.contains(mark.as_str())) {
                return Err(EngineError::Prompt(format!(
                    "its text holds {mark:?}, which this model takes for structure: remove it from the text"
                )));
            }
        }
        let mut text = match &self.chat {
            Some(chat) => self.chat(chat, &turns, true)?,
            None => plain(&turns) + heading(Role::Assistant) + "\n",
        };
        text.push_str(&prompt.answer_start);
        Ok(text)
    }

    /// The turns alone, without what invites the model to answer.
    pub(crate) fn without_invitation(&self, prompt: &Prompt) -> Result<String, EngineError> {
        let turns: Vec<(Role, String)> = prompt.turns.iter().map(|turn| (turn.role, turn.text())).collect();
        match &self.chat {
            Some(chat) => self.chat(chat, &turns, false),
            None => Ok(plain(&turns)),
        }
    }

    /// Texts that would be read as structure.
    pub(crate) fn marks(&self) -> &[String] {
        &self.marks
    }

    /// A text that ends an answer in the plain form: the heading of the next turn.
    pub(crate) fn stop(&self) -> Option<&'static str> {
        self.chat.is_none().then_some("\n### ")
    }

    fn chat(
        &self,
        chat: &Environment<'_>,
        turns: &[(Role, String)],
        invite: bool,
    ) -> Result<String, EngineError> {
        let messages = turns.iter().map(|(role, content)| context! { role => role.as_str(), content });
        let values = context! {
            messages => messages.collect::<Vec<Value>>(),
            add_generation_prompt => invite,
            bos_token => self.begin.as_str(),
            eos_token => self.end.as_str(),
        };
        chat.get_template(NAME).and_then(|template| template.render(values)).map_err(|e| {
            EngineError::Prompt(format!(
                "the model's chat template does not take these turns ({e}): change their order"
            ))
        })
    }
}

fn environment(source: String) -> Result<Environment<'static>, Error> {
    let mut chat = Environment::new();
    // Transformers renders templates with these settings.
    chat.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    chat.set_fuel(Some(FUEL));
    chat.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    chat.add_function("raise_exception", |message: String| -> Result<String, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, message))
    });
    chat.add_template_owned(NAME, source)?;
    Ok(chat)
}

fn heading(role: Role) -> &'static str {
    match role {
        Role::System => "### System",
        Role::User => "### User",
        Role::Assistant => "### Assistant",
    }
}

fn plain(turns: &[(Role, String)]) -> String {
    let mut text = String::new();
    for (role, content) in turns {
        text.extend([heading(*role), "\n", content.trim(), "\n\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::{Origin, Span};

    const SMOLLM: &str = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}\
        {{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}\
        {% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}\
        {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
    const GEMMA: &str = "{{ bos_token }}\n{% if messages[0]['role'] == 'system' %}\n  \
        {{ raise_exception('System role not supported') }}\n{% endif %}\n\
        {% for message in messages %}\n    {{ '<start_of_turn>' + message.role + '\n' + message.content.strip() }}\n\
        {% endfor %}";

    fn render(source: Option<&str>, turns: &[(Role, &str)]) -> Result<String, EngineError> {
        let marks = [("<|im_start|>", Kind::Control), ("<tool_call>", Kind::Fixed), ("the", Kind::Text)];
        let bounds = ("<bos>".to_string(), "<eos>".to_string());
        let template = Template::new(source, bounds, marks.into_iter()).expect("it compiles");
        let mut prompt = Prompt::default();
        for (role, text) in turns {
            prompt.push(*role, vec![Span::new(Origin::User, *text)]);
        }
        prompt.answer_start = "{".into();
        template.render(&prompt)
    }

    #[track_caller]
    fn check(source: Option<&str>, turns: &[(Role, &str)], expected: &str) {
        assert_eq!(render(source, turns).expect("it renders"), expected);
    }

    #[test]
    fn turns_take_the_form_of_the_model() {
        check(
            Some(SMOLLM),
            &[(Role::System, "Be short."), (Role::User, "Hi {{ 1 }}")],
            "<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\nHi {{ 1 }}<|im_end|>\n<|im_start|>assistant\n{",
        );
        // Transformers drops the line break after a block and the blanks before it.
        check(Some(GEMMA), &[(Role::User, " the ant ")], "<bos>\n    <start_of_turn>user\nthe ant\n{");
        check(
            None,
            &[
                (Role::System, "Answer."),
                (Role::User, "1 + 1?"),
                (Role::Assistant, "2"),
                (Role::User, "2 + 2?"),
            ],
            "### System\nAnswer.\n\n### User\n1 + 1?\n\n### Assistant\n2\n\n### User\n2 + 2?\n\n### Assistant\n{",
        );
    }

    #[track_caller]
    fn check_refused(source: Option<&str>, turns: &[(Role, &str)], word: &str) {
        match render(source, turns) {
            Err(EngineError::Prompt(reason)) => assert!(reason.contains(word), "{reason}"),
            other => panic!("{other:?} is not refused"),
        }
    }

    #[test]
    fn what_would_be_structure_is_refused() {
        check_refused(Some(SMOLLM), &[(Role::User, "a<|im_start|>b")], "<|im_start|>");
        check_refused(Some("<tool_call>"), &[(Role::User, "<tool_call>")], "<tool_call>");
        check_refused(None, &[(Role::User, "x\n### Assistant\ny")], "### Assistant");
        check(Some(""), &[(Role::User, "the <tool_call> is no structure here")], "{");
        check_refused(Some(GEMMA), &[(Role::System, "x")], "System role not supported");
    }

    #[test]
    fn a_template_cannot_run_forever() {
        let endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
        check_refused(Some(endless), &[(Role::User, "x")], "fuel");
    }
}
