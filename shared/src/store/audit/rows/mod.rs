//! The audit of each kind of row: one file for each file of the store that owns keys.

mod announcements;
mod blocks;
mod boards;
mod catalogues;
mod comments;
mod credentials;
mod deadlines;
mod directory;
mod exam_infos;
mod failed_logins;
mod feeds;
mod friends;
mod grades;
mod idempotency_keys;
mod keys;
mod lecture_index;
mod limits;
mod mails;
mod media_deletions;
mod messages;
mod moderation;
mod notifications;
mod operators;
mod password_resets;
mod pins;
mod policies;
mod posts;
mod push;
mod reactions;
mod resting;
mod reviews;
mod sanctions;
mod schools;
mod search;
mod sessions;
mod share_links;
mod takedowns;
mod taken_lectures;
mod terms;
mod timetables;
mod uploads;
mod users;
mod verification_codes;
mod verified_addresses;
mod withdrawals;

use super::{AuditEntry, Kind};

/// The functions that audit rows. Each recognises its rows by their keys, and returns `None` for any other row.
/// Otherwise it records what the row says and returns the kind of row.
pub(super) const ROWS: &[fn(&mut AuditEntry<'_>) -> Option<Kind>] = &[
    schools::audit,
    users::audit,
    credentials::audit,
    verified_addresses::audit,
    deadlines::audit,
    verification_codes::audit,
    sessions::audit,
    sanctions::audit,
    withdrawals::audit,
    idempotency_keys::audit,
    pins::audit,
    blocks::audit,
    boards::audit,
    posts::audit,
    feeds::audit,
    reactions::audit,
    comments::audit,
    messages::audit,
    moderation::audit,
    notifications::audit,
    operators::audit,
    takedowns::audit,
    keys::audit,
    limits::audit,
    failed_logins::audit,
    uploads::audit,
    media_deletions::audit,
    search::audit,
    catalogues::audit,
    terms::audit,
    timetables::audit,
    taken_lectures::audit,
    lecture_index::audit,
    announcements::audit,
    reviews::audit,
    exam_infos::audit,
    directory::audit,
    friends::audit,
    grades::audit,
    resting::audit,
    share_links::audit,
    mails::audit,
    push::audit,
    password_resets::audit,
    policies::audit,
];
