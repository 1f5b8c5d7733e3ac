//! What goes wrong with real phones, switched on and off on this one.
//!
//! [`Faults`] holds the switches and lies below everything else: each layer asks it for what is its own. `uiautomator` asks
//! how a dump ends, `input` whether a key is lost, the files whether there is room, adb where a reply is cut. Nothing here
//! holds up the phone itself: what is slow waits in the shell, with no other lock held.

mod switches;

use std::fmt;
use std::str::FromStr;

pub(crate) use switches::BadDump;
pub use switches::Faults;

/// The package of [`Fault::Anr`] that means the app in front.
pub const FOREGROUND: &str = "foreground";

/// Longest wait that can be asked for, in milliseconds.
const LONGEST: u32 = 3_600_000;
/// Letters that a package or a number has at most.
const MOST_LETTERS: usize = 128;

/// One thing that goes wrong, written as `NAME` or `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// `never-idle`: the screen is never still, so that `uiautomator dump` gives up after ten seconds of the phone's own
    /// time. With `--compressed` it does not wait for stillness and succeeds.
    NeverIdle,
    /// `null-root` or `null-root=N`: this many dumps find no window, or all.
    NullRoot(Option<u32>),
    /// `dump-failures=N`: this many dumps are killed before they write anything.
    DumpFailures(u32),
    /// `slow-dump=MS`: a dump takes so many milliseconds longer, by the host's clock.
    SlowDump(u32),
    /// `slow-shell=MS`: each command line answers so many milliseconds later, by the host's clock.
    SlowShell(u32),
    /// `lost-focus`: a tap on a field opens the keyboard, and the field loses the focus with it: what is typed goes nowhere.
    LostFocus,
    /// `dropped-keys=N`: every Nth key of `input text` and `input keyevent` is lost.
    DroppedKeys(u32),
    /// `cut=N`: the first reply on an ADB connection that is longer than N bytes is cut there, and the connection with it.
    /// That happens once.
    Cut(u32),
    /// `full-storage`: nothing new can be written to `/data` and `/sdcard`.
    FullStorage,
    /// `anr=PACKAGE`: this app does not respond once it is in front, and the system asks whether to close it.
    /// `anr=foreground` means the app that is in front now. The answer ends the fault.
    Anr(String),
    /// `incoming-call=NUMBER`: somebody calls. The fault lasts as long as it rings.
    IncomingCall(String),
}

/// A text that names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no fault; there are never-idle, null-root[=N], dump-failures=N, slow-dump=MS, slow-shell=MS, lost-focus, \
     dropped-keys=N, cut=N, full-storage, anr=PACKAGE|foreground and incoming-call=NUMBER"
)]
pub struct UnknownFault(String);

impl Fault {
    /// Every name, in the order in which the error lists them.
    pub const NAMES: [&'static str; 11] = [
        "never-idle",
        "null-root",
        "dump-failures",
        "slow-dump",
        "slow-shell",
        "lost-focus",
        "dropped-keys",
        "cut",
        "full-storage",
        "anr",
        "incoming-call",
    ];

