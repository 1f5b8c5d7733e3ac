//! Who may talk to the page's server.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Names that no other machine can have.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Lets through what this machine's browser asks for the page itself.
pub(super) async fn check(request: Request, next: Next) -> Response {
    match refused(request.headers()) {
        None => next.run(request).await,
        Some(reason) => (StatusCode::FORBIDDEN, format!("{reason}\n")).into_response(),
    }
}

/// Why a request is not answered. A site whose name leads here has its own name in `Host`; one that posts here has its own
/// in `Origin`.
fn refused(headers: &HeaderMap) -> Option<&'static str> {
    let host = text(headers, header::HOST)?;
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    if !HERE.contains(&name.map_or(host, |(name, _)| name)) {
        return Some("open the page as localhost");
    }
    let origin = text(headers, header::ORIGIN)?;
    (origin.strip_prefix("http://") != Some(host)).then_some("another site may not use the phone")
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, origin: Option<&str>, is_let: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        assert_eq!(refused(&headers).is_none(), is_let, "{host} {origin:?}");
    }

    #[test]
    fn only_the_page_itself_is_answered() {
        check("localhost:8088", None, true);
        check("127.0.0.1:8088", Some("http://127.0.0.1:8088"), true);
        check("[::1]:8088", None, true);
        check("localhost", None, true);
        check("localhost:8088", Some("https://example.com"), false);
        check("localhost:8088", Some("http://localhost:9999"), false);
        check("localhost:8088", Some("null"), false);
        check("example.com:8088", None, false);
        check("localhost.example.com", None, false);
        check("127.0.0.1.example.com:8088", None, false);
    }
}
