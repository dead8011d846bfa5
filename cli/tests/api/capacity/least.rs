//! The least that an operation could take of DynamoDB, whatever the table were like: the rows that its answer shows or
//! that a rule asks for, each read once, and the rows that it changes, each written once.
//!
//! A row that is read is a unit, half a unit where it may lag (`~`). A run of rows is one row here, and what it takes
//! stands before it if that is more than one. A row that is written is a unit, and two where there are several, since
//! they change together.

use std::ops::Add;

/// What reads may take of the least without a reason, and what writes may.
const READS: f64 = 1.2;
const WRITES: f64 = 1.5;

/// The least of one operation.
pub(super) struct Least {
    pub(super) operation: &'static str,
    reads: &'static str,
    writes: &'static str,
    /// Why the operation takes more, where it is much more.
    pub(super) reason: &'static str,
}

impl Least {
    pub(super) fn read_units(&self) -> f64 {
        rows(self.reads).map(units).fold(0.0, Add::add)
    }

    pub(super) fn write_units(&self) -> f64 {
        match rows(self.writes).map(units).fold(0.0, Add::add) {
            several if several > 1.0 => 2.0 * several,
            one => one,
        }
    }

    /// The rows, as the docs have them.
    pub(super) fn rows(&self) -> String {
        match (self.reads, self.writes) {
            ("", "") => "–".to_owned(),
            (reads, "") => reads.to_owned(),
            (reads, writes) => format!("{reads} → {writes}"),
        }
    }

    /// Whether it takes so much more than the least that there should be a reason.
    pub(super) fn is_exceeded_by(&self, read_units: f64, write_units: f64) -> bool {
        read_units > READS * self.read_units() || write_units > WRITES * self.write_units()
    }
}

fn rows(list: &str) -> impl Iterator<Item = &str> {
    list.split(", ").filter(|row| !row.is_empty())
}

/// What one place of a list of rows takes, such as `~school`, `2 profiles` or `~2 courses`.
fn units(row: &str) -> f64 {
    let (unit, row) = row.strip_prefix('~').map_or((1.0, row), |row| (0.5, row));
    unit * row.split_once(' ').and_then(|(count, _)| count.parse::<f64>().ok()).unwrap_or(1.0)
}

const SAFE: &str = "a transaction even for one row: only that is safe to repeat when its answer is lost";
const SPLIT: &str = "a post is a head and a body, so that a like does not cost by the length of the text";
const FRESH: &str = "a list leads to the heads, so that nothing in it lags and a like writes no list";
const PLACE: &str = "it is found by its id alone, by way of its place";
const OTHERS: &str = "what shows whose it is and who may see it is read at once, not one after the other";
const SHELVES: &str = "a timetable is found by its id alone, since others may read it";

const fn least(operation: &'static str, reads: &'static str, writes: &'static str, reason: &'static str) -> Least {
    Least { operation, reads, writes, reason }
}

