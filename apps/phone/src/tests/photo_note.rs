//! PhotoNote: posts are read, liked, commented on and written, people followed and written to.

use super::Probe;
use crate::apps::photos::draw::{Subject, factory};

const DATABASE: &str = "/data/data/com.chartreux.photo_note/databases/PhotoNote.db";

/// A phone whose owner, Andrew, knows Amanda, who posted once; the last photo on it shows a bicycle.
fn probe() -> Probe {
    let mut probe = Probe::new();
    let change = "DELETE FROM users; DELETE FROM posts; DELETE FROM comments; DELETE FROM media;
        DELETE FROM media_posts; DELETE FROM messages;
        INSERT INTO users (id, name, user_name, login_flag, followers_count) VALUES
            (1, 'Andrew', 'and_rew', 1, 100), (2, 'Amanda', 'heart.amanda_9212', 0, 345);
        INSERT INTO posts (id, user_id, text, liked_user_name, likes_count, comments_count, created_at) VALUES
            (1, 2, 'Manhattan is full of stories.', 'Joshua', 10, 0, '2026-03-01 09:00:00.000000')";
    assert_eq!(probe.run(&["sqlite3", DATABASE, change]).1, 0);
    let files = probe.shell.device.files.clone();
    files
        .write_at("/sdcard/Pictures/bicycle.png", factory(Subject::Bicycle), 1_772_445_599_000)
        .expect("writes");
    probe.tap("PhotoNote");
    probe
}

#[test]
fn a_post_is_liked_and_commented_on() {
    let mut probe = probe();
    for text in ["Amanda", "Manhattan is full of stories.", "Liked by Joshua and 9 others", "Yesterday"] {
        probe.shows(text);
    }
    probe.tap("Like");
    probe.shows("Liked by Joshua and 10 others");
    probe.finds(DATABASE, "SELECT likes_count FROM posts", "11");
    probe.tap("Unlike");
    probe.finds(DATABASE, "SELECT likes_count FROM posts", "10");
    probe.tap("Add a comment");
    probe.tap("Send comment");
    probe.finds(DATABASE, "SELECT count(*) FROM comments", "0");
    probe.type_into("comment_field", "Definitely.");
    probe.tap("Send comment");
    probe.shows("Definitely.");
    probe.finds(DATABASE, "SELECT post_id, user_id, text FROM comments", "1|1|Definitely.");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    probe.shows("View 1 comment");
}

#[test]
fn a_photo_is_posted() {
    let mut probe = probe();
    probe.tap("Post");
    probe.tap("post_button");
    probe.finds(DATABASE, "SELECT count(*) FROM posts", "1");
    probe.type_into("caption", "For%ssale");
    probe.tap("Add photo");
    probe.tap("bicycle.png");
    probe.shows("Chosen photo bicycle.png");
    probe.tap("post_button");
    probe.shows("For sale");
    probe.shows("Photo by Andrew");
    probe.finds(
        DATABASE,
        "SELECT p.user_id, p.text, u.post_count, m.url LIKE '%_bicycle.png' FROM posts p JOIN users u ON u.id = p.user_id
         JOIN media_posts l ON l.post_id = p.id JOIN media m ON m.id = l.media_id",
        "1|For sale|1|1",
    );
    let kept = probe.run(&["sqlite3", DATABASE, "SELECT url FROM media"]).0;
    let bytes = probe.shell.device.files.read(kept.trim()).expect("the copy");
    assert_eq!(bytes, factory(Subject::Bicycle));
    probe.tap("For sale");
    probe.tap("post_comments");
    probe.tap("Delete post");
    probe.shows("Delete this post?");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT count(*) FROM posts", "1");
}

#[test]
fn the_profile_gets_another_photo() {
    let mut probe = probe();
    probe.tap("Profile");
    probe.shows("No posts yet");
    probe.tap("Edit Profile");
    probe.tap("Change profile photo");
    probe.tap("bicycle.png");
    probe.type_into("Bio", "Rides%sa%slot");
    probe.tap("Save");
    probe.shows("Rides a lot");
    probe.shows("Profile photo of Andrew");
    probe.finds(
        DATABASE,
        "SELECT name, biography, profile_image LIKE '%_bicycle.png' FROM users WHERE login_flag",
        "Andrew|Rides a lot|1",
    );
}

#[test]
fn somebody_is_found_followed_and_written_to() {
    let mut probe = probe();
    probe.tap("Search");
    probe.type_into("search_field", "amanda");
    probe.tap("Amanda");
    probe.tap("Follow");
    probe.finds(DATABASE, "SELECT followers_count, follow_count FROM users", "100|1\n346|0");
    probe.tap("Message");
    probe.type_into("message_field", "Nice%sphoto");
    probe.tap("Send message");
    probe.finds(DATABASE, "SELECT user_id, sent, text FROM messages", "2|1|Nice photo");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    probe.tap("Messages");
    probe.shows("You: Nice photo");
}

#[test]
fn a_post_is_shared() {
    let mut probe = probe();
    probe.tap("Share");
    probe.shows("Sharing text");
    probe.tap("Joplin");
    probe.shows("Manhattan is full of stories.");
    assert!(probe.ok("dumpsys window").contains("net.cozic.joplin"));
}
