//! PhotoNote, a social network of photos: a feed, posts with likes and comments, profiles, messages.

mod pages;
mod people;
mod seed;
pub mod store;

pub use seed::fill;

use self::store::User;
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::content::media;
use crate::system::intent::{Extra, Intent};
use crate::ui::widget::confirm;
use crate::ui::{Icon, Scene};

const MAIN: &str = "com.chartreux.photo_note.MainActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.chartreux.photo_note".to_owned(),
        label: "PhotoNote".to_owned(),
        icon: Icon::Aperture,
        system: true,
        color: (0xc1, 0x3c, 0x76),
        version: "1.7.5".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![
                Filter::LAUNCHER,
                Filter::typed(&["android.intent.action.SEND"], &["image/*", "text/plain"]),
            ],
        }],
        permissions: &["android.permission.INTERNET", "android.permission.READ_MEDIA_IMAGES"],
        launch: launch::<PhotoNote>(),
        setup: |cx| store::DATABASE.open(&cx.files).map(drop),
    }
}

/// A tab at the foot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// What others posted.
    #[default]
    Home,
    /// Looking for people and posts.
    Search,
    /// Messages.
    Messages,
    /// The owner's own profile.
    Profile,
}

/// A screen over the tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// A post and its comments.
    Post(i64),
    /// Somebody's profile.
    Profile(i64),
    /// Messages with somebody.
    Chat(i64),
    /// A new post.
    Compose,
    /// The owner's profile, as it is being changed.
    Edit(User),
    /// The photos of the phone, to take one.
    Pick,
}

/// PhotoNote.
#[derive(Debug, Default)]
pub struct PhotoNote {
    tab: Tab,
    /// Screens over the tab, the last in front.
    pages: Vec<Page>,
    /// What is looked for.
    wanted: String,
    /// A comment or a message, as typed.
    line: String,
    /// The text of a new post, as typed.
    caption: String,
    /// The photo of a new post: its path.
    photo: String,
    /// The post that may be deleted.
    deleting: Option<i64>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show a tab.
    Tab(Tab),
    /// Show a screen.
    Open(Page),
    /// Look for somebody or something.
    Search(String),
    /// Like a post, or do so no more.
    Like(i64),
    /// A comment or message as typed.
    Line(String),
    /// Send the comment or message.
    Send,
    /// The text of a new post as typed.
    Caption(String),
    /// Take a photo for the new post or the profile.
    Take(String),
    /// Publish the new post.
    Publish,
    /// Share a post with another app.
    Share(i64),
    /// Ask whether to delete a post.
    Delete(i64),
    /// The answer.
    Answer(bool),
    /// Follow somebody, or do so no more.
    Follow(i64),
    /// The name as typed.
    Name(String),
    /// The text about oneself as typed.
    Biography(String),
    /// Keep the profile.
    Save,
    /// One screen back.
    Up,
}

