//! The views that apps are made of, with Android's class names and Material's looks.

use std::path::PathBuf;
use std::sync::Arc;

use super::style::{Align, Arrange, Art, Size};
use super::theme::Tone;
use super::view::View;
use lucide_icons::Icon;

fn arranged<M>(class: &'static str, arrange: Arrange, children: Vec<View<M>>) -> View<M> {
    let mut view = View::new(class).children(children);
    view.arrange = arrange;
    view
}

/// Children one below the other.
pub fn column<M>(children: Vec<View<M>>) -> View<M> {
    arranged("android.widget.LinearLayout", Arrange::Column, children)
}

/// Children side by side, level with each other.
pub fn row<M>(children: Vec<View<M>>) -> View<M> {
    arranged("android.widget.LinearLayout", Arrange::Row, children).level()
}

/// Children one upon the other, the last on top.
pub fn stack<M>(children: Vec<View<M>>) -> View<M> {
    arranged("android.widget.FrameLayout", Arrange::Stack, children).wide().tall()
}

/// Rows that scroll; the id tells one list of a screen from another.
pub fn list<M>(id: &str, rows: Vec<View<M>>) -> View<M> {
    arranged("androidx.recyclerview.widget.RecyclerView", Arrange::List, rows).id(id).wide().tall()
}

/// A form that scrolls.
pub fn scroll<M>(id: &str, parts: Vec<View<M>>) -> View<M> {
    let mut view = list(id, parts);
    view.class = "android.widget.ScrollView".into();
    view
}

/// Text.
pub fn text<M>(value: impl Into<String>) -> View<M> {
    let mut view = View::new("android.widget.TextView");
    view.text = value.into();
    view
}

/// An icon that only decorates.
pub fn icon<M>(icon: Icon, size: i32, tone: Tone) -> View<M> {
    let mut view = View::new("android.widget.ImageView").ink(size, tone);
    view.art = Art::Icon(icon);
    view
}

/// An icon to tap.
pub fn icon_button<M>(picture: Icon, description: &str, message: M) -> View<M> {
    let mut view = icon(picture, 24, Tone::Text).describe(description).tap(message).sized(48, 48).centered();
    view.class = "android.widget.ImageButton".into();
    view
}

/// A button that stands out.
pub fn button<M>(label: &str, message: M) -> View<M> {
    text_button(label, message).fill(Tone::Primary, 24).ink(15, Tone::OnPrimary)
}

/// A button of plain text.
pub fn text_button<M>(label: &str, message: M) -> View<M> {
    let mut view = text(label).tap(message).pad(20, 14).ink(15, Tone::Primary).bold().centered();
    view.class = "android.widget.Button".into();
    view
}

/// The floating button, for the lower right corner of a [`stack`].
pub fn fab<M>(picture: Icon, description: &str, message: M) -> View<M> {
    icon_button(picture, description, message)
        .id("fab")
        .sized(56, 56)
        .fill(Tone::Container, 16)
        .ink(24, Tone::OnContainer)
        .style(|s| s.place = (Align::End, Align::End))
}

/// Puts a floating button over a body.
pub fn with_fab<M>(body: View<M>, button: View<M>) -> View<M> {
    let corner =
        column(vec![button]).id("fab_container").pad(20, 20).style(|s| s.place = (Align::End, Align::End));
    stack(vec![body.wide().tall(), corner])
}

/// A field to type into.
pub fn field<M>(
    id: &str,
    hint: &str,
    value: &str,
    on_text: impl Fn(String) -> M + Send + Sync + 'static,
) -> View<M> {
    let mut view = View::new("android.widget.EditText")
        .id(id)
        .wide()
        .pad(16, 15)
        .fill(Tone::SurfaceHigh, 12)
        .style(|s| (s.max_lines, s.main) = (6, Align::Center));
    view.text = value.to_owned();
    view.hint = hint.to_owned();
    view.on_text = Some(Arc::new(on_text));
    view
}

/// A switch.
pub fn switch<M>(id: &str, on: bool, message: M) -> View<M> {
    let mut view = View::new("android.widget.Switch").id(id).tap(message);
    view.art = Art::Switch;
    view.flags.checkable = true;
    view.flags.checked = on;
    view
}

