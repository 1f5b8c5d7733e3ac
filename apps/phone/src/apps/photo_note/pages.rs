//! The screens of PhotoNote around posts: tabs, feed, search, a post, a new one.

use super::people;
use super::store::{self, Line, Post, User};
use super::{Message, Page, Tab};
use crate::system::Services;
use crate::system::clock::ago;
use crate::system::content::media;
use crate::ui::style::{Align, Size};
use crate::ui::widget::{
    app_bar, avatar, bar, button, column, empty, field, icon, icon_button, item, list, picture, row, scroll,
    space, tab, text, text_button, with_tabs,
};
use crate::ui::{Icon, Tone, View};

const LIKED: Tone = Tone::Rgb(0xd9, 0x2f, 0x5e);

pub(super) fn time(cx: &Services, created: &str) -> String {
    store::millis(created).map_or_else(String::new, |millis| ago(millis, cx.clock.now()))
}

/// A photo that fills its place; `what` says what it is.
pub(super) fn photo(cx: &Services, path: &str, what: String) -> View<Message> {
    picture(cx.files.host_path("/", path).ok()).describe(what)
}

/// The round picture of somebody.
pub(super) fn face(cx: &Services, user: &User, size: i32) -> View<Message> {
    if user.photo.is_empty() {
        return avatar(&user.name, size);
    }
    let what = format!("Profile photo of {}", user.name);
    photo(cx, &user.photo, what).sized(size, size).style(|s| s.radius = size / 2)
}

pub(super) fn of(users: &[User], id: i64) -> User {
    let unknown = || User { id, name: "Unknown".to_owned(), ..User::default() };
    users.iter().find(|user| user.id == id).cloned().unwrap_or_else(unknown)
}

/// The four tabs.
pub(super) fn tabs(cx: &Services, shown: Tab, wanted: &str) -> View<Message> {
    let body = match shown {
        Tab::Home => feed(cx),
        Tab::Search => search(cx, wanted),
        Tab::Messages => people::chats(cx),
        Tab::Profile => match store::owner(&cx.files) {
            Some(owner) => people::profile(cx, owner.id, false),
            None => empty(Icon::User, "No account"),
        },
    };
    let entry = |id, label, icon, which| tab(id, label, icon, shown == which, Message::Tab(which));
    with_tabs(
        body,
        vec![
            entry("tab_home", "Home", Icon::House, Tab::Home),
            entry("tab_search", "Search", Icon::Search, Tab::Search),
            tab("tab_post", "Post", Icon::CirclePlus, false, Message::Open(Page::Compose)),
            entry("tab_messages", "Messages", Icon::Send, Tab::Messages),
            entry("tab_profile", "Profile", Icon::User, Tab::Profile),
        ],
    )
}

fn feed(cx: &Services) -> View<Message> {
    let (posts, users) = (store::posts(&cx.files), store::users(&cx.files));
    let body = if posts.is_empty() {
        empty(Icon::Aperture, "No posts yet")
    } else {
        list("feed", posts.iter().map(|post| entry(cx, post, &of(&users, post.user))).collect()).gap(8)
    };
    column(vec![app_bar(None, "PhotoNote", Vec::new()), body])
}

