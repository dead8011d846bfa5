//! The minimum that an operation could take of DynamoDB, with a table designed for it: each row that its response shows
//! or that a rule needs is read once, and each row that changes is written once.

use std::ops::Add;

/// How many times the minimum an operation may read, and write, without a reason.
const READS: f64 = 1.2;
const WRITES: f64 = 1.5;

// Reasons to take more.
pub(super) const SAFE: &str =
    "a transaction even for one row: only a transaction can be retried safely after a lost response";
pub(super) const SPLIT: &str =
    "a post is split into head and body, so that a like costs the same for a long and a short text";
pub(super) const FRESH: &str =
    "a list points to post heads, so that nothing in it is stale and a like does not write to it";
pub(super) const BY_ID: &str = "it is found by its id alone, through its location row";
pub(super) const OTHERS: &str = "the rows that decide who may see it are read together, not one after the other";
pub(super) const OWN_ROWS: &str = "each timetable is stored under its own id, because other students may read it";

// Reasons to take more calls in sequence. `BY_ID` is one as well.
pub(super) const NEWEST_SNAPSHOT: &str = "a case names its newest snapshot";
pub(super) const TAKEN_DOWN: &str = "a takedown names the thing that it is about";
pub(super) const OWNER: &str = "a timetable names its owner, whose rows decide who may see it";
pub(super) const BY_LOGIN_ID: &str = "the login id leads to the student";
pub(super) const GUESS: &str =
    "a guess is counted before the code is compared, and a right one leads to the sanctions of the address";
pub(super) const MAY_HAVE_LEFT: &str =
    "the first call tells who the named student is, and nothing is written if that student has left";

/// The minimum of a case of an operation.
///
/// A row in a list of rows costs one unit. `~` before it means that an eventually consistent read is enough, which
/// costs half a unit. A number before it means so many rows, or, for a range of rows, so many units.
pub struct Minimum {
    /// The case, as it follows the operation in the docs: empty for the plain request, otherwise such as `, a reply`.
    pub case: &'static str,
    reads: &'static str,
    writes: &'static str,
    /// Why the operation takes much more, if it does.
    pub reason: &'static str,
    /// Whether it reads rows that lead to what it shows.
    follows_pointers: bool,
    /// Whether it reads nicknames.
    shows_nicknames: bool,
    /// Why the operation takes more calls in sequence than [`max_sequence`](Self::max_sequence), if it does.
    pub detour: &'static str,
}

impl Minimum {
    /// The minimum of the plain request.
    pub(super) fn plain(reads: &'static str, writes: &'static str) -> Self {
        Self::case("", reads, writes)
    }

    pub(super) fn case(case: &'static str, reads: &'static str, writes: &'static str) -> Self {
        Self { case, reads, writes, reason: "", follows_pointers: false, shows_nicknames: false, detour: "" }
    }

    pub(super) fn because(self, reason: &'static str) -> Self {
        Self { reason, ..self }
    }

    /// A read that follows pointers.
    pub(super) fn by_pointers(self) -> Self {
        Self { follows_pointers: true, ..self }
    }

    /// A read that shows nicknames, which it reads when it knows whose.
    pub(super) fn with_nicknames(self) -> Self {
        Self { shows_nicknames: true, ..self }
    }

    pub(super) fn detour(self, detour: &'static str) -> Self {
        Self { detour, ..self }
    }

    /// The number of calls in sequence that an operation may take without a reason. A read takes one call, one more if it
    /// follows pointers, and one more if it shows nicknames. A write takes two: who may do it, and the transaction.
    pub fn max_sequence(&self, method: &str) -> u32 {
        match method {
            "GET" => 1 + u32::from(self.follows_pointers) + u32::from(self.shows_nicknames),
            _ => 2,
        }
    }

    pub fn read_units(&self) -> f64 {
        rows(self.reads).map(units).fold(0.0, Add::add)
    }

    /// Several rows cost twice as much each, because they change together in a transaction.
    pub fn write_units(&self) -> f64 {
        match rows(self.writes).map(units).fold(0.0, Add::add) {
            several if several > 1.0 => 2.0 * several,
            one => one,
        }
    }

    /// The rows, as in the docs.
    pub fn rows(&self) -> String {
        match (self.reads, self.writes) {
            ("", "") => "–".to_owned(),
            (reads, "") => reads.to_owned(),
            (reads, writes) => format!("{reads} → {writes}"),
        }
    }

    /// Whether these units are so much more than the minimum that they need a reason.
    pub fn is_far_below(&self, read_units: f64, write_units: f64) -> bool {
        read_units > READS * self.read_units() || write_units > WRITES * self.write_units()
    }
}

fn rows(list: &str) -> impl Iterator<Item = &str> {
    list.split(", ").filter(|row| !row.is_empty())
}

/// The units of an item of a list of rows, such as `~school`, `2 profiles` or `~2 courses`.
fn units(row: &str) -> f64 {
    let (unit, row) = row.strip_prefix('~').map_or((1.0, row), |row| (0.5, row));
    unit * row.split_once(' ').and_then(|(count, _)| count.parse::<f64>().ok()).unwrap_or(1.0)
}
