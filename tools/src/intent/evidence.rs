//! Reading back what a call did.

use std::time::Duration;

use pocketpilot_core::tool::{Evidence, ToolError};

/// How often the phone's state is read until it is what the call wanted.
const TRIES: usize = 6;
/// Time between two reads: apps write their state after the screen has moved on.
const PAUSE: Duration = Duration::from_millis(400);

/// Reads until the state is as wanted, or reading has been tried often enough; the last reading
/// counts. `None` from a reading means that the state cannot be read at all.
pub(super) async fn read_back<F>(mut read: impl FnMut() -> F) -> Result<Option<Evidence>, ToolError>
where
    F: Future<Output = Result<Option<Evidence>, ToolError>>,
{
    let mut tries = 1;
    loop {
        match read().await? {
            Some(evidence) if !evidence.holds && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            last => return Ok(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// The holding of each reading in turn, `None` for an unreadable state.
    async fn outcome(readings: &[Option<bool>]) -> (Option<bool>, usize) {
        let count = Cell::new(0);
        let evidence = read_back(async || {
            let reading = readings.get(count.get()).copied().flatten();
            count.set(count.get() + 1);
            Ok(reading.map(|holds| Evidence { holds, fact: String::new() }))
        })
        .await
        .unwrap();
        (evidence.map(|e| e.holds), count.get())
    }

    #[tokio::test(start_paused = true)]
    async fn readings() {
        assert_eq!(outcome(&[Some(true)]).await, (Some(true), 1));
        assert_eq!(outcome(&[Some(false), Some(false), Some(true)]).await, (Some(true), 3));
        assert_eq!(outcome(&[None]).await, (None, 1));
        assert_eq!(outcome(&[Some(false); 9]).await, (Some(false), TRIES));
    }
}
