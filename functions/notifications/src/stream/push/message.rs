//! What a push says. It is generic, because it shows on a locked screen: the web client fetches the notification after its
//! user has opened it.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{NotificationId, NotificationKind, PushSubscription};
use serde_json::json;

/// The length of a topic, in characters: the longest that push services accept (RFC 8030 §5.4).
const TOPIC_LEN: usize = 32;

/// The message before the encryption. `unread` is the number of unread notifications, for the badge of the app.
pub(crate) fn payload(kind: NotificationKind, id: NotificationId, unread: usize) -> String {
    json!({ "kind": kind.as_str(), "id": id.to_string(), "unread": unread }).to_string()
}

/// The topic of messages about a group of notifications. A push service replaces an undelivered message by the next one with
/// the same topic. Topics of different subscriptions tell nothing of each other, and not which group they belong to: the key
/// is the secret that the service shares with the browser.
pub(crate) fn topic(subscription: &PushSubscription, group: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &subscription.auth.to_bytes());
    let mut topic = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, format!("campus push topic {group}").as_bytes()));
    topic.truncate(TOPIC_LEN);
    topic
}

/// How urgent a message is (RFC 8030 §5.3). A device that saves power gets urgent ones only.
pub(crate) fn urgency(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::Message => "high",
        NotificationKind::Comment
        | NotificationKind::Reply
        | NotificationKind::FriendRequest
        | NotificationKind::FriendAccepted
        | NotificationKind::Moderation
        | NotificationKind::Lecture => "normal",
        NotificationKind::Hot => "low",
    }
}
