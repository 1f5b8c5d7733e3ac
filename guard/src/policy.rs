//! The policy: effect x origin x app gives allow, ask or refuse, by rules that a person can edit.

use std::path::Path;

use pocketpilot_core::consent::{Policy, Proposal, Ruling};
use pocketpilot_core::prompt::Origin;
use pocketpilot_core::tool::Effect;
use serde::Deserialize;

use crate::Error;

const DEFAULT: &str = include_str!("policy/default.toml");

/// Rules in the order in which they are tried. [`Rules::default`] are the ones that
/// `policy/default.toml` explains.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    #[serde(rename = "rule", default)]
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    effect: Option<Vec<Effect>>,
    origin: Option<Vec<Origin>>,
    app: Option<Vec<String>>,
    then: Then,
    why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Then {
    Allow,
    Ask,
    Refuse,
}

impl Rules {
    /// Rules from a file in the form of `policy/default.toml`.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Policy`], which says where the mistake is.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::file(path, e))?;
        Self::parse(&text).map_err(|e| match e {
            Error::Policy(why) => Error::Policy(format!("{}: {why}", path.display())),
            other => other,
        })
    }

    /// Rules from TOML text.
    ///
    /// # Errors
    /// [`Error::Policy`], which says where the mistake is.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let rules: Self = toml::from_str(text).map_err(|e| Error::Policy(e.to_string()))?;
        let inner_star = |app: &&String| app.trim_end_matches('*').contains('*') || app.ends_with("**");
        match rules.rules.iter().flat_map(|r| r.app.iter().flatten()).find(inner_star) {
            Some(app) => {
                Err(Error::Policy(format!("app {app:?}: one * at the end is all that is understood")))
            }
            None => Ok(rules),
        }
    }

    /// The shipped rules as text, for a person to start from.
    pub fn default_text() -> &'static str {
        DEFAULT
    }
}

impl Default for Rules {
    /// The shipped rules. Were they broken, which a test forbids, there would be no rules, and
    /// everything would be asked about.
    fn default() -> Self {
        Self::parse(DEFAULT).unwrap_or(Self { rules: Vec::new() })
    }
}

impl Policy for Rules {
    fn rule(&self, proposal: &Proposal) -> Ruling {
        let trusted = is_trusted(proposal.origin);
        let effect = if trusted { proposal.effect } else { raised(proposal.effect) };
        let found = self.rules.iter().find(|r| r.matches(effect, proposal.origin, &proposal.package));
        let because = |why: Option<&String>, otherwise: &str| {
            let why = why.map_or(otherwise, |w| w);
            // A raised effect is not what the call does: only where its words come from says why it is asked.
            if trusted { why } else { source_of(proposal.origin) }.to_owned()
        };
        match found {
            None => Ruling::Ask { why: because(None, "no rule speaks of it") },
            Some(rule) => match rule.then {
                Then::Refuse => Ruling::Refuse { why: because(rule.why.as_ref(), "a rule forbids it") },
                Then::Allow if effect <= Effect::Send => Ruling::Allow,
                Then::Allow => Ruling::Ask { why: because(rule.why.as_ref(), "this is always asked about") },
                Then::Ask => Ruling::Ask { why: because(rule.why.as_ref(), "a rule wants it asked") },
            },
        }
    }
}

impl Rule {
    fn matches(&self, effect: Effect, origin: Origin, package: &str) -> bool {
        let app = |pattern: &String| match pattern.strip_suffix('*') {
            Some(start) => package.starts_with(start),
            None => package == pattern,
        };
        self.effect.as_ref().is_none_or(|e| e.contains(&effect))
            && self.origin.as_ref().is_none_or(|o| o.contains(&origin))
            && self.app.as_ref().is_none_or(|a| a.iter().any(app))
    }
}

/// Whether nobody else can have planted the words. The model's own may be wrong, but it is asked to find words; what was
/// read somewhere may be an attack.
fn is_trusted(origin: Origin) -> bool {
    matches!(origin, Origin::User | Origin::System | Origin::Model)
}

fn raised(effect: Effect) -> Effect {
    match effect {
        Effect::Read => Effect::Write,
        Effect::Write => Effect::Send,
        Effect::Send => Effect::Spend,
        Effect::Spend => Effect::Delete,
        Effect::Delete | Effect::System => Effect::System,
    }
}

fn source_of(origin: Origin) -> &'static str {
    match origin {
        Origin::System | Origin::User => "its details are yours",
        Origin::Screen => "its details were read on the screen, not said by you",
        Origin::Tool => "its details come from a tool, not from you",
        Origin::Memory => "its details come from memory, not from you",
        Origin::Model => "its details are the model's own words",
    }
}

#[cfg(test)]
mod tests;
