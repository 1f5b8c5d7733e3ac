//! JSON-RPC: requests, answers and parameters.

use serde_json::{Value, json};

use super::gesture::Point;
use super::selector::Selector;
use super::{object, screen};
use crate::device::Device;

/// Why a call failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    code: i32,
    message: String,
}

impl Fault {
    pub(super) fn new(code: i32, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into() }
    }

    /// A parameter is missing or of the wrong kind.
    pub(super) fn parameters(message: impl Into<String>) -> Fault {
        Fault::new(-32602, message)
    }
}

/// Answers a request.
pub(super) fn answer(device: &Device, request: &[u8]) -> Vec<u8> {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    let id = request.get("id").cloned().unwrap_or_default();
    let parameters = request.get("params").and_then(Value::as_array).cloned().unwrap_or_default();
    let result = match request.get("method").and_then(Value::as_str) {
        Some(method) => call(device, method, &Parameters(&parameters)),
        None => Err(Fault::new(-32600, "not a JSON-RPC request")),
    };
    let answer = match result {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err(Fault { code, message }) => {
            json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message, "data": ""}})
        }
    };
    answer.to_string().into_bytes()
}

/// What a method was given.
pub(super) struct Parameters<'a>(pub(super) &'a [Value]);

impl Parameters<'_> {
    pub(super) fn selector(&self, at: usize) -> Result<Selector, Fault> {
        Selector::parse(self.0.get(at).unwrap_or(&Value::Null))
    }

    /// A number; clients send fractions of pixels, too.
    pub(super) fn number(&self, at: usize) -> Result<i64, Fault> {
        let number = self.0.get(at).and_then(Value::as_f64);
        number
            .map(|number| number as i64)
            .ok_or_else(|| Fault::parameters(format!("parameter {at} is no number")))
    }

    pub(super) fn point(&self, at: usize) -> Result<Point, Fault> {
        // Far outside the display is as good as any place outside it.
        let pixel = |at| -> Result<i32, Fault> { Ok(self.number(at)?.clamp(-100_000, 100_000) as i32) };
        Ok((pixel(at)?, pixel(at + 1)?))
    }

    /// A number of steps, or of milliseconds.
    pub(super) fn steps(&self, at: usize) -> Result<i64, Fault> {
        Ok(self.number(at)?.clamp(0, 100_000))
    }

    pub(super) fn text(&self, at: usize) -> Result<&str, Fault> {
        let text = self.0.get(at).and_then(Value::as_str);
        text.ok_or_else(|| Fault::parameters(format!("parameter {at} is no text")))
    }

    /// A flag, which is set if the client left it out.
    pub(super) fn flag(&self, at: usize) -> bool {
        self.0.get(at).and_then(Value::as_bool).unwrap_or(true)
    }
}

/// Calls a method by its name.
fn call(device: &Device, method: &str, with: &Parameters<'_>) -> Result<Value, Fault> {
    let wait = |there| Ok(object::wait(device, &with.selector(0)?, there, with.number(1)?).into());
    match method {
        "ping" => Ok("pong".into()),
        "deviceInfo" => Ok(screen::device_info(device)),
        "takeScreenshot" => screen::picture(device),
        "waitForExists" => wait(true),
        "waitUntilGone" => wait(false),
        _ => screen::call(&mut device.system(), method, with),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(request: &str, expected: &Value) {
        let home = tempfile::tempdir().unwrap();
        let device = Device::boot(home.path(), 0).unwrap();
        let answer: Value = serde_json::from_slice(&answer(&device, request.as_bytes())).unwrap();
        assert_eq!(answer, *expected, "{request}");
    }

    fn fault(id: Value, code: i32, message: &str) -> Value {
        json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message, "data": ""}})
    }

    #[test]
    fn requests_are_answered_in_their_form() {
        check(r#"{"id":7,"method":"ping"}"#, &json!({"jsonrpc": "2.0", "id": 7, "result": "pong"}));
        check(
            r#"{"id":"a","method":"isScreenOn","params":{}}"#,
            &json!({"jsonrpc": "2.0", "id": "a", "result": true}),
        );
        check("nonsense", &fault(Value::Null, -32600, "not a JSON-RPC request"));
        check(r#"{"id":1,"method":"x"}"#, &fault(1.into(), -32601, "method not found: x"));
        check(
            r#"{"id":1,"method":"click","params":[1]}"#,
            &fault(1.into(), -32602, "parameter 1 is no number"),
        );
        check(r#"{"id":1,"method":"count","params":[1]}"#, &fault(1.into(), -32602, "no selector: 1"));
        check(
            r#"{"id":1,"method":"click","params":[1e300,-1e300]}"#,
            &json!({"jsonrpc": "2.0", "id": 1, "result": true}),
        );
        let message =
            r#"androidx.test.uiautomator.UiObjectNotFoundException: UiSelector{"mask":1,"text":"nowhere"}"#;
        check(
            r#"{"id":1,"method":"objInfo","params":[{"mask":1,"text":"nowhere"}]}"#,
            &fault(1.into(), -32001, message),
        );
    }
}
