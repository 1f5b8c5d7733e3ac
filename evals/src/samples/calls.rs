//! Tool calls for single requests, from the records that the `toolcalls` suite reads: the same situation, but the tools
//! in any order, and few or many.

mod offer;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pocketpilot_core::memory::Call;
use pocketpilot_core::tool::ToolSpec;
use pocketpilot_core::train::{Lesson, Sample};
use serde::Deserialize;
use serde_json::{Value, json};

use self::offer::Pool;
use super::random::Random;
use super::tally::Tally;
use crate::toolcalls::record::{Kind, Record};
use crate::toolcalls::{NONE, none};
use crate::words::is_apart;
use crate::{EvalError, data};

/// Sources that are held out whole. The Seal-Tools test set brings schemas for arguments that nothing else shares.
const HELD_OUT_SOURCES: &[&str] = &["clinc150_oos", "seal_tools_test_in_domain"];

/// Domains of CLINC150 that are held out, by the word that describes their intents.
const HELD_OUT_CLINC: &[&str] = &["banking", "credit cards", "work", "auto and commute", "meta"];

/// Domains of SGD that are held out, with all their services.
const HELD_OUT_DOMAINS: &[&str] = &["Restaurants", "RentalCars", "Media", "Hotels"];

/// Tools of the home assistant that are held out, with the intents of CLINC150 for the same wishes and for those of SGD's
/// domains. SLURP has the wordings of the NLU data again, so that one could not be held out against the other.
const HELD_OUT_TOOLS: &[&str] = &[
    "book_taxi",
    "convert_currency",
    "convert_time",
    "find_places",
    "get_stock_price",
    "get_weather",
    "mute_audio",
    "play_radio",
    "rate_music",
    "search_recipe",
    "send_email",
    "set_light_color",
    "book_hotel",
    "car_rental",
    "exchange_rate",
    "recipe",
    "restaurant_reservation",
    "restaurant_reviews",
    "restaurant_suggestion",
    "timezone",
    "weather",
];

/// Longer requests are essays.
const LONGEST: usize = 400;

/// A record with what only training asks of it.
#[derive(Debug, Deserialize)]
struct Row {
    #[serde(flatten)]
    record: Record,
    license: String,
    split: String,
    service: Option<String>,
}

/// A row that may become a sample.
struct Candidate {
    line: usize,
    row: Row,
    gold: Option<Call>,
}

/// What the records give.
pub(super) struct Calls {
    pub train: Vec<Sample>,
    /// Held out.
    pub dev: Vec<Sample>,
    /// Tools that no request of our own asks for.
    pub strangers: Vec<ToolSpec>,
}

/// The samples of a file of records.
///
/// # Errors
/// [`EvalError`] for a file that cannot be read or a record that makes no sense.
pub(super) fn samples(path: &Path, seed: u64, tally: &mut Tally) -> Result<Calls, EvalError> {
    let mut strata: BTreeMap<(bool, String, String), Vec<Candidate>> = BTreeMap::new();
    let mut records = data::records::<Row>(path)?;
    while let Some(row) = records.next() {
        let (line, row) = row?;
        if let Some(why) = refused(&row) {
            tally.removed(why);
            continue;
        }
        let answer = row.record.answer().map_err(|reason| records.wrong(reason))?;
        let gold = answer.map(|a| a.call);
        let tool = gold.as_ref().map_or("", |g| g.tool.as_str()).to_owned();
        let held = is_held_out(&row, &tool);
        strata.entry((held, row.record.source.clone(), tool)).or_default().push(Candidate {
            line,
            row,
            gold,
        });
    }
    let unseen: BTreeSet<String> =
        strata.keys().filter(|(held, ..)| *held).map(|(.., t)| t.clone()).collect();
    let seen: BTreeSet<String> = strata.keys().filter(|(held, ..)| !*held).map(|(.., t)| t.clone()).collect();
    let unseen: BTreeSet<&str> = unseen.difference(&seen).map(String::as_str).collect();
    let pool = Pool::new(
        strata.iter().filter(|((held, ..), _)| !held).flat_map(|(_, c)| c).map(|c| &c.row.record),
        &unseen,
    );

    let (mut train, mut dev) = (Vec::new(), Vec::new());
    for ((held, source, tool), candidates) in &strata {
        let mut order: Vec<&Candidate> = candidates.iter().collect();
        let mut random = Random::new(seed, &format!("calls/{source}/{tool}"));
        random.shuffle(&mut order);
        let cap = cap(source, tool.is_empty(), *held);
        tally.removed_many("over the cap of its source and tool", order.len().saturating_sub(cap));
        for candidate in order.into_iter().take(cap) {
            let without = if *held { BTreeSet::new() } else { unseen.clone() };
            let made = make(candidate, &pool, &without, &mut random, tally);
            if *held { dev.extend(made) } else { train.extend(made) }
        }
    }
    Ok(Calls { train, dev, strangers: pool.strangers() })
}

