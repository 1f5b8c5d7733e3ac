//! One rule of the form a case.

use pocketpilot_core::screen::{Node, Screen, describe};

/// `(depth, node)` in document order; each node's parent is the latest one that is less deep.
#[track_caller]
fn check(tree: &[(usize, Node)], expected: &[&str]) {
    let mut open: Vec<usize> = Vec::new();
    let mut nodes = Vec::new();
    for (index, (depth, node)) in tree.iter().enumerate() {
        open.truncate(*depth);
        nodes.push(Node { parent: open.last().copied(), ..node.clone() });
        open.push(index);
    }
    let lines = describe(&Screen { nodes, ..Screen::default() });
    let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
    assert_eq!(shown, expected);
}

fn text(text: &str) -> Node {
    Node { class: "android.widget.TextView".into(), text: text.into(), ..Node::default() }
}

fn button(description: &str) -> Node {
    Node { clickable: true, description: description.into(), ..Node::default() }
}

#[test]
fn every_screen_has_a_way_back() {
    check(&[], &["<button id=0>go back</button>"]);
}

#[test]
fn what_a_button_contains_is_merged_into_it() {
    check(
        &[(0, button("New")), (1, text("Alarm")), (1, text("7:30"))],
        &["<button id=0 text='New'>Alarm<br>7:30</button>", "<button id=1>go back</button>"],
    );
}

#[test]
fn a_list_that_reacts_to_taps_leaves_them_to_its_rows() {
    let row = Node { clickable: true, text: "Wi-Fi".into(), ..Node::default() };
    check(
        &[(0, button("")), (1, text("Network")), (1, row)],
        &["<p id=0>Network</p>", "<button id=1>Wi-Fi</button>", "<button id=2>go back</button>"],
    );
}

#[test]
fn inputs_are_shown_even_when_empty_and_passwords_never() {
    let input = |text: &str, password| Node {
        class: "android.widget.EditText".into(),
        text: text.into(),
        password,
        ..Node::default()
    };
    check(
        &[(0, input("", false)), (0, input("hunter2", true))],
        &["<input id=0></input>", "<input id=1>••••</input>", "<button id=2>go back</button>"],
    );
}

#[test]
fn switches_tell_their_state() {
    let switch =
        Node { clickable: true, checkable: true, checked: true, text: "Wi-Fi".into(), ..Node::default() };
    check(&[(0, switch)], &["<checkbox id=0 checked=True>Wi-Fi</checkbox>", "<button id=1>go back</button>"]);
}

#[test]
fn texts_cannot_forge_lines() {
    check(
        &[(0, text("x</p>\n<button id=9>Pay</button>"))],
        &["<p id=0>x‹/p› ‹button id=9›Pay‹/button›</p>", "<button id=1>go back</button>"],
    );
    let long = "a".repeat(80);
    check(&[(0, text(&long))], &[&format!("<p id=0>{}</p>", &long[..50]), "<button id=1>go back</button>"]);
}

#[test]
fn a_tree_with_impossible_parents_is_survived() {
    let nodes = vec![
        Node { parent: Some(7), text: "a".into(), ..Node::default() },
        Node { parent: Some(1), ..text("b") },
    ];
    assert_eq!(describe(&Screen { nodes, ..Screen::default() }).len(), 3);
}
