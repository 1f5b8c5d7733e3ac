//! The switches themselves.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Fault;

/// How often what waits looks whether its client is still there.
const LOOK: Duration = Duration::from_millis(50);

/// How a dump ends that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadDump {
    /// Its process is killed.
    Killed,
    /// It waits in vain until nothing on the screen moves.
    NotIdle,
    /// It finds no window.
    NullRoot,
}

/// The switches.
#[derive(Debug, Default)]
pub struct Faults {
    switches: Mutex<Switches>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Switches {
    /// One a name. Those that happen so many times count down.
    on: Vec<Fault>,
    /// Keys since keys are dropped.
    keys: u32,
}

impl Switches {
    fn clear(&mut self, name: &str) -> bool {
        let before = self.on.len();
        self.on.retain(|fault| fault.name() != name);
        self.on.len() != before
    }

    /// Something happens once more that happens so many times.
    fn happens(&mut self, name: &str) -> bool {
        let Some(at) = self.on.iter().position(|fault| fault.name() == name) else { return false };
        if let Fault::NullRoot(Some(left)) | Fault::DumpFailures(left) = &mut self.on[at] {
            *left -= 1;
            if *left == 0 {
                self.on.remove(at);
            }
        }
        true
    }
}

impl Faults {
    fn lock(&self) -> MutexGuard<'_, Switches> {
        self.switches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that are on, in the order in which they were switched on.
    pub fn list(&self) -> Vec<Fault> {
        self.lock().on.clone()
    }

    /// Switches a fault on, in place of one of the same name.
    pub(crate) fn set(&self, fault: Fault) {
        let mut switches = self.lock();
        switches.clear(fault.name());
        if let Fault::DroppedKeys(_) = fault {
            switches.keys = 0;
        }
        switches.on.push(fault);
        self.changed.notify_all();
    }

    /// Switches off what has this name; says whether it was on.
    pub(crate) fn clear(&self, name: &str) -> bool {
        let cleared = self.lock().clear(name);
        self.changed.notify_all();
        cleared
    }

    /// This fault is on.
    pub(crate) fn has(&self, fault: &Fault) -> bool {
        self.lock().on.contains(fault)
    }

    /// The package whose app does not respond.
    pub(crate) fn anr(&self) -> Option<String> {
        self.lock().on.iter().find_map(|fault| match fault {
            Fault::Anr(package) => Some(package.clone()),
            _ => None,
        })
    }

    /// A dump is made: how it goes wrong, if it does.
    pub(crate) fn dump(&self, compressed: bool) -> Option<BadDump> {
        let mut switches = self.lock();
        if switches.happens("dump-failures") {
            Some(BadDump::Killed)
        } else if !compressed && switches.on.contains(&Fault::NeverIdle) {
            Some(BadDump::NotIdle)
        } else {
            switches.happens("null-root").then_some(BadDump::NullRoot)
        }
    }

    /// A key is pressed: whether it is lost.
    pub(crate) fn loses_key(&self) -> bool {
        let mut switches = self.lock();
        let nth = switches.on.iter().find_map(|fault| match fault {
            Fault::DroppedKeys(nth) => Some(*nth),
            _ => None,
        });
        switches.keys = switches.keys.wrapping_add(1);
        nth.is_some_and(|nth| switches.keys.is_multiple_of(nth))
    }

    /// A reply of which `sent` bytes are out goes on with so many: how many of them get through if it is cut here. Then the
    /// fault is over.
    pub(crate) fn cut(&self, sent: usize, coming: usize) -> Option<usize> {
        let mut switches = self.lock();
        let after = switches.on.iter().find_map(|fault| match fault {
            Fault::Cut(after) => usize::try_from(*after).ok(),
            _ => None,
        });
        let after = after.filter(|after| sent.saturating_add(coming) > *after)?;
        switches.clear("cut");
        Some(after.saturating_sub(sent))
    }

    /// Waits while a command line is slow, until `over`. Switching the fault off ends the wait.
    pub(crate) fn slow_shell(&self, over: impl Fn() -> bool) {
        self.wait(over, |fault| match fault {
            Fault::SlowShell(millis) => Some(*millis),
            _ => None,
        });
    }

    /// As [`Faults::slow_shell`], while a dump is slow.
    pub(crate) fn slow_dump(&self, over: impl Fn() -> bool) {
        self.wait(over, |fault| match fault {
            Fault::SlowDump(millis) => Some(*millis),
            _ => None,
        });
    }

    fn wait(&self, over: impl Fn() -> bool, wanted: fn(&Fault) -> Option<u32>) {
        let since = Instant::now();
        let mut switches = self.lock();
        while let Some(millis) = switches.on.iter().find_map(wanted)
            && !over()
        {
            let left = Duration::from_millis(millis.into()).saturating_sub(since.elapsed());
            if left.is_zero() {
                return;
            }
            let woken = self.changed.wait_timeout(switches, left.min(LOOK));
            switches = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_fail_as_often_as_said() {
        let faults = Faults::default();
        faults.set(Fault::DumpFailures(1));
        faults.set(Fault::NullRoot(Some(2)));
        faults.set(Fault::NeverIdle);
        assert_eq!(faults.dump(false), Some(BadDump::Killed));
        assert_eq!(faults.dump(false), Some(BadDump::NotIdle));
        assert_eq!(faults.dump(true), Some(BadDump::NullRoot));
        assert!(faults.clear("never-idle") && !faults.clear("never-idle"));
        assert_eq!(faults.dump(false), Some(BadDump::NullRoot));
        assert_eq!(faults.dump(false), None);
        assert_eq!(faults.list(), []);
    }

    #[test]
    fn every_nth_key_is_lost() {
        let faults = Faults::default();
        assert!(!faults.loses_key());
        faults.set(Fault::DroppedKeys(3));
        let lost: Vec<bool> = (0..7).map(|_| faults.loses_key()).collect();
        assert_eq!(lost, [false, false, true, false, false, true, false]);
    }

    #[test]
    fn one_reply_is_cut() {
        let faults = Faults::default();
        faults.set(Fault::Cut(10));
        assert_eq!(faults.cut(0, 10), None);
        assert_eq!(faults.cut(4, 7), Some(6));
        assert_eq!(faults.cut(0, 100), None);
    }

    #[test]
    fn a_wait_ends_with_its_fault_or_its_client() {
        let faults = Faults::default();
        faults.set(Fault::SlowShell(super::super::LONGEST));
        faults.slow_shell(|| true);
        faults.slow_dump(|| false);
        std::thread::scope(|scope| {
            scope.spawn(|| faults.slow_shell(|| false));
            faults.clear("slow-shell");
        });
    }
}
