//! `sync:`: file transfer. Requests and answers are frames on one byte stream; how the client cuts that stream into
//! messages does not matter.

use std::{
    fs::{self, File, FileTimes, Metadata, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use crate::files::{Files, reason};

/// Longest path in a request, as adbd has it.
const MAX_PATH: usize = 1024;

/// Longest `DATA` frame either way, as adbd has it.
const MAX_DATA: usize = 64 * 1024;

/// Answers requests until `QUIT` or the end of the stream.
///
/// # Errors
/// The client hung up in the middle or sent what is not the sync protocol.
pub(super) fn serve(files: &Files, from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    loop {
        let (id, length) = header(from)?;
        if &id == b"QUIT" {
            return Ok(());
        }
        if length > MAX_PATH {
            fail(to, "path too long")?;
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut path = vec![0; length];
        from.read_exact(&mut path)?;
        let Ok(path) = String::from_utf8(path) else {
            fail(to, "path is not UTF-8")?;
            return Err(io::ErrorKind::InvalidData.into());
        };
        match &id {
            b"STAT" => to.write_all(&[b"STAT".as_slice(), &stat_v1(&look(files, &path, false))].concat())?,
            b"STA2" => to.write_all(&[b"STA2".as_slice(), &stat_v2(&look(files, &path, true))].concat())?,
            b"LST2" => to.write_all(&[b"LST2".as_slice(), &stat_v2(&look(files, &path, false))].concat())?,
            b"LIST" => list(files, &path, to, b"DENT", stat_v1)?,
            b"LIS2" => list(files, &path, to, b"DNT2", stat_v2)?,
            b"RECV" => receive(files, &path, to)?,
            b"SEND" => match send(files, &path, from)? {
                Ok(()) => to.write_all(b"OKAY\0\0\0\0")?,
                Err(error) => fail(to, &reason(&error))?,
            },
            _ => {
                fail(to, &format!("unknown command {:08x}", u32::from_le_bytes(id)))?;
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }
}

/// Id and the number after it, which is a length for all but `DONE`.
fn header(from: &mut impl Read) -> io::Result<([u8; 4], usize)> {
    let mut id = [0; 4];
    let mut number = [0; 4];
    from.read_exact(&mut id)?;
    from.read_exact(&mut number)?;
    Ok((id, u32::from_le_bytes(number) as usize))
}

fn fail(to: &mut impl Write, reason: &str) -> io::Result<()> {
    let length = (reason.len() as u32).to_le_bytes();
    to.write_all(&[b"FAIL".as_slice(), &length, reason.as_bytes()].concat())
}

fn look(files: &Files, path: &str, follow: bool) -> io::Result<Metadata> {
    let host = files.host_path("/", path)?;
    if follow { host.metadata() } else { host.symlink_metadata() }
}

/// Mode, size and time of change; zeros for what is not there.
fn stat_v1(found: &io::Result<Metadata>) -> Vec<u8> {
    let words = match found {
        Ok(found) => [found.mode(), clamp(found.size()), clamp(found.mtime().max(0).unsigned_abs())],
        Err(_) => [0; 3],
    };
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn clamp(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Error number, then everything that `stat` tells; zeros for what is not there.
fn stat_v2(found: &io::Result<Metadata>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(68);
    match found {
        Ok(found) => {
            bytes.extend(0_u32.to_le_bytes());
            bytes.extend(found.dev().to_le_bytes());
            bytes.extend(found.ino().to_le_bytes());
            for word in [found.mode(), clamp(found.nlink()), found.uid(), found.gid()] {
                bytes.extend(word.to_le_bytes());
            }
            bytes.extend(found.size().to_le_bytes());
            for time in [found.atime(), found.mtime(), found.ctime()] {
                bytes.extend(time.to_le_bytes());
            }
        }
        Err(error) => {
            const EACCES: u32 = 13;
            const ENOENT: u32 = 2;
            let number = if error.kind() == io::ErrorKind::PermissionDenied { EACCES } else { ENOENT };
            bytes.extend(number.to_le_bytes());
            bytes.resize(68, 0);
        }
    }
    bytes
}

/// One `entry` frame a name, then `DONE` and zeros in an entry's size. A directory that cannot be read is empty.
fn list(
    files: &Files,
    path: &str,
    to: &mut impl Write,
    entry: &[u8; 4],
    stat: fn(&io::Result<Metadata>) -> Vec<u8>,
) -> io::Result<()> {
    let names = files
        .list(path)
        .map_or(Vec::new(), |names| [".".to_owned(), "..".to_owned()].into_iter().chain(names).collect());
    let mut length = 0;
    for name in names {
        let stat = stat(&look(files, &format!("{path}/{name}"), false));
        to.write_all(
            &[entry.as_slice(), &stat, &(name.len() as u32).to_le_bytes(), name.as_bytes()].concat(),
        )?;
        length = stat.len();
    }
    if length == 0 {
        length = stat(&Err(io::ErrorKind::NotFound.into())).len();
    }
    let mut done = b"DONE".to_vec();
    done.resize(4 + length + 4, 0);
    to.write_all(&done)
}

/// Answers `RECV`. Each frame is one write, because `adb_client` cannot read a header that two messages share.
fn receive(files: &Files, path: &str, to: &mut impl Write) -> io::Result<()> {
    let opened = files.host_path("/", path).and_then(|host| {
        if host.metadata()?.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { File::open(host) }
    });
    let mut file = match opened {
        Ok(file) => file,
        Err(error) => return fail(to, &reason(&error)),
    };
    let mut frame = vec![0; 8 + MAX_DATA];
    loop {
        let read = match frame.get_mut(8..).map_or(Ok(0), |space| file.read(space)) {
            Ok(0) => return to.write_all(b"DONE\0\0\0\0"),
            Ok(read) => read,
            Err(error) => return fail(to, &reason(&error)),
        };
        if let Some(header) = frame.first_chunk_mut() {
            let [d, a, t, b] = (read as u32).to_le_bytes();
            *header = [b'D', b'A', b'T', b'A', d, a, t, b];
        }
        to.write_all(frame.get(..8 + read).unwrap_or_default())?;
    }
}

/// Reads the frames after `SEND path,mode` and keeps what they carry.
///
/// The outer error is the stream's; the inner one the disk's, after which the rest of the transfer has been read.
fn send(files: &Files, target: &str, from: &mut impl Read) -> io::Result<io::Result<()>> {
    let (path, mode) = target.rsplit_once(',').unwrap_or((target, "0644"));
    let mut incoming = Incoming::create(files, path);
    let mut data = vec![0; MAX_DATA];
    loop {
        let (id, number) = header(from)?;
        match &id {
            b"DATA" if number <= MAX_DATA => {
                let part = data.get_mut(..number).unwrap_or_default();
                from.read_exact(part)?;
                if let Ok(file) = &mut incoming
                    && let Err(error) = file.file.write_all(part)
                {
                    incoming = Err(error);
                }
            }
            b"DONE" => return Ok(incoming.and_then(|file| file.finish(mode, number as u64))),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// A file that is being received; dropped before it is finished, it is removed.
struct Incoming {
    file: File,
    path: PathBuf,
    finished: bool,
}

impl Incoming {
    fn create(files: &Files, path: &str) -> io::Result<Incoming> {
        files.room(&files.host_path("/", path)?)?;
        let path = files.create_parents(path)?;
        Ok(Incoming { file: File::create(&path)?, path, finished: false })
    }

    fn finish(mut self, mode: &str, modified: u64) -> io::Result<()> {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(modified);
        self.file.set_times(FileTimes::new().set_modified(time).set_accessed(time))?;
        self.file.set_permissions(Permissions::from_mode(parse_mode(mode)))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Permission bits out of a mode as `strtoul` reads it: octal after a `0`, else decimal.
fn parse_mode(mode: &str) -> u32 {
    let mode = match mode.strip_prefix('0') {
        Some(octal) => u32::from_str_radix(octal, 8),
        None => mode.parse(),
    };
    mode.unwrap_or(0o644) & 0o777
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn disk() -> (tempfile::TempDir, Files) {
        let home = tempfile::tempdir().unwrap();
        let files = Files::new(home.path()).unwrap();
        (home, files)
    }

    fn request(id: &[u8; 4], path: &str) -> Vec<u8> {
        [id.as_slice(), &(path.len() as u32).to_le_bytes(), path.as_bytes()].concat()
    }

    fn talk(files: &Files, request: &[u8]) -> (bool, Vec<u8>) {
        let mut answer = Vec::new();
        let ended = serve(files, &mut &*request, &mut answer).is_ok();
        (ended, answer)
    }

    #[test]
    fn a_file_goes_in_and_out() {
        let (_home, files) = disk();
        let mut script = request(b"SEND", "/sdcard/new/f.txt,33188");
        script.extend(b"DATA\x05\0\0\0data\nDONE\x01\0\0\0");
        script.extend(request(b"STAT", "/sdcard/new/f.txt"));
        script.extend(request(b"RECV", "/sdcard/new/f.txt"));
        script.extend(b"QUIT\0\0\0\0");
        let expected = b"OKAY\0\0\0\0STAT\xa4\x81\0\0\x05\0\0\0\x01\0\0\0DATA\x05\0\0\0data\nDONE\0\0\0\0";
        assert_eq!(talk(&files, &script), (true, expected.to_vec()));
    }

    #[test]
    fn a_full_disk_fails_the_push_and_the_stream_goes_on() {
        let (_home, files) = disk();
        files.faults().set(crate::faults::Fault::FullStorage);
        let mut script = request(b"SEND", "/data/local/tmp/f,0644");
        script.extend(b"DATA\x01\0\0\0xDONE\0\0\0\0");
        script.extend(request(b"STAT", "/data/local/tmp/f"));
        script.extend(b"QUIT\0\0\0\0");
        let mut expected = request(b"FAIL", "No space left on device");
        expected.extend(b"STAT\0\0\0\0\0\0\0\0\0\0\0\0");
        assert_eq!(talk(&files, &script), (true, expected));
    }

    #[test]
    fn half_a_file_is_not_kept() {
        let (_home, files) = disk();
        let mut script = request(b"SEND", "/sdcard/f.txt,0644");
        script.extend(b"DATA\x05\0\0\0da");
        assert_eq!(talk(&files, &script), (false, Vec::new()));
        assert!(!files.exists("/sdcard/f.txt"));
    }

    #[test]
    fn what_fails_is_told_and_the_stream_goes_on() {
        let (_home, files) = disk();
        let mut script = request(b"RECV", "/sdcard/none");
        script.extend(request(b"SEND", "/sdcard,0644"));
        script.extend(b"DATA\x01\0\0\0xDONE\0\0\0\0");
        script.extend(request(b"STAT", "/sdcard/none"));
        script.extend(b"QUIT\0\0\0\0");
        let (ended, answer) = talk(&files, &script);
        let mut expected = request(b"FAIL", "No such file or directory");
        expected.extend(request(b"FAIL", "Is a directory"));
        expected.extend(b"STAT\0\0\0\0\0\0\0\0\0\0\0\0");
        assert!(ended);
        assert_eq!(answer, expected);
    }

    #[test]
    fn lists_end_with_an_entry_of_zeros() {
        let (_home, files) = disk();
        files.write("/sdcard/Download/a", b"123").unwrap();
        let (_, answer) = talk(&files, &request(b"LIS2", "/sdcard/Download"));
        let names: Vec<usize> =
            answer.windows(4).enumerate().filter(|(_, w)| w == b"DNT2").map(|(i, _)| i).collect();
        assert_eq!(names.len(), 3);
        assert_eq!(answer[answer.len() - 76..][..4], *b"DONE");
        let (_, empty) = talk(&files, &request(b"LIST", "/none"));
        assert_eq!(empty, [b"DONE".as_slice(), &[0; 16]].concat());
    }

    #[test]
    fn modes_are_read_as_strtoul_does() {
        assert_eq!(parse_mode("33188"), 0o644);
        assert_eq!(parse_mode("0777"), 0o777);
        assert_eq!(parse_mode("x"), 0o644);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn garbage_does_not_panic(
            id in prop::sample::select(vec![*b"STAT", *b"LIST", *b"SEND", *b"RECV", *b"QUIT", *b"????"]),
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let (_home, files) = disk();
            let _ = talk(&files, &[id.as_slice(), &bytes].concat());
        }
    }
}