/// Why a row is not used at all.
fn refused(row: &Row) -> Option<&'static str> {
    let license = row.license.to_uppercase();
    let is_free = ["CC-BY-3", "CC-BY-4", "CC-BY-SA", "CC0", "MIT", "APACHE", "BSD"]
        .iter()
        .any(|l| license.starts_with(l));
    if !is_free {
        Some("no licence that allows it")
    } else if row.split != "train" {
        Some("not of the training split")
    } else if row.record.kind.is_parallel() {
        Some("several calls at once")
    } else if row.record.instruction.chars().count() > LONGEST {
        Some("a request of over 400 characters")
    } else {
        None
    }
}

fn is_held_out(row: &Row, tool: &str) -> bool {
    let domain = row.service.as_deref().and_then(|s| s.split('_').next()).unwrap_or_default();
    let of_clinc = |domain: &&str| {
        let described = format!("({domain}).");
        row.record.tools().iter().any(|t| t.name == tool && t.description.ends_with(&described))
    };
    HELD_OUT_SOURCES.contains(&row.record.source.as_str())
        || row.record.source == "clinc150" && HELD_OUT_CLINC.iter().any(of_clinc)
        || HELD_OUT_DOMAINS.contains(&domain)
        || HELD_OUT_TOOLS.contains(&tool)
}

/// Most rows of one source with one right tool, so that no service outweighs the others.
fn cap(source: &str, irrelevant: bool, held: bool) -> usize {
    match (source, irrelevant, held) {
        (_, true, true) => 100,
        // They ask for the services that are held out, too, and would teach that nothing does what those do.
        ("sgd_train", true, false) => 0,
        ("nlu_evaluation_data", true, false) => 200,
        (_, true, false) => 120,
        ("sgd_train", false, false) => 48,
        ("sgd_train", false, true) => 14,
        ("nlu_evaluation_data", false, false) => 22,
        ("clinc150", false, false) => 10,
        ("slurp", false, false) => 8,
        (_, false, false) => 4,
        ("clinc150", false, true) => 2,
        (_, false, true) => 6,
    }
}

/// The sample of a row, and now and then the same request without its tool.
fn make(
    candidate: &Candidate,
    pool: &Pool,
    without: &BTreeSet<&str>,
    random: &mut Random,
    tally: &mut Tally,
) -> Vec<Sample> {
    let Candidate { line, row, gold } = candidate;
    let record = &row.record;
    let mut tools = offer::clean(record.tools());
    tools.retain(|t| !without.contains(t.name.as_str()));
    let sample = |id: String, tools: Vec<ToolSpec>, lesson, call| Sample {
        id,
        group: format!(
            "toolcalls/{}/{}",
            record.source,
            row.service.as_deref().or(gold.as_ref().map(|g| g.tool.as_str())).unwrap_or(NONE)
        ),
        source: record.source.clone(),
        license: row.license.clone(),
        lesson,
        goal: record.instruction.clone(),
        tools: tools.into_iter().chain([none()]).collect(),
        memories: Vec::new(),
        history: Vec::new(),
        screen: Vec::new(),
        call,
    };
    let no_call = || Call { tool: NONE.into(), arguments: json!({}) };
    let id = format!("{}/{line:05}", record.source);
    let Some(gold) = gold else {
        random.shuffle(&mut tools);
        if tools.is_empty() {
            return Vec::new();
        }
        return vec![sample(id, tools, Lesson::Call, no_call())];
    };
    let Some(right) = tools.iter().find(|t| t.name == gold.tool).cloned() else { return Vec::new() };
    let others: Vec<ToolSpec> = tools.into_iter().filter(|t| t.name != gold.tool).collect();
    let mut made = Vec::new();
    if random.chance(18) {
        let mut wrong = pool.wrong(&right, others.clone(), record, random);
        wrong.retain(|t| is_apart(t, &right));
        if !wrong.is_empty() {
            made.push(sample(format!("{id}-none"), wrong, Lesson::Call, no_call()));
        }
    }
    let single = record.kind == Kind::Simple && random.chance(60);
    let offered = if single { vec![right.clone()] } else { pool.offer(&right, others, record, random) };
    let mut sample =
        sample(id, offered, Lesson::Select, Call { tool: gold.tool.clone(), arguments: json!({}) });
    if record.kind.has_arguments() {
        match value::taught(&gold.arguments, &right, &record.instruction) {
            Ok((arguments, mended)) => {
                sample.call.arguments = arguments;
                sample.lesson = Lesson::Call;
                sample.order_arguments();
                if sample.check().is_err() {
                    tally.mended("arguments that the schema refuses: the choice alone is taught");
                    select_only(&mut sample);
                } else if mended {
                    tally.mended("arguments put into the schema's types or the request's own words");
                }
            }
            Err(why) => tally.mended(why),
        }
    }
    made.push(sample);
    made
}

fn select_only(sample: &mut Sample) {
    sample.lesson = Lesson::Select;
    sample.call.arguments = Value::Object(serde_json::Map::new());
}
