//! Which site answers an address, and the search over all of them.

use super::address::{host, value, without_scheme};
use super::library::{ENCYCLOPAEDIA, HOW_TO};
use super::page::{Block, Page};
use super::{shop, videos};
use crate::files::Files;
use crate::ui::Icon;

/// Where the search begins.
const SEARCH: &str = "https://www.google.com/search?q=";

/// How well a text fits what is looked for: words in the title count more. 0: not at all.
pub(super) fn score(wanted: &str, title: &str, text: &str) -> usize {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|letter: char| !letter.is_alphanumeric());
        parts.filter(|word| word.len() > 2).map(str::to_lowercase).collect()
    };
    let (wanted, title, text) = (words(wanted), words(title), words(text));
    let common = ["the", "and", "for", "how", "with", "what"];
    wanted
        .iter()
        .filter(|word| !common.contains(&word.as_str()))
        .map(|word| {
            let has = |words: &[String]| words.iter().any(|other| stem(word) == stem(other));
            if has(&title) { 3 } else { usize::from(has(&text)) }
        })
        .sum()
}

/// A word without its ending: `baking` is looked for as `bake` is.
fn stem(word: &str) -> &str {
    let endings = ["ing", "ers", "er", "es", "ed", "e", "s"];
    let stem = endings.iter().find_map(|ending| word.strip_suffix(ending));
    stem.filter(|stem| stem.len() > 2).unwrap_or(word)
}

/// The page of an address.
pub(super) fn page(files: &Files, address: &str) -> Page {
    let host = host(address);
    let is = |site: &str| host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    match () {
        () if is("wikipedia.org") => ENCYCLOPAEDIA.page(address),
        () if is("wikihow.com") => HOW_TO.page(address),
        () if is("walmart.com") => shop::page(files, address),
        () if is("youtube.com") => videos::page(address),
        () if is("google.com") => results(address),
        () => unreachable_site(host),
    }
}

/// What a new tab shows.
pub(super) fn start() -> Page {
    let site = |icon, name: &str, about: &str, to: &str| {
        Block::Card(icon, name.to_owned(), about.to_owned(), to.to_owned())
    };
    Page::new(
        "New tab",
        vec![
            Block::Search(SEARCH, "Search the web".to_owned()),
            site(Icon::BookOpen, ENCYCLOPAEDIA.name, "The free encyclopedia", ENCYCLOPAEDIA.home),
            site(Icon::ListChecks, HOW_TO.name, "How to do anything", HOW_TO.home),
            site(Icon::ShoppingCart, "Walmart", "Save money, live better", shop::HOME),
            site(Icon::CirclePlay, "YouTube", "Videos", videos::HOME),
        ],
    )
}

fn results(address: &str) -> Page {
    let mut blocks = vec![Block::Search(SEARCH, "Search the web".to_owned())];
    let Some(wanted) = value(address, "q") else { return Page::new("Google", blocks) };
    let mut found = ENCYCLOPAEDIA.found(&wanted);
    found.extend(HOW_TO.found(&wanted));
    found.extend(shop::found(&wanted));
    found.extend(videos::found(&wanted));
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    blocks.push(Block::Title(format!("Results for \"{wanted}\"")));
    if found.is_empty() {
        blocks.push(Block::Text(format!("Your search - {wanted} - did not match any documents.")));
    }
    for (_, block) in found.into_iter().take(12) {
        if let Block::Card(icon, title, line, to) = block {
            let line = format!("{}\n{line}", without_scheme(&to));
            blocks.push(Block::Card(icon, title, line, to));
        }
    }
    Page::new(format!("{wanted} - Google Search"), blocks)
}

fn unreachable_site(host: &str) -> Page {
    Page::new(
        host,
        vec![
            Block::Picture(Icon::Globe, "No connection to the site".to_owned()),
            Block::Title("This site can't be reached".to_owned()),
            Block::Text(format!("{host}'s server IP address could not be found.")),
            Block::Text("ERR_NAME_NOT_RESOLVED".to_owned()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_count_more_than_texts() {
        assert_eq!(score("baking bread", "How to Bake Bread", ""), 6);
        assert_eq!(score("bread", "Pan", "for bread and cake"), 1);
        assert_eq!(score("how the", "How to Bake Bread", "the"), 0);
        assert_eq!(score("", "a", "b"), 0);
    }
}
