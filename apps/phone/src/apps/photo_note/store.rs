//! What PhotoNote keeps: people, posts with photos, comments, messages.

use chrono::NaiveDateTime;
use rusqlite::{Row, params};

use crate::files::Files;
use crate::system::clock::at;
use crate::system::database::Database;

/// The file. Times are texts; `login_flag` marks the phone's owner.
pub const DATABASE: Database = Database {
    path: "/data/data/com.chartreux.photo_note/databases/PhotoNote.db",
    schema: "
        CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, user_name TEXT, biography TEXT,
            profile_image TEXT, post_count INTEGER DEFAULT 0, followers_count INTEGER DEFAULT 0,
            follow_count INTEGER DEFAULT 0, official_flag INTEGER DEFAULT 0, login_flag INTEGER DEFAULT 0,
            created_at TEXT, updated_at TEXT);
        CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, text TEXT,
            liked_user_name TEXT, likes_count INTEGER DEFAULT 0, comments_count INTEGER DEFAULT 0,
            created_at TEXT, updated_at TEXT);
        CREATE TABLE IF NOT EXISTS media (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT, width INTEGER, height INTEGER,
            created_at TEXT, updated_at TEXT);
        CREATE TABLE IF NOT EXISTS media_posts (id INTEGER PRIMARY KEY AUTOINCREMENT, media_id INTEGER, post_id INTEGER);
        CREATE TABLE IF NOT EXISTS comments (id INTEGER PRIMARY KEY AUTOINCREMENT, post_id INTEGER, user_id INTEGER,
            text TEXT, created_at TEXT, updated_at TEXT);
        CREATE TABLE IF NOT EXISTS likes (post_id INTEGER PRIMARY KEY, created_at TEXT);
        CREATE TABLE IF NOT EXISTS follows (user_id INTEGER PRIMARY KEY, created_at TEXT);
        CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, sent INTEGER,
            text TEXT, created_at TEXT);",
};

/// Where photos of posts and profiles are kept.
const PHOTOS: &str = "/data/data/com.chartreux.photo_note/files";

/// Somebody with a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    /// Row.
    pub id: i64,
    /// `Amanda`
    pub name: String,
    /// `heart.amanda_9212`
    pub user_name: String,
    /// What they say about themselves.
    pub biography: String,
    /// Path of their photo; empty if there is none.
    pub photo: String,
    /// How many posts.
    pub posts: i64,
    /// How many follow them.
    pub followers: i64,
    /// How many they follow.
    pub following: i64,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Row.
    pub id: i64,
    /// Who wrote it.
    pub user: i64,
    /// What stands below the photo.
    pub text: String,
    /// Path of the photo, or a name that no file has; empty if there is none.
    pub photo: String,
    /// How many like it.
    pub likes: i64,
    /// Somebody who likes it.
    pub liked_by: String,
    /// The owner likes it.
    pub liked: bool,
    /// How many comments it has.
    pub comments: i64,
    /// When it was written, as [`when`] writes it.
    pub created: String,
}

/// A comment, or a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who wrote it, or with whom the message was exchanged.
    pub user: i64,
    /// The owner sent it.
    pub sent: bool,
    /// What it says.
    pub text: String,
    /// When.
    pub created: String,
}

/// A time as the tables have it.
pub fn when(millis: i64) -> String {
    at(millis).format("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

/// A time of the tables, in milliseconds since 1970.
pub fn millis(created: &str) -> Option<i64> {
    let parsed = NaiveDateTime::parse_from_str(created.trim(), "%Y-%m-%d %H:%M:%S%.f").ok()?;
    Some(parsed.and_utc().timestamp_millis())
}

const USER: &str = "SELECT id, coalesce(name, ''), coalesce(user_name, ''), coalesce(biography, ''),
    coalesce(profile_image, ''), coalesce(post_count, 0), coalesce(followers_count, 0), coalesce(follow_count, 0)
    FROM users";

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        user_name: row.get(2)?,
        biography: row.get(3)?,
        photo: row.get(4)?,
        posts: row.get(5)?,
        followers: row.get(6)?,
        following: row.get(7)?,
    })
}

