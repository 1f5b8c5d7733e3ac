//! What came of asking the planner's [`Decider`](pocketpilot_core::planner::Decider) once.

use pocketpilot_core::generate::EngineError;
use pocketpilot_core::planner::{DecideError, Decided};

use crate::EvalError;

/// A decision, or why there is none. No decision is a wrong answer, not the end of a run.
pub(crate) type Decision<T> = Result<T, String>;

/// Tells failures of one case from failures of the whole run.
///
/// # Errors
/// [`EvalError::Cancelled`], or [`EvalError::Model`] if the engine fails in a way that the next case would
/// not change.
pub(crate) fn decision<T>(result: Result<Decided<T>, DecideError>) -> Result<Decision<T>, EvalError> {
    match result {
        Ok(decided) => Ok(Ok(decided.value)),
        Err(DecideError::Engine(EngineError::Cancelled)) => Err(EvalError::Cancelled),
        Err(DecideError::Engine(
            e @ (EngineError::TooLong { .. } | EngineError::Prompt(_) | EngineError::Grammar(_)),
        )) => Ok(Err(e.to_string())),
        Err(DecideError::Engine(e)) => Err(EvalError::Model(e.to_string())),
        Err(e @ (DecideError::Blocked(_) | DecideError::Unusable(_))) => Ok(Err(e.to_string())),
    }
}
