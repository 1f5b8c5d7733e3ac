//! Policy and consent: what may happen by itself, what is asked about, what never happens.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::memory::Call;
use crate::prompt::Origin;
use crate::tool::Effect;

/// A call that is about to run, with all that the policy and the person need to judge it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Proposal {
    /// The call.
    pub call: Call,
    /// The tool's effect.
    pub effect: Effect,
    /// Package in front.
    pub package: String,
    /// The element it points at, as the model read it.
    pub target: Option<String>,
    /// The least trusted origin that the arguments' texts were found in.
    pub origin: Origin,
    /// The person's request.
    pub goal: String,
}

/// SHA-256 over (tool, arguments, target element, package), in hex. Change one and it is another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digest(String);

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Proposal {
    /// What consent is bound to.
    pub fn digest(&self) -> Digest {
        let what =
            serde_json::json!([self.call.tool, sorted(&self.call.arguments), self.target, self.package]);
        let hash = Sha256::digest(what.to_string());
        Digest(hash.iter().map(|b| format!("{b:02x}")).collect())
    }
}

/// Keys in order, so that the same arguments have one digest however they were written.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_by_key(|(k, _)| k.as_str());
            Value::Object(keys.into_iter().map(|(k, v)| (k.clone(), sorted(v))).collect())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// What a policy says of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Ruling {
    /// It may run.
    Allow,
    /// The person decides.
    Ask {
        /// Why it is asked.
        why: String,
    },
    /// It may not run, whoever says so.
    Refuse {
        /// Why.
        why: String,
    },
}

/// Rules over effect, origin and app.
pub trait Policy: Send + Sync {
    /// Judges a proposal; total, so that nothing falls through.
    fn rule(&self, proposal: &Proposal) -> Ruling;
}

/// Whoever can say yes.
#[async_trait]
pub trait Consent: Send + Sync {
    /// Returns the digest that was agreed to, or `None` for no. The planner runs the call only if
    /// the digest is that of the call it is about to run.
    async fn agree(&self, proposal: &Proposal, why: &str) -> Option<Digest>;

    /// Puts the model's question to the person; `None` when nobody answers.
    async fn answer(&self, question: &str) -> Option<String>;
}

/// Says no to everything: for runs that nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Never;

#[async_trait]
impl Consent for Never {
    async fn agree(&self, _: &Proposal, _: &str) -> Option<Digest> {
        None
    }

    async fn answer(&self, _: &str) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn proposal() -> Proposal {
        Proposal {
            call: Call { tool: "send_sms".into(), arguments: json!({"to": "Ana", "message": "hi"}) },
            effect: Effect::Send,
            package: "com.example".into(),
            target: Some("<button id=1>Send</button>".into()),
            origin: Origin::User,
            goal: "say hi to Ana".into(),
        }
    }

    #[test]
    fn the_digest_changes_with_everything_that_consent_covers() {
        let base = proposal().digest();
        let changes: [fn(&mut Proposal); 5] = [
            |p| p.call.tool = "call".into(),
            |p| p.call.arguments = json!({"to": "Ana", "message": "hi!"}),
            |p| p.target = Some("<button id=2>Send</button>".into()),
            |p| p.target = None,
            |p| p.package = "com.other".into(),
        ];
        for change in changes {
            let mut changed = proposal();
            change(&mut changed);
            assert_ne!(changed.digest(), base, "{changed:?}");
        }
    }

    #[test]
    fn the_digest_does_not_depend_on_how_arguments_were_written() {
        let mut other = proposal();
        other.call.arguments = json!({"message": "hi", "to": "Ana"});
        assert_eq!(other.digest(), proposal().digest());
        assert_eq!(other.digest().to_string().len(), 64);
    }
}
