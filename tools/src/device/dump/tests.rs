use std::path::Path;

use proptest::prelude::*;

use super::*;

const ANDROID_4: &str = include_str!("../../../tests/fixtures/avc_uiautomator_dump_api17_chinese.xml");
const ANDROID_8: &str = include_str!("../../../tests/fixtures/avc_uiautomator_dump_api27.xml");
const FLUTTER: &str = include_str!("../../../tests/fixtures/flutter_fractalforge.xml");

/// One view, with everything that a view can have.
const FULL: &str = r#"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation="0"><node index="0" text="a &amp; b" resource-id="com.a:id/x" class="android.widget.EditText" package="com.a" content-desc="d&#10;e" checkable="true" checked="true" clickable="true" enabled="true" focusable="true" focused="true" scrollable="true" long-clickable="true" password="true" selected="true" bounds="[-1,2][30,40]" drawing-order="1" hint=""><node NAF="true" index="0" bounds="[0,0][0,0]" /></node></hierarchy>"#;

#[test]
fn a_full_view() {
    let screen = read_dump(FULL).unwrap();
    let expected = Node {
        parent: None,
        class: "android.widget.EditText".into(),
        package: "com.a".into(),
        resource_id: "com.a:id/x".into(),
        text: "a & b".into(),
        description: "d\ne".into(),
        bounds: Rect { left: -1, top: 2, right: 30, bottom: 40 },
        clickable: true,
        long_clickable: true,
        checkable: true,
        checked: true,
        selected: true,
        enabled: true,
        focusable: true,
        focused: true,
        scrollable: true,
        password: true,
    };
    assert_eq!(screen.nodes, [expected, Node { parent: Some(0), ..Node::default() }]);
}

#[track_caller]
fn check_recorded(xml: &str, views: usize, clickable: usize, text: &str) {
    let screen = read_dump(xml).unwrap();
    assert_eq!(screen.nodes.len(), views);
    assert_eq!(screen.nodes.iter().filter(|n| n.clickable).count(), clickable);
    assert!(screen.nodes.iter().any(|n| n.text == text || n.description == text));
    assert!(screen.nodes.iter().enumerate().skip(1).all(|(i, n)| n.parent.is_some_and(|p| p < i)));
}

#[test]
fn recorded_dumps() {
    check_recorded(ANDROID_4, 21, 2, "语言");
    check_recorded(ANDROID_8, 29, 10, "Play Store");
    check_recorded(FLUTTER, 23, 8, "Fractal Catalog");
}

/// Every recorded dump of the research data, where it lies beside the repository.
#[test]
fn all_recorded_dumps() {
    let Some(data) = std::env::var_os("POCKETPILOT_DATA") else {
        eprintln!("skipped: POCKETPILOT_DATA names no directory with uidumps/uiautomator_xml");
        return;
    };
    let folder = Path::new(&data).join("uidumps/uiautomator_xml");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let xml = std::fs::read_to_string(&path).unwrap();
        // Two were cut by hand and have no <hierarchy>.
        let whole = xml.contains("<hierarchy");
        match read_dump(&xml) {
            Ok(screen) => {
                assert!(whole, "{path:?}");
                assert_eq!(screen.nodes.len(), xml.matches("<node").count(), "{path:?}");
            }
            Err(error) => assert!(!whole, "{path:?}: {error}"),
        }
        count += 1;
    }
    assert!(count >= 17, "{count} files in {folder:?}");
}

#[track_caller]
fn check_found(answer: &str, expected: Result<&str, &str>) {
    assert_eq!(find(answer).map_err(|e| e.clone()).as_ref().map(|s| *s).map_err(String::as_str), expected);
}

#[test]
fn dumps_are_found_in_what_surrounds_them() {
    let xml = "<hierarchy rotation=\"0\"><node/></hierarchy>";
    check_found(&format!("{xml}UI hierchary dumped to: /dev/tty\n  mCurrentFocus=null"), Ok(xml));
    check_found(
        &format!("Warning: x\n<?xml version='1.0'?>{xml}"),
        Ok(&format!("<?xml version='1.0'?>{xml}")),
    );
    check_found(
        "ERROR: could not get idle state.\n",
        Err("`uiautomator dump` said: ERROR: could not get idle state."),
    );
    check_found(
        "ERROR: null root node returned by UiTestAutomationBridge.",
        Err("`uiautomator dump` said: ERROR: null root node returned by UiTestAutomationBridge."),
    );
    check_found("<?xml version='1.0'?><hierarchy><node", Err("the view tree is empty or was cut off"));
    check_found("<hierarchy rotation=\"0\" />", Err("the view tree is empty or was cut off"));
    check_found("", Err("`uiautomator dump` said: nothing"));
}

#[track_caller]
fn check_error(xml: &str, expected: &str) {
    let error = read_dump(xml).unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
    assert!(!error.contains('\n'), "{error}");
}

#[test]
fn hostile_dumps() {
    check_error("", "the view tree is no XML: ");
    check_error("<hierarchy><node></hierarchy>", "the view tree is no XML: ");
    check_error("<html/>", "the view tree starts with <html> where <hierarchy> is expected");
    check_error(
        "<hierarchy><node bounds='[0,0][1]'/></hierarchy>",
        "a view has the bounds \"[0,0][1]\" where",
    );
    check_error("<hierarchy><node bounds='[0,0][99999999999,1]'/></hierarchy>", "a view has the bounds");
    let deep = format!("<hierarchy>{}{}</hierarchy>", "<node>".repeat(5_000), "</node>".repeat(5_000));
    check_error(&deep, "the view tree has more than 200 levels");
    let many = format!("<hierarchy>{}</hierarchy>", "<node/>".repeat(20_000));
    check_error(&many, "the view tree has more than 15000 nodes");
    let large = " ".repeat(LARGEST_DUMP + 1);
    check_error(&large, "the view tree has more than 8388608 bytes");
    let bomb = "<!DOCTYPE h [<!ENTITY a 'aaaa'>]><hierarchy><node text='&a;'/></hierarchy>";
    check_error(bomb, "the view tree is no XML: ");
}

#[track_caller]
fn check_text(attribute: &str, expected: &str) {
    let screen = read_dump(&format!("<hierarchy><node text=\"{attribute}\"/></hierarchy>")).unwrap();
    assert_eq!(screen.nodes[0].text, expected);
}

#[test]
fn halves_of_characters() {
    check_text("a&#55357;&#56832;b", "a😀b");
    check_text("&#128512;", "😀");
    check_text("&#55357;x", "\u{fffd}x");
    check_text("&#56832;&#55357;", "\u{fffd}\u{fffd}");
    check_text("&#10;&#38;#55357;", "\n&#55357;");
    check_text(&"x".repeat(LONGEST_TEXT + 5), &"x".repeat(LONGEST_TEXT));
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = find(&text);
        let _ = read_dump(&text);
    }

    #[test]
    fn broken_dumps_never_panic(at in 0..FULL.len(), length in 0..40_usize, patch in "[<>/&;#='\" a-z0-9\\[\\],]{0,12}") {
        let end = (at + length).min(FULL.len());
        let broken = format!("{}{patch}{}", &FULL[..at], &FULL[end..]);
        if let Ok(xml) = find(&broken) {
            let _ = read_dump(xml);
        }
        let _ = read_dump(&broken);
    }

    #[test]
    fn any_references_never_panic(text in "(&#|;|[0-9]{1,5}|&|x){0,20}") {
        let _ = mend_surrogates(&text);
    }
}
