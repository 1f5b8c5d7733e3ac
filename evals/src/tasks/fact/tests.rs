use super::*;

fn alarm(hour: u32, label: &str) -> Fact {
    Fact::Alarm(Alarm { hour, minute: 30, on: true, days: 0, label: label.into() })
}

fn contact(name: &str, number: &str) -> Fact {
    Fact::Contact { name: name.into(), number: number.into() }
}

fn sent(to: &str, text: &str) -> Fact {
    Fact::Sent { to: to.into(), text: text.into() }
}

#[track_caller]
fn check(expected: &Fact, found: &Fact, met: bool) {
    assert_eq!(expected.is_met_by(found), met, "{expected:?} {found:?}");
}

#[test]
fn facts_are_met_in_spirit_where_the_letter_does_not_matter() {
    check(&alarm(7, ""), &alarm(7, "Alarm"), true);
    check(&alarm(7, "gym"), &alarm(7, "Gym "), true);
    check(&alarm(7, "gym"), &alarm(7, ""), false);
    check(&alarm(7, ""), &alarm(8, ""), false);
    check(&contact("Ana Costa", "+1 (415) 555-0123"), &contact("ana costa", "4155550123"), true);
    check(&contact("Ana Costa", "4155550123"), &contact("Ana Costa", "4155550124"), false);
    check(&contact("Ana Costa", "4155550123"), &contact("Ana", "4155550123"), false);
    check(&sent("555", "I'm late"), &sent("555", "i’m late."), true);
    check(&sent("555", "I'm late"), &sent("555", "I'm very late"), false);
    check(&sent("555", "late"), &sent("5550", "late"), false);
    check(&sent("555", "+1 303 555 0142"), &sent("555", "Her number: (303) 555-0142"), true);
    check(&sent("555", "+1 303 555 0142"), &sent("555", "Her number: (303) 555-0143"), false);
    check(&Fact::Brightness { level: 255 }, &Fact::Brightness { level: 251 }, true);
    check(&Fact::Brightness { level: 255 }, &Fact::Brightness { level: 200 }, false);
    check(&Fact::Timer { seconds: 60 }, &Fact::Timer { seconds: 600 }, false);
    check(&alarm(7, ""), &Fact::Timer { seconds: 60 }, false);
}

#[test]
fn a_number_without_digits_is_no_number() {
    assert!(!same_number("", ""));
    assert!(!same_number("unknown", "unknown"));
    assert!(same_number("22000", "22000"));
}

/// What is wrong with a phone that had `before` and has `after`, when `added` and `removed` were
/// asked for.
#[track_caller]
fn check_change(added: &[Fact], removed: &[Fact], before: &[Fact], after: &[Fact], wrong: &[&str]) {
    let change = Change { added: added.to_vec(), removed: removed.to_vec() };
    let found = change.check(before, after).err().unwrap_or_default();
    assert_eq!(found.len(), wrong.len(), "{found:?}");
    for (found, wrong) in found.iter().zip(wrong) {
        assert!(found.ends_with(wrong), "{found}");
    }
}

#[test]
fn a_change_is_made_and_nothing_else() {
    let (seven, eight) = (alarm(7, ""), alarm(8, "work"));
    let add = std::slice::from_ref(&seven);
    let old = std::slice::from_ref(&eight);
    let both = [seven.clone(), eight.clone()];
    check_change(add, &[], old, &both, &[]);
    check_change(add, &[], old, old, &["is not there"]);
    check_change(add, &[], old, add, &["is gone, but nobody asked for it"]);
    check_change(add, &[], &[], &both, &["is there, but nobody asked for it"]);
    check_change(&[], add, &both, old, &[]);
    check_change(&[], add, &both, &both, &["is still there"]);
    check_change(&[], &[], old, old, &[]);
}

#[test]
fn twice_is_not_once() {
    let once = [sent("555", "hi")];
    let twice = [sent("555", "hi"), sent("555", "hi")];
    check_change(&once, &[], &[], &once, &[]);
    check_change(&once, &[], &[], &twice, &["is there, but nobody asked for it"]);
    check_change(&once, &[], &once, &twice, &[]);
    check_change(&once, &[], &once, &once, &["is not there"]);
}
