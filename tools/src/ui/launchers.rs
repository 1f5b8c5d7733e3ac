//! The apps that a phone can start, and which of them a person means by a name.

use strsim::jaro_winkler;

/// Prints every launchable activity.
pub(super) const QUERY: &str =
    "cmd package query-activities -a android.intent.action.MAIN -c android.intent.category.LAUNCHER";

/// Below this likeness (0 to 1) two names are not the same app.
const ALIKE: f64 = 0.88;

/// What people call the apps of these packages; the first is the name that they are shown under.
const EVERYDAY_NAMES: &[(&str, &[&str])] = &[
    ("calculator2", &["calculator"]),
    ("chrome", &["chrome", "browser", "web", "internet"]),
    ("contacts", &["contacts", "people", "address book"]),
    ("deskclock", &["clock", "alarms", "timer", "stopwatch"]),
    ("dialer", &["phone", "telephone"]),
    ("documentsui", &["files", "file manager", "downloads"]),
    ("gm", &["gmail", "mail", "email"]),
    ("googlequicksearchbox", &["google", "google search"]),
    ("messaging", &["messages", "sms", "text messages", "texts"]),
    ("mms", &["messages", "sms"]),
    ("photos", &["photos", "gallery", "pictures"]),
    ("settings", &["settings", "preferences", "system settings"]),
    ("vending", &["play store", "app store", "store"]),
];

/// Parts of package names that name no app.
const NO_NAMES: &[&str] = &["android", "app", "apps", "com", "de", "google", "io", "mobile", "net", "org"];

/// An app with an entry in the launcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Launcher {
    /// `com.android.settings/com.android.settings.Settings`
    pub(super) component: String,
    package: String,
    /// The app's own label, where it is no resource that only the phone can look up.
    label: Option<String>,
}

impl Launcher {
    /// The app's name for a person.
    pub(super) fn name(&self) -> String {
        self.label.clone().unwrap_or_else(|| {
            let last = self.package.rsplit('.').find(|part| !NO_NAMES.contains(part));
            let last = last.unwrap_or(&self.package);
            EVERYDAY_NAMES
                .iter()
                .find(|(package, _)| *package == last)
                .and_then(|(_, names)| names.first().copied())
                .unwrap_or(last)
                .to_owned()
        })
    }

    /// How well a name fits, from 0 to 1; the name is in lower case.
    fn likeness(&self, name: &str) -> f64 {
        let label = self.label.iter().map(|l| l.to_lowercase());
        let parts = self.package.split('.').filter(|part| !NO_NAMES.contains(part)).map(str::to_lowercase);
        let everyday = EVERYDAY_NAMES
            .iter()
            .filter(|(package, _)| self.package.split('.').any(|part| part == *package))
            .flat_map(|(_, names)| names.iter().map(|&n| n.to_owned()));
        label
            .chain([self.package.to_lowercase()])
            .chain(parts)
            .chain(everyday)
            .map(|known| jaro_winkler(&known, name))
            .fold(0.0, f64::max)
    }
}

/// Reads an answer to [`QUERY`]: of each activity a line `name=`, then `packageName=`, then perhaps
/// `... nonLocalizedLabel=LABEL icon=...`; of the app inside it the same again, indented deeper.
pub(super) fn parse(answer: &str) -> Vec<Launcher> {
    let mut found: Vec<Launcher> = Vec::new();
    for activity in answer.split("Activity #").skip(1) {
        let value = |key: &str| activity.lines().find_map(|line| line.trim_start().strip_prefix(key));
        let (Some(name), Some(package)) = (value("name="), value("packageName=")) else { continue };
        let label = activity
            .lines()
            .filter_map(|line| line.split_once("nonLocalizedLabel="))
            .map(|(_, rest)| rest.rsplit_once(" icon=").map_or(rest, |(label, _)| label).trim())
            .find(|label| !label.is_empty() && *label != "null");
        let launcher = Launcher {
            component: format!("{}/{}", package.trim(), name.trim()),
            package: package.trim().to_owned(),
            label: label.map(str::to_owned),
        };
        if !found.contains(&launcher) {
            found.push(launcher);
        }
    }
    found
}

/// The app that a person means by a name.
pub(super) fn find<'a>(launchers: &'a [Launcher], name: &str) -> Option<&'a Launcher> {
    let name = name.trim().to_lowercase();
    let name = name.strip_prefix("the ").unwrap_or(&name);
    let name = name.strip_suffix(" app").unwrap_or(name);
    let mut best: Option<(f64, &Launcher)> = None;
    for launcher in launchers {
        let likeness = launcher.likeness(name);
        // The first of equals, so that the answer does not depend on anything but the list.
        if likeness >= ALIKE && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, launcher));
        }
    }
    best.map(|(_, launcher)| launcher)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Android 14 prints it, shortened.
    const ANSWER: &str = "\
3 activities found:
Activity #0:
  priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=false
  ActivityInfo:
    name=com.android.deskclock.DeskClock
    packageName=com.google.android.deskclock
    labelRes=0x7f1200f7 nonLocalizedLabel=null icon=0x7f0f0001 banner=0x0
    ApplicationInfo:
      name=com.android.deskclock.DeskClockApplication
      packageName=com.google.android.deskclock
Activity #1:
  ActivityInfo:
    name=.Main
    packageName=org.example.notes
    labelRes=0x0 nonLocalizedLabel=My Notes icon=0x0 banner=0x0
Activity #2:
  ActivityInfo:
    name=com.android.settings.Settings
    packageName=com.android.settings
    labelRes=0x7f120001 nonLocalizedLabel=null icon=0x7f0f0002 banner=0x0
Activity #3:
  nothing of use
";

    #[test]
    fn answers() {
        let launchers = parse(ANSWER);
        let components: Vec<_> = launchers.iter().map(|l| l.component.as_str()).collect();
        assert_eq!(
            components,
            [
                "com.google.android.deskclock/com.android.deskclock.DeskClock",
                "org.example.notes/.Main",
                "com.android.settings/com.android.settings.Settings",
            ]
        );
        let names: Vec<_> = launchers.iter().map(Launcher::name).collect();
        assert_eq!(names, ["clock", "My Notes", "settings"]);
        assert_eq!(parse("No activities found"), []);
    }

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        let launchers = parse(ANSWER);
        assert_eq!(find(&launchers, name).map(|l| l.package.as_str()), expected, "{name}");
    }

    #[test]
    fn names() {
        check("Clock", Some("com.google.android.deskclock"));
        check("the clock app", Some("com.google.android.deskclock"));
        check("alarm", Some("com.google.android.deskclock"));
        check("Setings", Some("com.android.settings"));
        check("My Notes", Some("org.example.notes"));
        check("notes", Some("org.example.notes"));
        check("com.android.settings", Some("com.android.settings"));
        check("Spotify", None);
        check("", None);
    }
}
