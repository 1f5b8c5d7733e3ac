//! `dumpsys package`: one package, or all.

use std::fmt::Write;

use crate::system::System;

/// When the phone was made.
const INSTALLED: &str = "2026-01-15 08:00:00";

pub(super) fn dump(system: &System, name: &str) -> String {
    let packages = &system.services.packages;
    let wanted: Vec<String> =
        packages.names().into_iter().filter(|known| name.is_empty() || known == name).collect();
    if wanted.is_empty() {
        return format!("Dexopt state:\n  Unable to find package: {name}\n");
    }
    let mut out = String::new();
    if let Some(app) = packages.app(name) {
        out.push_str("Activity Resolver Table:\n  Non-Data Actions:\n");
        for activity in &app.activities {
            for filter in &activity.filters {
                for action in filter.actions {
                    let _ = writeln!(
                        out,
                        "      {action}:\n        1a2b3c {}/{} filter 4d5e6f",
                        app.package, activity.name
                    );
                    let _ = writeln!(out, "          Action: \"{action}\"");
                    for category in filter.categories {
                        let _ = writeln!(out, "          Category: \"{category}\"");
                    }
                }
            }
        }
    }
    out.push_str("Packages:\n");
    for name in wanted {
        let uid = packages.uid(&name);
        let version = packages.app(&name).map_or("1.0", |app| &app.version);
        let flags = if packages.is_system(&name) {
            "SYSTEM HAS_CODE ALLOW_CLEAR_USER_DATA"
        } else {
            "HAS_CODE ALLOW_CLEAR_USER_DATA"
        };
        let enabled = if packages.is_enabled(&name) { 0 } else { 3 };
        let apk = packages.apk(&name);
        let _ = write!(
            out,
            "  Package [{name}] (1a2b3c):\n    userId={uid}\n    appId={uid}\n    codePath={}\n    resourcePath={apk}\n    \
             versionCode=1 minSdk=26 targetSdk=34\n    versionName={version}\n    pkgFlags=[ {flags} ]\n    \
             dataDir=/data/user/0/{name}\n    timeStamp={INSTALLED}\n    lastUpdateTime={INSTALLED}\n    \
             signatures=PackageSignatures{{c0ffee version:3, signatures:[5f1a2b3c], past signatures:[]}}\n    \
             requested permissions:\n",
            apk.rsplit_once('/').map_or("", |(directory, _)| directory)
        );
        let permissions = packages.permissions(&name);
        for permission in permissions.keys() {
            let _ = writeln!(out, "      {permission}");
        }
        let _ = write!(
            out,
            "    User 0: ceDataInode=1 installed=true hidden=false suspended=false stopped=false enabled={enabled}\n      \
             firstInstallTime={INSTALLED}\n      runtime permissions:\n"
        );
        for (permission, granted) in &permissions {
            let _ = writeln!(out, "        {permission}: granted={granted}, flags=[ USER_SET ]");
        }
    }
    out
}
