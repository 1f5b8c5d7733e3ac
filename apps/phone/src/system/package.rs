//! Which packages there are, and which of their activities answers an intent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::app::{Activity, Manifest};
use super::intent::{Component, Intent};
use crate::apps::chooser;
use crate::files::Files;

/// Where changes to the factory's packages are kept.
const CHANGES: &str = "/data/system/packages.json";

/// Packages without a screen that clients look for.
pub(crate) const BACKGROUND: [&str; 10] = [
    "android",
    "com.android.providers.calendar",
    "com.android.providers.contacts",
    "com.android.providers.downloads",
    "com.android.providers.media",
    "com.android.providers.settings",
    "com.android.providers.telephony",
    "com.android.shell",
    "com.android.systemui",
    crate::ui::keyboard::PACKAGE,
];

/// Changes since the phone left the factory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Changes {
    disabled: BTreeSet<String>,
    removed: BTreeSet<String>,
    installed: BTreeMap<String, String>,
    permissions: BTreeMap<String, BTreeMap<String, bool>>,
}

/// The packages.
#[derive(Debug, Clone)]
pub struct Packages {
    files: Files,
    apps: Arc<[Arc<Manifest>]>,
    changes: Changes,
}

/// Where an intent leads.
#[derive(Debug, Clone)]
pub struct Target {
    /// The app.
    pub app: Arc<Manifest>,
    /// Its activity.
    pub activity: Activity,
}

impl Target {
    /// Package and class.
    pub fn component(&self) -> Component {
        Component { package: self.app.package.clone(), class: self.activity.name.clone() }
    }
}

impl Packages {
    /// The packages of a disk, with these apps.
    pub fn load(files: &Files, apps: Arc<[Arc<Manifest>]>) -> Packages {
        let changes = files.read(CHANGES).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Packages { files: files.clone(), apps, changes: changes.unwrap_or_default() }
    }

