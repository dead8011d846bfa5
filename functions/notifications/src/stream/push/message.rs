//! What a push says. It is generic, because it shows on a locked screen: the web client fetches the notification after its
//! user has opened it.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{NotificationId, NotificationKind, PushSubscription};
use serde_json::json;

/// The length of a tag, in characters: the longest topic that push services accept (RFC 8030 §5.4).
const TAG_LEN: usize = 32;

/// The message before the encryption. It does not hold the number of unread notifications: the number would tell of
/// notifications whose push still waits.
pub(crate) fn payload(kind: NotificationKind, id: NotificationId, tag: &str) -> String {
    json!({ "kind": kind.as_str(), "id": id.to_string(), "tag": tag }).to_string()
}

/// The tag of messages about a group of notifications. The browser replaces a message that it shows by the next one with the
/// same tag. As the topic, it lets the push service do so with a message that is not delivered yet. Tags of different
/// subscriptions tell nothing of each other, and not which group they belong to: the key is the secret that the service
/// shares with the browser.
pub(crate) fn tag(subscription: &PushSubscription, group: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &subscription.auth.to_bytes());
    let mut tag = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, format!("campus push tag {group}").as_bytes()));
    tag.truncate(TAG_LEN);
    tag
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
