//! What `uiautomator dump` prints, as a [`Screen`].

use std::collections::HashMap;

use pocketpilot_core::screen::{Node, Rect, Screen};
use roxmltree::{Document, ParsingOptions};

/// Bytes of the largest dump that is read; real ones stay below 1 MiB.
const LARGEST_DUMP: usize = 8 << 20;
/// Most XML nodes (elements and the white space between them) of a dump; real ones stay below 2 000.
const MOST_NODES: u32 = 15_000;
/// Deepest nesting of views; real trees stay below 60.
const DEEPEST: usize = 200;
/// Most characters kept of any one text.
const LONGEST_TEXT: usize = 10_000;

/// What is wrong with a dump.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// Too much of something.
    #[error("the view tree has more than {limit} {what}; close what covers the screen and try again")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// Not well-formed XML.
    #[error("the view tree is no XML: {0}")]
    Xml(#[from] roxmltree::Error),
    /// XML, but of something else.
    #[error("the view tree starts with <{0}> where <hierarchy> is expected; is this a uiautomator dump?")]
    Root(String),
    /// A rectangle that is none.
    #[error("a view has the bounds {0:?} where [left,top][right,bottom] is expected")]
    Bounds(String),
}

/// The XML in what the phone printed around it, or the phone's own complaint.
pub(super) fn find(answer: &str) -> Result<&str, String> {
    const END: &str = "</hierarchy>";
    let start = answer.find("<?xml").or_else(|| answer.find("<hierarchy"));
    match (start, answer.rfind(END)) {
        (Some(start), Some(end)) if start < end => Ok(&answer[start..end + END.len()]),
        (Some(_), _) => Err("the view tree is empty or was cut off".into()),
        _ => {
            let said = answer.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing");
            Err(format!("`uiautomator dump` said: {}", said.chars().take(200).collect::<String>()))
        }
    }
}

/// Reads the XML of a dump. Package and size stay empty: a dump does not tell them.
///
/// # Errors
/// [`DumpError`] if it is no dump or too large to be one; never panics, whatever the bytes.
pub fn read_dump(xml: &str) -> Result<Screen, DumpError> {
    if xml.len() > LARGEST_DUMP {
        return Err(DumpError::TooLarge { what: "bytes", limit: LARGEST_DUMP });
    }
    let mended = mend_surrogates(xml);
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&mended, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => {
            DumpError::TooLarge { what: "nodes", limit: MOST_NODES as usize }
        }
        other => DumpError::Xml(other),
    })?;
    let root = document.root_element();
    if !root.has_tag_name("hierarchy") {
        return Err(DumpError::Root(clip(root.tag_name().name(), 40)));
    }
    let mut nodes = Vec::new();
    // Index in `nodes` and depth of every element so far.
    let mut places = HashMap::new();
    for element in root.descendants().filter(|n| n.has_tag_name("node")) {
        let parent = element.parent_element().and_then(|p| places.get(&p.id())).copied();
        let depth = parent.map_or(0, |(_, depth)| depth + 1);
        if depth > DEEPEST {
            return Err(DumpError::TooLarge { what: "levels", limit: DEEPEST });
        }
        places.insert(element.id(), (nodes.len(), depth));
        nodes.push(read_node(element, parent.map(|(index, _)| index))?);
    }
    Ok(Screen { nodes, ..Screen::default() })
}

fn read_node(element: roxmltree::Node<'_, '_>, parent: Option<usize>) -> Result<Node, DumpError> {
    let text = |name| clip(element.attribute(name).unwrap_or_default(), LONGEST_TEXT);
    let flag = |name| element.attribute(name) == Some("true");
    Ok(Node {
        parent,
        class: text("class"),
        package: text("package"),
        resource_id: text("resource-id"),
        text: text("text"),
        description: text("content-desc"),
        bounds: element.attribute("bounds").map_or(Ok(Rect::default()), read_bounds)?,
        clickable: flag("clickable"),
        long_clickable: flag("long-clickable"),
        checkable: flag("checkable"),
        checked: flag("checked"),
        selected: flag("selected"),
        enabled: flag("enabled"),
        focusable: flag("focusable"),
        focused: flag("focused"),
        scrollable: flag("scrollable"),
        password: flag("password"),
    })
}

/// `[0,66][1080,2274]`
fn read_bounds(text: &str) -> Result<Rect, DumpError> {
    let read = || {
        let (from, to) = text.strip_prefix('[')?.strip_suffix(']')?.split_once("][")?;
        let ((left, top), (right, bottom)) = (from.split_once(',')?, to.split_once(',')?);
        let number = |s: &str| s.parse::<i32>().ok();
        Some(Rect { left: number(left)?, top: number(top)?, right: number(right)?, bottom: number(bottom)? })
    };
    read().ok_or_else(|| DumpError::Bounds(clip(text, 40)))
}

fn clip(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

/// Older Androids write a character beyond U+FFFF as two references, one for each half of its UTF-16
/// form (`&#55357;&#56832;`), which XML forbids. Pairs become the character, halves U+FFFD.
fn mend_surrogates(xml: &str) -> String {
    let mut mended = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find("&#") {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((high, after)) = surrogate(rest) else {
            mended.push_str("&#");
            rest = &rest[2..];
            continue;
        };
        rest = after;
        let pair = surrogate(after).and_then(|(low, beyond)| {
            let c = char::decode_utf16([high, low]).next()?.ok()?;
            Some((c, beyond))
        });
        match pair {
            Some((c, beyond)) => {
                mended.push(c);
                rest = beyond;
            }
            None => mended.push(char::REPLACEMENT_CHARACTER),
        }
    }
    mended.push_str(rest);
    mended
}

/// A decimal reference to half a character at the start of a text, and what follows it.
fn surrogate(text: &str) -> Option<(u16, &str)> {
    let (digits, after) = text.strip_prefix("&#")?.split_once(';')?;
    let unit: u16 = digits.parse().ok()?;
    (0xD800..=0xDFFF).contains(&unit).then_some((unit, after))
}

#[cfg(test)]
mod tests;