/// A post in the feed, and at the top of its own screen.
fn entry(cx: &Services, post: &Post, author: &User) -> View<Message> {
    let name = column(vec![
        text(&author.name).id("post_name").ink(16, Tone::Text).bold().lines(1),
        text(format!("@{}", author.user_name)).id("post_user_name").ink(13, Tone::Dim).lines(1),
    ])
    .wide();
    let head = row(vec![
        face(cx, author, 40),
        name,
        text(time(cx, &post.created)).id("post_time").ink(13, Tone::Dim),
    ])
    .tap(Message::Open(Page::Profile(author.id)))
    .wide()
    .gap(12)
    .pad(16, 10);
    let mut parts = vec![head];
    if !post.photo.is_empty() {
        parts.push(
            photo(cx, &post.photo, format!("Photo by {}", author.name))
                .id("post_photo")
                .tap(Message::Open(Page::Post(post.id)))
                .wide()
                .style(|s| s.height = Size::Dp(300)),
        );
    }
    let (heart, label, ink) =
        if post.liked { (Icon::Heart, "Unlike", LIKED) } else { (Icon::Heart, "Like", Tone::Text) };
    let action = |picture, label: &str, message| icon_button(picture, label, message);
    parts.push(
        row(vec![
            action(heart, label, Message::Like(post.id)).id("like").ink(24, ink).selected(post.liked),
            action(Icon::MessageCircle, "Comment", Message::Open(Page::Post(post.id))).id("comment"),
            action(Icon::Share2, "Share", Message::Share(post.id)).id("share"),
        ])
        .pad(4, 0),
    );
    let likes = match (post.likes, post.liked_by.as_str()) {
        (0, _) => "Be the first to like this".to_owned(),
        (1, "") => "1 like".to_owned(),
        (1, name) => format!("Liked by {name}"),
        (count, "") => format!("{count} likes"),
        (count, name) => format!("Liked by {name} and {} others", count - 1),
    };
    parts.push(text(likes).id("post_likes").ink(14, Tone::Text).bold().pad(16, 0));
    if !post.text.is_empty() {
        parts.push(text(&post.text).id("post_text").ink(15, Tone::Text).wide().pad(16, 6));
    }
    let comments = match post.comments {
        0 => "Add a comment".to_owned(),
        1 => "View 1 comment".to_owned(),
        count => format!("View all {count} comments"),
    };
    parts.push(
        text(comments)
            .id("post_comments")
            .ink(14, Tone::Dim)
            .tap(Message::Open(Page::Post(post.id)))
            .wide()
            .pad(16, 8),
    );
    column(parts).id("post").wide().fill(Tone::Surface, 0)
}

/// What is typed at the foot, and sent.
pub(super) fn writing(hint: &str, id: &str, line: &str, send: &str) -> View<Message> {
    let send = icon_button(Icon::SendHorizontal, send, Message::Send)
        .id("send")
        .enabled(!line.trim().is_empty())
        .ink(24, Tone::Primary);
    let field = field(id, hint, line, Message::Line).submit(Message::Send).style(|s| s.radius = 24);
    row(vec![field, send]).wide().gap(4).pad(12, 8).fill(Tone::Surface, 0)
}

/// A post and its comments.
pub(super) fn post(cx: &Services, id: i64, line: &str) -> View<Message> {
    let Some(post) = super::find(cx, id) else {
        return column(vec![
            app_bar(Some(Message::Up), "Post", Vec::new()),
            empty(Icon::Aperture, "This post is not there any more"),
        ]);
    };
    let users = store::users(&cx.files);
    let own = store::owner(&cx.files).is_some_and(|owner| owner.id == post.user);
    let delete = own.then(|| icon_button(Icon::Trash2, "Delete post", Message::Delete(id)));
    let mut parts = vec![entry(cx, &post, &of(&users, post.user))];
    parts.extend(store::comments(&cx.files, id).iter().map(|line| comment(cx, line, &of(&users, line.user))));
    parts.push(space(12));
    column(vec![
        app_bar(Some(Message::Up), "Post", delete.into_iter().collect()),
        scroll("post_scroll", parts),
        writing("Add a comment…", "comment_field", line, "Send comment"),
    ])
}

fn comment(cx: &Services, line: &Line, author: &User) -> View<Message> {
    let texts = column(vec![
        row(vec![
            text(&author.name).id("comment_name").ink(14, Tone::Text).bold(),
            text(time(cx, &line.created)).ink(12, Tone::Dim),
        ])
        .gap(8),
        text(&line.text).id("comment_text").ink(15, Tone::Text),
    ])
    .wide()
    .gap(2);
    row(vec![face(cx, author, 32), texts]).id("comment_row").wide().gap(12).pad(16, 8)
}