    /// What stands before the `=`.
    pub fn name(&self) -> &'static str {
        let at = match self {
            Fault::NeverIdle => 0,
            Fault::NullRoot(_) => 1,
            Fault::DumpFailures(_) => 2,
            Fault::SlowDump(_) => 3,
            Fault::SlowShell(_) => 4,
            Fault::LostFocus => 5,
            Fault::DroppedKeys(_) => 6,
            Fault::Cut(_) => 7,
            Fault::FullStorage => 8,
            Fault::Anr(_) => 9,
            Fault::IncomingCall(_) => 10,
        };
        Fault::NAMES[at]
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Fault::NeverIdle | Fault::NullRoot(None) | Fault::LostFocus | Fault::FullStorage => Ok(()),
            Fault::NullRoot(Some(number))
            | Fault::DumpFailures(number)
            | Fault::SlowDump(number)
            | Fault::SlowShell(number)
            | Fault::DroppedKeys(number)
            | Fault::Cut(number) => write!(f, "={number}"),
            Fault::Anr(text) | Fault::IncomingCall(text) => write!(f, "={text}"),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Fault, UnknownFault> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let number = |least: u32, most: u32| {
            value?.parse::<u32>().ok().filter(|number| (least..=most).contains(number))
        };
        let word = |letter: fn(char) -> bool| {
            let fits =
                |text: &&str| !text.is_empty() && text.len() <= MOST_LETTERS && text.chars().all(letter);
            value.filter(fits).map(str::to_owned)
        };
        let fault = match (name, value) {
            ("never-idle", None) => Some(Fault::NeverIdle),
            ("null-root", None) => Some(Fault::NullRoot(None)),
            ("null-root", _) => number(1, u32::MAX).map(|times| Fault::NullRoot(Some(times))),
            ("dump-failures", _) => number(1, u32::MAX).map(Fault::DumpFailures),
            ("slow-dump", _) => number(1, LONGEST).map(Fault::SlowDump),
            ("slow-shell", _) => number(1, LONGEST).map(Fault::SlowShell),
            ("lost-focus", None) => Some(Fault::LostFocus),
            ("dropped-keys", _) => number(1, u32::MAX).map(Fault::DroppedKeys),
            ("cut", _) => number(0, u32::MAX).map(Fault::Cut),
            ("full-storage", None) => Some(Fault::FullStorage),
            ("anr", _) => {
                word(|letter| letter.is_ascii_alphanumeric() || "._".contains(letter)).map(Fault::Anr)
            }
            ("incoming-call", _) => {
                word(|letter| letter.is_ascii_digit() || "+*#".contains(letter)).map(Fault::IncomingCall)
            }
            _ => None,
        };
        fault.ok_or_else(|| {
            UnknownFault(text.chars().take(MOST_LETTERS).collect::<String>().escape_debug().to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Fault>) {
        let parsed = text.parse::<Fault>();
        if let Ok(fault) = &parsed {
            assert_eq!(fault.to_string(), text);
        }
        assert_eq!(parsed.ok(), expected, "{text}");
    }

    #[test]
    fn faults_are_written_as_people_type_them() {
        check("never-idle", Some(Fault::NeverIdle));
        check("null-root", Some(Fault::NullRoot(None)));
        check("null-root=3", Some(Fault::NullRoot(Some(3))));
        check("dump-failures=1", Some(Fault::DumpFailures(1)));
        check("slow-dump=1500", Some(Fault::SlowDump(1500)));
        check("slow-shell=20", Some(Fault::SlowShell(20)));
        check("lost-focus", Some(Fault::LostFocus));
        check("dropped-keys=4", Some(Fault::DroppedKeys(4)));
        check("cut=0", Some(Fault::Cut(0)));
        check("full-storage", Some(Fault::FullStorage));
        check("anr=foreground", Some(Fault::Anr(FOREGROUND.to_owned())));
        check(
            "anr=com.google.android.deskclock",
            Some(Fault::Anr("com.google.android.deskclock".to_owned())),
        );
        check("incoming-call=+15550100", Some(Fault::IncomingCall("+15550100".to_owned())));
        for bad in [
            "",
            "idle",
            "never-idle=1",
            "null-root=",
            "null-root=0",
            "dump-failures",
            "dump-failures=-1",
            "slow-dump=x",
            "slow-shell=3600001",
            "lost-focus=yes",
            "dropped-keys=0",
            "cut",
            "anr",
            "anr=",
            "anr=a b",
            "incoming-call=me",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn what_is_no_fault_is_told_with_the_names() {
        let told = "bo\ngus".parse::<Fault>().expect_err("no fault").to_string();
        assert!(told.starts_with("'bo\\ngus' is no fault; ") && !told.contains('\n'), "{told}");
        for name in Fault::NAMES {
            assert!(told.contains(name), "{name}");
        }
    }
}
