//! The people and posts of a new phone.

use super::store::{self, User};
use crate::apps::photos::draw::{Subject, factory};
use crate::files::Files;
use crate::system::content::contacts;
use crate::system::random::Random;

const HOUR: i64 = 3_600_000;

/// What is seen and said, and what others say to it.
const POSTS: [(Subject, &str, &[&str]); 7] = [
    (
        Subject::Beach,
        "Last light of the weekend. Nobody here but us and the gulls.",
        &["I can smell the salt!", "Take me with you next time"],
    ),
    (
        Subject::Mountains,
        "Six hours up, two hours down. My knees have opinions.",
        &["Worth it for that view"],
    ),
    (
        Subject::Coffee,
        "Found the best flat white in town, and I am not telling where.",
        &["Rude.", "Same place as last time?"],
    ),
    (Subject::Cat, "He heard the fridge.", &["Give him the tuna"]),
    (Subject::City, "Working late, but the skyline makes up for it.", &[]),
    (Subject::Flower, "First one in the garden this year!", &["Spring at last"]),
    (Subject::Forest, "Quiet morning. Phone off after this one.", &["See you on Monday"]),
];

const BIOGRAPHIES: [&str; 5] = [
    "Coffee first, questions later",
    "Runner, reader, terrible cook",
    "Photos from the road",
    "Plants, mostly",
    "Teacher by day",
];

/// Messages: what came in, what was answered.
const TALKS: [(&str, &str); 2] = [
    ("Loved your last photo! Where was that?", "Up at the lake, an hour from town"),
    ("Are you coming to the street market on Saturday?", "Yes, save me a seat"),
];

/// Fills a new database.
pub fn fill(files: &Files, seed: u64, now: i64) {
    let mut random = Random::new(seed, "photo note");
    let mut count = |from: i64, to: usize| from + i64::try_from(random.below(to)).unwrap_or(0);
    let owner = User {
        name: "Alex Morgan".to_owned(),
        user_name: "alex.morgan".to_owned(),
        followers: count(40, 90),
        following: count(40, 90),
        ..User::default()
    };
    store::add_user(files, &owner, true, now - 900 * HOUR);
    let mut people = Vec::new();
    for (contact, biography) in contacts::all(files).into_iter().zip(BIOGRAPHIES) {
        let user = User {
            user_name: contact.name.to_lowercase().replace(' ', "."),
            name: contact.name,
            biography: biography.to_owned(),
            followers: count(80, 400),
            following: count(80, 300),
            ..User::default()
        };
        people.push((store::add_user(files, &user, false, now - 800 * HOUR), user.name));
    }
    let mut random = Random::new(seed, "photo note posts");
    let mut posts = POSTS;
    random.shuffle(&mut posts);
    for ((nth, (subject, text, comments)), (author, _)) in (1..).zip(posts).zip(&people) {
        let path = format!("/data/data/com.chartreux.photo_note/files/{nth}.png");
        if let Err(error) = files.write(&path, factory(subject)) {
            tracing::warn!(path, %error, "cannot write");
        }
        let posted = now - nth * 11 * HOUR;
        let post = store::add_post(files, *author, text, &path, posted);
        let others: Vec<_> = people.iter().filter(|(id, _)| id != author).collect();
        for (comment, (by, _)) in comments.iter().zip(&others) {
            store::comment(files, post, *by, comment, posted + HOUR);
        }
        let liked_by = others.first().map_or("", |(_, name)| name);
        let likes = i64::try_from(5 + random.below(60)).unwrap_or(5);
        let sql = "UPDATE posts SET liked_user_name = ?2, likes_count = ?3 WHERE id = ?1";
        store::DATABASE.write(files, sql, rusqlite::params![post, liked_by, likes]);
    }
    for ((question, answer), (user, _)) in TALKS.iter().zip(&people) {
        store::add_message(files, *user, false, question, now - 30 * HOUR);
        store::add_message(files, *user, true, answer, now - 29 * HOUR);
    }
}
