//! Databases that stay open between two uses.
//!
//! To open one takes a hundred times as long as to ask it something. A connection is used again only while nobody else has
//! written its file: `adb push` and the shell's `sqlite3` do.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// How many stay open: a screen asks three at most, and many phones share one process's file descriptors.
const KEPT: usize = 3;

/// What changes when somebody writes or replaces a file.
type Stamp = (u64, u64, u64, (i64, i64), (i64, i64));

fn stamp(host: &Path) -> io::Result<Stamp> {
    let found = fs::metadata(host)?;
    let times = ((found.mtime(), found.mtime_nsec()), (found.ctime(), found.ctime_nsec()));
    Ok((found.dev(), found.ino(), found.size(), times.0, times.1))
}

/// The connections of a phone, the one used last at the end.
#[derive(Debug, Default)]
pub struct Connections(Mutex<Vec<Idle>>);

#[derive(Debug)]
struct Idle {
    /// Android's path of the file, and the host's.
    path: String,
    host: PathBuf,
    stamp: Stamp,
    connection: Connection,
}

impl Connections {
    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection to the file and the host's path, if it is kept and the file is as it left it.
    pub(crate) fn take(&self, path: &str) -> Option<(PathBuf, Connection)> {
        let mut idle = self.lock();
        let at = idle.iter().position(|idle| idle.path == path)?;
        let found = idle.remove(at);
        drop(idle);
        // The same file, wherever links on the way lead by now.
        (stamp(&found.host).ok()? == found.stamp).then_some((found.host, found.connection))
    }

    /// Keeps a connection for its next use.
    pub(crate) fn keep(&self, path: &str, host: PathBuf, connection: Connection) {
        let Ok(stamp) = stamp(&host) else { return };
        if !connection.is_autocommit() {
            return;
        }
        let mut idle = self.lock();
        idle.retain(|idle| idle.path != path);
        if idle.len() == KEPT {
            idle.remove(0);
        }
        idle.push(Idle { path: path.to_owned(), host, stamp, connection });
    }

    /// Closes all.
    pub(crate) fn close(&self) {
        self.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(home: &Path, name: &str) -> (PathBuf, Connection) {
        let host = home.join(name);
        let connection = Connection::open(&host).expect("opens");
        connection
            .execute_batch("CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)")
            .expect("writes");
        (host, connection)
    }

    #[test]
    fn a_file_that_somebody_else_wrote_is_opened_again() {
        let home = tempfile::tempdir().expect("a directory");
        let connections = Connections::default();
        let (host, connection) = opened(home.path(), "a");
        connections.keep("/a", host.clone(), connection);
        let (host, connection) = connections.take("/a").expect("is kept");
        assert!(connections.take("/a").is_none());
        connections.keep("/a", host.clone(), connection);
        fs::write(&host, b"no database").expect("writes");
        assert!(connections.take("/a").is_none());
    }

    #[test]
    fn the_last_ones_are_kept() {
        let home = tempfile::tempdir().expect("a directory");
        let connections = Connections::default();
        for nth in 0..=KEPT {
            let (host, connection) = opened(home.path(), &nth.to_string());
            connections.keep(&nth.to_string(), host, connection);
        }
        assert!(connections.take("0").is_none());
        assert!(connections.take("1").is_some());
        connections.close();
        assert!(connections.take("2").is_none());
    }
}
