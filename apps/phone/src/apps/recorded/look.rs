//! What a recorded view looks like. The recording tells its class, its words and its place; sizes of letters follow from
//! the place, pictures from the words.

use super::player::Message;
use super::screen::Screen;
use crate::ui::font::{self, Face};
use crate::ui::measure::{art_gap, art_size, text_px};
use crate::ui::style::{Align, Art};
use crate::ui::{Icon, Rect, Tone, View, dp};

/// Sizes of letters that are tried, from the largest.
const SIZES: [i32; 16] = [56, 44, 34, 28, 22, 20, 18, 16, 15, 14, 13, 12, 11, 10, 9, 8];
/// The largest size for words that leave room; larger ones are for a text alone that fills its place.
const COMMON: i32 = 18;
/// The smallest and largest picture that stands for an unknown one, in pixels.
const PICTURE: (i32, i32) = (32, 400);

/// Parts of descriptions and ids, and the icon that goes with them; the first that fits counts.
const ICONS: [(&str, Icon); 49] = [
    ("more options", Icon::EllipsisVertical),
    ("navigate up", Icon::ArrowLeft),
    ("back", Icon::ArrowLeft),
    ("search", Icon::Search),
    ("backspace", Icon::Delete),
    ("favorite", Icon::Star),
    ("star", Icon::Star),
    ("create", Icon::Plus),
    ("add", Icon::Plus),
    ("new", Icon::Plus),
    ("plus", Icon::Plus),
    ("setting", Icon::Settings),
    ("delete", Icon::Trash2),
    ("trash", Icon::Trash2),
    ("save", Icon::Check),
    ("done", Icon::Check),
    ("share", Icon::Share2),
    ("dialpad", Icon::Grid3x3),
    ("call", Icon::Phone),
    ("phone", Icon::Phone),
    ("sms", Icon::MessageSquare),
    ("message", Icon::MessageSquare),
    ("mail", Icon::Mail),
    ("filter", Icon::Funnel),
    ("sort", Icon::ArrowUpDown),
    ("previous", Icon::SkipBack),
    ("next", Icon::SkipForward),
    ("pause", Icon::Pause),
    ("play", Icon::Play),
    ("shuffle", Icon::Shuffle),
    ("close", Icon::X),
    ("cancel", Icon::X),
    ("clear", Icon::X),
    ("remove", Icon::Minus),
    ("camera", Icon::Camera),
    ("photo", Icon::Camera),
    ("video", Icon::Video),
    ("record", Icon::Mic),
    ("edit", Icon::Pencil),
    ("menu", Icon::Menu),
    ("folder", Icon::Folder),
    ("about", Icon::Info),
    ("info", Icon::Info),
    ("time", Icon::Clock),
    ("flash", Icon::Zap),
    ("person", Icon::User),
    ("contact", Icon::User),
    ("email", Icon::Mail),
    ("fab", Icon::Plus),
];

/// Gives the view that was made of a recorded one its looks.
pub(super) fn dress(view: &mut View<Message>, screen: &Screen, at: usize) {
    let placed = &screen.views[at];
    let kind = placed.view.class.rsplit(['.', '$']).next().unwrap_or_default();
    let leaf = !placed.view.children.iter().any(|&child| screen.views[child].shown);
    let frame = placed.frame;
    view.style.frame = Some(frame);
    (view.style.main, view.style.cross) = (Align::Center, Align::Start);
    if at == 0 {
        let (tone, radius) = if screen.whole { (Tone::Background, 0) } else { (Tone::Surface, 20) };
        (view.style.background, view.style.radius) = (Some(tone), radius);
    } else if placed.view.selected {
        (view.style.background, view.style.radius) = (Some(Tone::Container), 8);
    } else if !leaf && placed.view.reacts() {
        (view.style.background, view.style.radius) = (Some(Tone::Surface), 12);
    }
    if !leaf {
        return;
    }
    match kind {
        _ if placed.view.editable => {
            (view.style.background, view.style.radius) = (Some(Tone::SurfaceHigh), 8);
            let beside = (frame.width() / 12).min(dp(12)) * 160 / crate::ui::geometry::DENSITY;
            view.style.padding = [beside, 0, beside, 0];
        }
        _ if kind.ends_with("Switch") => (view.art, view.style.art_last) = (Art::Switch, true),
        "RadioButton" | "CheckedTextView" => view.art = Art::Radio,
        _ if placed.view.checkable => view.art = Art::Checkbox,
        "SeekBar" => view.art = Art::Slider(0.5),
        _ if kind.contains("Image") => picture(view, frame),
        _ if view.text.is_empty() && icon(view).is_some() => picture(view, frame),
        _ if kind.ends_with("Button") || placed.view.clickable => {
            view.style.cross = Align::Center;
            if kind.ends_with("Button") {
                (view.style.tone, view.style.bold) = (Tone::Primary, true);
                (view.style.background, view.style.radius) = (Some(Tone::SurfaceHigh), 20);
            }
        }
        _ => {}
    }
    if view.text.is_empty() && matches!(view.art, Art::None) && !view.description.is_empty() {
        view.caption.clone_from(&view.description);
        view.style.cross = Align::Center;
    }
    if !view.text.is_empty() || !view.caption.is_empty() {
        view.style.text_size = fitting(view, frame);
    }
}

