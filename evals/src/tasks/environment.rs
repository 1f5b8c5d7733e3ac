//! The phone under a task, reached as everybody reaches a phone: ADB's shell and the emulator's
//! console.

use std::time::Duration;

use pocketpilot_core::device::Device;

use super::console::Console;
use crate::EvalError;

/// The state that every task starts from.
const SNAPSHOT: &str = "pocketpilot_evals";

/// Apps that tasks use. They are ended before a task begins, so that each opens at its first page.
const APPS: &[&str] = &[
    "com.google.android.deskclock",
    "com.google.android.contacts",
    "com.google.android.apps.messaging",
    "com.google.android.calendar",
    "com.google.android.dialer",
    "com.google.android.apps.maps",
    "com.android.chrome",
    "com.android.settings",
];

/// How long a phone may take to come back from a snapshot.
const RETURN_TRIES: usize = 120;
const RETURN_PAUSE: Duration = Duration::from_millis(500);

/// A phone and its console.
pub struct Environment<'a> {
    /// The phone.
    pub device: &'a dyn Device,
    console: Option<Console>,
    /// What makes a command run as root: nothing, or `su 0 `.
    root: &'static str,
    snapshots: bool,
}

impl std::fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").field("device", &self.device.serial()).finish_non_exhaustive()
    }
}

impl<'a> Environment<'a> {
    /// Takes hold of a phone, and keeps its state as a snapshot if the console can.
    ///
    /// # Errors
    /// [`EvalError`] if it does not answer, or gives no root: checks read the apps' own databases.
    pub async fn open(device: &'a dyn Device, console: Option<Console>) -> Result<Self, EvalError> {
        let mut root = None;
        for prefix in ["", "su 0 "] {
            if device.shell(&format!("{prefix}id -u")).await?.text.trim() == "0" {
                root = Some(prefix);
                break;
            }
        }
        let root = root.ok_or_else(|| EvalError::Environment {
            what: format!("phone {}: root", device.serial()),
            reason: "refused; use the virtual phone or an emulator image without the Play Store".into(),
        })?;
        let snapshots = match &console {
            None => false,
            Some(console) => console.command(&format!("avd snapshot save {SNAPSHOT}")).await.is_ok(),
        };
        Ok(Self { device, console, root, snapshots })
    }

    /// Brings the phone back to where it was opened, if it has snapshots, with no app open.
    ///
    /// # Errors
    /// [`EvalError`] if the phone does not come back.
    pub async fn reset(&self) -> Result<(), EvalError> {
        if let (true, Some(console)) = (self.snapshots, &self.console) {
            console.command(&format!("avd snapshot load {SNAPSHOT}")).await?;
            self.wait_until_back().await?;
        }
        self.leave_apps().await
    }

    /// Ends the apps and shows the launcher.
    ///
    /// # Errors
    /// [`EvalError`] if the phone does not answer.
    pub async fn leave_apps(&self) -> Result<(), EvalError> {
        let stop: Vec<String> = APPS.iter().map(|app| format!("am force-stop {app}")).collect();
        self.device.shell(&stop.join("; ")).await?;
        self.device.shell("input keyevent KEYCODE_HOME").await?;
        Ok(())
    }

    async fn wait_until_back(&self) -> Result<(), EvalError> {
        let mut tries = 1;
        loop {
            match self.device.observe().await {
                Ok(_) => return Ok(()),
                Err(error) if tries >= RETURN_TRIES => return Err(error.into()),
                Err(_) => tokio::time::sleep(RETURN_PAUSE).await,
            }
            tries += 1;
        }
    }

    /// Runs a shell command that must work.
    ///
    /// # Errors
    /// [`EvalError::Environment`] with what it said.
    pub async fn shell(&self, command: &str) -> Result<String, EvalError> {
        let output = self.device.shell(command).await?;
        // `am`, `content` and `cmd` tell of most errors in words only.
        let complaint = output.text.lines().find(|l| l.trim_start().starts_with("Error"));
        if output.status == 0 && complaint.is_none() {
            return Ok(output.text);
        }
        let said = complaint.or_else(|| output.text.lines().next()).unwrap_or("nothing");
        Err(EvalError::Environment {
            what: format!("phone {}: `{command}`", self.device.serial()),
            reason: format!("it ended with status {} and said: {said}", output.status),
        })
    }

    /// Lets a message come in.
    ///
    /// # Errors
    /// [`EvalError::Environment`] if there is no console, or it refuses.
    pub async fn receive_sms(&self, from: &str, text: &str) -> Result<(), EvalError> {
        let console = self.console.as_ref().ok_or_else(|| EvalError::Environment {
            what: format!("phone {}: incoming message", self.device.serial()),
            reason: "no console is known; give the emulator's console port".into(),
        })?;
        console.command(&format!("sms send {from} {text}")).await.map(drop)
    }

    /// Rows of the first of several databases that is there; none if no database is. Columns are
    /// separated by `|`, so a query wraps those that hold free text in `hex()`.
    ///
    /// # Errors
    /// [`EvalError::Environment`] if the query fails.
    pub async fn select(&self, databases: &[&str], sql: &str) -> Result<Vec<Vec<String>>, EvalError> {
        let Some(database) = self.existing(databases).await? else { return Ok(Vec::new()) };
        let text = self.shell(&self.sqlite("-readonly ", database, sql)).await?;
        Ok(text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect())
    }

    /// Changes the first of several databases that is there.
    ///
    /// # Errors
    /// [`EvalError::Environment`] if none is there, or the statement fails.
    pub async fn execute(&self, databases: &[&str], sql: &str) -> Result<(), EvalError> {
        let database = self.existing(databases).await?.ok_or_else(|| EvalError::Environment {
            what: format!("phone {}: {}", self.device.serial(), databases.join(" or ")),
            reason: "there is no such database".into(),
        })?;
        self.shell(&self.sqlite("", database, sql)).await.map(drop)
    }

    /// Reads a file; `None` if it is not there.
    ///
    /// # Errors
    /// [`EvalError::Device`].
    pub async fn read(&self, path: &str) -> Result<Option<String>, EvalError> {
        let output = self.device.shell(&format!("{}cat {}", self.root, quote(path))).await?;
        Ok((output.status == 0).then_some(output.text))
    }

    fn sqlite(&self, options: &str, database: &str, sql: &str) -> String {
        format!("{}sqlite3 {options}{} {}", self.root, quote(database), quote(sql))
    }

    async fn existing<'p>(&self, paths: &[&'p str]) -> Result<Option<&'p str>, EvalError> {
        for path in paths {
            if self.device.shell(&format!("{}ls {}", self.root, quote(path))).await?.status == 0 {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}

/// A word of a shell command line, whatever it holds.
pub(super) fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// What `hex()` of sqlite wrote; what is no UTF-8 is replaced.
pub(super) fn unhex(hex: &str) -> String {
    let digits: Vec<u8> = hex.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted() {
        assert_eq!(quote("it's $(late)"), r"'it'\''s $(late)'");
    }

    #[test]
    fn hex_is_read_back() {
        assert_eq!(unhex("C384207C"), "Ä |");
        assert_eq!(unhex(""), "");
        assert_eq!(unhex("zz4"), "");
    }
}
