//! What lies in a folder.

use std::time::UNIX_EPOCH;

use crate::files::Files;
use crate::system::random::Random;

/// The most that is read of a file, in bytes.
const MOST: usize = 64 * 1024;

/// By what entries are sorted. Folders always come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// The one changed last first.
    Modified,
    /// The largest first.
    Size,
}

impl Order {
    /// All there are, with their labels.
    pub(super) const ALL: [(Order, &'static str); 3] = [
        (Order::Name, "File name (A to Z)"),
        (Order::Modified, "Modified (newest first)"),
        (Order::Size, "Size (largest first)"),
    ];
}

/// A file or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name.
    pub(super) name: String,
    /// It is a folder.
    pub(super) folder: bool,
    /// Bytes in it.
    pub(super) size: u64,
    /// When it was changed, in milliseconds since 1970.
    pub(super) modified: i64,
}

/// What lies in a folder, without what is hidden.
pub(super) fn of(files: &Files, path: &str, order: Order) -> Vec<Entry> {
    let names = files.list(path).unwrap_or_default();
    let mut found: Vec<Entry> = names
        .into_iter()
        .filter(|name| !name.starts_with('.'))
        .filter_map(|name| {
            let metadata = files.metadata(&format!("{path}/{name}")).ok()?;
            let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_millis();
            let modified = i64::try_from(modified).ok()?;
            Some(Entry { name, folder: metadata.is_dir(), size: metadata.len(), modified })
        })
        .collect();
    found.sort_by_key(|entry| entry.name.to_lowercase());
    match order {
        Order::Name => {}
        Order::Modified => found.sort_by_key(|entry| std::cmp::Reverse(entry.modified)),
        Order::Size => found.sort_by_key(|entry| std::cmp::Reverse(entry.size)),
    }
    found.sort_by_key(|entry| !entry.folder);
    found
}

/// What stands in a text file; `None` if it is none.
pub(super) fn text(files: &Files, path: &str) -> Option<String> {
    let mut bytes = files.read(path).ok()?;
    bytes.truncate(MOST);
    let whole = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
    // A letter of several bytes may be cut at the end; what is wrong before is no text.
    (bytes.len() - whole < 4 && !bytes.contains(&0))
        .then(|| String::from_utf8_lossy(&bytes[..whole]).into_owned())
}

/// `512 B`, `1.5 kB`, `20 MB`, as Android writes sizes.
pub(super) fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        None => format!("{bytes} B"),
        Some((unit, name)) => {
            let value = bytes as f64 / unit as f64;
            let digits = usize::from(value < 10.0) + usize::from(value < 100.0);
            format!("{value:.digits$} {name}")
        }
    }
}

/// Documents of a new phone: name, text.
const DOCUMENTS: [(&str, &str); 7] = [
    ("Packing list.txt", "Passport\nCharger\nRain jacket\nBook\nSunglasses\n"),
    (
        "Meeting notes.txt",
        "Release moved to the 20th.\nNadia asks the printer for a new offer.\nNext time: the budget.\n",
    ),
    ("Budget 2026.csv", "month,rent,food,travel\nJanuary,820,310,45\nFebruary,820,295,130\n"),
    ("Cover letter.txt", "Dear Ms Lindgren,\n\nI would like to apply for the position in your workshop.\n"),
    ("Measurements.txt", "Kitchen window: 112 x 134 cm\nShelf: 80 x 30 cm\n"),
    ("Speech.txt", "Dear all,\nwhen I first met the two of them it rained, and nobody minded.\n"),
    ("Serial numbers.txt", "Drill: K4-118-220\nCamera: 77104553\n"),
];

/// Puts documents on a new phone.
pub fn fill(files: &Files, seed: u64, now: i64) {
    let mut random = Random::new(seed, "documents");
    let mut documents = DOCUMENTS;
    random.shuffle(&mut documents);
    for ((name, text), days) in documents.into_iter().take(4).zip(1..) {
        let path = format!("/sdcard/Documents/{name}");
        if let Err(error) = files.write_at(&path, text.as_bytes(), now - days * 5 * 86_400_000) {
            tracing::warn!(path, %error, "cannot write");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let shown = [0, 999, 1000, 1500, 15_300, 999_000, 20_000_000].map(size);
        assert_eq!(shown, ["0 B", "999 B", "1.00 kB", "1.50 kB", "15.3 kB", "999 kB", "20.0 MB"]);
    }
}