/// The phone's owner.
pub fn owner(files: &Files) -> Option<User> {
    DATABASE.row(files, &format!("{USER} ORDER BY coalesce(login_flag, 0) DESC, id LIMIT 1"), [], user)
}

/// Everybody, by name.
pub fn users(files: &Files) -> Vec<User> {
    DATABASE.rows(files, &format!("{USER} ORDER BY name COLLATE NOCASE, id"), [], user)
}

/// Adds somebody; returns the row.
pub fn add_user(files: &Files, added: &User, owner: bool, now: i64) -> i64 {
    let row = DATABASE.write(
        files,
        "INSERT INTO users (name, user_name, biography, profile_image, post_count, followers_count, follow_count,
             login_flag, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        params![
            added.name,
            added.user_name,
            added.biography,
            added.photo,
            added.posts,
            added.followers,
            added.following,
            owner,
            when(now),
        ],
    );
    row.unwrap_or(0)
}

/// Keeps a changed profile.
pub fn save_user(files: &Files, changed: &User, now: i64) {
    DATABASE.write(
        files,
        "UPDATE users SET name = ?2, user_name = ?3, biography = ?4, profile_image = ?5, updated_at = ?6 WHERE id = ?1",
        params![
            changed.id,
            changed.name,
            changed.user_name,
            changed.biography,
            changed.photo,
            when(now)
        ],
    );
}

/// Posts, the last first.
pub fn posts(files: &Files) -> Vec<Post> {
    DATABASE.rows(
        files,
        "SELECT p.id, coalesce(p.user_id, 0), coalesce(p.text, ''),
             coalesce((SELECT m.url FROM media_posts l JOIN media m ON m.id = l.media_id WHERE l.post_id = p.id
                 ORDER BY l.id LIMIT 1), ''),
             coalesce(p.likes_count, 0), coalesce(p.liked_user_name, ''),
             EXISTS (SELECT 1 FROM likes WHERE post_id = p.id), coalesce(p.comments_count, 0),
             CAST(coalesce(p.created_at, '') AS TEXT)
         FROM posts p ORDER BY p.created_at DESC, p.id DESC",
        [],
        |row| {
            Ok(Post {
                id: row.get(0)?,
                user: row.get(1)?,
                text: row.get(2)?,
                photo: row.get(3)?,
                likes: row.get(4)?,
                liked_by: row.get(5)?,
                liked: row.get(6)?,
                comments: row.get(7)?,
                created: row.get(8)?,
            })
        },
    )
}

/// Publishes a post with a photo, if its path is not empty; returns the row.
pub fn add_post(files: &Files, user: i64, text: &str, photo: &str, now: i64) -> i64 {
    let row = DATABASE.write(
        files,
        "INSERT INTO posts (user_id, text, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)",
        params![user, text, when(now)],
    );
    let Some(post) = row else { return 0 };
    if !photo.is_empty() {
        let media = DATABASE.write(
            files,
            "INSERT INTO media (url, width, height, created_at, updated_at) VALUES (?1, 1024, 1024, ?2, ?2)",
            params![photo, when(now)],
        );
        let sql = "INSERT INTO media_posts (media_id, post_id) VALUES (?1, ?2)";
        DATABASE.write(files, sql, params![media, post]);
    }
    DATABASE.write(files, "UPDATE users SET post_count = post_count + 1 WHERE id = ?1", [user]);
    post
}

/// Removes a post and what hangs on it.
pub fn delete_post(files: &Files, post: i64) {
    DATABASE.write(
        files,
        "UPDATE users SET post_count = max(post_count - 1, 0) WHERE id = (SELECT user_id FROM posts WHERE id = ?1)",
        [post],
    );
    for sql in [
        "DELETE FROM posts WHERE id = ?1",
        "DELETE FROM comments WHERE post_id = ?1",
        "DELETE FROM media_posts WHERE post_id = ?1",
        "DELETE FROM likes WHERE post_id = ?1",
    ] {
        DATABASE.write(files, sql, [post]);
    }
}