    fn save(&self) {
        let written = serde_json::to_vec_pretty(&self.changes).map(|bytes| self.files.write(CHANGES, &bytes));
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!(path = CHANGES, "cannot keep the package table");
        }
    }

    /// Names of all packages, sorted.
    pub fn names(&self) -> Vec<String> {
        let apps = self.apps.iter().map(|app| app.package.as_str());
        let mut names: BTreeSet<String> = apps.chain(BACKGROUND).map(str::to_owned).collect();
        names.retain(|name| !self.changes.removed.contains(name));
        names.extend(self.changes.installed.keys().cloned());
        names.into_iter().collect()
    }

    /// There is such a package.
    pub fn exists(&self, package: &str) -> bool {
        // Asked for every app on every screen of the launcher: no list is made for it.
        let ours = || BACKGROUND.contains(&package) || self.apps.iter().any(|app| app.package == package);
        self.changes.installed.contains_key(package) || (!self.changes.removed.contains(package) && ours())
    }

    /// It came with the phone.
    pub fn is_system(&self, package: &str) -> bool {
        let added = self.apps.iter().any(|app| app.package == package && !app.system);
        !added && !self.changes.installed.contains_key(package)
    }

    /// It is there and not disabled.
    pub fn is_enabled(&self, package: &str) -> bool {
        self.exists(package) && !self.changes.disabled.contains(package)
    }

    /// Enables or disables a package.
    pub fn enable(&mut self, package: &str, enabled: bool) {
        if enabled {
            self.changes.disabled.remove(package);
        } else {
            self.changes.disabled.insert(package.to_owned());
        }
        self.save();
    }

    /// Removes a package; `false` if there is none of that name.
    pub fn uninstall(&mut self, package: &str) -> bool {
        let there = self.exists(package);
        if there && self.changes.installed.remove(package).is_none() {
            self.changes.removed.insert(package.to_owned());
        }
        self.changes.permissions.remove(package);
        self.save();
        there
    }

    /// Records a package that was installed, with the path of its APK; one of ours that was removed comes back.
    pub fn install(&mut self, package: &str, apk: &str) {
        let ours = self.apps.iter().any(|app| app.package == package) || BACKGROUND.contains(&package);
        self.changes.removed.remove(package);
        if !ours {
            self.changes.installed.insert(package.to_owned(), apk.to_owned());
        }
        self.save();
    }

    /// The path of a package's APK.
    pub fn apk(&self, package: &str) -> String {
        match self.changes.installed.get(package) {
            Some(path) => path.clone(),
            None if package == "android" => "/system/framework/framework-res.apk".to_owned(),
            None => {
                let app = self.app(package);
                let label = app.map_or(package, |app| &app.label);
                let name: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
                let place = if self.is_system(package) { "system" } else { "data" };
                format!("/{place}/app/{name}/{name}.apk")
            }
        }
    }

    /// Linux user id of a package.
    pub fn uid(&self, package: &str) -> u32 {
        let apps =
            |system| self.apps.iter().filter(move |app| app.system == system).map(|app| app.package.as_str());
        let all = apps(true).chain(BACKGROUND).chain(apps(false));
        match all.chain(self.changes.installed.keys().map(String::as_str)).position(|name| name == package) {
            Some(_) if package == "android" => 1000,
            Some(at) => 10_100 + u32::try_from(at).unwrap_or(0),
            None => 10_000,
        }
    }

    /// A permission was granted; those an app asks for are granted at the factory.
    pub fn granted(&self, package: &str, permission: &str) -> bool {
        let asked = self.app(package).is_some_and(|app| app.permissions.contains(&permission));
        let changed = self.changes.permissions.get(package).and_then(|known| known.get(permission));
        changed.copied().unwrap_or(asked)
    }

    /// Permissions that a package asks for or was granted, sorted, with whether it has them.
    pub fn permissions(&self, package: &str) -> BTreeMap<String, bool> {
        let asked = self.app(package).map_or(&[][..], |app| app.permissions);
        let mut all: BTreeMap<String, bool> = asked.iter().map(|name| ((*name).to_owned(), true)).collect();
        all.extend(self.changes.permissions.get(package).cloned().unwrap_or_default());
        all
    }

    /// Grants or revokes a permission.
    pub fn grant(&mut self, package: &str, permission: &str, granted: bool) {
        let known = self.changes.permissions.entry(package.to_owned()).or_default();
        known.insert(permission.to_owned(), granted);
        self.save();
    }

    /// Apps that are there and not disabled.
    pub fn apps(&self) -> impl Iterator<Item = &Arc<Manifest>> {
        self.apps.iter().filter(|app| self.is_enabled(&app.package))
    }

    /// Every app that this phone knows, removed and disabled ones, too.
    pub fn known(&self) -> &Arc<[Arc<Manifest>]> {
        &self.apps
    }

    /// The app of a package, if it is there and not disabled.
    pub fn app(&self, package: &str) -> Option<&Arc<Manifest>> {
        self.apps().find(|app| app.package == package)
    }

    /// All activities that answer an intent, the preferred first.
    pub fn query(&self, intent: &Intent) -> Vec<Target> {
        let apps = self.apps().filter(|app| {
            let named =
                intent.component.as_ref().map(|component| &component.package).or(intent.package.as_ref());
            named.is_none_or(|package| *package == app.package)
        });
        let all = apps.flat_map(|app| app.activities.iter().map(move |activity| (app, activity)));
        all.filter(|(_, activity)| match &intent.component {
            Some(component) => activity.name == component.class,
            None => activity.filters.iter().any(|filter| filter.matches(intent)),
        })
        .map(|(app, activity)| Target { app: Arc::clone(app), activity: activity.clone() })
        .collect()
    }

    /// The activity that answers an intent. What several apps take that is sent to none of them goes to the sheet that
    /// asks the person.
    pub fn resolve(&self, intent: &Intent) -> Option<Target> {
        let mut found = self.query(intent);
        let asks = intent.is("android.intent.action.SEND") && intent.package.is_none() && found.len() > 1;
        if asks && let Some(sheet) = self.app(chooser::PACKAGE) {
            let activity = sheet.activities.first()?.clone();
            return Some(Target { app: Arc::clone(sheet), activity });
        }
        (!found.is_empty()).then(|| found.swap_remove(0))
    }

    /// The activity that the launcher starts.
    pub fn launch_target(&self, package: &str) -> Option<Target> {
        self.resolve(&Intent::launch(package))
    }
}
