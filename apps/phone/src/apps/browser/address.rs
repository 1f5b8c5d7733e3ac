//! Addresses of pages.

use crate::system::intent::percent_decoded;

/// Where typed text leads: to an address, or to a search for it.
pub(super) fn typed(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let is_address = typed.contains("://") || (typed.contains('.') && !typed.contains(' '));
    match (typed.is_empty(), is_address, typed.contains("://")) {
        (true, ..) => None,
        (_, true, true) => Some(typed.to_owned()),
        (_, true, false) => Some(format!("https://{typed}")),
        (_, false, _) => Some(format!("https://www.google.com/search?q={}", encoded(typed))),
    }
}

/// As the address bar shows it.
pub(super) fn without_scheme(address: &str) -> &str {
    address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address)
}

/// `en.wikipedia.org`
pub(super) fn host(address: &str) -> &str {
    without_scheme(address).split(['/', '?', '#']).next().unwrap_or_default()
}

/// What stands between the host and the question mark: `/wiki/Seoul`.
pub(super) fn path(address: &str) -> &str {
    let rest = without_scheme(address).trim_start_matches(|c| !matches!(c, '/' | '?' | '#'));
    rest.split(['?', '#']).next().unwrap_or_default()
}

/// A value of the part after the question mark.
pub(super) fn value(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let parts = query.split('#').next()?.split('&');
    let found = parts.filter_map(|part| part.split_once('=')).find(|(known, _)| *known == name);
    found.map(|(_, value)| percent_decoded(&value.replace('+', " ")))
}

/// Text as it stands in an address: letters and digits as they are, spaces as `+`.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(typed(text).as_deref(), expected);
    }

    #[test]
    fn typed_text_leads_to_an_address_or_a_search() {
        check("wikipedia.org", Some("https://wikipedia.org"));
        check(" http://a.b/c ", Some("http://a.b/c"));
        check("best pizza", Some("https://www.google.com/search?q=best+pizza"));
        check("a&b=c", Some("https://www.google.com/search?q=a%26b%3Dc"));
        check("  ", None);
    }

    #[test]
    fn addresses_have_parts() {
        let address = "https://www.walmart.com/search?page=1&q=four+r%C3%B6ses#top";
        assert_eq!((host(address), path(address)), ("www.walmart.com", "/search"));
        assert_eq!(value(address, "q").as_deref(), Some("four röses"));
        assert_eq!(value(address, "x"), None);
        assert_eq!((host("https://a.b?x=1"), path("https://a.b?x=1")), ("a.b", ""));
        assert_eq!(encoded("four röses"), "four+r%C3%B6ses");
    }
}