/// The icon that goes with what is said of a view.
fn icon(view: &View<Message>) -> Option<Icon> {
    let said = format!("{} {}", view.description, view.id.rsplit('/').next().unwrap_or_default());
    let said = said.to_lowercase();
    let words: Vec<&str> = said.split(|letter: char| !letter.is_alphabetic()).collect();
    // Short words begin others that mean something else: an address is nothing to add.
    let is = |part: &str, word: &str| word == part || part.len() > 4 && word.starts_with(part);
    let fits = |part: &str| match part.contains(' ') {
        true => said.contains(part),
        false => words.iter().any(|word| is(part, word)),
    };
    ICONS.iter().find(|(part, _)| fits(part)).map(|(_, icon)| *icon)
}

/// An icon for what shows a picture.
fn picture(view: &mut View<Message>, frame: Rect) {
    let button = view.class.ends_with("ImageButton") && view.flags.clickable;
    // A button at the edge that bears no words leads back.
    let nameless = button && view.description.is_empty();
    let known = icon(view).or((nameless && frame.left <= 0).then_some(Icon::ArrowLeft));
    let side = frame.width().min(frame.height());
    if known.is_none() && !view.description.is_empty() {
        return;
    }
    (view.style.main, view.style.cross) = (Align::Center, Align::Center);
    if button && frame.left > 0 {
        (view.style.background, view.style.radius) = (Some(Tone::Container), 16);
    } else if side > PICTURE.1 {
        (view.style.background, view.style.tone) = (Some(Tone::SurfaceHigh), Tone::Outline);
    }
    if side >= PICTURE.0 {
        view.art = Art::Icon(known.unwrap_or(Icon::Image));
        view.style.tone = if known.is_some() { Tone::Text } else { Tone::Outline };
        view.style.text_size = (side * 2 / 3).min(dp(28)) * 160 / crate::ui::geometry::DENSITY;
    }
}

/// The size of letters at which the words of a view fit into its place.
fn fitting(view: &View<Message>, frame: Rect) -> i32 {
    let words = if view.text.is_empty() { &view.caption } else { &view.text };
    let face = if view.style.bold { Face::Bold } else { Face::Regular };
    let [left, _, right, _] = view.style.padding.map(dp);
    let room = frame.width() - left - right - art_size(view).0 - art_gap(view);
    let alone = matches!(view.art, Art::None) && view.on_text.is_none();
    let fits = |size: &i32| {
        let px = text_px(*size);
        // More lines than this do not fit at any size; cutting spares the rest.
        let lines = font::wrap(face, words, px, room, 60);
        let width = lines.iter().map(|line| font::width(face, line, px)).max().unwrap_or(0);
        let fills = *size <= COMMON || (alone && lines.len() == 1 && width * 10 >= room * 9);
        let unbroken = words.split_whitespace().all(|word| font::width(face, word, px) <= room);
        // Letters may lean a little out of their place.
        let height = font::line_height(px) * lines.len() as i32;
        fills && unbroken && height * 20 <= frame.height() * 21
    };
    SIZES.into_iter().find(fits).unwrap_or(SIZES[SIZES.len() - 1])
}
