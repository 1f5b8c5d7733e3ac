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

use std::collections::BTreeSet;

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
    reserved: BTreeSet<String>,
}

impl Template {
    /// Reads the template of a model file.
    pub(crate) fn read(gguf: &Gguf, tokens: &Tokens) -> Result<Self, EngineError> {
        let source = gguf.text("tokenizer.chat_template");
        let chat = source.map(|source| environment(source.to_string())).transpose().map_err(|e| {
            gguf.error(format!("its chat template does not compile ({e}): use another model"))
        })?;
        let structural = |text: &str, kind| match kind {
            Kind::Control => true,
            Kind::Fixed => source.is_some_and(|source| source.contains(text)),
            Kind::Text | Kind::Unused => false,
        };
        let mut reserved: BTreeSet<String> = tokens
            .marks()
            .filter(|&(text, kind)| structural(text, kind))
            .map(|(text, _)| text.to_string())
            .collect();
        if chat.is_none() {
            reserved.extend([Role::System, Role::User, Role::Assistant].map(|role| heading(role).into()));
        }
        let (begin, end) = tokens.bounds();
        Ok(Self { chat, begin, end, reserved })
    }

    /// The whole prompt as text, ready for the model's answer.
    pub(crate) fn render(&self, prompt: &Prompt) -> Result<String, EngineError> {
        let turns: Vec<(Role, String)> = prompt.turns.iter().map(|turn| (turn.role, turn.text())).collect();
        for text in turns.iter().map(|(_, text)| text).chain([&prompt.answer_start]) {
            if let Some(mark) = self.reserved.iter().find(|mark| text.contains(mark.as_str())) {
                return Err(EngineError::Prompt(format!(
                    "its text holds {mark:?}, which this model takes for structure: remove it from the text"
                )));
            }
        }
        let mut text = match &self.chat {
            Some(chat) => self.chat(chat, &turns)?,
            None => plain(&turns),
        };
        text.push_str(&prompt.answer_start);
        Ok(text)
    }

    /// A text that ends an answer in the plain form: the heading of the next turn.
    pub(crate) fn stop(&self) -> Option<&'static str> {
        self.chat.is_none().then_some("\n### ")
    }

    fn chat(&self, chat: &Environment<'_>, turns: &[(Role, String)]) -> Result<String, EngineError> {
        let messages = turns.iter().map(|(role, content)| context! { role => role.as_str(), content });
        let values = context! {
            messages => messages.collect::<Vec<Value>>(),
            add_generation_prompt => true,
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
    text.extend([heading(Role::Assistant), "\n"]);
    text
}
