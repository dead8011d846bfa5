use proptest::prelude::*;

use super::*;

#[test]
fn an_id_has_one_spelling() {
    let id = UserId::random();
    assert_eq!(id.to_string().parse(), Ok(id));
    for other in [id.to_string().to_uppercase(), id.as_uuid().simple().to_string(), format!("{{{id}}}")] {
        assert_eq!(other.parse::<UserId>(), Err(FieldError::InvalidFormat), "{other}");
    }
}

#[test]
fn a_user_id_does_not_reveal_when_the_account_was_created() {
    assert_eq!(UserId::random().as_uuid().get_version_num(), 4);
}

#[test]
fn a_takedown_id_does_not_reveal_when_somebody_asked() {
    assert_eq!(TakedownId::random().as_uuid().get_version_num(), 4);
}

#[test]
fn ids_with_a_semester_hold_its_number_and_are_valid_uuid_v7() {
    let now = Time::now();
    for number in [0, 105, 399] {
        let semester = Semester::from_number(number).unwrap();
        let id = LectureId::new(now, semester);
        assert_eq!((id.semester(), id.as_uuid().get_version_num()), (Some(semester), 7));
        assert_eq!(id.as_uuid().get_variant(), uuid::Variant::RFC4122);
        assert!(id < LectureId::new(now.plus_millis(1), Semester::from_number(0).unwrap()));
    }
    let ids: std::collections::HashSet<_> =
        (0..10_000).map(|_| TimetableId::new(now, Semester::from_number(7).unwrap())).collect();
    assert_eq!(ids.len(), 10_000);
}

#[test]
fn other_ids_sort_by_time() {
    let now = Time::now();
    for _ in 0..100 {
        assert!(BoardId::new(now) < BoardId::new(now.plus_millis(1)));
        assert!(BoardId::new(now) > BoardId::new(now.plus_millis(-1)));
    }
}

#[test]
fn posts_sort_by_time_across_boards() {
    let now = Time::now();
    for _ in 0..100 {
        let [board, other] = [BoardId::new(now), BoardId::new(now)];
        assert!(PostId::new(board, now).to_string() < PostId::new(other, now.plus_millis(1)).to_string());
    }
}

#[test]
fn comments_sort_by_time_and_replies_follow_their_parent() {
    let now = Time::now();
    let post = PostId::new(BoardId::new(now), now);
    let comment = |parent, after| CommentId::new(post, parent, now.plus_millis(after));
    let (first, second) = (comment(None, 0), comment(None, 1));
    let ids = [first, comment(Some(first), 2), comment(Some(first), 3), second, comment(Some(second), 2)];
    assert!(ids.is_sorted(), "{ids:?}");
    assert!(ids.map(|id| id.to_string()).is_sorted(), "{ids:?}");
}

fn any_uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn any_post() -> impl Strategy<Value = PostId> {
    (any_uuid(), any_uuid()).prop_map(|(board, post)| PostId::from_uuid(BoardId(board), post))
}

fn any_comment() -> impl Strategy<Value = CommentId> {
    (any_post(), any_uuid(), any::<Option<u128>>()).prop_map(|(post, uuid, reply)| {
        let comment = CommentId::from_uuid(post, None, uuid);
        reply.map_or(comment, |reply| CommentId::from_uuid(post, Some(comment), Uuid::from_u128(reply)))
    })
}

proptest! {
    #[test]
    fn the_id_of_a_post_says_its_board(board in any_uuid(), uuid in any_uuid()) {
        let id = PostId::from_uuid(BoardId(board), uuid);
        prop_assert_eq!((id.board(), id.as_uuid()), (BoardId(board), uuid));
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        prop_assert_eq!(id.to_string().len(), 64);
    }

    #[test]
    fn the_id_of_a_comment_says_its_post_and_its_parent(post in any_post(), uuid in any_uuid(), reply in any_uuid()) {
        let comment = CommentId::from_uuid(post, None, uuid);
        prop_assert_eq!((comment.post(), comment.parent(), comment.as_uuid()), (post, None, uuid));
        let reply_id = CommentId::from_uuid(post, Some(comment), reply);
        prop_assert_eq!((reply_id.post(), reply_id.parent(), reply_id.as_uuid()), (post, Some(comment), reply));
        for (id, length) in [(comment, 96), (reply_id, 128)] {
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(id.to_string().len(), length);
        }
    }

    #[test]
    fn ids_sort_as_their_texts(posts in any::<[(u128, u128); 2]>(), comments in [any_comment(), any_comment()]) {
        let posts = posts.map(|(board, post)| PostId::from_uuid(BoardId(Uuid::from_u128(board)), Uuid::from_u128(post)));
        let texts = posts.map(|id| id.to_string());
        prop_assert_eq!(posts[0].cmp(&posts[1]), texts[0].cmp(&texts[1]));
        let texts = comments.map(|id| id.to_string());
        prop_assert_eq!(comments[0].cmp(&comments[1]), texts[0].cmp(&texts[1]));
    }

    #[test]
    fn a_text_that_is_an_id_is_the_only_text_of_this_id(text in "[0-9a-fA-F-]{0,140}|(?s).{0,140}|[0-9a-fA-F]{64}|[0-9a-f]{96}") {
        if let Ok(id) = text.parse::<PostId>() {
            prop_assert_eq!(id.to_string(), text.as_str());
        }
        if let Ok(id) = text.parse::<CommentId>() {
            prop_assert_eq!(id.to_string(), text.as_str());
        }
    }
}

#[test]
fn ids_of_other_lengths_and_with_other_characters_are_malformed() {
    let now = Time::now();
    let post = PostId::new(BoardId::new(now), now);
    let comment = CommentId::new(post, None, now);
    let reply = CommentId::new(post, Some(comment), now);
    for text in [post.to_string(), comment.to_string(), reply.to_string()] {
        let malformed = [
            String::new(),
            text.to_uppercase(),
            text.replacen(char::is_alphanumeric, "g", 1),
            format!("{text}0"),
            format!("{text} "),
            format!("{text}{}", "0".repeat(128)),
            text.chars().skip(1).collect(),
            post.as_uuid().to_string(),
            post.as_uuid().simple().to_string(),
        ];
        for text in malformed {
            assert_eq!(text.parse::<PostId>(), Err(FieldError::InvalidFormat), "{text}");
            assert_eq!(text.parse::<CommentId>(), Err(FieldError::InvalidFormat), "{text}");
        }
    }
    assert_eq!(post.to_string().parse::<CommentId>(), Err(FieldError::InvalidFormat));
    assert_eq!(comment.to_string().parse::<PostId>(), Err(FieldError::InvalidFormat));
}