impl App for PhotoNote {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let body = match self.pages.last() {
            Some(Page::Post(post)) => pages::post(cx, *post, &self.line),
            Some(Page::Profile(user)) => people::profile(cx, *user, true),
            Some(Page::Chat(user)) => people::chat(cx, *user, &self.line),
            Some(Page::Compose) => pages::compose(cx, &self.caption, &self.photo),
            Some(Page::Edit(user)) => people::edit(cx, user),
            Some(Page::Pick) => pages::pick(cx),
            None => pages::tabs(cx, self.tab, &self.wanted),
        };
        Scene::from(body).dialog(self.deleting.map(|_| {
            confirm(
                "Delete this post?",
                "It goes with its comments, and cannot be brought back.",
                "Delete",
                Message::Answer(false),
                Message::Answer(true),
            )
        }))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        let now = cx.clock.millis();
        match message {
            Message::Tab(tab) => *self = PhotoNote { tab, ..PhotoNote::default() },
            Message::Open(page) => {
                self.line.clear();
                self.pages.push(page);
            }
            Message::Search(wanted) => self.wanted = wanted,
            Message::Like(id) => {
                if let Some(post) = find(cx, id) {
                    store::like(&cx.files, &post, now);
                }
            }
            Message::Line(line) => self.line = line,
            Message::Send => self.send(cx),
            Message::Caption(caption) => self.caption = caption,
            Message::Take(path) => {
                self.pages.pop();
                match self.pages.last_mut() {
                    Some(Page::Edit(user)) => user.photo = path,
                    _ => self.photo = path,
                }
            }
            Message::Publish => self.publish(cx),
            Message::Share(id) => {
                if let Some(post) = find(cx, id) {
                    let send = Intent {
                        mime: Some("text/plain".to_owned()),
                        ..Intent::action("android.intent.action.CHOOSER")
                    };
                    cx.start(send.extra("android.intent.extra.TEXT", Extra::Text(post.text)));
                }
            }
            Message::Delete(post) => self.deleting = Some(post),
            Message::Answer(yes) => {
                if let Some(post) = self.deleting.take().filter(|_| yes) {
                    store::delete_post(&cx.files, post);
                    self.pages.retain(|page| *page != Page::Post(post));
                    cx.toast("Post deleted");
                }
            }
            Message::Follow(user) => {
                if let Some(owner) = store::owner(&cx.files) {
                    store::follow(&cx.files, user, owner.id, now);
                }
            }
            Message::Name(name) => self.edit(|user| user.name = name),
            Message::Biography(text) => self.edit(|user| user.biography = text),
            Message::Save => self.save(cx),
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        if !intent.is("android.intent.action.SEND") {
            return;
        }
        let caption = intent.text("android.intent.extra.TEXT").unwrap_or_default();
        let shared = intent.text("android.intent.extra.STREAM").unwrap_or_default();
        let photo = media::images(&cx.files).into_iter().find(|image| media::image_uri(image.id) == shared);
        *self = PhotoNote {
            caption,
            photo: photo.map(|image| image.path).unwrap_or_default(),
            pages: vec![Page::Compose],
            ..PhotoNote::default()
        };
    }

    fn back(&mut self, _: &mut Services) -> bool {
        if self.deleting.take().is_some() {
            return true;
        }
        match self.pages.pop() {
            Some(Page::Compose) => (self.caption, self.photo) = (String::new(), String::new()),
            Some(_) => {}
            None if self.tab == Tab::Home => return false,
            None => *self = PhotoNote::default(),
        }
        true
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        match self.pages.last() {
            Some(Page::Edit(_)) => "edit".to_owned(),
            page => format!("{:?} {page:?}", self.tab),
        }
    }
}

fn find(cx: &Services, id: i64) -> Option<store::Post> {
    store::posts(&cx.files).into_iter().find(|post| post.id == id)
}

impl PhotoNote {
    fn edit(&mut self, change: impl FnOnce(&mut User)) {
        if let Some(Page::Edit(user)) = self.pages.last_mut() {
            change(user);
        }
    }

    /// Sends what was typed: a comment on a post, a message in a chat.
    fn send(&mut self, cx: &Services) {
        let line = self.line.trim().to_owned();
        let (Some(owner), false) = (store::owner(&cx.files), line.is_empty()) else { return };
        let now = cx.clock.millis();
        match self.pages.last() {
            Some(Page::Post(post)) => store::comment(&cx.files, *post, owner.id, &line, now),
            Some(Page::Chat(user)) => store::add_message(&cx.files, *user, true, &line, now),
            _ => return,
        }
        self.line.clear();
    }

    fn publish(&mut self, cx: &mut Services) {
        let caption = self.caption.trim().to_owned();
        if caption.is_empty() && self.photo.is_empty() {
            cx.toast("Write something or add a photo");
            return;
        }
        let Some(owner) = store::owner(&cx.files) else { return };
        let now = cx.clock.millis();
        let photo = match self.photo.as_str() {
            "" => String::new(),
            path => store::keep_photo(&cx.files, path, now),
        };
        store::add_post(&cx.files, owner.id, &caption, &photo, now);
        *self = PhotoNote::default();
        cx.toast("Posted");
    }

    fn save(&mut self, cx: &mut Services) {
        let Some(Page::Edit(mut user)) = self.pages.pop() else { return };
        let now = cx.clock.millis();
        let before = store::owner(&cx.files).unwrap_or_default();
        if user.photo != before.photo {
            user.photo = store::keep_photo(&cx.files, &user.photo, now);
        }
        store::save_user(&cx.files, &user, now);
        cx.toast("Profile updated");
    }
}
