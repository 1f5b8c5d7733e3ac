//! The page in a real browser: Chromium without a window, over WebDriver.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use pocketpilot_phone::system::clock::Pace;
use pocketpilot_phone::{Phone, shell};
use serde_json::{Value, json};

use crate::support::blocking;
use crate::web::phone;

/// A browser that is driven by chromedriver; dropping it ends both.
struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    /// None where chromedriver is not installed.
    fn start() -> Option<Self> {
        let spawned = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn();
        let Ok(mut driver) = spawned else {
            eprintln!("skipped: chromedriver is not installed (apt-get install chromium-driver)");
            return None;
        };
        let told = BufReader::new(driver.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let port = told.filter_map(|line| {
            line.strip_prefix("ChromeDriver was started successfully on port ")?
                .strip_suffix('.')?
                .parse::<u16>()
                .ok()
        });
        let port = { port }.next().expect("chromedriver tells its port");
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1200,900"],
        }}}});
        let mut browser = Self { driver, session: format!("http://127.0.0.1:{port}/session") };
        let made = browser.ask("", &wanted);
        browser.session += &format!("/{}", made["sessionId"].as_str().expect("a session"));
        Some(browser)
    }

    fn ask(&self, command: &str, body: &Value) -> Value {
        let url = format!("{}{command}", self.session);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let text = agent.post(&url).send(body.to_string()).and_then(|mut r| r.body_mut().read_to_string());
        let told: Value = serde_json::from_str(&text.expect("chromedriver answers")).expect("JSON");
        let value = told["value"].clone();
        assert!(value["error"].is_null(), "{command} {body}: {value}");
        value
    }

    /// Waits in the page until the expression is true.
    fn wait(&self, expression: &str) {
        let script = format!(
            "const done = arguments[0]; const look = () => ({expression}) ? done(true) : setTimeout(look, 20); look();"
        );
        self.ask("/execute/async", &json!({"script": script, "args": []}));
    }

    fn run(&self, script: &str) -> Value {
        self.ask("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// A click on what the selector finds, at its middle.
    fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.ask(&format!("/element/{element}/click"), &json!({}));
    }

    fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.ask(&format!("/element/{element}/value"), &json!({"text": text}));
    }

    fn find(&self, selector: &str) -> String {
        let found = self.ask("/element", &json!({"using": "css selector", "value": selector}));
        let (_, id) = found.as_object().and_then(|o| o.iter().next()).expect("an element");
        id.as_str().expect("an id").to_owned()
    }

    /// Presses and releases at a place of the phone's display.
    fn touch(&self, x: i32, y: i32) {
        let place = format!(
            "const b = document.getElementById('picture').getBoundingClientRect(); \
             return [Math.round(b.left + {x} / 1080 * b.width), Math.round(b.top + {y} / 2400 * b.height)]"
        );
        let place = self.run(&place);
        self.ask(
            "/actions",
            &json!({"actions": [{"type": "pointer", "id": "finger", "actions": [
                {"type": "pointerMove", "x": place[0], "y": place[1]},
                {"type": "pointerDown", "button": 0},
                {"type": "pointerUp", "button": 0},
            ]}]}),
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The middle of what bears this text.
fn middle(phone: &Phone, text: &str) -> (i32, i32) {
    let dump = phone.device().system().dump().expect("the display is on");
    let tree = roxmltree::Document::parse(&dump).expect("XML");
    let node = tree.descendants().find(|n| n.attribute("text") == Some(text)).expect("it is shown");
    let numbers: Vec<i32> = node
        .attribute("bounds")
        .unwrap_or_default()
        .split(['[', ']', ','])
        .filter_map(|n| n.parse().ok())
        .collect();
    ((numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_uses_the_phone_in_a_browser() {
    let phone = phone().await;
    blocking(move || {
        let Some(browser) = Browser::start() else { return };
        let address = phone.web_address().expect("a page");
        browser.ask("/url", &json!({"url": format!("http://{address}/")}));
        browser.wait("document.getElementById('picture').naturalWidth === 1080");
        let shape =
            "const b = document.getElementById('picture').getBoundingClientRect(); return b.width / b.height";
        let shape = browser.run(shape).as_f64().unwrap_or_default();
        assert!((shape - 1080.0 / 2400.0).abs() < 0.01, "the picture is drawn {shape} times as wide as high");

        let tree = "document.getElementById('tree').textContent";
        let (x, y) = middle(&phone, "Contacts");
        browser.touch(x, y);
        browser.wait(&format!("{tree}.includes('Create contact')"));
        browser.click("[data-key=HOME]");
        browser.wait(&format!("!{tree}.includes('Create contact')"));

        // A search field, and a keyboard.
        browser.write("#ask input", "am start -a android.intent.action.VIEW -d geo:0,0?q=");
        browser.click("#ask button");
        browser.wait(&format!("{tree}.includes('Search here')"));
        let (x, y) = middle(&phone, "Search here");
        browser.touch(x, y);
        browser.wait("document.activeElement.id === 'screen'");
        browser.write("#screen", "old town's hall");
        browser.wait(&format!("{tree}.includes(\"old town's hall\")"));
        browser.wait("document.getElementById('log').textContent.includes('input tap')");

        browser.click("[data-console^='sms'] button");
        browser.wait("document.getElementById('told').textContent === 'done'");
        let inbox = shell::run(phone.device(), "content query --uri content://sms/inbox", b"");
        assert!(String::from_utf8_lossy(&inbox.out).contains("Are you there?"));

        browser.click("[data-console^='fault'] button");
        browser.wait("document.getElementById('on').textContent === 'never-idle ×'");
        let dump = shell::run(phone.device(), "uiautomator dump", b"");
        assert_eq!(dump.err, b"ERROR: could not get idle state.\n");
        browser.click("#on button");
        browser.wait("document.getElementById('on').textContent === ''");
        assert!(phone.device().faults().is_empty());
        browser.run("document.getElementById('told').textContent = ''");
        browser.click("[data-console='clock {pace}'] button");
        browser.wait("document.getElementById('told').textContent === 'done'");
        assert_eq!(phone.device().system().services.clock.pace(), Pace::Frozen);

        browser.click("[data-console*='save'] button");
        browser.click("[data-key=HOME]");
        browser.click("[data-console*='load'] button");
        browser.wait("document.getElementById('told').textContent === 'done'");
    })
    .await;
}
