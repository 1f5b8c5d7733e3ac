use pocketpilot_core::generate::Cancel;

use super::*;
use crate::EvalError;

fn run_agent(agent: Agent<&mut Decider<'_>>, options: &Options) -> Result<Report, EvalError> {
    let cancel = Cancel::default();
    run(agent, options, &mut Watch { on_case: &mut |_, _, _| {}, cancel: &cancel })
}

fn step(choice: i64, input: Option<&str>) -> Step {
    Step { screen: "<button id=3>Save</button>".into(), choice, input: input.map(Into::into) }
}

#[test]
fn labels_and_calls_are_two_forms_of_one_action() {
    for step in [step(3, None), step(2, Some("Bob")), step(FINISHED, None)] {
        assert_eq!(action(&call(&step)), Some(Action::from(&step)));
    }
}

#[test]
fn other_calls_are_no_action() {
    for (tool, arguments) in [
        ("back", json!({})),
        (TAP, json!({})),
        (TAP, json!({"element": "3"})),
        (TYPE_TEXT, json!({"element": 3})),
        (TYPE_TEXT, json!({"element": 3, "text": 5})),
    ] {
        assert_eq!(action(&Call { tool: tool.into(), arguments }), None, "{tool}");
    }
}

#[test]
fn history_tells_what_was_tapped() {
    let lines = screen::lines(&step(3, None).screen);
    assert_eq!(attempt(&step(3, None), &lines).target.as_deref(), Some("Save"));
    assert_eq!(attempt(&step(FINISHED, None), &lines).target, None);
}

#[test]
fn the_planner_has_the_three_tools() {
    let names: Vec<String> = specs().into_iter().map(|s| s.name).collect();
    assert_eq!(names, [TAP, TYPE_TEXT, FINISH]);
}

#[test]
fn a_broken_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jsonl");
    std::fs::write(&path, "{\"kind\":\"state\"}\n{\"kind\":\"task\",\"app\":\"x\"}\n").unwrap();
    let options = Options { data: path, ..Options::default() };
    let error = run_agent(Agent::Oracle, &options).unwrap_err().to_string();
    assert!(error.contains("x.jsonl:2: missing field `id`"), "{error}");
}

#[test]
fn the_oracle_scores_1_and_the_null_agent_0_on_all_steps() {
    let Some(data) = crate::testing::shared("droidtask") else { return };
    let options = Options { data, ..Options::default() };
    let oracle = run_agent(Agent::Oracle, &options).unwrap();
    assert_eq!((oracle.n, oracle.groups.len(), oracle.metrics.len()), (503, 9, 6));
    assert!(oracle.metrics.values().all(|v| v == 1.0), "{:?}", oracle.metrics);
    let null = run_agent(Agent::Null, &options).unwrap();
    assert!(null.metrics.values().all(|v| v == 0.0), "{:?}", null.metrics);
}

#[test]
fn no_element_of_a_screen_is_lost() {
    let Some(data) = crate::testing::shared("droidtask") else { return };
    for task in record::tasks(&Options { data, ..Options::default() }).unwrap() {
        for step in &task.steps {
            let lines = screen::lines(&step.screen);
            assert_eq!(lines.len(), step.screen.matches(" id=").count(), "{}", task.name());
            if step.choice == FINISHED {
                continue;
            }
            let line = lines.iter().find(|l| i64::try_from(l.id) == Ok(step.choice));
            let kind = line.unwrap_or_else(|| panic!("{}: {} is lost", task.name(), step.choice)).kind;
            if step.input.is_some() {
                assert_eq!(kind, pocketpilot_core::screen::LineKind::Input, "{}", task.name());
            }
        }
    }
}

#[test]
fn a_limit_draws_whole_tasks_in_seeded_order() {
    let Some(data) = crate::testing::shared("droidtask") else { return };
    let drawn =
        |seed, limit| record::tasks(&Options { data: data.clone(), seed, limit, ..Options::default() });
    let names = |tasks: Vec<Task>| tasks.iter().map(Task::name).collect::<Vec<_>>();
    let (few, many) = (drawn(0, Some(100)).unwrap(), drawn(0, Some(200)).unwrap());
    let steps: usize = few.iter().map(|t| t.steps.len()).sum();
    let last = few.last().unwrap().steps.len();
    assert!(steps >= 100 && steps - last < 100, "{steps}");
    assert!(names(many).starts_with(&names(few.clone())));
    assert_ne!(names(few), names(drawn(1, Some(100)).unwrap()));
}
