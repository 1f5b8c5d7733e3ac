//! A server's process and the protocol with it.

use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop, ProcessGroup};
use rmcp::ServiceExt;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, ClientConfig,
    Implementation, JsonObject, PaginatedRequestParams, Tool,
};
use rmcp::service::{ClientInitializeError, RoleClient, RunningService, ServiceError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::process::ChildStderr;
use tokio::task::JoinHandle;

use super::{McpError, ServerConfig};

/// Bytes that a server may write for each request of ours.
const LARGEST_EXCHANGE: usize = 8 << 20;
/// Most pages of a list of tools; a server that always has one more never ends it.
const MOST_PAGES: usize = 32;
/// Bytes kept of what a server writes to its standard error.
const STDERR_TAIL: usize = 2048;
/// What of our environment a program gets.
const INHERITED: &[&str] = &["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TERM", "TMPDIR"];

/// A server that has introduced itself.
#[derive(Debug)]
pub(super) struct Connection {
    name: String,
    service: RunningService<RoleClient, ClientConfig>,
    /// What the server may still write before it counts as flooding.
    allowance: Arc<AtomicUsize>,
    call_deadline: Duration,
    child: Option<Box<dyn ChildWrapper>>,
}

impl Connection {
    /// Starts the process and shakes hands.
    pub(super) async fn spawn(name: &str, config: &ServerConfig) -> Result<Self, McpError> {
        let spawn_error =
            |source| McpError::Spawn { server: name.to_owned(), command: config.command.clone(), source };
        let mut child = command(config).spawn().map_err(spawn_error)?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin().take(), child.stdout().take(), child.stderr().take())
        else {
            return Err(spawn_error(std::io::Error::other("it has no standard streams")));
        };
        let last_words = tokio::spawn(tail(stderr));
        let mut connection = match Self::connect(name, config, stdout, stdin).await {
            Ok(connection) => connection,
            Err(error) => {
                let _ = child.start_kill();
                return Err(with_last_words(error, last_words).await);
            }
        };
        connection.child = Some(child);
        Ok(connection)
    }

    /// Shakes hands over any pair of streams.
    pub(super) async fn connect(
        name: &str,
        config: &ServerConfig,
        reader: impl AsyncRead + Send + Unpin + 'static,
        writer: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Self, McpError> {
        let allowance = Arc::new(AtomicUsize::new(LARGEST_EXCHANGE));
        let reader = Metered { inner: reader, allowance: Arc::clone(&allowance) };
        let ourselves = Implementation::new("pocketpilot", env!("CARGO_PKG_VERSION"));
        let client = ClientConfig::new(ClientCapabilities::default(), ourselves);
        let deadline = config.start_deadline();
        let service = match tokio::time::timeout(deadline, client.serve((reader, writer))).await {
            Ok(Ok(service)) => service,
            Ok(Err(_)) if allowance.load(Ordering::Relaxed) == 0 => return Err(flooded(name)),
            Ok(Err(error)) => {
                let reason = match error {
                    ClientInitializeError::ConnectionClosed(_)
                    | ClientInitializeError::TransportError { .. } => {
                        "it ended before it answered; run its command by hand to see why".to_owned()
                    }
                    error => format!("it does not speak the protocol: {}", one_line(&error.to_string())),
                };
                return Err(McpError::Server { server: name.to_owned(), reason });
            }
            Err(_) => {
                return Err(McpError::Deadline {
                    server: name.to_owned(),
                    what: "our greeting",
                    seconds: deadline.as_secs(),
                });
            }
        };
        let call_deadline = config.call_deadline();
        Ok(Self { name: name.to_owned(), service, allowance, call_deadline, child: None })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Every tool that the server offers.
    pub(super) async fn list_tools(&self, deadline: Duration) -> Result<Vec<Tool>, McpError> {
        let pages = async {
            let mut tools = Vec::new();
            let mut cursor = None;
            for _ in 0..MOST_PAGES {
                self.allowance.store(LARGEST_EXCHANGE, Ordering::Relaxed);
                let page = PaginatedRequestParams::default().with_cursor(cursor);
                let page = self.service.list_tools(Some(page)).await.map_err(|e| self.failure(&e))?;
                tools.extend(page.tools);
                cursor = page.next_cursor;
                if cursor.is_none() {
                    return Ok(tools);
                }
            }
            let reason = format!("its list of tools has more than {MOST_PAGES} pages");
            Err(McpError::Server { server: self.name.clone(), reason })
        };
        self.within(deadline, "the question for its tools", pages).await
    }

    /// Calls a tool.
    pub(super) async fn call(&self, tool: &str, arguments: JsonObject) -> Result<CallToolResult, McpError> {
        self.allowance.store(LARGEST_EXCHANGE, Ordering::Relaxed);
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let answer = async {
            match self.service.call_tool_once(params).await {
                Ok(CallToolResponse::Complete(result)) => Ok(result),
                Ok(_) => {
                    let reason = "it wants to ask back or to answer later, which is not supported".to_owned();
                    Err(McpError::Server { server: self.name.clone(), reason })
                }
                Err(error) => Err(self.failure(&error)),
            }
        };
        self.within(self.call_deadline, "a call", answer).await
    }

    async fn within<T>(
        &self,
        deadline: Duration,
        what: &'static str,
        answer: impl Future<Output = Result<T, McpError>>,
    ) -> Result<T, McpError> {
        tokio::time::timeout(deadline, answer).await.unwrap_or_else(|_| {
            Err(McpError::Deadline { server: self.name.clone(), what, seconds: deadline.as_secs() })
        })
    }

    fn failure(&self, error: &ServiceError) -> McpError {
        if self.allowance.load(Ordering::Relaxed) == 0 {
            return flooded(&self.name);
        }
        let reason = match error {
            ServiceError::TransportClosed | ServiceError::TransportSend(_) => {
                "it has ended; start it again".to_owned()
            }
            other => one_line(&other.to_string()),
        };
        McpError::Server { server: self.name.clone(), reason }
    }
}

impl Drop for Connection {
    /// The whole process group ends: `npx` and its like run the server as a child of theirs.
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // A process that has already ended is as good.
            let _ = child.start_kill();
        }
    }
}

