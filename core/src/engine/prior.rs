//! What is known of a choice's texts beside what the model says of them.

use crate::generate::Grammar;

/// The texts of a choice, and in nats how likely each is among those of which something is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prior<'a> {
    texts: &'a [String],
    nats: &'a [Option<f32>],
}

impl<'a> Prior<'a> {
    /// None where nothing is known.
    pub(crate) fn new(grammar: &'a Grammar, nats: &'a [Option<f32>]) -> Option<Self> {
        match grammar {
            Grammar::Choice(texts) if texts.len() == nats.len() => Some(Self { texts, nats }),
            _ => None,
        }
    }

    /// Changes the logits of the tokens that may follow what is written: within those that lead to a text of which
    /// something is known, each by the likeliest of its texts, and all of them so that their probability together stays. A
    /// token without bytes ends the answer.
    pub(crate) fn lean<'t>(
        &self,
        written: &[u8],
        tokens: impl Iterator<Item = &'t [u8]>,
        logits: &mut [f32],
    ) {
        let known: Vec<(usize, f32)> =
            tokens.enumerate().filter_map(|(i, token)| Some((i, self.of(written, token)?))).collect();
        let mass = |logits: &[f32]| {
            let top = known.iter().map(|&(i, _)| logits[i]).fold(f32::NEG_INFINITY, f32::max);
            top + known.iter().map(|&(i, _)| (logits[i] - top).exp()).sum::<f32>().ln()
        };
        let before = mass(logits);
        known.iter().for_each(|&(i, nats)| logits[i] += nats);
        let change = before - mass(logits);
        known.iter().for_each(|&(i, _)| logits[i] += change);
    }

    /// The largest of the texts that begin with what is written and this token.
    fn of(&self, written: &[u8], token: &[u8]) -> Option<f32> {
        let leads = |text: &&String| {
            let rest = text.as_bytes().strip_prefix(written);
            rest.is_some_and(|rest| if token.is_empty() { rest.is_empty() } else { rest.starts_with(token) })
        };
        let known = self.texts.iter().zip(self.nats).filter(|(text, _)| leads(text));
        known.filter_map(|(_, nats)| *nats).reduce(f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(nats: &[Option<f32>], written: &str, tokens: &[&str], expected: &[f32]) {
        let texts = ["find_bus", "find_car", "finish", "book"].map(String::from).into();
        let grammar = Grammar::Choice(texts);
        // Even odds.
        let mut logits = vec![0.0; tokens.len()];
        let prior = Prior::new(&grammar, nats).unwrap();
        prior.lean(written.as_bytes(), tokens.iter().map(|t| t.as_bytes()), &mut logits);
        let odds: Vec<f32> = logits.iter().map(|l| l.exp()).collect();
        assert!(odds.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-4), "{odds:?}");
    }

    #[test]
    fn what_is_known_divides_the_probability_of_those_it_is_known_of() {
        let three = 3f32.ln();
        let nats = [Some(0.0), Some(three), None, None];
        check(&nats, "find_", &["bus", "car"], &[0.5, 1.5]);
        check(&nats, "", &["find", "fin", "book"], &[1.0, 1.0, 1.0]);
        check(&[Some(0.0), Some(three), None, Some(0.0)], "", &["find_", "fini", "book"], &[1.5, 1.0, 0.5]);
        check(&[Some(three), None, None, Some(0.0)], "find_bus", &["", "stop"], &[1.0, 1.0]);
        check(&[None; 4], "find_", &["bus", "car"], &[1.0, 1.0]);
        // Even odds stay, however large the numbers are.
        check(&[Some(-500.0), Some(-500.0), None, None], "find_", &["bus", "car"], &[1.0, 1.0]);
    }

    #[test]
    fn other_answers_have_no_prior() {
        assert!(Prior::new(&Grammar::Free, &[]).is_none());
        assert!(Prior::new(&Grammar::Choice(vec!["a".into()]), &[]).is_none());
    }
}
