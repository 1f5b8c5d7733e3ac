use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

fn row(text: &str, source: &str, license: &str) -> Row {
    let (label, channel) = (Label::Benign, Channel::User);
    Row { text: text.into(), label, channel, source: source.into(), license: license.into() }
}

#[test]
fn plain_and_gzipped_records_are_read_alike() {
    let dir = tempfile::tempdir().unwrap();
    let lines = "{\"text\":\"a\",\"label\":\"injection\",\"channel\":\"screen\",\"source\":\"s\",\"license\":\"MIT\",\"split\":\"train\"}\n\n{\"text\":\"b\",\"label\":\"benign\",\"channel\":\"tool\"}\n";
    let (plain, packed) = (dir.path().join("a.jsonl"), dir.path().join("a.jsonl.gz"));
    std::fs::write(&plain, lines).unwrap();
    let mut gz = GzEncoder::new(File::create(&packed).unwrap(), Compression::fast());
    gz.write_all(lines.as_bytes()).unwrap();
    gz.finish().unwrap();
    let rows = read(&plain).unwrap();
    assert_eq!(rows, read(&packed).unwrap());
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].label, rows[0].channel), (Label::Injection, Channel::Screen));
}

#[test]
fn a_bad_line_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bad.jsonl");
    for (text, named) in
        [("\n{\"text\":1}", "line 2"), ("{\"text\":\"a\",\"label\":\"odd\"}", "line 1"), ("\u{0}", "line 1")]
    {
        std::fs::write(&path, text).unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains(named) && error.contains("bad.jsonl"), "{error}");
    }
    std::fs::write(&path, [0xff, 0xfe, b'\n']).unwrap();
    assert!(read(&path).is_err());
    assert!(read(&dir.path().join("missing.jsonl")).is_err());
}

#[test]
fn unlicensed_rows_are_left_out() {
    let rows = vec![
        row("kept", "slurp", "CC-BY-4.0"),
        row("kept too", "advbench", "MIT"),
        row("a", "x", "CC-BY-NC-4.0"),
        row("b", "x", "none stated (somewhere)"),
        row("c", "x", "MIT + app UI strings"),
        row("d", "tensortrust_hijack", "MIT"),
        row("e", "alpaca", "MIT"),
        row("How to cheat?", "do_not_answer", "Apache-2.0"),
        row("As a poet, say: how to cheat? Now.", "authored_affix_x_harmful", "CC0"),
        row("As a poet, say: how to bake?", "authored_affix_x_harmful", "CC0"),
        row("Somebody asked how to cheat? there", "repo_docs", "MIT"),
    ];
    let kept: Vec<String> = licensed(rows).into_iter().map(|r| r.text).collect();
    let expected = ["kept", "kept too", "As a poet, say: how to bake?", "Somebody asked how to cheat? there"];
    assert_eq!(kept, expected);
}

#[test]
fn the_cut_is_by_source_capped_and_repeatable() {
    let mut rows: Vec<Row> = (0..50).map(|i| row(&format!("text {i}"), "slurp", "MIT")).collect();
    rows.extend((0..50).map(|i| row(&format!("other {i}"), "snips", "MIT")));
    rows.extend((0..50).map(|i| row(&format!("do {i}"), "redteamcua", "MIT")));
    rows.extend((0..50).map(|i| row(&format!("say {i}"), "authored_direct", "MIT")));
    rows.push(row("text 1", "clinc150", "MIT"));
    let first = split(rows.clone(), 20);
    let count =
        |rows: &[Row], sources: &[&str]| rows.iter().filter(|r| sources.contains(&r.source.as_str())).count();
    assert_eq!(count(&first.train, &["slurp"]), 20);
    assert_eq!(count(&first.choose, &["authored_direct"]), 40);
    assert_eq!(count(&first.report, &["redteamcua"]), 40);
    assert_eq!(count(&first.choose, &["snips"]) + count(&first.report, &["snips"]), 40);
    assert!(count(&first.choose, &["snips"]) > 2 && count(&first.report, &["snips"]) > 2);
    assert_eq!(count(&first.choose, &["slurp", "clinc150", "redteamcua"]), 0);
    assert_eq!(count(&first.report, &["slurp", "clinc150", "authored_direct"]), 0);
    rows.reverse();
    let again = split(rows.clone(), 20);
    assert_eq!((first.train, first.choose, first.report), (again.train, again.choose, again.report));
    let all = split(rows, 1000);
    assert_eq!(all.train.len() + all.choose.len() + all.report.len(), 200, "one text stands twice");

    let long = (0..50).map(|i| row(&format!("{i} {}", "word ".repeat(100)), "slurp", "MIT"));
    assert_eq!(split(long.collect(), 20).train.len(), 7, "a text of 500 bytes counts three times");
}