fn command(config: &ServerConfig) -> CommandWrap {
    let mut command = CommandWrap::with_new(&config.command, |command| {
        command.args(&config.args).env_clear();
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(&config.env);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    });
    #[cfg(unix)]
    command.wrap(ProcessGroup::leader());
    command.wrap(KillOnDrop);
    command
}

fn flooded(name: &str) -> McpError {
    let reason = format!("it wrote more than {LARGEST_EXCHANGE} bytes in answer to one request");
    McpError::Server { server: name.to_owned(), reason }
}

/// Reads a stream to its end, so that its writer never waits, and keeps the last of it.
async fn tail(mut stderr: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        kept.extend(buffer.iter().take(count));
        let surplus = kept.len().saturating_sub(STDERR_TAIL);
        kept.drain(..surplus);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// What a program says as it dies is the best reason why it did.
async fn with_last_words(error: McpError, last_words: JoinHandle<String>) -> McpError {
    /// Only a grandchild that outlives the killed group could keep the stream open.
    const PATIENCE: Duration = Duration::from_secs(1);
    let words = match tokio::time::timeout(PATIENCE, last_words).await {
        Ok(Ok(words)) => words,
        _ => return error,
    };
    match (error, words.lines().map(str::trim).rfind(|line| !line.is_empty())) {
        (McpError::Server { server, reason }, Some(line)) => {
            McpError::Server { server, reason: format!("{reason}; its last words: {}", one_line(line)) }
        }
        (error, _) => error,
    }
}

fn one_line(text: &str) -> String {
    const LENGTH: usize = 200;
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LENGTH).collect()
}

/// A reader that fails once the allowance is spent.
struct Metered<R> {
    inner: R,
    allowance: Arc<AtomicUsize>,
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let poll = Pin::new(&mut self.inner).poll_read(cx, buffer);
        let count = buffer.filled().len() - before;
        let spend = |left: usize| left.checked_sub(count).filter(|left| *left > 0);
        if self.allowance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_err() {
            self.allowance.store(0, Ordering::Relaxed);
            return Poll::Ready(Err(std::io::Error::other("too many bytes")));
        }
        poll
    }
}
