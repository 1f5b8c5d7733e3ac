//! Recorded apps, given to the phone as it starts.

use pocketpilot_phone::Phone;

#[tokio::test]
async fn a_broken_recording_ends_the_start_with_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.jsonl");
    std::fs::write(&path, "{}\n").expect("writes");
    let mut builder = Phone::builder();
    builder.recorded = vec![path.clone()];
    let error = builder.start().await.expect_err("is refused").to_string();
    let expected = format!(
        "cannot show the recording {}, line 1: missing field `kind`, column 2; mend that line or leave the file out",
        path.display()
    );
    assert_eq!(error, expected);
}

#[tokio::test]
async fn recordings_are_installed() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = r#"{"kind":"state","app":"notes","state":"a","activity":"org.example.notes/.Main","width":1080,
        "height":2400,"views":[{"class":"android.widget.FrameLayout","bounds":[[0,0],[1080,2400]],"enabled":true}]}"#;
    std::fs::write(folder.path().join("notes.jsonl"), state.replace('\n', "")).expect("writes");
    let mut builder = Phone::builder();
    builder.recorded = vec![folder.path().to_owned()];
    let phone = builder.start().await.expect("starts");
    assert!(phone.device().system().services.packages.exists("org.example.notes"));
    phone.stop().await;
}
