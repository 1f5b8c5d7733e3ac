//! Fetches a file by HTTP, and goes on where it stopped.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use ureq::http::{StatusCode, header};

use super::{FetchError, HubFile, Progress};

/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// The address of a file in a Hugging Face repository; `HF_ENDPOINT` names a mirror, as for its own tools.
pub(super) fn hub_url(file: &HubFile) -> String {
    let endpoint = std::env::var("HF_ENDPOINT").unwrap_or_else(|_| "https://huggingface.co".into());
    format!("{}/{}/resolve/{}/{}", endpoint.trim_end_matches('/'), file.repository, file.revision, file.file)
}

/// Fetches `url` into `to`, which holds the beginning of the file if an earlier fetch was interrupted. A broken
/// connection is taken up again as long as each brings something.
pub(super) fn fetch(url: &str, to: &Path, bytes: u64, progress: &dyn Progress) -> Result<(), FetchError> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(SILENCE))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .http_status_as_error(false)
        .build()
        .into();
    loop {
        let had = length(to);
        if had == bytes {
            return Ok(());
        }
        let result = attempt(&agent, url, to, had, bytes, progress);
        let has = length(to);
        match result {
            Ok(()) if has == bytes => return Ok(()),
            Ok(()) | Err(FetchError::Source(_)) if has > had => {}
            Ok(()) => return Err(FetchError::Source(format!("{url} gave {has} of {bytes} bytes"))),
            Err(error) => return Err(error),
        }
    }
}

fn length(path: &Path) -> u64 {
    path.metadata().map_or(0, |data| data.len())
}

fn attempt(
    agent: &ureq::Agent,
    url: &str,
    to: &Path,
    had: u64,
    bytes: u64,
    progress: &dyn Progress,
) -> Result<(), FetchError> {
    let failed = |why: &dyn std::fmt::Display| FetchError::Source(format!("{url}: {why}"));
    // Lengths and ranges are those of the file, so it must not be compressed on the way.
    let mut request = agent.get(url).header(header::ACCEPT_ENCODING, "identity");
    if had > 0 {
        request = request.header(header::RANGE, format!("bytes={had}-"));
    }
    let mut response = request.call().map_err(|e| failed(&e))?;
    let mut have = match response.status() {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if starts_at(&response, had) => had,
        StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
            // What is here is no beginning of what is there.
            fs::remove_file(to).map_err(FetchError::file(to))?;
            return Err(FetchError::Damaged(format!("{url} cannot go on at byte {had}")));
        }
        status => return Err(failed(&format_args!("the server answered {status}"))),
    };
    let mut file =
        File::options().create(true).write(true).truncate(false).open(to).map_err(FetchError::file(to))?;
    progress.resume(have);
    file.set_len(have).map_err(FetchError::file(to))?;
    std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).map_err(FetchError::file(to))?;

    let mut body = response.body_mut().as_reader();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = body.read(&mut buffer).map_err(|e| failed(&e))?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(()) };
        have += read as u64;
        if have > bytes {
            drop(file);
            fs::remove_file(to).map_err(FetchError::file(to))?;
            return Err(FetchError::Damaged(format!("{url} gives more than {bytes} bytes")));
        }
        file.write_all(piece).map_err(FetchError::file(to))?;
        progress.at(have);
    }
}

fn starts_at(response: &ureq::http::Response<ureq::Body>, byte: u64) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|v| v.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {byte}-")))
}
