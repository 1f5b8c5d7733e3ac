//! Sites of articles: an encyclopaedia and a site of instructions.

use super::address::{encoded, path, value};
use super::page::{Block, Page};
use super::sites::score;
use crate::system::intent::percent_decoded;
use crate::ui::Icon;

/// A site of articles.
#[derive(Debug)]
pub(super) struct Library {
    /// The name on its pages.
    pub(super) name: &'static str,
    /// Where it begins.
    pub(super) home: &'static str,
    /// Its colour.
    color: (u8, u8, u8),
    /// What stands before an article's name in its path.
    folder: &'static str,
    /// Where it searches.
    search: &'static str,
    /// Its articles: a title behind `# `, then a line a paragraph.
    text: &'static str,
    /// Paragraphs are steps.
    steps: bool,
    icon: Icon,
}

/// The encyclopaedia.
pub(super) const ENCYCLOPAEDIA: Library = Library {
    name: "Wikipedia",
    home: "https://en.wikipedia.org/",
    color: (0x36, 0x3b, 0x44),
    folder: "/wiki/",
    search: "https://en.wikipedia.org/w/index.php?q=",
    text: include_str!("encyclopaedia.txt"),
    steps: false,
    icon: Icon::BookOpen,
};

/// The site of instructions.
pub(super) const HOW_TO: Library = Library {
    name: "wikiHow",
    home: "https://www.wikihow.com/",
    color: (0x4c, 0x7a, 0x34),
    folder: "/",
    search: "https://www.wikihow.com/wikiHowTo?q=",
    text: include_str!("howto.txt"),
    steps: true,
    icon: Icon::ListChecks,
};

/// An article.
struct Article {
    title: &'static str,
    paragraphs: Vec<&'static str>,
}

impl Library {
    fn articles(&self) -> impl Iterator<Item = Article> {
        self.text.split("# ").filter(|part| !part.trim().is_empty()).map(|part| {
            let mut lines = part.lines().filter(|line| !line.is_empty());
            Article { title: lines.next().unwrap_or_default(), paragraphs: lines.collect() }
        })
    }

    fn address(&self, title: &str) -> String {
        let name = title.strip_prefix("How to ").unwrap_or(title).replace(' ', "_");
        format!("{}{}{}", self.home.trim_end_matches('/'), self.folder, encoded(&name))
    }

    fn card(&self, article: &Article) -> Block {
        let first = article.paragraphs.first().copied().unwrap_or_default();
        Block::Card(self.icon, article.title.to_owned(), first.to_owned(), self.address(article.title))
    }

    fn top(&self) -> Vec<Block> {
        vec![
            Block::Banner(self.name, self.color, self.home),
            Block::Search(self.search, format!("Search {}", self.name)),
        ]
    }

    /// What it has on something, with how well it fits.
    pub(super) fn found(&self, wanted: &str) -> Vec<(usize, Block)> {
        let articles = self.articles();
        let scored =
            articles.map(|article| (score(wanted, article.title, &article.paragraphs.join(" ")), article));
        scored.filter(|(score, _)| *score > 0).map(|(score, article)| (score, self.card(&article))).collect()
    }

    /// The page of an address.
    pub(super) fn page(&self, address: &str) -> Page {
        let mut blocks = self.top();
        if let Some(wanted) = value(address, "q") {
            blocks.push(Block::Title(format!("Search results for \"{wanted}\"")));
            let mut found = self.found(&wanted);
            found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
            if found.is_empty() {
                blocks.push(Block::Text("There were no results matching the query.".to_owned()));
            }
            blocks.extend(found.into_iter().map(|(_, card)| card));
            return Page::new(format!("{wanted} - {}", self.name), blocks);
        }
        let name = percent_decoded(path(address));
        let name = name.strip_prefix(self.folder).unwrap_or_default().trim_matches('/').replace('_', " ");
        if name.is_empty() || name == "Main Page" {
            blocks.push(Block::Title(format!("Welcome to {}", self.name)));
            blocks.extend(self.articles().map(|article| self.card(&article)));
            return Page::new(self.name, blocks);
        }
        let low = name.to_lowercase();
        let article = self.articles().find(|article| {
            let title = article.title.to_lowercase();
            title == low || title.strip_prefix("how to ") == Some(&low)
        });
        let Some(article) = article else {
            blocks.push(Block::Title(name.clone()));
            blocks.push(Block::Text(format!("{} has no article with this exact name.", self.name)));
            blocks.push(Block::Link(
                format!("Search for {name}"),
                format!("{}{}", self.search, encoded(&name)),
            ));
            return Page::new(format!("{name} - {}", self.name), blocks);
        };
        blocks.push(Block::Title(article.title.to_owned()));
        blocks.extend((1..).zip(&article.paragraphs).map(|(nth, words)| match self.steps {
            true => Block::Step(nth, (*words).to_owned()),
            false => Block::Text((*words).to_owned()),
        }));
        blocks.push(Block::Heading("See also".to_owned()));
        let others = self.articles().filter(|other| other.title != article.title).take(3);
        blocks.extend(others.map(|other| Block::Link(other.title.to_owned(), self.address(other.title))));
        Page::new(format!("{} - {}", article.title, self.name), blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_is_found_at_its_address() {
        for library in [ENCYCLOPAEDIA, HOW_TO] {
            assert!(library.articles().count() >= 7);
            for article in library.articles() {
                let page = library.page(&library.address(article.title));
                assert_eq!(page.title, format!("{} - {}", article.title, library.name));
                assert!(
                    article.paragraphs.len() >= 2 || article.title == "Ada Lovelace",
                    "{}",
                    article.title
                );
            }
        }
        assert_eq!(HOW_TO.address("How to Tie a Tie"), "https://www.wikihow.com/Tie_a_Tie");
    }
}
