use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::*;
use crate::models::Manifest;

mod packages;

const BYTES: usize = 100_000;

/// The same bytes on every run, and no two halves alike.
fn content() -> Vec<u8> {
    (0..BYTES as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn response(status: &str, headers: &str, length: usize, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

fn whole() -> Vec<u8> {
    response("200 OK", "", BYTES, &content())
}

/// Announces the whole file and hangs up after half of it.
fn half() -> Vec<u8> {
    response("200 OK", "", BYTES, &content()[..BYTES / 2])
}

fn rest(start: usize) -> Vec<u8> {
    let range = format!("Content-Range: bytes {start}-{}/{BYTES}\r\n", BYTES - 1);
    response("206 Partial Content", &range, BYTES - start, &content()[start..])
}

fn tampered() -> Vec<u8> {
    let mut bytes = content();
    bytes[BYTES / 3] ^= 1;
    response("200 OK", "", BYTES, &bytes)
}

/// An HTTP server that sends these bytes, one answer a connection, and the last one ever after.
struct Server {
    url: String,
    /// The value of the `Range` header of each request, empty without one.
    ranges: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/model.gguf", listener.local_addr().unwrap());
        let ranges = Arc::new(Mutex::new(Vec::new()));
        let seen = ranges.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                let range = head
                    .iter()
                    .find_map(|line| line.to_lowercase().strip_prefix("range: ").map(String::from));
                seen.lock().unwrap().push(range.unwrap_or_default());
                let answer = answers.get(number).or(answers.last()).unwrap();
                // The other side may have hung up on purpose.
                let _ = stream.write_all(answer);
            }
        });
        Self { url, ranges }
    }

    fn source(&self) -> String {
        format!("url = {:?}", self.url)
    }

    fn ranges(&self) -> Vec<String> {
        self.ranges.lock().unwrap().clone()
    }
}

#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Progress for Notes {
    fn start(&self, what: &str, bytes: u64) {
        self.note(&format!("start {what} {bytes}"));
    }
    fn part(&self, what: &str) {
        self.note(what);
    }
    fn resume(&self, bytes: u64) {
        self.at(bytes);
    }
    fn at(&self, bytes: u64) {
        assert!(bytes < 10 * BYTES as u64);
    }
    fn note(&self, line: &str) {
        self.0.lock().unwrap().push(line.into());
    }
    fn finish(&self, what: &str) {
        self.note(&format!("finish {what}"));
    }
}

/// A cache, and a manifest of one model with these sources.
struct Bench {
    dir: TempDir,
    model: Model,
    notes: Notes,
    pip: Pip,
}

impl Bench {
    fn new(sources: &[String]) -> Self {
        let digits: String = Sha256::digest(content()).iter().map(|b| format!("{b:02x}")).collect();
        let sources: String = sources.iter().map(|s| format!("[[model.file.source]]\n{s}\n")).collect();
        let dir = tempfile::tempdir().unwrap();
        let manifest = dir.path().join("models.toml");
        let head =
            "[[model]]\nname = 'tiny'\ntitle = 'Tiny'\nkind = 'planner'\nlicence = 'MIT'\n[[model.file]]\n";
        let text = format!("{head}name = 'model.gguf'\nbytes = {BYTES}\nsha256 = '{digits}'\n{sources}");
        fs::write(&manifest, text).unwrap();
        let model = Manifest::load(&manifest).unwrap().models.remove(0);
        Self { dir, model, notes: Notes::default(), pip: Pip::default() }
    }

    fn cache(&self) -> Cache {
        Cache::at(self.dir.path().join("cache"))
    }

    fn staging(&self) -> PathBuf {
        self.cache().dir().join(".partial/tiny")
    }

    fn pull(&self) -> Result<PathBuf, ModelError> {
        let (cache, pip) = (self.cache(), self.pip.clone());
        Puller { model: &self.model, cache: &cache, progress: &self.notes, pip }.pull()
    }

    #[track_caller]
    fn check_pulled(&self) {
        let path = self.pull().unwrap();
        assert_eq!(path, self.cache().find(&manifest_of(&self.model), "tiny").unwrap());
        assert!(fs::read(path).unwrap() == content());
        assert!(!self.staging().exists(), "what is no longer needed is removed");
    }

    #[track_caller]
    fn check_refused(&self, expected: &str) {
        let message = self.pull().unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains('\n'), "{message}");
        assert!(!self.cache().dir().join("tiny/model.gguf").exists(), "nothing half-written is in place");
    }

    fn noted(&self, text: &str) -> usize {
        self.notes.0.lock().unwrap().iter().filter(|line| line.contains(text)).count()
    }
}

fn manifest_of(model: &Model) -> Manifest {
    Manifest { models: vec![model.clone()] }
}

#[test]
fn a_file_is_fetched_once() {
    let server = Server::new(vec![whole()]);
    let bench = Bench::new(&[server.source()]);
    bench.check_pulled();
    bench.check_pulled();
    assert_eq!(server.ranges(), [""]);
    assert_eq!(bench.noted("finish tiny model.gguf"), 1);
}

