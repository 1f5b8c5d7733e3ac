//! A report on one screen of a terminal.

use std::fmt::Write;

use serde_json::Value;

use super::{Metrics, Report};
use crate::Suite;

/// Most groups that are listed; the biggest are.
const GROUPS: usize = 16;

/// Most figures of a group that are listed; the first are.
const COLUMNS: usize = 6;

/// A heading, the figures, and a table of the biggest groups.
pub fn table(report: &Report) -> String {
    let mut out = heading(report);
    let width = report.metrics.keys().map(|k| k.len()).max().unwrap_or(0);
    for (name, value) in &report.metrics {
        let _ = writeln!(out, "  {name:<width$}  {:>8}", figure(value));
    }
    report.notes.iter().for_each(|note| out.push_str(&format!("  ({note})\n")));
    out.push_str(&groups(report));
    out
}

fn heading(report: &Report) -> String {
    let Report { agent, seed, n, seconds, .. } = report;
    let mut parts = vec![suite_name(report.suite).to_owned(), agent.clone()];
    parts.extend(report.model.clone());
    if !report.adapters.is_empty() {
        parts.push(format!("adapters {}", report.adapters.join(" + ")));
    }
    parts.push(format!("{n} cases, seed {seed}, {seconds:.1} s"));
    if !report.complete {
        parts.push("cancelled".into());
    }
    parts.join(" · ") + "\n"
}

pub(super) fn suite_name(suite: Suite) -> &'static str {
    match suite {
        Suite::DroidTask => "droidtask",
        Suite::ToolCalls => "toolcalls",
        Suite::Tasks => "tasks",
        Suite::Guard => "guard",
    }
}

fn groups(report: &Report) -> String {
    let mut rows: Vec<_> = report.groups.iter().collect();
    if rows.len() < 2 {
        return String::new();
    }
    rows.sort_by_key(|(name, group)| (std::cmp::Reverse(group.n), *name));
    let left_out = rows.len().saturating_sub(GROUPS);
    rows.truncate(GROUPS);

    let names: Vec<&String> = report.metrics.keys().take(COLUMNS).collect();
    let first = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let cells = |metrics: &Metrics| -> String {
        names
            .iter()
            .map(|&name| {
                let cell = metrics.get(name).map(figure).unwrap_or_default();
                format!("  {cell:>width$}", width = name.len().max(6))
            })
            .collect()
    };
    let mut out = format!("\n  {:<first$}  {:>6}", "", "n");
    for name in &names {
        let _ = write!(out, "  {name:>6}");
    }
    out.push('\n');
    for (name, group) in rows {
        let _ = writeln!(out, "  {name:<first$}  {:>6}{}", group.n, cells(&group.metrics));
    }
    if left_out > 0 {
        let _ = writeln!(out, "  and {left_out} smaller groups");
    }
    out
}

/// Three places for shares, one for what is bigger, so that columns stay narrow.
pub(super) fn figure(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number.abs() <= 1.0 => format!("{number:.3}"),
        Some(number) => format!("{number:.1}"),
        None => value.to_string(),
    }
}
