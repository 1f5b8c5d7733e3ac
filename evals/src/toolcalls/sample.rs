//! Which records of a file are asked: a sample in proportion to every (source, kind).

use std::collections::BTreeMap;
use std::path::Path;

use super::record::{Head, Kind};
use crate::suite::{Options, in_proportion, rank};
use crate::{EvalError, data};

/// The records to ask.
#[derive(Debug)]
pub(super) struct Sample {
    /// Line numbers in the file, rising.
    pub lines: Vec<usize>,
    /// Records that were passed over because they want several calls at once.
    pub parallel: usize,
}

/// How a record is named in reports: `slurp/00017`.
pub(super) fn id(source: &str, line: usize) -> String {
    format!("{source}/{line:05}")
}

/// Draws the sample in one pass that keeps line numbers only.
///
/// # Errors
/// [`EvalError`] for a file or line that cannot be read.
pub(super) fn sample(path: &Path, options: &Options) -> Result<Sample, EvalError> {
    let mut parallel = 0;
    let mut strata: BTreeMap<(String, Kind), Vec<(u64, usize)>> = BTreeMap::new();
    for record in data::records::<Head>(path)? {
        let (line, Head { kind, source }) = record?;
        let id = id(&source, line);
        if !options.wants(&id) {
            continue;
        }
        if kind.is_parallel() {
            parallel += 1;
            continue;
        }
        strata.entry((source, kind)).or_default().push((rank(options.seed, &id), line));
    }
    let lines = in_proportion(strata, options.limit);
    Ok(Sample { lines, parallel })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// 60 records of `a/simple`, 30 of `a/irrelevance`, 10 of `b/multiple`, 5 of `b/parallel`.
    fn file() -> tempfile::NamedTempFile {
        let mut text = String::new();
        for (source, kind, count) in
            [("a", "simple", 60), ("a", "irrelevance", 30), ("b", "multiple", 10), ("b", "parallel", 5)]
        {
            for _ in 0..count {
                writeln!(text, r#"{{"source":"{source}","kind":"{kind}","instruction":"x"}}"#).unwrap();
            }
        }
        let file = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    fn draw(limit: Option<usize>, seed: u64, only: Option<&str>) -> Sample {
        let only = only.map(|o| o.parse().unwrap());
        sample(file().path(), &Options { limit, seed, only, ..Options::default() }).unwrap()
    }

    fn counts(lines: &[usize]) -> [usize; 3] {
        [1..=60, 61..=90, 91..=100].map(|part| lines.iter().filter(|l| part.contains(*l)).count())
    }

    #[test]
    fn a_sample_is_in_proportion() {
        assert_eq!(counts(&draw(Some(10), 0, None).lines), [6, 3, 1]);
        assert_eq!(counts(&draw(Some(50), 7, None).lines), [30, 15, 5]);
        assert_eq!(counts(&draw(None, 0, None).lines), [60, 30, 10]);
    }

    #[test]
    fn the_seed_decides_which() {
        assert_eq!(draw(Some(20), 3, None).lines, draw(Some(20), 3, None).lines);
        assert_ne!(draw(Some(20), 3, None).lines, draw(Some(20), 4, None).lines);
    }

    #[test]
    fn a_smaller_sample_is_part_of_a_bigger_one() {
        let big = draw(Some(50), 1, None).lines;
        assert!(draw(Some(10), 1, None).lines.iter().all(|l| big.contains(l)));
    }

    #[test]
    fn parallel_records_are_counted_and_passed_over() {
        assert_eq!(draw(None, 0, None).parallel, 5);
        assert_eq!(draw(None, 0, Some("a/*")).parallel, 0);
        assert_eq!(counts(&draw(None, 0, Some("b/*")).lines), [0, 0, 10]);
    }
}
