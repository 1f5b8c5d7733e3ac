//! Who may know whom, read from the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The Pocketpilot packages that each package builds on, development apart.
fn graph() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let rooms = ["core", "tools", "memory", "guard", "evals", "apps/phone", "apps/cli"];
    rooms
        .iter()
        .map(|room| {
            let text = fs::read_to_string(root.join(room).join("Cargo.toml")).expect("a manifest");
            let manifest: toml::Table = text.parse().expect("TOML");
            let name = manifest["package"]["name"].as_str().expect("a name").to_owned();
            let uses = manifest["dependencies"].as_table().into_iter().flatten().map(|(d, _)| d.clone());
            (name, uses.filter(|d| d.starts_with("pocketpilot")).collect())
        })
        .collect()
}

#[track_caller]
fn check(package: &str, expected: &[&str]) {
    let uses: Vec<String> = graph()[package].iter().cloned().collect();
    assert_eq!(uses, expected, "{package}");
}

#[test]
fn the_rooms_know_only_whom_they_may() {
    check("pocketpilot-core", &[]);
    check("pocketpilot-phone", &[]);
    check("pocketpilot-tools", &["pocketpilot-core"]);
    check("pocketpilot-memory", &["pocketpilot-core"]);
    check("pocketpilot-guard", &["pocketpilot-core"]);
    check(
        "pocketpilot-evals",
        &["pocketpilot-core", "pocketpilot-guard", "pocketpilot-memory", "pocketpilot-tools"],
    );
}

#[test]
fn core_opens_no_socket() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut folders = vec![root.join("core/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("text");
            for word in ["std::net", "tokio::net", "TcpStream", "UdpSocket", "UnixStream"] {
                assert!(!text.contains(word), "{} names {word}", path.display());
            }
        }
    }
}
