use pocketpilot_core::memory::Call;
use serde_json::json;

use super::*;

fn proposal(effect: Effect, origin: Origin, package: &str) -> Proposal {
    let call = Call { tool: "tap".into(), arguments: json!({}) };
    Proposal { call, effect, package: package.into(), target: None, origin, goal: "g".into() }
}

fn kind(ruling: &Ruling) -> &'static str {
    match ruling {
        Ruling::Allow => "allow",
        Ruling::Ask { .. } => "ask",
        Ruling::Refuse { .. } => "refuse",
    }
}

#[track_caller]
fn check(rules: &Rules, effect: Effect, origin: Origin, package: &str, expected: &str) {
    let ruling = rules.rule(&proposal(effect, origin, package));
    assert_eq!(kind(&ruling), expected, "{effect:?} {origin:?} {package}: {ruling:?}");
}

#[test]
fn the_shipped_rules_are_read() {
    assert_eq!(Rules::parse(Rules::default_text()).unwrap().rules.len(), 6);
}

#[test]
fn shipped_rules_by_effect_and_origin() {
    use Effect::*;
    let rules = Rules::default();
    let table = [
        // effect, by the person's words, by anything that was read
        (Read, "allow", "allow"),
        (Write, "allow", "ask"),
        (Send, "ask", "ask"),
        (Spend, "ask", "ask"),
        (Delete, "ask", "ask"),
        (System, "ask", "ask"),
    ];
    for (effect, said, read) in table {
        for package in ["com.android.settings", "", "com.example.unknown"] {
            check(&rules, effect, Origin::User, package, said);
            check(&rules, effect, Origin::System, package, said);
            check(&rules, effect, Origin::Model, package, said);
            for origin in [Origin::Screen, Origin::Tool, Origin::Memory] {
                check(&rules, effect, origin, package, read);
            }
        }
    }
}

#[test]
fn what_was_read_installs_nothing() {
    let rules = Rules::default();
    let installer = "com.google.android.packageinstaller";
    check(&rules, Effect::Write, Origin::Screen, installer, "refuse");
    check(&rules, Effect::System, Origin::Memory, installer, "refuse");
    check(&rules, Effect::Read, Origin::Screen, installer, "allow");
    check(&rules, Effect::System, Origin::User, installer, "ask");
}

#[test]
fn the_reason_names_the_effect_and_the_source() {
    let why = |origin| match Rules::default().rule(&proposal(Effect::Send, origin, "a")) {
        Ruling::Ask { why } => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(Origin::User), "it sends something from this phone");
    assert_eq!(why(Origin::Screen), "its details were read on the screen, not said by you");
}

#[test]
fn an_edited_file_rules() {
    let rules = Rules::parse(
        r#"
        [[rule]]
        app = ["com.bank.*"]
        then = "refuse"
        why = "hands off my bank"
        [[rule]]
        app = ["com.chat"]
        effect = ["send"]
        origin = ["user"]
        then = "allow"
        [[rule]]
        effect = ["write", "delete", "spend", "system"]
        then = "allow"
        "#,
    )
    .unwrap();
    check(&rules, Effect::Read, Origin::User, "com.bank.app", "refuse");
    check(&rules, Effect::Send, Origin::User, "com.chat", "allow");
    check(&rules, Effect::Send, Origin::User, "com.chatter", "ask");
    check(&rules, Effect::Read, Origin::User, "com.chat", "ask");
    // A file can be stricter than the shipped rules, not laxer about what cannot be undone.
    for effect in [Effect::Spend, Effect::Delete, Effect::System] {
        check(&rules, effect, Origin::User, "com.any", "ask");
    }
    check(&rules, Effect::Send, Origin::Screen, "com.any", "ask");
}

#[test]
fn no_rules_ask_about_everything() {
    let rules = Rules::parse("").unwrap();
    check(&rules, Effect::Read, Origin::User, "a", "ask");
}

#[test]
fn mistakes_are_named() {
    for (text, named) in [
        ("[[rule]]\nthen = \"maybe\"", "maybe"),
        ("[[rule]]\nthen = \"ask\"\neffekt = []", "effekt"),
        ("[[rule]]\neffect = [\"read\"]", "then"),
        ("[[rule]]\nthen = \"ask\"\napp = [\"com.*.x\"]", "com.*.x"),
        ("rule = 3", "rule"),
    ] {
        let error = Rules::parse(text).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
    let missing = Rules::load(Path::new("/nonexistent/policy.toml")).unwrap_err().to_string();
    assert!(missing.contains("/nonexistent/policy.toml"), "{missing}");
}
