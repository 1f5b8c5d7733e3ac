//! Answers held to a form by llguidance, token by token.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use llguidance::api::TopLevelGrammar;
use llguidance::earley::{BiasComputer, ParserRecognizer};
use llguidance::toktrie::{
    InferenceCapabilities, SimpleVob, TokEnv, TokRxInfo, TokTrie, TokenId, TokenizerEnv,
};
use llguidance::{JsonCompileOptions, Matcher, ParserFactory};
use serde_json::Value;

use crate::engine::memory;
use crate::engine::tokens::{Kind, Tokens};
use crate::generate::{EngineError, Grammar};

/// Compiles grammars for one vocabulary.
pub(crate) struct Grammars {
    prepared: Result<Prepared, String>,
    preparing: Option<JoinHandle<Result<Prepared, String>>>,
}

struct Prepared {
    factory: ParserFactory,
    vocabulary: Arc<Vocabulary>,
}

impl fmt::Debug for Grammars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grammars").finish_non_exhaustive()
    }
}

/// How far one answer has come in its grammar.
pub(crate) struct Constraint {
    matcher: Matcher,
}

impl Grammars {
    /// Prepares a vocabulary, which takes up to a second for a large one, on a thread of its own: the weights are read
    /// meanwhile.
    pub(crate) fn prepare(tokens: Arc<Tokens>) -> Self {
        let preparing = std::thread::spawn(|| {
            let vocabulary = Arc::new(Vocabulary::empty(tokens));
            let env: TokEnv = vocabulary.clone();
            let mut factory = ParserFactory::new(&env, InferenceCapabilities::default(), &[])
                .map_err(|e| first_line(&e))?;
            factory.quiet();
            vocabulary.fill()?;
            memory::give_back();
            Ok(Prepared { factory, vocabulary })
        });
        Self { prepared: Err("the vocabulary cannot be prepared".into()), preparing: Some(preparing) }
    }

    /// Starts an answer; [`Grammar::Free`] has no constraint.
    pub(crate) fn start(&mut self, grammar: &Grammar) -> Result<Option<Constraint>, EngineError> {
        let grammar = match grammar {
            Grammar::Free => return Ok(None),
            Grammar::Choice(texts) => TopLevelGrammar::from_lark(choice(texts)?),
            Grammar::Schema(schema) => TopLevelGrammar::from_json_schema(compact(schema)?),
        };
        if let Some(Ok(prepared)) = self.preparing.take().map(JoinHandle::join) {
            self.prepared = prepared;
        }
        let Prepared { factory, vocabulary } =
            self.prepared.as_ref().map_err(|reason| EngineError::Grammar(reason.clone()))?;
        let mut matcher = Matcher::new(factory.create_parser(grammar).map(|mut parser| {
            parser.bias_computer = vocabulary.clone();
            parser
        }));
        match matcher.get_error() {
            Some(error) => Err(EngineError::Grammar(error.lines().next().unwrap_or_default().into())),
            None => {
                let _ = matcher.grammar_warnings();
                Ok(Some(Constraint { matcher }))
            }
        }
    }
}

impl Constraint {
    /// Tokens that must follow, whatever the model says.
    pub(crate) fn forced(&mut self) -> Vec<u32> {
        self.matcher.compute_ff_tokens()
    }

    /// The tokens that may follow, in ascending order.
    pub(crate) fn allowed(&mut self) -> Result<Vec<u32>, EngineError> {
        let mask: SimpleVob =
            self.matcher.compute_mask_or_eos().map_err(|e| EngineError::Grammar(first_line(&e)))?;
        Ok(mask.to_list())
    }

    /// Takes tokens as written.
    pub(crate) fn accept(&mut self, tokens: &[u32]) -> Result<(), EngineError> {
        self.matcher.consume_tokens(tokens).map_err(|e| EngineError::Grammar(first_line(&e)))
    }

    /// Is the answer complete, so that nothing may follow?
    pub(crate) fn is_complete(&self) -> bool {
        self.matcher.is_stopped()
    }
}

/// A Lark grammar of alternatives; Lark writes texts as JSON does, but for U+007F.
fn choice(texts: &[String]) -> Result<String, EngineError> {
    if texts.is_empty() || texts.iter().any(String::is_empty) {
        return Err(EngineError::Grammar("a choice needs texts that are not empty".into()));
    }
    let texts: Vec<String> = texts
        .iter()
        .map(|text| Value::from(text.as_str()).to_string().replace('\u{7f}', "\\u007f"))
        .collect();
    Ok(format!("start: CHOICE\nCHOICE: {}\n", texts.join(" | ")))
}

/// The schema with llguidance told to write no white space.
fn compact(schema: &Value) -> Result<Value, EngineError> {
    let mut schema = match schema {
        Value::Object(_) => schema.clone(),
        Value::Bool(true) => Value::Object(serde_json::Map::new()),
        _ => return Err(EngineError::Grammar("a schema is an object or true".into())),
    };
    JsonCompileOptions { whitespace_flexible: false, ..Default::default() }.apply_to(&mut schema);
    Ok(schema)
}

fn first_line(error: &impl fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().into()
}

/// The vocabulary as llguidance sees it.
///
/// A factory makes two more prefix trees of the vocabulary that it finds, for slices of it that are not used here. So it
/// finds an empty one; the one tree that every answer reads is filled in after.
struct Vocabulary {
    tokens: Arc<Tokens>,
    empty: TokTrie,
    trie: OnceLock<TokTrie>,
}

impl Vocabulary {
    fn empty(tokens: Arc<Tokens>) -> Self {
        let empty = TokTrie::from(&TokRxInfo::new(1, 0), &[vec![TokTrie::SPECIAL_TOKEN_MARKER]]);
        Self { tokens, empty, trie: OnceLock::new() }
    }

    fn fill(&self) -> Result<(), String> {
        let tokens = &self.tokens;
        let size = u32::try_from(tokens.len()).map_err(|_| "too many tokens")?;
        let words: Vec<Vec<u8>> = (0..size)
            .map(|token| match tokens.kind(token) {
                Kind::Text | Kind::Fixed => tokens.bytes(token).to_vec(),
                Kind::Control => [&[TokTrie::SPECIAL_TOKEN_MARKER], tokens.bytes(token)].concat(),
                Kind::Unused => Vec::new(),
            })
            .collect();
        let info = TokRxInfo::new(size, tokens.ends()[0]);
        self.trie.get_or_init(|| TokTrie::from(&info, &words).with_eos_tokens(tokens.ends()));
        Ok(())
    }
}

impl TokenizerEnv for Vocabulary {
    fn tok_trie(&self) -> &TokTrie {
        self.trie.get().unwrap_or(&self.empty)
    }

    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<TokenId> {
        self.tok_trie().tokenize_with_greedy_fallback(bytes, |text| self.tokens.encode(text))
    }
}

impl BiasComputer for Vocabulary {
    fn compute_bias(&self, recognizer: &mut ParserRecognizer<'_>, start: &[u8]) -> SimpleVob {
        let mut allowed = self.trie().alloc_token_set();
        self.trie().add_bias(recognizer, &mut allowed, start);
        allowed
    }

    fn trie(&self) -> &TokTrie {
        self.tok_trie()
    }
}
