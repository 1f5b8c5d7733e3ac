//! The screens of PhotoNote around people: profiles and direct messages.

use super::pages::{face, of, photo, time, writing};
use super::store::{self, Line, Post, User};
use super::{Message, Page};
use crate::system::Services;
use crate::ui::style::{Align, Size};
use crate::ui::widget::{
    app_bar, bar, button, column, empty, field, icon_button, item, list, row, scroll, text, text_button,
};
use crate::ui::{Icon, Tone, View};

/// Somebody's profile.
pub(super) fn profile(cx: &Services, id: i64, over: bool) -> View<Message> {
    let user = of(&store::users(&cx.files), id);
    let own = store::owner(&cx.files).is_some_and(|owner| owner.id == id);
    let number = |count: i64, label: &str| {
        column(vec![
            text(count.to_string()).ink(18, Tone::Text).bold(),
            text(label.to_owned()).ink(13, Tone::Dim),
        ])
        .wide()
        .level()
    };
    let numbers = row(vec![
        number(user.posts, "Posts"),
        number(user.followers, "Followers"),
        number(user.following, "Following"),
    ]);
    let mut parts = vec![row(vec![face(cx, &user, 84), numbers.wide()]).wide().gap(12).pad(20, 12)];
    let mut about = vec![text(&user.name).id("profile_name").ink(18, Tone::Text).bold()];
    if !user.biography.is_empty() {
        about.push(text(&user.biography).id("profile_biography").ink(15, Tone::Text));
    }
    parts.push(column(about).wide().gap(4).pad(20, 0));
    let wide = |view: View<Message>| view.wide().pad(12, 11);
    let actions = if own {
        vec![wide(button("Edit Profile", Message::Open(Page::Edit(user.clone()))).id("edit_profile"))]
    } else {
        let follows = store::follows(&cx.files, id);
        let follow = if follows {
            text_button("Following", Message::Follow(id)).fill(Tone::SurfaceHigh, 24)
        } else {
            button("Follow", Message::Follow(id))
        };
        let message = text_button("Message", Message::Open(Page::Chat(id))).fill(Tone::SurfaceHigh, 24);
        vec![wide(follow.id("follow")), wide(message.id("message"))]
    };
    parts.push(row(actions).wide().gap(12).pad(20, 14));
    let mut posts = store::posts(&cx.files);
    posts.retain(|post| post.user == id);
    for line in posts.chunks(3) {
        let tiles = line.iter().map(|post| tile(cx, post));
        let rest = (line.len()..3).map(|_| View::new("android.widget.Space").wide());
        parts.push(row(tiles.chain(rest).collect()).wide().gap(3).pad(0, 2));
    }
    if posts.is_empty() {
        parts.push(text("No posts yet").id("empty_view").ink(15, Tone::Dim).pad(20, 16));
    }
    let up = over.then_some(Message::Up);
    column(vec![app_bar(up, &user.user_name, Vec::new()), scroll("profile", parts)])
}

/// A post in the grid of a profile.
fn tile(cx: &Services, post: &Post) -> View<Message> {
    let open = Message::Open(Page::Post(post.id));
    if post.photo.is_empty() {
        let words = text(&post.text).ink(13, Tone::Text).lines(4).wide().pad(8, 8);
        return words.tap(open).fill(Tone::SurfaceHigh, 0).style(|s| s.height = Size::Dp(130));
    }
    photo(cx, &post.photo, format!("Post: {}", post.text))
        .tap(open)
        .wide()
        .style(|s| s.height = Size::Dp(130))
}

pub(super) fn chats(cx: &Services) -> View<Message> {
    let users = store::users(&cx.files);
    let mut last: Vec<Line> = Vec::new();
    for line in store::messages(&cx.files, None).into_iter().rev() {
        if last.iter().all(|known| known.user != line.user) {
            last.push(line);
        }
    }
    let rows: Vec<_> = last
        .iter()
        .map(|line| {
            let user = of(&users, line.user);
            let said = if line.sent { format!("You: {}", line.text) } else { line.text.clone() };
            let when = text(time(cx, &line.created)).ink(12, Tone::Dim);
            item(Some(face(cx, &user, 48)), &user.name, &said, Some(when))
                .tap(Message::Open(Page::Chat(user.id)))
        })
        .collect();
    let body = if rows.is_empty() { empty(Icon::Send, "No messages yet") } else { list("chats", rows) };
    column(vec![app_bar(None, "Messages", Vec::new()), body])
}

/// Messages with somebody.
pub(super) fn chat(cx: &Services, id: i64, line: &str) -> View<Message> {
    let user = of(&store::users(&cx.files), id);
    let bubbles = store::messages(&cx.files, Some(id)).into_iter().map(|said| {
        let (tone, ink, side) = match said.sent {
            true => (Tone::Primary, Tone::OnPrimary, Align::End),
            false => (Tone::SurfaceHigh, Tone::Text, Align::Start),
        };
        let bubble = text(said.text).id("message_text").ink(16, ink).pad(16, 11).fill(tone, 20);
        let padding = if said.sent { [72, 4, 16, 4] } else { [16, 4, 72, 4] };
        column(vec![bubble]).wide().style(|s| (s.cross, s.padding) = (side, padding))
    });
    let mut talk = list("chat", bubbles.collect());
    talk.flags.from_end = true;
    column(vec![
        app_bar(Some(Message::Up), &user.name, Vec::new()),
        talk,
        writing("Message…", "message_field", line, "Send message"),
    ])
}

/// The owner's profile, being changed.
pub(super) fn edit(cx: &Services, user: &User) -> View<Message> {
    let close = icon_button(Icon::X, "Cancel", Message::Up);
    let save = button("Save", Message::Save).id("save").pad(22, 10);
    let head = column(vec![
        face(cx, user, 110),
        text_button("Change profile photo", Message::Open(Page::Pick)).id("change_photo"),
    ])
    .wide()
    .level();
    column(vec![
        bar(Some(close), "Edit Profile", vec![save]),
        scroll(
            "edit_form",
            vec![
                column(vec![
                    head,
                    field("name", "Name", &user.name, Message::Name),
                    field("biography", "Bio", &user.biography, Message::Biography),
                ])
                .wide()
                .gap(14)
                .pad(20, 12),
            ],
        ),
    ])
}