/// A check box or radio button with a label.
pub fn choice<M>(art: Art, label: &str, on: bool, message: M) -> View<M> {
    let mut view = text(label).tap(message).wide().pad(8, 12);
    let class =
        if matches!(art, Art::Radio) { "android.widget.RadioButton" } else { "android.widget.CheckBox" };
    view.class = class.into();
    view.art = art;
    view.flags.checkable = true;
    view.flags.checked = on;
    view
}

/// A slider; `at` and what it sends are 0 at the left and 1 at the right.
pub fn slider<M>(id: &str, at: f32, on_slide: impl Fn(f32) -> M + Send + Sync + 'static) -> View<M> {
    let mut view = View::new("android.widget.SeekBar").id(id).wide();
    view.art = Art::Slider(at);
    view.flags.focusable = true;
    view.on_slide = Some(Arc::new(on_slide));
    view
}

/// The bar on top: what goes back, a title, actions.
pub fn app_bar<M>(up: Option<M>, title: &str, actions: Vec<View<M>>) -> View<M> {
    bar(up.map(|message| icon_button(Icon::ArrowLeft, "Navigate up", message)), title, actions)
}

/// The bar on top: a button of the app's own, a title, actions.
pub fn bar<M>(lead: Option<View<M>>, title: &str, actions: Vec<View<M>>) -> View<M> {
    let mut parts: Vec<View<M>> = lead.into_iter().collect();
    parts.push(text(title).id("action_bar_title").ink(22, Tone::Text).wide().lines(1).pad(8, 0));
    parts.extend(actions);
    let mut bar = row(parts).id("toolbar").wide().pad(8, 8).style(|s| s.height = Size::Dp(64));
    bar.class = "android.view.ViewGroup".into();
    bar
}

/// A row of settings or contacts: icon, title, summary, and what stands at its end.
pub fn item<M>(lead: Option<View<M>>, title: &str, summary: &str, end: Option<View<M>>) -> View<M> {
    let mut texts = vec![text(title).id("android:id/title").ink(17, Tone::Text).lines(1)];
    if !summary.is_empty() {
        texts.push(text(summary).id("android:id/summary").ink(14, Tone::Dim).lines(2));
    }
    let mut parts: Vec<View<M>> = lead.into_iter().collect();
    parts.push(column(texts).wide().gap(1));
    parts.extend(end);
    row(parts).wide().pad(20, 13).gap(18)
}