/// Of each line of the table in the docs.
pub(super) const LEAST: &[Least] = &[
    least("GET /schools", "~schools", "", ""),
    least("POST /auth/signup", "~school", "login, e-mail address, nickname, profile, sessions", ""),
    least("POST /auth/login", "login, profile, school, sessions", "login, sessions", ""),
    least("POST /auth/refresh", "profile, school, sessions", "sessions", SAFE),
    least("POST /auth/logout", "sessions", "sessions", SAFE),
    least("GET /auth/me", "profile, school", "", ""),
    least("PATCH /auth/me", "sessions, profile, school", "profile", SAFE),
    least("PATCH /auth/me, nickname", "sessions, profile, school", "profile, 2 nicknames", ""),
    least(
        "PUT /auth/me/password",
        "sessions, profile, login",
        "login, sessions",
        "the sessions are read anew once the password is hashed",
    ),
    least("GET /.well-known/jwks.json", "", "", ""),
    least("POST /boards", "sessions", "board, name", ""),
    least("POST /boards, Idempotency-Key", "sessions, key", "board, name, key", ""),
    least("GET /boards/{id}", "board, pin", "", ""),
    least("GET /boards", "boards, pins", "", ""),
    least("GET /boards?name=", "boards, pins", "", ""),
    least("PATCH /boards/{id}", "sessions, board, pin", "board", SAFE),
    least("PATCH /boards/{id}, name", "sessions, board, pin", "board, 2 names", ""),
    least("PUT /boards/{id}/pin", "sessions, board, pins", "pin", ""),
    least("GET /boards/pinned", "pins, board", "", ""),
    least("DELETE /boards/{id}/pin", "sessions, board, pin", "pin", ""),
    least("POST /boards/{id}/posts", "sessions, board", "post, own post, last post", ""),
    least("POST /boards/{id}/posts, named", "sessions, board, profile", "post, own post, last post", ""),
    least("POST /boards/{id}/posts, Idempotency-Key", "sessions, board, key", "post, own post, last post, key", ""),
    least("GET /posts/{id}", "post, board, mark", "", SPLIT),
    least("GET /posts/{id}, named", "post, board, mark, profile", "", SPLIT),
    least("GET /boards/{id}/posts, 20 posts", "board, 3 posts, marks, profile", "", ""),
    least("GET /posts/mine, 20 posts", "3 posts, board, profile", "", FRESH),
    least("PATCH /posts/{id}", "sessions, post, board, mark, profile", "post", SAFE),
    least("PATCH /posts/{id}, content", "sessions, post, board, mark, profile", "post", SPLIT),
    least("POST /posts/{id}/like", "sessions, post, board", "mark, post", SPLIT),
    least("POST /posts/{id}/like, the 10th", "sessions, post, board", "mark, post, hot post", SPLIT),
    least("PUT /posts/{id}/scrap", "sessions, post, board", "scrap, post", SPLIT),
    least("GET /posts/scraps, 1 post", "post, board, mark", "", FRESH),
    least("DELETE /posts/{id}/scrap", "sessions, post, board, mark", "scrap, post", SPLIT),
    least("GET /posts/hot, 1 post", "post, board, mark", "", FRESH),
    least("GET /posts/best, none", "posts", "", ""),
    least(
        "POST /posts/{id}/comments, the first",
        "sessions, post, board, commenter",
        "comment, commenter, post",
        SPLIT,
    ),
    least("POST /posts/{id}/comments", "sessions, post, board, commenter", "comment, commenter, post", SPLIT),
    least(
        "POST /posts/{id}/comments, named",
        "sessions, post, board, commenter, profile",
        "comment, commenter, post",
        "",
    ),
    least(
        "POST /posts/{id}/comments, a reply",
        "sessions, post, board, commenter, parent",
        "comment, commenter, post, parent",
        "",
    ),
    least(
        "POST /posts/{id}/comments, Idempotency-Key",
        "sessions, post, board, commenter, key",
        "comment, commenter, post, key",
        "",
    ),
    least("GET /posts/{id}/comments, 20 comments", "post, board, 3 comments, likes, profile", "", ""),
    least("GET /posts/commented, 1 post", "post, board, mark", "", FRESH),
    least("POST /comments/{id}/like", "sessions, comment, post, board", "like, comment", PLACE),
    least(
        "DELETE /comments/{id}, a reply",
        "sessions, comment, post, board, parent",
        "comment, commenter, post, parent",
        "",
    ),
    least("DELETE /comments/{id}", "sessions, comment, post, board", "comment, commenter, post", PLACE),
    least(
        "POST /messages",
        "sessions, started thread, post, board, profile",
        "thread, message, 2 lists, unread messages, started thread",
        "",
    ),
    least(
        "POST /messages, to the same thread",
        "sessions, started thread, thread, post, board, profile",
        "thread, message, 2 lists, unread messages",
        "",
    ),
    least(
        "POST /messages, about a named post",
        "sessions, started thread, post, board, profile, 2 blocks",
        "thread, message, 2 lists, unread messages, started thread",
        "",
    ),
    least("POST /messages/{thread_id}", "sessions, thread, profile", "thread, message, 2 lists, unread messages", ""),
    least(
        "POST /messages/{thread_id}, Idempotency-Key",
        "sessions, key, thread, profile",
        "thread, message, 2 lists, unread messages, key",
        "",
    ),
    least(
        "GET /messages, 2 threads",
        "threads, unread messages, 2 posts, board, profile",
        "",
        "a thread is one row for both sides, so that a message and reading it write one row less",
    ),
    least(
        "GET /messages/{thread_id}, some unread",
        "thread, messages, post, board, sessions",
        "thread, unread messages",
        "",
    ),
    least("GET /messages/{thread_id}", "thread, messages, post, board", "", ""),
    least("POST /messages/{thread_id}/block", "sessions, thread", "thread", ""),
    least("DELETE /messages/{thread_id}/block", "sessions, thread", "thread", ""),
    least("DELETE /messages/{thread_id}", "sessions, thread", "thread, list", ""),
    least("DELETE /posts/{id}", "sessions, post, board", "post, own post", SPLIT),
    least("DELETE /posts/{id}, hot", "sessions, post, board", "post, own post, hot post", SPLIT),
    least("POST /media", "sessions", "upload", SAFE),
    least("POST /media, Idempotency-Key", "sessions, key", "upload, key", ""),
    least("DELETE /boards/{id}", "sessions, board", "board, name, sweep", ""),
    least("GET /lectures, first", "~catalogue, chunk", "", ""),
    least("GET /lectures", "~catalogue", "", ""),
    least("GET /lectures/{id}", "~catalogue, course", "", ""),
    least("POST /timetables, first of a semester", "sessions, shelf", "shelf, timetable", ""),
    least("POST /timetables", "sessions, shelf", "shelf, timetable", ""),
    least("POST /timetables, Idempotency-Key", "sessions, key, shelf", "shelf, timetable, key", ""),
    least("POST /timetables/{id}/entries", "sessions, timetable, ~catalogue", "timetable, taken lecture", ""),
    least(
        "POST /timetables/{id}/entries, Idempotency-Key",
        "sessions, key, timetable, ~catalogue",
        "timetable, key",
        "",
    ),
    least("PATCH /timetables/{id}/entries/{entry_id}", "sessions, timetable, ~catalogue", "timetable", SAFE),
    least("DELETE /timetables/{id}/entries/{entry_id}", "sessions, timetable", "timetable", SAFE),
    least("GET /timetables", "timetables, ~catalogue", "", SHELVES),
    least("GET /timetables?semester=", "timetables, ~catalogue", "", SHELVES),
    least("GET /timetables/{id}", "timetable, shelf, ~catalogue", "", ""),
    least("GET /timetables/{id}, another's", "timetable, shelf, profile, ~catalogue", "", OTHERS),
    least("GET /timetables/{id}/calendar.ics", "timetable, shelf, ~catalogue, ~term", "", ""),
    least("GET /timetables/{id}/picture.svg", "timetable, shelf, ~catalogue", "", ""),
    least(
        "POST /timetables/{id}/copy",
        "sessions, timetable, shelf, ~catalogue",
        "shelf, timetable, taken lecture",
        "",
    ),
    least("PATCH /timetables/{id}", "sessions, timetable, shelf, ~catalogue", "timetable", SAFE),
    least("PATCH /timetables/{id}, name", "sessions, timetable, shelf, ~catalogue", "timetable, shelf", ""),
    least("POST /timetables/{id}/share", "sessions, timetable", "timetable, link", ""),
    least("GET /shared-timetables/{token}", "link, timetable, profile, ~catalogue", "", ""),
    least("GET /shared-timetables/{token}/calendar.ics", "link, timetable, profile, ~catalogue, ~term", "", ""),
    least("GET /shared-timetables/{token}/picture.svg", "link, timetable, profile, ~catalogue", "", ""),
    least("POST /timetables/{id}/share, another", "sessions, timetable", "timetable, 2 links", ""),
    least("DELETE /timetables/{id}/share", "sessions, timetable", "timetable, link", ""),
    least("POST /friends/requests", "sessions, person, pair, profile", "pair, 2 requests, profile", ""),
    least(
        "POST /friends/requests, Idempotency-Key",
        "sessions, key, person, pair, profile",
        "pair, 2 requests, profile, key",
        "",
    ),
    least("GET /friends/requests, 2 requests", "requests, 2 profiles", "", ""),
    least(
        "POST /friends/requests, crossing",
        "sessions, person, pair, profile",
        "pair, 2 requests, 2 friends, profile",
        "",
    ),
    least(
        "POST /friends/requests/{id}/accept",
        "sessions, request, profile",
        "pair, 2 requests, 2 friends, profile",
        "a request that was accepted before is looked for as a friend, at the same time",
    ),
    least("GET /friends, 2 friends", "friends, 2 profiles", "", ""),
    least("GET /timetables/{id}, a friend's", "timetable, shelf, profile, pair, ~catalogue", "", OTHERS),
    least("GET /friends/{id}/timetable", "friend, shelf, profile, timetable, ~catalogue", "", ""),
    least("DELETE /friends/{id}", "sessions, friend", "pair, 2 friends", ""),
    least("DELETE /friends/requests/{id}", "sessions, request", "pair, 2 requests", ""),
    least("DELETE /timetables/{id}", "sessions, timetable, shelf", "timetable, shelf", ""),
    least("GET /lectures, of 2 courses", "~catalogue, ~2 courses", "", ""),
    least("POST /lectures/{id}/reviews", "sessions, ~catalogue, taken lectures", "own review, review, course", ""),
    least("GET /lectures/{id}/reviews, 1 review", "~catalogue, reviews, own review, likes", "", ""),
    least("POST /reviews/{id}/like", "sessions, review, own review", "like, review", PLACE),
    least("DELETE /reviews/{id}", "sessions, review, own review", "own review, review, course", PLACE),
    least(
        "POST /lectures/{id}/reviews, Idempotency-Key",
        "sessions, key, ~catalogue, taken lectures",
        "own review, review, course, key",
        "",
    ),
    least(
        "DELETE /auth/me",
        "sessions, profile, login",
        "login, e-mail address, nickname, profile, sessions, tombstone, purge",
        "",
    ),
];
