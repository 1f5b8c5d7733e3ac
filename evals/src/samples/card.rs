//! The data card: what is in the files, from where, under which licence, and what was left out.

use std::collections::BTreeMap;
use std::fmt::Write;

use pocketpilot_core::train::Sample;

use super::tally::Tally;

/// The card in Markdown.
pub(super) fn card(train: &[Sample], dev: &[Sample], tally: &Tally, seed: u64) -> String {
    let mut text = format!(
        "# Samples for the adapters\n\nMade by `pocketpilot train data --seed {seed}`. {} samples to train on, {} held out. One JSON \
         object a line; the order is a seeded shuffle, so that every beginning of a file is a fair mixture of the whole.\n\n\
         Held out are whole apps, services, data sets and wordings: DroidTask's calendar and voicerecorder; four \
         imagined apps; four domains of SGD; twelve tools of the home assistant in the NLU data and SLURP, which have \
         wordings in common and so could not be held out against each other; five domains of CLINC150 and its intents \
         for what those tools and domains do; its requests that have no intent; the Seal-Tools test set; one in six wordings of the requests; one in six wordings of the tasks on a phone.\n",
        train.len(),
        dev.len(),
    );
    type Of = fn(&Sample) -> String;
    let tables: [(&str, Of); 6] = [
        ("Source", |s| s.source.clone()),
        ("Licence", |s| s.license.clone()),
        ("Lesson", |s| format!("{:?}", s.lesson).to_lowercase()),
        ("Step of the task", |s| match s.history.len() {
            0 => "1st".into(),
            1 => "2nd".into(),
            2 | 3 => "3rd or 4th".into(),
            _ => "later".into(),
        }),
        ("Tools offered", |s| match s.tools.len() {
            n @ 1..=3 => n.to_string(),
            4..=6 => "4 to 6".into(),
            7..=10 => "7 to 10".into(),
            _ => "more than 10".into(),
        }),
        ("Right tool, of our own", |s| {
            let ours = s.tools.iter().any(|t| t.name == s.call.tool && !t.foreign);
            if ours { s.call.tool.clone() } else { "(another's)".into() }
        }),
    ];
    for (title, of) in tables {
        let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        train.iter().for_each(|s| counts.entry(of(s)).or_default()[0] += 1);
        dev.iter().for_each(|s| counts.entry(of(s)).or_default()[1] += 1);
        write_counts(&mut text, title, &counts);
    }
    let mut groups: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for (side, samples) in [train, dev].into_iter().enumerate() {
        samples.iter().for_each(|s| groups.entry(group(s)).or_default()[side] += 1);
    }
    write_counts(&mut text, "Group", &groups);
    write_sizes(&mut text, train, dev);
    for (title, counts) in [("Left out", &tally.removed), ("Mended", &tally.mended)] {
        let _ = write!(text, "\n## {title}\n\n| what | count |\n|---|---:|\n");
        counts.iter().for_each(|(what, count)| {
            let _ = writeln!(text, "| {what} | {count} |");
        });
    }
    text
}

/// Groups of single wordings are told together.
fn group(sample: &Sample) -> String {
    let parts: Vec<&str> = sample.group.split('/').collect();
    match parts.as_slice() {
        [kind @ ("ask" | "answer" | "failure"), ..] => (*kind).to_owned(),
        [one, two, ..] => format!("{one}/{two}"),
        _ => sample.group.clone(),
    }
}

fn write_counts(text: &mut String, title: &str, counts: &BTreeMap<String, [usize; 2]>) {
    let _ = write!(text, "\n## {title}\n\n| {} | train | dev |\n|---|---:|---:|\n", title.to_lowercase());
    for (name, [train, dev]) in counts {
        let _ = writeln!(text, "| {name} | {train} | {dev} |");
    }
}

/// Characters of what differs from prompt to prompt: the request, tools, history and screen.
fn write_sizes(text: &mut String, train: &[Sample], dev: &[Sample]) {
    text.push_str(
        "\n## Characters of a situation\n\n| | median | 90th percentile | most |\n|---|---:|---:|---:|\n",
    );
    for (name, samples) in [("train", train), ("dev", dev)] {
        let mut sizes: Vec<usize> = samples.iter().map(size).collect();
        sizes.sort_unstable();
        let at =
            |percent: usize| sizes.get(sizes.len().saturating_sub(1) * percent / 100).copied().unwrap_or(0);
        let _ = writeln!(text, "| {name} | {} | {} | {} |", at(50), at(90), at(100));
    }
}

fn size(sample: &Sample) -> usize {
    let tools: usize = sample.tools.iter().map(|t| t.name.len() + t.description.len().min(160) + 20).sum();
    let history: usize = sample.history.iter().map(|a| a.call.arguments.to_string().len() + 40).sum();
    let screen: usize = sample.screen.iter().map(|line| line.to_string().len() + 1).sum();
    sample.goal.len() + tools + history + screen
}
