//! Intents, and Android's way to write them.

use std::collections::BTreeMap;
use std::fmt;

/// An extra value.
#[derive(Debug, Clone, PartialEq)]
pub enum Extra {
    /// `--es`
    Text(String),
    /// `--ez`
    Flag(bool),
    /// `--ei`, `--el`
    Number(i64),
    /// `--ef`, `--ed`
    Real(f64),
    /// `--eia`, `--ela`, `--eial`
    Numbers(Vec<i64>),
    /// `--esa`, `--esal`
    Texts(Vec<String>),
}

/// A package and a class in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Package.
    pub package: String,
    /// Class, whole.
    pub class: String,
}

impl Component {
    /// From `package/class` or `package/.Class`.
    pub fn parse(text: &str) -> Option<Component> {
        let (package, class) = text.split_once('/')?;
        let class = if class.starts_with('.') { format!("{package}{class}") } else { class.to_owned() };
        (!package.is_empty() && !class.is_empty()).then(|| Component { package: package.to_owned(), class })
    }

    /// `package/class`, whole.
    pub fn flat(&self) -> String {
        format!("{}/{}", self.package, self.class)
    }
}

impl fmt::Display for Component {
    /// `package/.Class` where the class lies in the package, else whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.class.strip_prefix(&self.package).filter(|rest| rest.starts_with('.'));
        write!(f, "{}/{}", self.package, short.unwrap_or(&self.class))
    }
}

/// What someone wants done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intent {
    /// `android.intent.action.VIEW`
    pub action: Option<String>,
    /// `tel:5550100`
    pub data: Option<String>,
    /// `vnd.android.cursor.dir/contact`
    pub mime: Option<String>,
    /// `android.intent.category.LAUNCHER`
    pub categories: Vec<String>,
    /// Flags.
    pub flags: u32,
    /// Only this package may answer.
    pub package: Option<String>,
    /// Only this class may answer.
    pub component: Option<Component>,
    /// Values by name.
    pub extras: BTreeMap<String, Extra>,
}

impl Intent {
    /// An intent of an action.
    pub fn action(action: &str) -> Intent {
        Intent { action: Some(action.to_owned()), ..Intent::default() }
    }

    /// An intent of an action on data.
    pub fn data(action: &str, data: impl Into<String>) -> Intent {
        Intent { data: Some(data.into()), ..Intent::action(action) }
    }

    /// What the launcher sends to start a package.
    pub fn launch(package: &str) -> Intent {
        Intent {
            categories: vec!["android.intent.category.LAUNCHER".to_owned()],
            flags: 0x1000_0000,
            package: Some(package.to_owned()),
            ..Intent::action("android.intent.action.MAIN")
        }
    }

    /// Adds a value.
    pub fn extra(mut self, name: &str, value: Extra) -> Intent {
        self.extras.insert(name.to_owned(), value);
        self
    }

    /// The action is this one.
    pub fn is(&self, action: &str) -> bool {
        self.action.as_deref() == Some(action)
    }

    /// An extra as text.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.extras.get(name)? {
            Extra::Text(value) => Some(value.clone()),
            Extra::Number(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// An extra as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.extras.get(name)? {
            Extra::Number(value) => Some(*value),
            Extra::Text(value) => value.trim().parse().ok(),
            _ => None,
        }
    }

    /// An extra as a flag; `false` if there is none.
    pub fn flag(&self, name: &str) -> bool {
        match self.extras.get(name) {
            Some(Extra::Flag(value)) => *value,
            Some(Extra::Text(value)) => value == "true",
            _ => false,
        }
    }

    /// What follows the scheme of the data, percent-decoded: `tel:+1%20555` gives `+1 555`.
    pub fn address(&self) -> Option<String> {
        let (_, rest) = self.data.as_deref()?.split_once(':')?;
        Some(percent_decoded(rest.trim_start_matches("//")))
    }
}

impl fmt::Display for Intent {
    /// As `Intent.toString` writes it: `Intent { act=.. dat=.. cmp=.. }`. Android hides what stands behind a scheme
    /// that may carry personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Intent {")?;
        if let Some(action) = &self.action {
            write!(f, " act={action}")?;
        }
        if !self.categories.is_empty() {
            write!(f, " cat=[{}]", self.categories.join(","))?;
        }
        if let Some(data) = &self.data {
            write!(f, " dat={}", safe(data))?;
        }
        if let Some(mime) = &self.mime {
            write!(f, " typ={mime}")?;
        }
        if self.flags != 0 {
            write!(f, " flg={:#x}", self.flags)?;
        }
        if let Some(package) = &self.package {
            write!(f, " pkg={package}")?;
        }
        if let Some(component) = &self.component {
            write!(f, " cmp={component}")?;
        }
        if !self.extras.is_empty() {
            f.write_str(" (has extras)")?;
        }
        f.write_str(" }")
    }
}

/// As `Uri.toSafeString`.
fn safe(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once(':') else { return uri.to_owned() };
    match scheme {
        "tel" | "sip" | "sms" | "smsto" | "mailto" | "nfc" => {
            let hidden: String =
                rest.chars().map(|c| if matches!(c, '-' | '@' | '.') { c } else { 'x' }).collect();
            format!("{scheme}:{hidden}")
        }
        "http" | "https" | "ftp" | "rtsp" => {
            let host = rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
            format!("{scheme}://{host}/...")
        }
        _ if rest.starts_with("//") => {
            let host = rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
            format!("{scheme}://{host}/...")
        }
        _ => format!("{scheme}:..."),
    }
}

/// `%20` becomes a space and `+` stays; what is no valid escape stays as it is.
pub fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = (byte == b'%')
            .then(|| text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        out.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intents_are_written_as_android_writes_them() {
        let mut intent = Intent::data("android.intent.action.SENDTO", "smsto:5550100");
        intent.component = Component::parse("com.a/.B");
        let intent = intent.extra("sms_body", Extra::Text("hi".into()));
        assert_eq!(
            intent.to_string(),
            "Intent { act=android.intent.action.SENDTO dat=smsto:xxxxxxx cmp=com.a/.B (has extras) }"
        );
        let view = Intent::data("android.intent.action.VIEW", "https://example.com/a?b=c");
        assert_eq!(view.to_string(), "Intent { act=android.intent.action.VIEW dat=https://example.com/... }");
    }

    #[test]
    fn components_have_a_short_form() {
        let component = Component::parse("com.a/com.a.b.C").expect("parses");
        assert_eq!(
            (component.to_string().as_str(), component.flat().as_str()),
            ("com.a/.b.C", "com.a/com.a.b.C")
        );
        assert_eq!(Component::parse("com.a/x.C").expect("parses").to_string(), "com.a/x.C");
        assert_eq!(Component::parse("com.a"), None);
        assert_eq!(Component::parse("/C"), None);
    }

    #[test]
    fn addresses_are_decoded() {
        assert_eq!(Intent::data("v", "tel:%2B1%20555").address().as_deref(), Some("+1 555"));
        assert_eq!(Intent::data("v", "geo:0,0?q=%E2%82%AC%").address().as_deref(), Some("0,0?q=€%"));
    }
}