/// The owner likes a post, or does so no more.
pub fn like(files: &Files, post: &Post, now: i64) {
    if post.liked {
        DATABASE.write(files, "DELETE FROM likes WHERE post_id = ?1", [post.id]);
    } else {
        let sql = "INSERT INTO likes (post_id, created_at) VALUES (?1, ?2)";
        DATABASE.write(files, sql, params![post.id, when(now)]);
    }
    let change = if post.liked { -1 } else { 1 };
    let sql = "UPDATE posts SET likes_count = max(coalesce(likes_count, 0) + ?2, 0) WHERE id = ?1";
    DATABASE.write(files, sql, [post.id, change]);
}

/// Comments on a post, the first first.
pub fn comments(files: &Files, post: i64) -> Vec<Line> {
    DATABASE.rows(
        files,
        "SELECT coalesce(user_id, 0), coalesce(text, ''), CAST(coalesce(created_at, '') AS TEXT) FROM comments
         WHERE post_id = ?1 ORDER BY id",
        [post],
        |row| Ok(Line { user: row.get(0)?, sent: false, text: row.get(1)?, created: row.get(2)? }),
    )
}

/// Adds a comment.
pub fn comment(files: &Files, post: i64, user: i64, text: &str, now: i64) {
    DATABASE.write(
        files,
        "INSERT INTO comments (post_id, user_id, text, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![post, user, text, when(now)],
    );
    let sql = "UPDATE posts SET comments_count = coalesce(comments_count, 0) + 1 WHERE id = ?1";
    DATABASE.write(files, sql, [post]);
}

/// The owner follows somebody.
pub fn follows(files: &Files, user: i64) -> bool {
    DATABASE.row(files, "SELECT 1 FROM follows WHERE user_id = ?1", [user], |_| Ok(())).is_some()
}

/// The owner follows somebody, or does so no more.
pub fn follow(files: &Files, user: i64, owner: i64, now: i64) {
    let before = follows(files, user);
    if before {
        DATABASE.write(files, "DELETE FROM follows WHERE user_id = ?1", [user]);
    } else {
        let sql = "INSERT INTO follows (user_id, created_at) VALUES (?1, ?2)";
        DATABASE.write(files, sql, params![user, when(now)]);
    }
    let change = if before { -1 } else { 1 };
    for (column, whose) in [("followers_count", user), ("follow_count", owner)] {
        let sql = format!("UPDATE users SET {column} = max(coalesce({column}, 0) + ?2, 0) WHERE id = ?1");
        DATABASE.write(files, &sql, [whose, change]);
    }
}

/// Messages with somebody, the first first; with everybody if there is no `user`.
pub fn messages(files: &Files, user: Option<i64>) -> Vec<Line> {
    DATABASE.rows(
        files,
        "SELECT user_id, sent, coalesce(text, ''), coalesce(created_at, '') FROM messages
         WHERE ?1 IS NULL OR user_id = ?1 ORDER BY id",
        [user],
        |row| Ok(Line { user: row.get(0)?, sent: row.get(1)?, text: row.get(2)?, created: row.get(3)? }),
    )
}

/// Keeps a message.
pub fn add_message(files: &Files, user: i64, sent: bool, text: &str, now: i64) {
    DATABASE.write(
        files,
        "INSERT INTO messages (user_id, sent, text, created_at) VALUES (?1, ?2, ?3, ?4)",
        params![user, sent, text, when(now)],
    );
}

/// Takes a photo over, under its own name; returns the path of the copy, empty if the photo cannot be read.
pub fn keep_photo(files: &Files, path: &str, now: i64) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let copy = format!("{PHOTOS}/{now}_{name}");
    match files.read(path).and_then(|bytes| files.write(&copy, &bytes)) {
        Ok(()) => copy,
        Err(error) => {
            tracing::warn!(path, %error, "cannot take the photo over");
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_texts() {
        assert_eq!(when(1_772_445_600_000), "2026-03-02 10:00:00.000000");
        assert_eq!(millis("2026-03-02 10:00:00.000000"), Some(1_772_445_600_000));
        assert_eq!(millis("2"), None);
    }
}
