//! Activities started with `am start`.

use pocketpilot_core::device::Device;
use pocketpilot_core::tool::ToolError;

use crate::device::shell::quote;

/// An intent on its way to the phone.
pub(crate) struct Intent(String);

impl Intent {
    /// An implicit intent by its action.
    pub(crate) fn action(action: &str) -> Self {
        Self::start(&format!("-a {}", quote(action)))
    }

    /// The activity itself: `pkg/.Act`.
    pub(crate) fn component(component: &str) -> Self {
        Self::start(&format!("-n {}", quote(component)))
    }

    /// `-W` waits until the activity is drawn, so that the next look at the screen sees it.
    fn start(what: &str) -> Self {
        Self(format!("am start -W {what}"))
    }

    pub(crate) fn data(self, uri: &str) -> Self {
        Self(format!("{} -d {}", self.0, quote(uri)))
    }

    pub(crate) fn mime(self, mime: &str) -> Self {
        Self(format!("{} -t {}", self.0, quote(mime)))
    }

    pub(crate) fn text(self, key: &str, value: &str) -> Self {
        Self(format!("{} --es {} {}", self.0, quote(key), quote(value)))
    }

    pub(crate) fn int(self, key: &str, value: i64) -> Self {
        Self(format!("{} --ei {} {value}", self.0, quote(key)))
    }

    /// An extra of Java's type `long`, as times in milliseconds are.
    pub(crate) fn long(self, key: &str, value: i64) -> Self {
        Self(format!("{} --el {} {value}", self.0, quote(key)))
    }

    /// An extra of Java's type `ArrayList<Integer>`.
    pub(crate) fn ints(self, key: &str, values: &[i64]) -> Self {
        let list: Vec<String> = values.iter().map(i64::to_string).collect();
        Self(format!("{} --eial {} {}", self.0, quote(key), list.join(",")))
    }

    pub(crate) fn flag(self, key: &str, value: bool) -> Self {
        Self(format!("{} --ez {} {value}", self.0, quote(key)))
    }

    /// Starts the activity; gives the package of the one that showed, if the phone says which.
    ///
    /// # Errors
    /// [`ToolError::Failed`] with the phone's own words if no app takes the intent.
    pub(crate) async fn send(self, device: &dyn Device) -> Result<Option<String>, ToolError> {
        let output = device.shell(&self.0).await?;
        match complaint(&output.text) {
            Some(reason) => Err(ToolError::Failed(reason)),
            None if output.status != 0 => {
                Err(ToolError::Failed(format!("`am start` ended with status {}", output.status)))
            }
            None => Ok(shown(&output.text)),
        }
    }
}

/// The package in `Activity: com.android.chrome/.Main`; none if the system's own chooser came up.
fn shown(said: &str) -> Option<String> {
    let component = said.lines().find_map(|line| line.trim().strip_prefix("Activity: "))?;
    let (package, _) = component.split_once('/')?;
    (package != "android").then(|| package.to_owned())
}

/// `am` reports most errors in words only.
fn complaint(said: &str) -> Option<String> {
    const LENGTH: usize = 200;
    let line = said.lines().map(str::trim).find(|line| line.starts_with("Error"))?;
    Some(line.chars().take(LENGTH).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines() {
        let intent = Intent::action("android.intent.action.SENDTO")
            .data("smsto:+1 2")
            .text("sms_body", "it's $(late)")
            .int("n", -1)
            .ints("days", &[2, 3])
            .flag("ui", true);
        assert_eq!(
            intent.0,
            "am start -W -a 'android.intent.action.SENDTO' -d 'smsto:+1 2' --es 'sms_body' 'it'\\''s $(late)' \
             --ei 'n' -1 --eial 'days' 2,3 --ez 'ui' true"
        );
    }

    #[test]
    fn what_showed() {
        let said =
            |activity: &str| format!("Starting: Intent {{ act=a }}\nStatus: ok\n{activity}\nTotalTime: 9");
        assert_eq!(shown(&said("Activity: com.android.chrome/.Main")).as_deref(), Some("com.android.chrome"));
        assert_eq!(shown(&said("Activity: android/com.android.internal.app.ResolverActivity")), None);
        assert_eq!(shown(&said("Activity: null")), None);
    }

    #[track_caller]
    fn check(said: &str, expected: Option<&str>) {
        assert_eq!(complaint(said).as_deref(), expected);
    }

    #[test]
    fn complaints() {
        check("Starting: Intent { act=a }\nStatus: ok\nComplete\n", None);
        check("Starting: Intent { act=a }\nError type 3\nError: no such class", Some("Error type 3"));
        check(
            "Warning: Activity not started, its current task has been brought to the front\nStatus: ok",
            None,
        );
    }
}
