//! The video site.

use super::address::{path, value};
use super::page::{Block, Page};
use super::sites::score;
use crate::ui::Icon;

/// Where it begins.
pub(super) const HOME: &str = "https://m.youtube.com/";
const SEARCH: &str = "https://m.youtube.com/results?q=";
const COLOR: (u8, u8, u8) = (0xc4, 0x30, 0x2b);
/// Title, channel, length, views and a description, a line a video.
const VIDEOS: &str = include_str!("videos.txt");

struct Video {
    nth: usize,
    title: &'static str,
    channel: &'static str,
    length: &'static str,
    views: &'static str,
    about: &'static str,
}

fn videos() -> impl Iterator<Item = Video> {
    VIDEOS.lines().enumerate().filter_map(|(nth, line)| {
        let [title, channel, length, views, about] = line.split(" | ").collect::<Vec<_>>().try_into().ok()?;
        Some(Video { nth, title, channel, length, views, about })
    })
}

impl Video {
    fn card(&self) -> Block {
        let line = format!("{} · {} · {}", self.channel, self.views, self.length);
        Block::Card(Icon::CirclePlay, self.title.to_owned(), line, format!("{HOME}watch?v={}", self.nth))
    }
}

/// What it has on something, with how well it fits.
pub(super) fn found(wanted: &str) -> Vec<(usize, Block)> {
    videos()
        .map(|video| (score(wanted, video.title, video.about), video))
        .filter(|(score, _)| *score > 0)
        .map(|(score, video)| (score, video.card()))
        .collect()
}

/// The page of an address.
pub(super) fn page(address: &str) -> Page {
    let mut blocks =
        vec![Block::Banner("YouTube", COLOR, HOME), Block::Search(SEARCH, "Search YouTube".to_owned())];
    if path(address) == "/results"
        && let Some(wanted) = value(address, "q").or_else(|| value(address, "search_query"))
    {
        blocks.push(Block::Title(format!("Videos for \"{wanted}\"")));
        let mut found = found(&wanted);
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        if found.is_empty() {
            blocks.push(Block::Text("No results found. Try different keywords.".to_owned()));
        }
        blocks.extend(found.into_iter().map(|(_, card)| card));
        return Page::new(format!("{wanted} - YouTube"), blocks);
    }
    let asked = value(address, "v").and_then(|nth| nth.parse().ok());
    if let Some(video) = videos().find(|video| Some(video.nth) == asked) {
        blocks.extend([
            Block::Picture(Icon::Play, format!("Video player, {}", video.length)),
            Block::Title(video.title.to_owned()),
            Block::Text(format!("{} · {}", video.channel, video.views)),
            Block::Text(video.about.to_owned()),
            Block::Heading("Up next".to_owned()),
        ]);
        blocks.extend(videos().filter(|other| other.nth != video.nth).take(4).map(|other| other.card()));
        return Page::new(format!("{} - YouTube", video.title), blocks);
    }
    blocks.extend(videos().map(|video| video.card()));
    Page::new("YouTube", blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_video() {
        assert_eq!(videos().count(), VIDEOS.lines().count());
        assert_eq!(found("Tutorial for developing LLM for autonomous agent").len(), 1);
    }
}
