//! The little of HTTP/1.1 that the server's clients use: one request a connection.

use std::io::{self, BufRead, Read, Write};

/// Longest head of a request, in bytes.
const MAX_HEAD: u64 = 16 * 1024;

/// Longest body of a request, in bytes.
const MAX_BODY: usize = 16 << 20;

/// What a client asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    /// Without what follows a `?`.
    pub(super) path: String,
    pub(super) body: Vec<u8>,
}

/// Reads a request; `None` if the client hung up instead.
pub(super) fn read(mut from: &mut dyn BufRead) -> io::Result<Option<Request>> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    let mut head = (&mut from).take(MAX_HEAD);
    let mut line = String::new();
    if head.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Err(invalid()) };
    let path = target.split('?').next().unwrap_or_default();
    let mut length = 0;
    loop {
        let mut header = String::new();
        if head.read_line(&mut header)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match header.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().map_err(|_| invalid())?;
            }
            Some(_) => {}
            None => break,
        }
    }
    if length > MAX_BODY {
        return Err(invalid());
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Some(Request { method: method.to_owned(), path: path.to_owned(), body }))
}

/// Writes an answer, the last of its connection.
pub(super) fn answer(to: &mut dyn Write, status: &str, kind: &str, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    to.write_all(&[head.as_bytes(), body].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<(&str, &str, &[u8])>) {
        let read = read(&mut &*bytes).ok().flatten();
        let expected = expected.map(|(method, path, body)| Request {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.to_owned(),
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn requests_are_read() {
        check(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n", Some(("GET", "/ping", b"")));
        check(b"POST /a?m=b HTTP/1.1\r\ncontent-LENGTH: 2\r\n\r\nhi!", Some(("POST", "/a", b"hi")));
        check(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nhi", None);
        check(b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", None);
        check(b"GET\r\n\r\n", None);
        check(b"GET / HTTP/1.1\r\nHost: x\r\n", None);
        check(b"", None);
    }

    proptest! {
        #[test]
        fn garbage_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&mut &*bytes);
        }
    }
}
