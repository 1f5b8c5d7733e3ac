//! How an episode goes on after a decision that cannot be used, and how it ends.

use super::decide::DecideError;
use super::episode::{Episode, Phase};
use super::progress::held;
use super::situation::Attempt;
use crate::device::DeviceError;
use crate::event::{Done, Ending, Event};
use crate::generate::EngineError;
use crate::memory::{Call, Outcome, StepResult};

impl Episode<'_> {
    pub(super) fn undecided(&mut self, call: Call, error: DecideError) {
        match error {
            DecideError::Blocked(blocked) => self.end(Ending::Refused, &blocked.to_string(), None),
            DecideError::Engine(EngineError::Cancelled) => {
                self.end(Ending::Interrupted, "stopped by the person", None);
            }
            DecideError::Engine(e) => self.end(Ending::Unavailable, &e.to_string(), None),
            DecideError::Unusable(reason) => self.reject(call, reason),
        }
    }

    /// Puts a call that cannot run into the history, so that the model can do better.
    pub(super) fn reject(&mut self, call: Call, reason: String) {
        self.rejections += 1;
        if self.rejections >= self.task.budget.rejections {
            let reason = format!("no usable call in {} tries, the last: {reason}", self.rejections);
            return self.end(Ending::Failed, &reason, None);
        }
        self.history.push(Attempt { call, target: None, result: StepResult::Rejected { reason } });
        self.phase = Phase::Select;
    }

    /// A call ran: the next rejection is the first again.
    pub(super) fn accept(&mut self, attempt: Attempt) {
        self.rejections = 0;
        self.history.push(attempt);
    }

    pub(super) fn lose_device(&mut self, error: &DeviceError) {
        self.end(Ending::Unavailable, &error.to_string(), None);
    }

    /// The task is done, by what the phone's own state shows, or by what a foreign tool answered to the same call.
    pub(super) fn fulfilled(&mut self, call: &Call) {
        match self.verified() {
            Some(fact) => self.end(Ending::Achieved, &fact, None),
            None => {
                let answer = self.history.iter().rfind(|a| a.call == *call).and_then(|a| match &a.result {
                    StepResult::Done { output } => Some(output.text.clone()),
                    _ => None,
                });
                self.end(Ending::Achieved, &format!("{} answered", call.tool), answer);
            }
        }
    }

    /// The latest fact that was read back from the phone and is as it should be.
    pub(super) fn verified(&self) -> Option<String> {
        self.history.iter().rfind(|a| held(a)).and_then(|a| match &a.result {
            StepResult::Done { output } => output.evidence.as_ref().map(|e| e.fact.clone()),
            _ => None,
        })
    }

    pub(super) fn end(&mut self, ending: Ending, reason: &str, answer: Option<String>) {
        let success = ending == Ending::Achieved;
        let mut reason = reason.to_owned();
        let outcome = Outcome { success, reason: reason.clone(), answer: answer.clone() };
        if let Some(Err(e)) = self.id.map(|id| self.parts.memory.finish(id, &outcome)) {
            reason = format!("{reason} ({e})");
        }
        self.events.push_back(Event::Done(Done {
            success,
            ending,
            reason,
            answer,
            steps: self.index,
            model_calls: self.model_calls,
            seconds: self.started.elapsed().as_secs_f64(),
            tokens: self.tokens,
        }));
        self.phase = Phase::Ended;
    }
}
