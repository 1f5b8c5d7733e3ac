//! Adapters that go on from another one.

use std::fs;

use super::*;

/// What a folder holds, to start from.
fn start(folder: &Path) -> Start {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    Start { config: read("adapter_config.json"), weights: read("adapter_model.safetensors") }
}

#[test]
fn the_first_numbers_are_those_of_the_adapter() {
    for architecture in ARCHITECTURES {
        let engine = Fixture::new(architecture).load();
        let marker = engine.invocation().unwrap();
        let layout = Layout::new(engine.base(), 4, 6.0);
        let numbers = levels(&layout, 6);
        let folder = tempfile::tempdir().unwrap();
        let about = About { base: "tiny", alpha: 6.0, dropout: 0.0, invocation: Some(&marker) };
        export::save(folder.path(), engine.base(), &layout, &numbers, &about).unwrap();
        let first = layout.resume(&start(folder.path()), engine.base(), Some(&marker), 0);
        assert!(first.as_ref() == Ok(&numbers), "{architecture}: {:?}", first.err());
    }
}

#[test]
fn a_run_without_steps_scores_and_writes_what_it_started_from() {
    let (mut engine, samples) = (engine(), samples());
    let folder = tempfile::tempdir().unwrap();
    let base = TrainOptions { epochs: 20, ..options(Skill::Select, folder.path()) };
    let before = train(&mut engine, &samples, &samples, &base, &mut |_| {}).unwrap();
    assert!(before.dev_best > before.dev_start, "{before:?}");

    let out = folder.path().join("again");
    let again = TrainOptions { epochs: 0, out, start: Some(start(&base.out)), ..base.clone() };
    let report = train(&mut engine, &samples, &samples, &again, &mut |_| {}).unwrap();
    assert_eq!((report.dev_start, report.best_step, report.steps), (before.dev_best, 0, 0));
    assert_eq!(start(&again.out).weights, start(&base.out).weights);

    // With steps it starts there, too.
    let on = TrainOptions { epochs: 2, out: folder.path().join("on"), ..again };
    let report = train(&mut engine, &samples, &samples, &on, &mut |_| {}).unwrap();
    assert!(report.dev_start == before.dev_best && report.dev_best >= report.dev_start, "{report:?}");
}

#[test]
fn an_adapter_that_does_not_fit_the_run_is_refused_in_one_line() {
    let (mut engine, samples) = (engine(), samples());
    let folder = tempfile::tempdir().unwrap();
    let base = TrainOptions { epochs: 0, ..options(Skill::Args, folder.path()) };
    train(&mut engine, &samples, &samples, &base, &mut |_| {}).unwrap();
    let base = TrainOptions { start: Some(start(&base.out)), ..base };
    let broken = Start { weights: vec![7; 99], ..start(&base.out) };
    for (options, reason) in [
        (TrainOptions { rank: 4, ..base.clone() }, "its rank is 8 and its factor 1,"),
        (TrainOptions { alpha: 4.0, ..base.clone() }, "give them its rank and alpha"),
        (TrainOptions { plain: true, ..base.clone() }, "invoked by other tokens"),
        (TrainOptions { start: Some(broken), ..base.clone() }, "safetensors file is broken"),
    ] {
        let error = train(&mut engine, &samples, &samples, &options, &mut |_| {}).unwrap_err().to_string();
        assert!(error.contains(reason) && error.lines().count() == 1, "{error}");
    }
}

#[test]
fn runs_from_other_adapters_are_other_runs() {
    let engine = engine();
    let name = |start: Option<&str>| {
        let start = start.map(|s| Start { config: s.into(), weights: Vec::new() });
        let options = TrainOptions { start, ..options(Skill::Args, Path::new("")) };
        run(&engine, &options, &Exercises::default(), &Exercises::default())
    };
    let names = [None, Some(""), Some("x")].map(name);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(names[2], name(Some("x")));
}
