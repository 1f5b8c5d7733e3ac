//! Music plays, and recordings are made, by the phone's clock.

use super::Probe;
use crate::system::sound;

fn probe() -> Probe {
    let mut probe = Probe::new();
    probe.ok("rm -r /sdcard/Music");
    let files = probe.shell.device.files.clone();
    for (name, seconds) in [("Ada - First", 60), ("Bo - Second", 90)] {
        let path = format!("/sdcard/Music/{name}.wav");
        files.write(&path, &sound::wav(seconds * 1000, |_| 0.0)).expect("writes");
    }
    probe
}

/// Where the song is, in seconds.
fn at(probe: &mut Probe) -> i64 {
    let texts = probe.texts();
    let time = texts.iter().find(|text| text.len() == 5 && text.as_bytes()[2] == b':').expect("a time");
    time[..2].parse::<i64>().expect("minutes") * 60 + time[3..].parse::<i64>().expect("seconds")
}

#[test]
fn songs_play_one_after_the_other() {
    let mut probe = probe();
    probe.tap("Music");
    probe.shows("01:30");
    probe.tap("First");
    probe.shows("Ada");
    let begun = at(&mut probe);
    probe.shell.device.system().advance(10_000);
    assert_eq!(at(&mut probe), begun + 10);
    probe.tap("Pause");
    let held = at(&mut probe);
    probe.shell.device.system().advance(30_000);
    assert_eq!(at(&mut probe), held);
    probe.tap("progress");
    assert!((29..=30).contains(&at(&mut probe)));
    probe.tap("Play");
    probe.shell.device.system().advance(40_000);
    probe.shows("Second");
    probe.tap("Next");
    probe.shows("First");
    probe.ok("input keyevent BACK");
    probe.tap("mini_pause");
    probe.shows("Play");
}

#[test]
fn what_is_over_stays_at_its_end() {
    let mut probe = probe();
    probe.tap("Music");
    probe.tap("Second");
    probe.shell.device.system().advance(600_000);
    assert_eq!(at(&mut probe), 90);
    probe.tap("Play");
    assert!(at(&mut probe) < 3);
    probe.shows("Pause");
}

#[test]
fn playlists_are_made_filled_and_deleted() {
    const DATABASE: &str = "/data/data/com.android.music/databases/playlists.db";
    let mut probe = probe();
    probe.tap("Music");
    probe.tap("Playlists");
    probe.shows("No playlists yet");
    probe.tap("New playlist");
    probe.ok("input text Running");
    probe.tap("Create");
    probe.shows("No songs in this playlist");
    probe.tap("Songs");
    probe.tap("Add Second to playlist");
    probe.tap("Running");
    let sql = "SELECT name, path FROM playlists p JOIN playlist_songs s ON s.playlist_id = p._id";
    probe.finds(DATABASE, sql, "Running|/storage/emulated/0/Music/Bo - Second.wav");
    probe.tap("Playlists");
    probe.shows("1 song");
    probe.tap("Running");
    probe.tap("Second");
    probe.shows("Now playing");
    probe.ok("input keyevent BACK");
    probe.tap("Delete playlist");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT count(*) FROM playlist_songs", "0");
}

#[test]
fn a_recording_is_as_long_as_the_clock_says() {
    let mut probe = Probe::new();
    probe.tap("Recorder");
    probe.shows("No recordings yet");
    probe.tap("Record");
    probe.shell.device.system().advance(20_000);
    probe.tap("Pause");
    probe.shell.device.system().advance(60_000);
    probe.shows("Paused");
    probe.tap("Resume");
    probe.tap("Stop");
    probe.shows("Recording 1");
    probe.run(&["input", "text", "Shopping%slist"]);
    probe.tap("Save");
    probe.shows("Shopping list");
    let files = probe.shell.device.files.clone();
    let kept = files.read("/sdcard/Recordings/Shopping list.wav").expect("the file");
    // The taps take half a second each.
    let length = sound::length(&kept).expect("a sound");
    assert!((20_000..23_000).contains(&length), "{length}");
    let rows = probe
        .ok("content query --uri content://media/external/audio/media --projection _display_name:duration \
        --where bucket_display_name='Recordings'");
    assert_eq!(rows, format!("Row: 0 _display_name=Shopping list.wav, duration={length}\n"));
    probe.tap("Play Shopping list");
    probe.shell.device.system().advance(5_000);
    probe.shows("00:05 of 00:21");
    probe.tap("Delete Shopping list");
    probe.tap("button1");
    probe.shows("No recordings yet");
    assert!(!files.exists("/sdcard/Recordings/Shopping list.wav"));
}

#[test]
fn names_that_cannot_be_used_are_refused() {
    let mut probe = Probe::new();
    probe.shell.device.files.write("/sdcard/Recordings/there.wav", b"").expect("writes");
    probe.tap("Recorder");
    probe.tap("Record");
    probe.tap("Stop");
    for wrong in ["", "../up", "there"] {
        probe.tap("name");
        probe.ok("input keycombination 113 29");
        probe.ok("input keyevent DEL");
        probe.run(&["input", "text", wrong]);
        probe.tap("button1");
        probe.shows("Save recording");
    }
    assert_eq!(probe.ok("ls /sdcard/Recordings"), "there.wav\n");
    probe.tap("Discard");
    probe.shows("there");
}