/// A round picture: one letter or an icon on colour.
pub fn avatar<M>(name: &str, size: i32) -> View<M> {
    const TONES: [(u8, u8, u8); 6] = [
        (0x5b, 0x7c, 0xc9),
        (0x8e, 0x5b, 0xb5),
        (0x2e, 0x8b, 0x74),
        (0xb5, 0x6a, 0x3a),
        (0xb0, 0x4a, 0x6f),
        (0x54, 0x70, 0x7f),
    ];
    let hash = name.bytes().fold(7usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    let (r, g, b) = TONES[hash % TONES.len()];
    let letter = name.chars().next().filter(|letter| letter.is_alphabetic());
    let picture: View<M> = match letter {
        Some(letter) => {
            // Drawn, not written: Android's avatars are images, and their letter is no text of the screen.
            let mut view = View::new("android.widget.ImageView");
            view.art = Art::Letter(letter.to_uppercase().next().unwrap_or(letter));
            view.ink(size * 9 / 20, Tone::Rgb(255, 255, 255))
        }
        None => icon(Icon::User, size / 2, Tone::Rgb(255, 255, 255)),
    };
    picture.sized(size, size).centered().fill(Tone::Rgb(r, g, b), size / 2)
}

/// A card around parts.
pub fn card<M>(parts: Vec<View<M>>) -> View<M> {
    let mut view = column(parts).wide().fill(Tone::Surface, 20);
    view.class = "androidx.cardview.widget.CardView".into();
    view
}

/// A heading between rows.
pub fn heading<M>(label: &str) -> View<M> {
    text(label).ink(14, Tone::Primary).bold().wide().pad(20, 10)
}

/// What a screen says when there is nothing to list.
pub fn empty<M>(picture: Icon, label: &str) -> View<M> {
    column(vec![icon(picture, 64, Tone::Outline), text(label).id("empty_view").ink(16, Tone::Dim)])
        .wide()
        .tall()
        .centered()
        .gap(16)
}

/// A tab of the bar at the bottom: id, label, icon, whether it is selected, what it sends.
pub fn tab<M>(id: &str, label: &str, picture: Icon, selected: bool, message: M) -> View<M> {
    let (tone, ink) = if selected { (Some(Tone::Container), Tone::OnContainer) } else { (None, Tone::Dim) };
    let pill = icon(picture, 24, ink)
        .id("navigation_bar_item_icon_view")
        .sized(64, 32)
        .centered()
        .style(|s| (s.background, s.radius) = (tone, 16));
    let label_view = text(label).id("navigation_bar_item_small_label_view").ink(12, ink).bold();
    let mut view =
        column(vec![pill, label_view]).id(id).describe(label).tap(message).wide().centered().gap(4);
    view.class = "android.widget.FrameLayout".into();
    view.selected(selected)
}

/// A body with tabs below it.
pub fn with_tabs<M>(body: View<M>, tabs: Vec<View<M>>) -> View<M> {
    let bar = row(tabs).id("navigation_bar").wide().fill(Tone::Surface, 0).style(|s| s.height = Size::Dp(80));
    column(vec![body.wide().tall(), bar])
}

/// A dialog: title, content, buttons.
pub fn dialog<M>(title: &str, content: Vec<View<M>>, buttons: Vec<View<M>>) -> View<M> {
    let mut parts = Vec::new();
    if !title.is_empty() {
        parts.push(text(title).id("android:id/alertTitle").ink(22, Tone::Text).wide());
    }
    parts.extend(content);
    parts.push(row(buttons).id("buttonPanel").wide().gap(4).style(|s| s.main = Align::End));
    column(parts).id("android:id/parentPanel").wide().pad(24, 20).gap(14).fill(Tone::Surface, 28)
}

/// A button of a dialog: `android:id/button1` says yes, `button2` no.
pub fn dialog_button<M>(id: &str, label: &str, message: M) -> View<M> {
    text_button(label, message).id(id)
}

/// A dialog that asks before something is done: a title, what will happen, what to send for no and for yes.
pub fn confirm<M>(title: &str, message: &str, yes_label: &str, no: M, yes: M) -> View<M> {
    let mut content = Vec::new();
    if !message.is_empty() {
        content.push(text(message).id("android:id/message").ink(15, Tone::Dim));
    }
    let buttons = vec![
        dialog_button("android:id/button2", "Cancel", no),
        dialog_button("android:id/button1", yes_label, yes),
    ];
    dialog(title, content, buttons)
}

/// A menu, or a choice of one: a title, which may be empty, and its [`menu_item`]s. A long one scrolls.
pub fn menu<M>(title: &str, items: Vec<View<M>>) -> View<M> {
    const MOST: i32 = 8;
    let count = i32::try_from(items.len()).unwrap_or(MOST).min(MOST);
    let mut parts = Vec::new();
    if !title.is_empty() {
        parts.push(text(title).id("android:id/alertTitle").ink(20, Tone::Text).wide().pad(24, 10));
    }
    parts.push(list("select_dialog_listview", items).style(|s| s.height = Size::Dp(count * MENU_ITEM)));
    column(parts).id("android:id/parentPanel").wide().pad(0, 12).fill(Tone::Surface, 28)
}

/// Height of an entry of a menu, in dp.
const MENU_ITEM: i32 = 52;

/// An entry of a [`menu`].
pub fn menu_item<M>(label: &str, message: M) -> View<M> {
    text(label)
        .id("android:id/title")
        .tap(message)
        .wide()
        .lines(1)
        .pad(24, 0)
        .style(|s| (s.height, s.main) = (Size::Dp(MENU_ITEM), Align::Center))
}

/// Room of a height, in dp.
pub fn space<M>(height: i32) -> View<M> {
    View::new("android.widget.Space").wide().style(|s| s.height = Size::Dp(height))
}

/// A picture of a file, filling its place; what it shows is said by its description.
pub fn picture<M>(file: Option<PathBuf>) -> View<M> {
    let mut view = View::new("android.widget.ImageView");
    view.art = Art::Picture { file: file.unwrap_or_default().into(), whole: false };
    view
}
