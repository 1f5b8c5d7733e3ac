//! Where a grammar leaves few tokens only their logits are computed, and nothing else changes.

use candle_core::quantized::GgmlDType;
use pocketpilot_core::generate::{Grammar, Sampling};

use crate::ask::{Ask, FREE};
use crate::fixture::{ARCHITECTURES, Fixture, Random};

const PROMPT: &str = "<|im_start|>user\nthe ant<|im_end|>\n<|im_start|>assistant\n";

/// Letters, each a token of every fixture.
fn letters(random: &mut Random, count: usize) -> Vec<String> {
    let mut letters: Vec<char> = ('A'..='Z').chain('a'..='z').collect();
    (0..count).map(|_| letters.swap_remove(random.next() as usize % letters.len()).to_string()).collect()
}

#[test]
fn a_choice_is_the_likeliest_of_its_tokens() {
    let mut random = Random(5);
    for architecture in ARCHITECTURES {
        for format in [GgmlDType::F32, GgmlDType::Q8_0, GgmlDType::Q4_1] {
            let mut engine = Fixture { format, ..Fixture::new(architecture) }.load();
            let prompt = engine.tokenize_prompt(PROMPT);
            let logits = engine.logits(&prompt, None).unwrap();
            for count in [2, 5, 20, 52] {
                let letters = letters(&mut random, count);
                let logit = |letter: &String| {
                    let token = logits[engine.tokenize(letter)[0] as usize];
                    // SentencePiece's vocabulary also has a token for every byte, after six others.
                    let byte =
                        (architecture == "gemma3").then(|| logits[6 + usize::from(letter.as_bytes()[0])]);
                    byte.map_or(token, |byte| token.max(byte))
                };
                let best = letters.iter().max_by(|a, b| logit(a).total_cmp(&logit(b))).unwrap().clone();
                let grammar = Grammar::Choice(letters);
                let sampling = Sampling::GREEDY;
                let answer = Ask { grammar: &grammar, sampling, ..FREE }.of(&mut engine, "the ant").unwrap();
                assert_eq!(answer.text, best, "{architecture} {format:?} among {count}");
            }
        }
    }
}

#[test]
fn a_decided_answer_costs_no_forward_pass() {
    let mut engine = Fixture::new("llama").load();
    let grammar = Grammar::Choice(vec!["the inn".into()]);
    let answer = Ask { grammar: &grammar, ..FREE }.of(&mut engine, "the ant").unwrap();
    assert_eq!((answer.text.as_str(), answer.usage.prefilled), ("the inn", 0));
}