#[test]
fn a_broken_connection_is_taken_up_where_it_broke() {
    let server = Server::new(vec![half(), rest(BYTES / 2)]);
    let bench = Bench::new(&[server.source()]);
    bench.check_pulled();
    assert_eq!(server.ranges(), ["", "bytes=50000-"]);
    assert_eq!(bench.noted("damaged"), 0);
}

#[test]
fn an_interrupted_pull_is_taken_up_by_the_next() {
    let server = Server::new(vec![half(), response("503 Service Unavailable", "", 0, b""), rest(BYTES / 2)]);
    let bench = Bench::new(&[server.source()]);
    bench.check_refused("the server answered 503");
    bench.check_pulled();
    assert_eq!(server.ranges(), ["", "bytes=50000-", "bytes=50000-"]);
}

#[test]
fn a_server_without_ranges_starts_again() {
    let server = Server::new(vec![half(), whole()]);
    let bench = Bench::new(&[server.source()]);
    bench.check_pulled();
    assert_eq!(server.ranges(), ["", "bytes=50000-"]);
}

#[test]
fn a_server_that_never_gets_further_is_given_up() {
    let server = Server::new(vec![half()]);
    let bench = Bench::new(&[server.source()]);
    bench.check_refused("/model.gguf: Peer disconnected");
    assert_eq!(server.ranges().len(), 2);

    let short = [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", &content()[..BYTES / 2]].concat();
    let server = Server::new(vec![short]);
    Bench::new(&[server.source()]).check_refused("/model.gguf gave 50000 of 100000 bytes");
    assert_eq!(server.ranges().len(), 2);
}

#[test]
fn a_tampered_file_is_fetched_again_once() {
    let server = Server::new(vec![tampered(), whole()]);
    let bench = Bench::new(&[server.source()]);
    bench.check_pulled();
    assert_eq!(server.ranges(), ["", ""]);
    assert_eq!(bench.noted("has another SHA-256 than the manifest"), 1);

    let server = Server::new(vec![tampered()]);
    Bench::new(&[server.source()]).check_refused("model.gguf has another SHA-256 than the manifest");
    assert_eq!(server.ranges().len(), 2);
}

#[test]
fn a_tampered_beginning_is_thrown_away_with_the_rest() {
    let server = Server::new(vec![rest(4), whole()]);
    let bench = Bench::new(&[server.source()]);
    fs::create_dir_all(bench.staging()).unwrap();
    fs::write(bench.staging().join("model.gguf.0"), b"evil").unwrap();
    bench.check_pulled();
    assert_eq!(server.ranges(), ["bytes=4-", ""]);
}

#[test]
fn a_server_that_cannot_go_on_starts_again() {
    let refusal = response("416 Range Not Satisfiable", "", 0, b"");
    let elsewhere = rest(BYTES / 4);
    for odd in [refusal, elsewhere] {
        let server = Server::new(vec![half(), odd, whole()]);
        let bench = Bench::new(&[server.source()]);
        bench.check_pulled();
        assert_eq!(server.ranges(), ["", "bytes=50000-", ""]);
    }
}

#[test]
fn a_file_that_never_ends_is_cut() {
    let endless = response("200 OK", "", 2 * BYTES, &content().repeat(2));
    let server = Server::new(vec![endless]);
    let bench = Bench::new(&[server.source()]);
    bench.check_refused("gives more than 100000 bytes");
    assert!(!bench.staging().join("model.gguf.0").exists());
}

#[test]
fn sources_are_tried_in_order() {
    let gone = Server::new(vec![response("404 Not Found", "", 0, b"")]);
    let (good, unasked) = (Server::new(vec![whole()]), Server::new(vec![whole()]));
    let bench = Bench::new(&[gone.source(), good.source(), unasked.source()]);
    bench.check_pulled();
    assert_eq!((gone.ranges().len(), good.ranges().len(), unasked.ranges().len()), (1, 1, 0));
}

#[test]
fn every_cause_and_the_mend_are_in_one_line() {
    let gone = Server::new(vec![response("404 Not Found", "", 0, b"")]);
    let bench = Bench::new(&[gone.source(), "url = 'http://127.0.0.1:1/x'".into()]);
    bench.check_refused("404 Not Found; http://127.0.0.1:1/x: ");
    bench.check_refused("or put the file at ");
}

#[test]
fn a_damaged_file_in_the_cache_is_mended() {
    let server = Server::new(vec![whole()]);
    let bench = Bench::new(&[server.source()]);
    bench.check_pulled();
    let mut bytes = content();
    bytes[7] ^= 1;
    fs::write(bench.cache().dir().join("tiny/model.gguf"), bytes).unwrap();
    bench.check_pulled();
    assert_eq!(bench.noted("is damaged and is fetched again"), 1);
}

#[test]
fn of_two_at_once_one_fetches() {
    let server = Server::new(vec![whole()]);
    let bench = Bench::new(&[server.source()]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(fs::read(bench.pull().unwrap()).unwrap() == content()));
        }
    });
    assert_eq!(server.ranges(), [""]);
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let bench = Bench::new(&["url = 'http://127.0.0.1:1/x'".into()]);
    fs::write(bench.dir.path().join("cache"), "in the way").unwrap();
    bench.check_refused("make it writable, or set POCKETPILOT_MODELS to another directory");
}
