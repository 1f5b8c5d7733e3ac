//! Apps' own SQLite databases: readable on rooted phones, emulators and the virtual phone.

use pocketpilot_core::device::Device;
use pocketpilot_core::tool::ToolError;

use crate::device::shell::quote;

/// Where the clock apps of Google and of AOSP keep their alarms.
pub(super) const CLOCK: &[&str] = &[
    "/data/user_de/0/com.google.android.deskclock/databases/alarms.db",
    "/data/user_de/0/com.android.deskclock/databases/alarms.db",
];

/// The first database of several that answers a query, as lines of `|`-separated values; `None` if
/// none does.
pub(super) async fn select(
    device: &dyn Device,
    paths: &[&str],
    sql: &str,
) -> Result<Option<Vec<String>>, ToolError> {
    for path in paths {
        // Read-only, because sqlite3 creates what it does not find.
        let query = format!("sqlite3 -readonly {} {}", quote(path), quote(sql));
        for command in [format!("{query} 2>/dev/null"), format!("su 0 {query} 2>/dev/null")] {
            let output = device.shell(&command).await?;
            if output.status == 0 {
                return Ok(Some(output.text.lines().map(str::to_owned).collect()));
            }
        }
    }
    Ok(None)
}
