//! The second half of a step: may it run, run it, look again, record.

use serde_json::json;

use super::episode::{Episode, Pending, Phase};
use super::situation::Attempt;
use crate::consent::Ruling;
use crate::event::{Ending, Event};
use crate::memory::{StepRecord, StepResult};
use crate::screen::describe;
use crate::tool::{Control, Evidence, ToolContext, ToolError, ToolOutput};

impl Episode<'_> {
    pub(super) async fn authorize(&mut self, pending: Pending) {
        match self.parts.policy.rule(&pending.proposal) {
            Ruling::Allow => self.phase = Phase::Act(pending),
            Ruling::Refuse { why } => self.end(Ending::Refused, &why, None),
            Ruling::Ask { why } => {
                let digest = pending.proposal.digest();
                let agreed =
                    self.parts.consent.agree(&pending.proposal, &why).await.as_ref() == Some(&digest);
                self.events.push_back(Event::Asked { step: self.index, digest, why: why.clone(), agreed });
                if agreed {
                    self.phase = Phase::Act(pending);
                } else {
                    self.end(
                        Ending::Refused,
                        &format!("no consent to {}: {why}", pending.proposal.call.tool),
                        None,
                    );
                }
            }
        }
    }

    pub(super) async fn act(&mut self, pending: Pending) {
        let mut record = self.record_of(pending);
        if !self.record(&record) {
            return;
        }
        let result = match self.call(&record).await {
            Ok(result) => result,
            Err(ended) => return ended,
        };
        record.result = Some(result.clone());
        record.millis = self.step_started.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        if !self.record(&record) {
            return;
        }
        self.accept(Attempt::new(record.call.clone(), &self.lines, result.clone()));
        self.conclude(record, result).await;
    }

    /// Runs the call; `Err` if that ended the episode.
    async fn call(&mut self, record: &StepRecord) -> Result<StepResult, ()> {
        let name = &record.call.tool;
        let Some(tool) = self.parts.registry.get(name) else {
            return Ok(StepResult::Rejected { reason: format!("there is no tool `{name}`") });
        };
        let context = ToolContext { device: self.parts.device, screen: &self.screen };
        match tool.call(&record.call.arguments, context).await {
            Ok(output) => Ok(StepResult::Done { output }),
            Err(ToolError::Rejected(reason)) => Ok(StepResult::Rejected { reason }),
            Err(ToolError::Failed(reason)) => Ok(StepResult::Failed { reason }),
            Err(ToolError::Device(e)) => {
                self.lose_device(&e);
                Err(())
            }
        }
    }

    /// After the call: does it end or suspend the task, and did the screen change?
    async fn conclude(&mut self, record: StepRecord, result: StepResult) {
        let control = match &result {
            StepResult::Done { output } => output.control.clone(),
            _ => None,
        };
        let step = self.index;
        self.index += 1;
        let acted = |episode: &mut Self, progress: bool| {
            episode.idle = if progress { 0 } else { episode.idle + 1 };
            episode.events.push_back(Event::Acted {
                step,
                result: result.clone(),
                progress,
                millis: record.millis,
                usage: record.usage,
            });
        };
        match control {
            Some(Control::Finish { success, answer }) => {
                acted(self, true);
                self.finish(success, answer);
            }
            Some(Control::Ask { question }) => {
                acted(self, true);
                self.question(step, question).await;
            }
            None => match self.parts.device.observe().await {
                Ok(screen) => {
                    let progress = describe(&screen) != self.lines || screen.activity != self.screen.activity;
                    acted(self, progress);
                    self.show(screen);
                }
                Err(e) => self.lose_device(&e),
            },
        }
    }

    /// The model says that the task is over. What the phone's state contradicts is not believed.
    fn finish(&mut self, success: bool, answer: Option<String>) {
        let contradicted = self.history.iter().rev().find_map(|a| match &a.result {
            StepResult::Done { output: ToolOutput { evidence: Some(e), .. } } => Some(e),
            _ => None,
        });
        match contradicted {
            Some(Evidence { holds: false, fact }) if success => {
                let reason = format!("the phone does not show it: {fact}");
                self.end(Ending::Failed, &reason, answer);
            }
            _ if success => {
                let reason = self.verified().unwrap_or_else(|| "done, as far as the screen shows".into());
                self.end(Ending::Achieved, &reason, answer);
            }
            _ => self.end(Ending::Failed, answer.as_deref().unwrap_or("given up"), answer.clone()),
        }
    }

    async fn question(&mut self, step: usize, question: String) {
        let answer = self.parts.consent.answer(&question).await;
        self.events.push_back(Event::Questioned { step, question: question.clone(), answer: answer.clone() });
        let Some(answer) = answer else {
            return self.end(Ending::Refused, &format!("nobody answered: {question}"), None);
        };
        if let Some(asked) = self.history.last_mut() {
            asked.result = StepResult::Done { output: ToolOutput::text(answer) };
        }
        self.phase = Phase::Look;
    }

    fn record_of(&self, pending: Pending) -> StepRecord {
        StepRecord {
            index: self.index,
            package: pending.proposal.package,
            screen: self.lines.iter().map(|l| format!("{l}\n")).collect(),
            target: pending.proposal.target,
            recalled: self.memories.iter().map(|m| json!([m.goal, m.calls]).to_string()).collect(),
            withheld: pending.withheld,
            call: pending.proposal.call,
            result: None,
            usage: pending.usage,
            millis: 0,
        }
    }

    /// Makes the step durable; what cannot be recorded is not done.
    fn record(&mut self, record: &StepRecord) -> bool {
        let Some(id) = self.id else { return false };
        match self.parts.memory.record(id, record) {
            Ok(()) => true,
            Err(e) => {
                self.end(Ending::Unavailable, &e.to_string(), None);
                false
            }
        }
    }
}
