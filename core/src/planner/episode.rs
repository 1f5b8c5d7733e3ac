//! One running task, as a state machine that yields the events of [`crate::event`].

use std::collections::VecDeque;
use std::time::Instant;

use super::decide::{DecideError, Decided, Decider};
use super::elements::target;
use super::parts::Parts;
use super::progress::{Standing, is_encore, standing};
use super::provenance::{origin, says};
use super::situation::{Attempt, Offered, Situation};
use crate::consent::Proposal;
use crate::event::{Ending, Event};
use crate::generate::{Sampling, Usage};
use crate::guard::{Gate, Withheld};
use crate::memory::{Call, EpisodeId, Recall};
use crate::prompt::{Origin, Prompt, Role, Span};
use crate::screen::{Line, Screen, describe};
use crate::task::Task;

/// Earlier episodes shown to the model.
const MEMORIES: usize = 2;

/// The tool that puts a question to the person.
pub(super) const ASK: &str = "ask";

/// A call on its way from the model to the phone.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) proposal: Proposal,
    pub(super) withheld: Vec<Withheld>,
    pub(super) usage: Usage,
}

/// What happens next.
#[derive(Debug)]
pub(super) enum Phase {
    Start,
    Look,
    Select,
    Argue { tool: String, withheld: Vec<Withheld>, usage: Usage },
    Authorize(Pending),
    Act(Pending),
    Ended,
}

/// One running task. Call [`Episode::step`] until it gives `None`.
#[derive(Debug)]
pub struct Episode<'a> {
    pub(super) parts: Parts<'a>,
    pub(super) task: Task,
    pub(super) id: Option<EpisodeId>,
    tools: Vec<Offered<'a>>,
    pub(super) memories: Vec<Recall>,
    pub(super) history: Vec<Attempt>,
    pub(super) screen: Screen,
    pub(super) lines: Vec<Line>,
    pub(super) phase: Phase,
    pub(super) events: VecDeque<Event>,
    pub(super) index: usize,
    pub(super) idle: usize,
    pub(super) rejections: usize,
    pub(super) model_calls: usize,
    pub(super) tokens: Usage,
    pub(super) started: Instant,
    pub(super) step_started: Instant,
}

impl<'a> Episode<'a> {
    /// An episode that has not begun.
    pub fn new(task: Task, parts: Parts<'a>) -> Self {
        Self {
            parts,
            task,
            id: None,
            tools: Vec::new(),
            memories: Vec::new(),
            history: Vec::new(),
            screen: Screen::default(),
            lines: Vec::new(),
            phase: Phase::Start,
            events: VecDeque::new(),
            index: 0,
            idle: 0,
            rejections: 0,
            model_calls: 0,
            tokens: Usage::default(),
            started: Instant::now(),
            step_started: Instant::now(),
        }
    }

    /// Its number in memory, once it has begun.
    pub fn id(&self) -> Option<EpisodeId> {
        self.id
    }

    /// The next event; `None` after [`Event::Done`].
    pub async fn step(&mut self) -> Option<Event> {
        while self.events.is_empty() {
            if matches!(self.phase, Phase::Ended) {
                return None;
            }
            if self.parts.cancel.is_cancelled() {
                self.end(Ending::Interrupted, "stopped by the person", None);
                continue;
            }
            match std::mem::replace(&mut self.phase, Phase::Ended) {
                Phase::Start => self.start(),
                Phase::Look => self.look().await,
                Phase::Select => self.select(),
                Phase::Argue { tool, withheld, usage } => self.argue(&tool, withheld, usage),
                Phase::Authorize(pending) => self.authorize(pending).await,
                Phase::Act(pending) => self.act(pending).await,
                Phase::Ended => {}
            }
        }
        self.events.pop_front()
    }

    fn start(&mut self) {
        self.events.push_back(Event::Started {
            goal: self.task.goal.clone(),
            model: self.parts.engine.model().to_owned(),
            device: self.parts.device.serial().to_owned(),
        });
        // Before anything is read or remembered: a request that may not be served touches nothing.
        let mut request = Prompt::default();
        request.push(Role::User, vec![Span::new(Origin::User, &self.task.goal)]);
        if let Err(blocked) = Gate::new(self.parts.guard).clear(request, self.parts.engine.marks()) {
            return self.end(Ending::Refused, &blocked.to_string(), None);
        }
        if let Err(e) = self.recall() {
            return self.end(Ending::Unavailable, &e, None);
        }
        if !self.memories.is_empty() {
            self.events.push_back(Event::Recalled { step: 0, memories: self.memories.clone() });
        }
        self.phase = Phase::Look;
    }

    fn recall(&mut self) -> Result<(), String> {
        let parts = &self.parts;
        self.memories = parts.memory.recall(&self.task.goal, MEMORIES).map_err(|e| e.to_string())?;
        self.id = Some(parts.memory.begin(&self.task).map_err(|e| e.to_string())?);
        self.tools = parts
            .candidates
            .pick(parts.encoder, parts.registry.specs(), &self.task.goal)
            .map_err(|e| e.to_string())?;
        Ok(())
    }