fn search(cx: &Services, wanted: &str) -> View<Message> {
    let low = wanted.trim().to_lowercase();
    let users = store::users(&cx.files);
    let mut rows: Vec<_> = users
        .iter()
        .filter(|user| [&user.name, &user.user_name].iter().any(|name| name.to_lowercase().contains(&low)))
        .map(|user| {
            item(Some(face(cx, user, 44)), &user.name, &format!("@{}", user.user_name), None)
                .tap(Message::Open(Page::Profile(user.id)))
        })
        .collect();
    if !low.is_empty() {
        let found =
            store::posts(&cx.files).into_iter().filter(|post| post.text.to_lowercase().contains(&low));
        rows.extend(found.map(|post| {
            let lead = icon(Icon::Aperture, 22, Tone::Dim).sized(44, 44).centered();
            item(Some(lead), &post.text, &of(&users, post.user).name, None)
                .tap(Message::Open(Page::Post(post.id)))
        }));
    }
    let body = if rows.is_empty() { empty(Icon::Search, "No results") } else { list("search_results", rows) };
    let field = field("search_field", "Search people and posts", wanted, Message::Search);
    column(vec![column(vec![field.style(|s| s.radius = 24)]).wide().pad(16, 10), body])
}

/// A new post.
pub(super) fn compose(cx: &Services, caption: &str, chosen: &str) -> View<Message> {
    let close = icon_button(Icon::X, "Cancel", Message::Up);
    let publish = button("Post", Message::Publish).id("post_button").pad(22, 10);
    let mut field = field("caption", "Write a caption…", caption, Message::Caption)
        .lines(1000)
        .style(|s| (s.height, s.main) = (Size::Dp(150), Align::Start));
    field.flags.multiline = true;
    let mut parts = vec![field];
    if chosen.is_empty() {
        let add = row(vec![
            icon(Icon::ImagePlus, 22, Tone::OnContainer),
            text("Add photo").ink(16, Tone::OnContainer).bold(),
        ])
        .id("add_photo")
        .describe("Add photo")
        .tap(Message::Open(Page::Pick))
        .wide()
        .gap(10)
        .pad(16, 16)
        .fill(Tone::Container, 16)
        .style(|s| s.main = Align::Center);
        parts.push(add);
    } else {
        let name = chosen.rsplit('/').next().unwrap_or_default();
        parts.push(
            photo(cx, chosen, format!("Chosen photo {name}"))
                .tap(Message::Open(Page::Pick))
                .wide()
                .style(|s| (s.height, s.radius) = (Size::Dp(260), 16)),
        );
        parts.push(text_button("Change photo", Message::Open(Page::Pick)).id("change_photo"));
    }
    column(vec![
        bar(Some(close), "New post", vec![publish]),
        scroll("compose", vec![column(parts).wide().gap(16).pad(16, 8)]),
    ])
}

/// The photos of the phone.
pub(super) fn pick(cx: &Services) -> View<Message> {
    let images = media::images(&cx.files);
    let rows: Vec<_> = images
        .chunks(3)
        .map(|line| {
            let tiles = line.iter().map(|image| {
                photo(cx, &image.path, image.name.clone())
                    .id("pick")
                    .tap(Message::Take(image.path.clone()))
                    .wide()
                    .style(|s| s.height = Size::Dp(132))
            });
            let rest = (line.len()..3).map(|_| View::new("android.widget.Space").wide());
            row(tiles.chain(rest).collect()).wide().gap(3).pad(0, 2)
        })
        .collect();
    let body =
        if rows.is_empty() { empty(Icon::Image, "No photos on this phone") } else { list("photos", rows) };
    column(vec![app_bar(Some(Message::Up), "Choose a photo", Vec::new()), body])
}
