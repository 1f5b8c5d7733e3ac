//! What a page is made of, and how it looks.

use super::Message;
use super::shop::Act;
use crate::ui::style::{Align, Size};
use crate::ui::widget::{button, column, field, icon, icon_button, list, row, space, text};
use crate::ui::{Icon, Tone, View};

/// A part of a page.
#[derive(Debug, Clone)]
pub(super) enum Block {
    /// The name of the site, its colour and its first page.
    Banner(&'static str, (u8, u8, u8), &'static str),
    /// A field to search the site; the results are found at this address, followed by what is looked for.
    Search(&'static str, String),
    /// The title of the page.
    Title(String),
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A step, with its number.
    Step(usize, String),
    /// Text that leads to an address.
    Link(String, String),
    /// A picture, a title and a line that lead to an address.
    Card(Icon, String, String, String),
    /// A large picture with a caption below it.
    Picture(Icon, String),
    /// A field to fill in: its name.
    Field(&'static str),
    /// A button that does something.
    Button(String, Act),
}

/// A page.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// Its title, as a tab shows it.
    pub(super) title: String,
    /// Its parts, from the top.
    pub(super) blocks: Vec<Block>,
}

impl Page {
    /// A page of a title and parts.
    pub(super) fn new(title: impl Into<String>, blocks: Vec<Block>) -> Page {
        Page { title: title.into(), blocks }
    }
}

/// A page in the window; `filled` are its fields as typed, by name.
pub(super) fn view(page: &Page, filled: &dyn Fn(&str) -> String) -> View<Message> {
    let parts = page.blocks.iter().map(|block| part(block, filled));
    let mut view = list("", parts.chain([space(32)]).collect()).describe(page.title.clone());
    view.class = "android.webkit.WebView".into();
    view.key = "page".to_owned();
    view
}

fn part(block: &Block, filled: &dyn Fn(&str) -> String) -> View<Message> {
    match block {
        Block::Banner(name, (r, g, b), first) => row(vec![
            text(*name).ink(20, Tone::Rgb(255, 255, 255)).bold().tap(Message::Visit((*first).to_owned())),
        ])
        .wide()
        .pad(20, 14)
        .fill(Tone::Rgb(*r, *g, *b), 0),
        Block::Search(to, hint) => {
            let (to, typed) = (*to, filled("q"));
            let mut field = field("", hint, &typed, |value| Message::Fill("q", value))
                .submit(Message::Search(to))
                .style(|s| s.radius = 24);
            let go = icon_button(Icon::Search, "Search", Message::Search(to)).ink(22, Tone::Primary);
            field.key = "q".to_owned();
            row(vec![field, go]).wide().gap(4).pad(16, 12)
        }
        Block::Title(title) => text(title).ink(26, Tone::Text).bold().wide().pad(20, 10),
        Block::Heading(title) => text(title).ink(18, Tone::Text).bold().wide().pad(20, 8),
        Block::Text(words) => text(words).ink(16, Tone::Text).wide().pad(20, 6),
        Block::Step(nth, words) => {
            let number = text(nth.to_string()).ink(15, Tone::OnContainer).bold().sized(32, 32).centered();
            row(vec![number.fill(Tone::Container, 16), text(words).ink(16, Tone::Text).wide()])
                .wide()
                .gap(14)
                .pad(20, 8)
        }
        Block::Link(label, to) => {
            text(label).ink(16, Tone::Primary).tap(Message::Visit(to.clone())).wide().pad(20, 9)
        }
        Block::Card(picture, title, line, to) => {
            let lead = icon(*picture, 26, Tone::OnContainer).sized(64, 56).centered();
            let texts = column(vec![
                text(title).ink(16, Tone::Text).bold().lines(2),
                text(line).ink(14, Tone::Dim).lines(3),
            ]);
            row(vec![lead.fill(Tone::Container, 12), texts.wide().gap(3)])
                .describe(title.clone())
                .tap(Message::Visit(to.clone()))
                .wide()
                .gap(14)
                .pad(20, 10)
        }
        Block::Picture(picture, caption) => column(vec![
            icon(*picture, 72, Tone::OnContainer)
                .describe(caption.clone())
                .wide()
                .centered()
                .fill(Tone::Container, 16)
                .style(|s| s.height = Size::Dp(190)),
        ])
        .wide()
        .pad(20, 8),
        Block::Field(name) => {
            let name = *name;
            let mut field = field("", name, &filled(name), move |value| Message::Fill(name, value));
            field.key = name.to_owned();
            column(vec![field]).wide().pad(20, 6)
        }
        Block::Button(label, act) => column(vec![button(label, Message::Act(*act)).wide()])
            .wide()
            .pad(20, 8)
            .style(|s| s.cross = Align::Center),
    }
}
