use super::*;
use crate::domain::BoardId;

fn post() -> PostId {
    let now = Time::from_millis(0);
    PostId::new(BoardId::new(now), now)
}

fn draft(cause: Cause, at: i64) -> NotificationDraft {
    NotificationDraft { cause, at: Time::from_millis(at), actor: None, is_about_anonymous: true }
}

#[test]
fn an_unread_notification_grows_and_a_read_one_does_not() {
    let first = UnreadNotifications::default().place("a");
    assert_eq!((first.number, first.replaces, first.unread.count()), (1, None, 1));
    let second = first.unread.place("a");
    assert_eq!((second.number, second.replaces, second.unread.count()), (2, Some(1), 1));
    let other = second.unread.place("b");
    assert_eq!((other.number, other.replaces, other.unread.count()), (3, None, 2));
    let read = UnreadNotifications { read: 2, ..other.unread };
    assert_eq!(read.count(), 1);
    let third = read.place("a");
    assert_eq!((third.number, third.replaces, third.unread.count()), (4, None, 2));
    assert_eq!(third.unread.groups.len(), 2, "what was read is forgotten");
}

#[test]
fn at_most_100_unread_notifications_are_counted_and_the_oldest_are_forgotten() {
    let mut unread = UnreadNotifications::default();
    for group in 0..UnreadNotifications::MAX + 5 {
        unread = unread.place(&group.to_string()).unread;
    }
    assert_eq!(unread.count(), UnreadNotifications::MAX);
    assert_eq!(unread.place("4").replaces, None);
    assert_eq!(unread.place("5").replaces, Some(6));
}

#[test]
fn an_older_cause_that_arrives_later_is_counted_but_not_shown() {
    let (old, new) = (Cause::Hot { post_id: post() }, Cause::Hot { post_id: post() });
    let shown = Notification::new(&draft(new.clone(), 20), None);
    let grown = Notification::new(&draft(old.clone(), 10), Some(&shown));
    let times = (Time::from_millis(10), Time::from_millis(20));
    assert_eq!((&grown.cause, grown.count, grown.created_at, grown.updated_at), (&new, 2, times.0, times.1));
    let grown = Notification::new(&draft(old.clone(), 30), Some(&grown));
    assert_eq!((grown.cause, grown.count), (old, 3));
}

#[test]
fn a_comment_that_is_also_a_reply_is_one_event_and_two_posts_are_two_groups() {
    let now = Time::from_millis(0);
    let (post, other) = (post(), post());
    let comment_id = CommentId::new(post, None, now);
    let (comment, reply) = (Cause::Comment { comment_id }, Cause::Reply { comment_id });
    assert_eq!(comment.dedupe_key(), reply.dedupe_key());
    assert_ne!(comment.group(), reply.group());
    let on_other = Cause::Comment { comment_id: CommentId::new(other, None, now) };
    assert_ne!(comment.group(), on_other.group());
    assert_eq!(comment.mutable_post(), Some(post));
}

#[test]
fn replies_to_a_comment_are_a_group() {
    let (post, now) = (post(), Time::from_millis(0));
    let [one, two] = [CommentId::new(post, None, now), CommentId::new(post, None, now)];
    let reply_to = |parent| Cause::Reply { comment_id: CommentId::new(post, Some(parent), now) };
    assert_eq!(reply_to(one).group(), reply_to(one).group());
    assert_ne!(reply_to(one).group(), reply_to(two).group());
}

#[test]
fn of_a_reply_to_both_a_push_waits_only_if_both_are_anonymous() {
    let kind = NotificationKind::of_reply_to_both;
    assert_eq!(kind(false, false), NotificationKind::Reply);
    assert_eq!(kind(false, true), NotificationKind::Comment);
    assert_eq!(kind(true, false), NotificationKind::Reply);
    assert_eq!(kind(true, true), NotificationKind::Reply);
}

#[test]
fn each_kind_has_its_name_and_its_switch() {
    for kind in NotificationKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        let mut switches = serde_json::to_value(NotificationSettings::default()).unwrap();
        assert_eq!(switches.as_object().unwrap().len(), NotificationKind::ALL.len() + 1);
        switches[kind.as_str()] = false.into();
        let settings: NotificationSettings = serde_json::from_value(switches).unwrap();
        assert_eq!(NotificationKind::ALL.map(|one| settings.wants(one)), NotificationKind::ALL.map(|one| one != kind));
    }
}
