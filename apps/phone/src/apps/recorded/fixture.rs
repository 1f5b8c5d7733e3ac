//! A small recording, made by hand: a notebook on a display half as large as ours.

use serde_json::{Value, json};

/// The notebook's package.
pub(crate) const PACKAGE: &str = "org.example.notes";

/// A view; `more` are the fields that are not empty.
pub(crate) fn view(class: &str, bounds: [i32; 4], more: Value) -> Value {
    let [left, top, right, bottom] = bounds;
    let mut view = json!({
        "class": format!("android.widget.{class}"), "bounds": [[left, top], [right, bottom]],
        "visible": true, "enabled": true,
    });
    if let (Some(view), Value::Object(more)) = (view.as_object_mut(), more) {
        view.extend(more);
    }
    view
}

/// A screen whose views all lie in the first.
pub(crate) fn state(name: &str, activity: &str, window: [i32; 4], views: Vec<Value>) -> Value {
    let children: Vec<usize> = (1..=views.len()).collect();
    let mut all = vec![view("FrameLayout", window, json!({ "children": children }))];
    all.extend(views);
    json!({"kind": "state", "app": "notes", "state": name, "activity": activity, "width": 540, "height": 1200, "views": all})
}

fn event(from: &str, to: &str, event: Value) -> Value {
    json!({"kind": "event", "from": from, "to": to, "event": event})
}

fn click(from: &str, to: &str, view: &Value) -> Value {
    event(from, to, json!({"event_type": "click", "view": view}))
}

fn step(states: &[&str], screen: &str, choice: i64, input: Option<&str>) -> Value {
    json!({"state": states, "screen": screen, "choice": choice, "input": input})
}

/// The records.
pub(crate) fn records() -> Vec<Value> {
    let whole = [0, 0, 540, 1200];
    let list = "org.example.notes/.ListActivity";
    let edit = "org.example.notes/.EditActivity";
    let title = view("TextView", [20, 60, 300, 90], json!({"text": "Notes"}));
    let add = view(
        "ImageButton",
        [440, 1000, 520, 1080],
        json!({"content_description": "New note", "clickable": true}),
    );
    let rows = |text: &str| view("ScrollView", [0, 100, 540, 900], json!({"scrollable": true, "text": text}));
    let row = view(
        "TextView",
        [20, 200, 300, 230],
        json!({"text": "Shopping", "long_clickable": true, "clickable": true}),
    );
    let sync =
        view("Switch", [20, 300, 520, 340], json!({"text": "Sync", "checkable": true, "clickable": true}));
    let synced = view(
        "Switch",
        [20, 300, 520, 340],
        json!({"text": "Sync", "checkable": true, "checked": true, "clickable": true}),
    );
    let hidden = view("TextView", [20, 400, 300, 430], json!({"text": "Hidden", "visible": false}));
    let old = view("TextView", [20, 600, 300, 630], json!({"text": "Old note"}));
    let field = |text: &str| {
        view(
            "EditText",
            [20, 100, 520, 160],
            json!({"text": text, "editable": true, "clickable": true, "focusable": true, "resource_id": "org.example.notes:id/body"}),
        )
    };
    let plain = view(
        "EditText",
        [20, 200, 520, 260],
        json!({"text": "", "editable": true, "clickable": true, "focusable": true, "resource_id": "org.example.notes:id/body"}),
    );
    let save = view("Button", [400, 300, 520, 350], json!({"text": "SAVE", "clickable": true}));
    let yes = view("Button", [280, 620, 380, 670], json!({"text": "Yes", "clickable": true}));
    let no = view("Button", [140, 620, 240, 670], json!({"text": "No", "clickable": true}));
    let body = |text: &str| view("TextView", [120, 540, 420, 580], json!({"text": text}));
    let window = [100, 500, 440, 700];
    vec![
        state("home", "com.launcher/.Home", whole, vec![]),
        state(
            "list",
            list,
            whole,
            vec![title.clone(), rows(""), row.clone(), sync.clone(), hidden, add.clone()],
        ),
        state("list-below", list, whole, vec![title.clone(), rows(""), old.clone(), add.clone()]),
        state(
            "list-synced",
            list,
            whole,
            vec![title.clone(), rows(""), row.clone(), synced.clone(), add.clone()],
        ),
        state("edit", edit, whole, vec![field("Write something"), plain.clone(), save.clone()]),
        state("edit-milk", edit, whole, vec![field("Milk"), plain, save.clone()]),
        state("ask", list, window, vec![body("Delete the note?"), no.clone(), yes.clone()]),
        state("ask-again", list, window, vec![body("Delete it really?"), no.clone(), yes.clone()]),
        event("home", "home", json!({"event_type": "kill_app"})),
        event(
            "home",
            "list",
            json!({"event_type": "intent", "intent": "am start org.example.notes/org.example.notes.Main"}),
        ),
        click("list", "list-synced", &sync),
        click("list-synced", "list", &synced),
        event("list", "ask", json!({"event_type": "long_touch", "view": row})),
        click("ask", "ask-again", &yes),
        click("ask-again", "list", &yes),
        click("ask", "list", &no),
        click("list", "edit", &add),
        event(
            "edit",
            "edit-milk",
            json!({"event_type": "set_text", "view": field("Write something"), "text": "Milk"}),
        ),
        click("edit-milk", "list", &save),
        // Once more, with another outcome.
        click("list", "edit-milk", &add),
        event("edit-milk", "list", json!({"event_type": "key", "name": "BACK"})),
        event("list", "home", json!({"event_type": "key", "name": "BACK"})),
        click("list", "never-seen", &title),
        json!({"kind": "task", "id": "old", "steps": [
            step(&["list", "list-below"], "<p id=0>Notes</p>\n<button id=1>go back</button>\n<p id=2>Old note</p>", 2, None),
            step(&["edit-milk"], "<input id=0>Milk</input>", -1, None),
        ]}),
        json!({"kind": "task", "id": "again", "steps": [
            step(&["list"], "<button id=0 text='New note'></button>", 0, None),
            step(&["edit-milk"], "<input id=0>Milk</input>", -1, None),
        ]}),
    ]
}

/// Records as a file holds them.
pub(crate) fn text(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}
