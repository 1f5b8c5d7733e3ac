//! The phone in a browser: its screen to look at and click, the view tree beside it, what its shell was asked, and buttons
//! for what happens to phones and what goes wrong with them.
//!
//! Everything that the page does goes through the phone's shell and its console, as what other programs do. Only the page
//! itself is answered: another site that is open in the same browser could otherwise use the phone.

mod origin;

use std::convert::Infallible;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use futures_util::stream::{Stream, unfold};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::adb::console;
use crate::device::Device;
use crate::faults::Fault;
use crate::shell;

type Phone = State<Arc<Device>>;

/// How often the page learns what changed.
const GLANCE: Duration = Duration::from_millis(100);

/// Serves the page until `stop`.
pub(crate) async fn serve(device: Arc<Device>, listener: TcpListener, stop: CancellationToken) {
    let routes = Router::new()
        .route("/", get(|| async { Html(include_str!("web/page.html")) }))
        .route("/page.css", file("text/css", include_str!("web/page.css")))
        .route("/page.js", file("text/javascript", include_str!("web/page.js")))
        .route("/events", get(events))
        .route("/screen.png", get(screen))
        .route("/tree.xml", get(tree))
        .route("/shell", post(run_shell))
        .route("/console", post(run_console))
        .layer(from_fn(origin::check))
        .with_state(device);
    // A page never stops listening by itself: its connection is cut.
    let _ = stop.run_until_cancelled(axum::serve(listener, routes).into_future()).await;
}

fn file(kind: &'static str, text: &'static str) -> MethodRouter<Arc<Device>> {
    get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
}

/// What the page was told last.
struct Told {
    device: Arc<Device>,
    look: Option<u64>,
    lines: u64,
    faults: Vec<Fault>,
}

/// Tells when the screen is another, what the shell was asked, and which faults are on.
async fn events(State(device): Phone) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stream = unfold(Told { device, look: None, lines: 0, faults: Vec::new() }, |mut told| async move {
        loop {
            let device = Arc::clone(&told.device);
            let look = spawn_blocking(move || device.system().look()).await.ok();
            let (lines, next) = told.device.journal().since(told.lines);
            let device = Arc::clone(&told.device);
            let faults = spawn_blocking(move || device.faults()).await.unwrap_or_default();
            if look != told.look || !lines.is_empty() || faults != told.faults {
                let names: Vec<String> = faults.iter().map(Fault::to_string).collect();
                (told.look, told.lines, told.faults) = (look, next, faults);
                let screen = look.map(|look| format!("{look:016x}"));
                let news = json!({"screen": screen, "lines": lines, "faults": names});
                return Some((Ok(Event::default().data(news.to_string())), told));
            }
            tokio::time::sleep(GLANCE).await;
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

async fn screen(State(device): Phone) -> Response {
    let painted = spawn_blocking(move || {
        let picture = device.system().picture();
        picture.png()
    });
    match painted.await {
        Ok(Ok(png)) => {
            ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], png).into_response()
        }
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// The window in front as uiautomator dumps it; nothing while the display is off.
async fn tree(State(device): Phone) -> Response {
    let dumped = spawn_blocking(move || device.system().dump()).await;
    let text = dumped.ok().flatten().unwrap_or_else(|| "<hierarchy/>".to_owned());
    ([(header::CONTENT_TYPE, "application/xml"), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// Runs a line in the phone's shell.
async fn run_shell(State(device): Phone, line: String) -> Json<Value> {
    let ran = spawn_blocking(move || {
        device.journal().add(&line);
        shell::run(&device, &line, b"")
    });
    Json(match ran.await {
        Ok(ran) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            json!({"out": text(&ran.out), "err": text(&ran.err), "status": ran.status})
        }
        Err(error) => json!({"out": "", "err": error.to_string(), "status": 255}),
    })
}

/// Runs a line in the emulator console.
async fn run_console(State(device): Phone, line: String) -> Json<Value> {
    let told = spawn_blocking(move || console::told(&device, &line)).await;
    let told = told.unwrap_or_else(|error| Err(error.to_string()));
    Json(match told {
        Ok(out) => json!({"out": out, "err": "", "status": 0}),
        Err(reason) => json!({"out": "", "err": reason, "status": 1}),
    })
}