    async fn look(&mut self) {
        match self.parts.device.observe().await {
            Ok(screen) => self.show(screen),
            Err(e) => self.lose_device(&e),
        }
    }

    /// Takes a screen as the one that the next decision is made on.
    pub(super) fn show(&mut self, screen: Screen) {
        self.lines = describe(&screen);
        self.screen = screen;
        self.step_started = Instant::now();
        if self.index >= self.task.budget.steps {
            let reason = format!("not done within {} steps", self.index);
            return self.end(Ending::Failed, &reason, None);
        }
        self.events.push_back(Event::Observed {
            step: self.index,
            package: self.screen.package.clone(),
            activity: self.screen.activity.clone(),
            screen: self.lines.iter().map(|l| format!("{l}\n")).collect(),
        });
        self.phase = Phase::Select;
    }

    fn select(&mut self) {
        match self.decide(|decider, situation| decider.select(situation)) {
            Ok(Decided { value: tool, withheld, usage }) => {
                if !withheld.is_empty() {
                    self.events.push_back(Event::Withheld { step: self.index, spans: withheld.clone() });
                }
                let candidates =
                    self.situation().choices().map(|offered| offered.tool.name.clone()).collect();
                self.events.push_back(Event::Selected { step: self.index, tool: tool.clone(), candidates });
                self.phase = Phase::Argue { tool, withheld, usage };
            }
            Err(e) => self.undecided(Call { tool: String::new(), arguments: serde_json::Value::Null }, e),
        }
    }

    fn argue(&mut self, tool: &str, withheld: Vec<Withheld>, spent: Usage) {
        let bare = Call { tool: tool.to_owned(), arguments: serde_json::json!({}) };
        let Some(spec) = self.tools.iter().map(|offered| offered.tool).find(|t| t.name == tool) else {
            return self.reject(bare, format!("there is no tool `{tool}`"));
        };
        let decided = match self.decide(|decider, situation| decider.arguments(situation, spec)) {
            Ok(decided) => decided,
            Err(e) => return self.undecided(bare, e),
        };
        let call = decided.value;
        if let Err(reason) = self.parts.registry.validate(tool, &call.arguments) {
            return self.reject(call, reason);
        }
        if tool == ASK && says(&call.arguments, &self.task.goal) {
            return self.reject(call, "this is the request itself: do it, or answer it".into());
        }
        match standing(&call, &self.history, self.idle, spec.foreign) {
            Standing::Fresh => {}
            Standing::Fulfilled => return self.fulfilled(&call),
            Standing::Stuck => return self.reject(call, "this was just done and changed nothing".into()),
        }
        let origin = origin(&call.arguments, &self.situation());
        if is_encore(&call, spec.effect, origin, &self.history) {
            return self.fulfilled(&call);
        }
        let target = target(&call.arguments, &self.lines).map(ToString::to_string);
        self.events.push_back(Event::Proposed {
            step: self.index,
            call: call.clone(),
            effect: spec.effect,
            target: target.clone(),
        });
        let proposal = Proposal {
            call,
            effect: spec.effect,
            package: self.screen.package.clone(),
            target,
            origin,
            goal: self.task.goal.clone(),
        };
        let mut usage = spent;
        usage += decided.usage;
        self.phase = Phase::Authorize(Pending { proposal, withheld, usage });
    }

    /// Asks the model, counting what it costs.
    fn decide<T>(
        &mut self,
        ask: impl FnOnce(&mut Decider<'_>, &Situation<'_>) -> Result<Decided<T>, DecideError>,
    ) -> Result<Decided<T>, DecideError> {
        let situation = Situation {
            goal: &self.task.goal,
            tools: &self.tools,
            memories: &self.memories,
            history: &self.history,
            screen: &self.lines,
        };
        let mut decider = Decider {
            engine: self.parts.engine,
            gate: Gate::new(self.parts.guard),
            adapters: self.parts.adapters,
            sampling: Sampling { seed: self.task.seed, ..Sampling::GREEDY },
            max_tokens: self.task.budget.answer_tokens,
            cancel: &self.parts.cancel,
        };
        let decided = blocking(|| ask(&mut decider, &situation));
        self.model_calls += 1;
        if let Ok(decided) = &decided {
            self.tokens += decided.usage;
        }
        decided
    }

    fn situation(&self) -> Situation<'_> {
        Situation {
            goal: &self.task.goal,
            tools: &self.tools,
            memories: &self.memories,
            history: &self.history,
            screen: &self.lines,
        }
    }
}

/// Runs a long computation without stalling the other tasks of a multi-threaded runtime, such as
/// a virtual phone in the same process.
fn blocking<T>(f: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|h| h.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(f),
        _ => f(),
    }
}
