//! A phone for a test.

use pocketpilot_phone::Phone;

/// A key for tests alone; without one each connection would make its own, which takes seconds.
pub(crate) const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/adbkey");

/// A phone on free ports, with an adb server.
pub(crate) async fn phone() -> Phone {
    let mut builder = Phone::builder();
    builder.server_port = Some(0);
    builder.start().await.expect("the phone starts")
}

/// Runs blocking code beside the phone.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("the client does not panic")
}
