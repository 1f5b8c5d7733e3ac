//! The emulator's console: a line protocol over TCP, the same on the emulator and the virtual phone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::EvalError;

/// Loading a snapshot of a real emulator takes some seconds.
const DEADLINE: Duration = Duration::from_secs(60);

/// Most bytes of an answer.
const ANSWER_LIMIT: u64 = 64 * 1024;

/// Where a console is.
#[derive(Debug, Clone)]
pub struct Console {
    address: SocketAddr,
    token: Option<PathBuf>,
}

impl Console {
    /// A console that asks for the token in the file, if it asks for one:
    /// `~/.emulator_console_auth_token` for the emulator.
    pub fn new(address: SocketAddr, token: Option<PathBuf>) -> Self {
        Self { address, token }
    }

    /// Runs one command and gives what it printed.
    ///
    /// # Errors
    /// [`EvalError::Environment`] if nobody answers in time, or with what the console answered after `KO`.
    pub async fn command(&self, command: &str) -> Result<String, EvalError> {
        let answer = match timeout(DEADLINE, self.converse(command)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", DEADLINE.as_secs())),
        };
        answer.map_err(|reason| EvalError::Environment {
            what: format!("console {}: `{command}`", self.address),
            reason,
        })
    }

    async fn converse(&self, command: &str) -> Result<String, String> {
        if command.contains(['\r', '\n']) {
            return Err("a command is one line".into());
        }
        let mut stream = TcpStream::connect(self.address).await.map_err(|e| e.to_string())?;
        let (reader, mut writer) = stream.split();
        let mut reader = BufReader::new(reader.take(ANSWER_LIMIT));
        let banner = answer(&mut reader).await?;
        let mut lines = Vec::new();
        if banner.contains("Authentication required") {
            let file = self.token.as_ref().ok_or("it asks for a token: give its token file")?;
            let token = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
            lines.push(format!("auth {}", token.trim()));
        }
        lines.push(command.to_owned());
        let mut said = String::new();
        for line in lines {
            writer.write_all(format!("{line}\n").as_bytes()).await.map_err(|e| e.to_string())?;
            said = answer(&mut reader).await?;
        }
        // The answer is here; whether the console hears the farewell does not matter.
        let _ = writer.write_all(b"quit\n").await;
        Ok(said)
    }
}

/// Reads to the line `OK`; a line `KO: reason` is the error.
async fn answer(reader: &mut (impl AsyncBufReadExt + Unpin)) -> Result<String, String> {
    let mut said = String::new();
    loop {
        let mut line = Vec::new();
        let read = reader.read_until(b'\n', &mut line).await.map_err(|e| e.to_string())?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line == "OK" {
            return Ok(said);
        }
        if let Some(reason) = line.strip_prefix("KO") {
            return Err(reason.trim_start_matches(':').trim().to_owned());
        }
        if read == 0 {
            return Err("it hung up".into());
        }
        said += line;
        said.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &str, expected: Result<&str, &str>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(answer(&mut bytes.as_bytes()));
        assert_eq!(answer.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn answers_end_with_ok_or_ko() {
        check("OK\r\n", Ok(""));
        check("Pixel_7\r\nOK\r\nrest", Ok("Pixel_7\n"));
        check("KO: unknown command, try 'help'\r\n", Err("unknown command, try 'help'"));
        check("KO\r\n", Err(""));
        check("half an answer", Err("it hung up"));
        check("", Err("it hung up"));
        check("OKAY\r\nOK\r\n", Ok("OKAY\n"));
    }

    /// Serves one console of the emulator's form and gives what a client sent to it.
    async fn conversation(token: Option<&str>, command: &str) -> (Result<String, EvalError>, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("{}\n", token.unwrap_or_default())).unwrap();
        let asks = token.is_some();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (reader, mut writer) = stream.split();
            let banner = if asks { "Android Console: Authentication required\r\nOK\r\n" } else { "OK\r\n" };
            writer.write_all(banner.as_bytes()).await.unwrap();
            let mut heard = String::new();
            let mut lines = BufReader::new(reader).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                heard += &line;
                heard.push('\n');
                let reply = if line == "bad" { "KO: bad\r\n" } else { "said\r\nOK\r\n" };
                if writer.write_all(reply.as_bytes()).await.is_err() {
                    break;
                }
            }
            heard
        });
        let console = Console::new(address, Some(file.path().to_owned()));
        let said = console.command(command).await;
        (said, server.await.unwrap())
    }

    #[tokio::test]
    async fn a_command_is_sent_after_the_token_if_one_is_asked_for() {
        let (said, heard) = conversation(None, "avd name").await;
        assert_eq!((said.unwrap().as_str(), heard.as_str()), ("said\n", "avd name\nquit\n"));
        let (said, heard) = conversation(Some("t0k"), "sms send 555 hi there").await;
        assert_eq!(
            (said.unwrap().as_str(), heard.as_str()),
            ("said\n", "auth t0k\nsms send 555 hi there\nquit\n")
        );
    }

    #[tokio::test]
    async fn refusals_are_told() {
        let error = conversation(None, "bad").await.0.unwrap_err().to_string();
        assert!(error.ends_with("`bad`: bad"), "{error}");
    }
}
