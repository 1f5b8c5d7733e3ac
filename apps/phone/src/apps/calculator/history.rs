//! What was computed before.

use rusqlite::params;

use super::Message;
use super::expression::grouped;
use crate::files::Files;
use crate::system::Services;
use crate::system::clock::ago;
use crate::system::database::Database;
use crate::ui::style::Align;
use crate::ui::widget::{bar, column, empty, heading, icon_button, list, text};
use crate::ui::{Icon, Tone, View};

/// The file. The real one keeps formulas in a form of its own; here they are text.
pub const DATABASE: Database = Database {
    path: "/data/data/com.google.android.calculator/databases/Expressions.db",
    schema: "CREATE TABLE IF NOT EXISTS expressions (_id INTEGER PRIMARY KEY AUTOINCREMENT, expression TEXT NOT NULL,
        result TEXT NOT NULL, timeStamp INTEGER NOT NULL);",
};

/// Keeps a formula and what it came to.
pub fn add(files: &Files, formula: &str, result: &str, now: i64) {
    DATABASE.write(
        files,
        "INSERT INTO expressions (expression, result, timeStamp) VALUES (?1, ?2, ?3)",
        params![formula, result, now],
    );
}

/// Forgets all.
pub fn forget(files: &Files) {
    DATABASE.write(files, "DELETE FROM expressions", []);
}

/// Formula, result, when; the last first.
fn computed(files: &Files) -> Vec<(String, String, i64)> {
    let sql = "SELECT expression, result, timeStamp FROM expressions ORDER BY _id DESC LIMIT 200";
    DATABASE.rows(files, sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The screen.
pub(super) fn view(cx: &Services) -> View<Message> {
    let kept = computed(&cx.files);
    let actions = if kept.is_empty() {
        Vec::new()
    } else {
        vec![icon_button(Icon::Trash2, "Clear history", Message::AskClear).id("menu_clear_history")]
    };
    let top = bar(Some(icon_button(Icon::ArrowLeft, "Navigate up", Message::Up)), "History", actions);
    if kept.is_empty() {
        return column(vec![top, empty(Icon::History, "No history")]);
    }
    let right = |view: View<Message>| view.wide().style(|s| s.cross = Align::End);
    let mut rows = Vec::new();
    let mut day = String::new();
    for (formula, result, when) in kept {
        let label = match ago(when, cx.clock.now()) {
            time if time.ends_with('M') => "Today".to_owned(),
            other => other,
        };
        if label != day {
            rows.push(heading(&label));
            day = label;
        }
        let entry = column(vec![
            right(text(grouped(&formula)).id("history_formula").ink(18, Tone::Dim)),
            right(text(grouped(&result)).id("history_result").ink(26, Tone::Text)),
        ]);
        rows.push(entry.tap(Message::Use(result)).wide().gap(4).pad(28, 12));
    }
    column(vec![top, list("history_recycler_view", rows)])
}
