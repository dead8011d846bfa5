use super::*;
use crate::domain::{Anonymity, BoardDraft, Parse, Posting, Role};

fn board(anonymity: Anonymity) -> Board {
    let draft = BoardDraft {
        category: Parse::parse("일반".to_owned()).unwrap(),
        name: Parse::parse("자유".to_owned()).unwrap(),
        description: Parse::parse(String::new()).unwrap(),
        anonymity,
        posting: Posting::Everyone,
        hot_enabled: true,
    };
    Board::new(None, draft, Time::from_millis(0))
}

fn draft(is_anonymous: bool, is_question: bool) -> PostDraft {
    PostDraft {
        title: Parse::parse("제목".to_owned()).unwrap(),
        content: Parse::parse("가나다라마".repeat(50)).unwrap(),
        is_anonymous,
        is_question,
        media: Vec::new(),
    }
}

fn post(author: &Caller, is_question: bool) -> Post {
    Post::write(&board(Anonymity::Optional), author, draft(true, is_question), Time::from_millis(1000)).unwrap()
}

#[test]
fn the_board_decides_whether_a_post_is_anonymous() {
    let author = Caller::for_test(Role::Student);
    for (anonymity, is_anonymous, is_allowed) in [
        (Anonymity::Optional, true, true),
        (Anonymity::Optional, false, true),
        (Anonymity::Always, true, true),
        (Anonymity::Always, false, false),
        (Anonymity::Never, true, false),
        (Anonymity::Never, false, true),
    ] {
        let written = Post::write(&board(anonymity), &author, draft(is_anonymous, false), Time::from_millis(0));
        assert_eq!(written.is_ok(), is_allowed, "{anonymity:?} {is_anonymous}");
    }
}

#[test]
fn a_post_becomes_hot_with_the_10th_like_that_counts_and_best_with_the_100th() {
    use Milestone::{Best, Hot};
    let (author, other, at) = (Caller::for_test(Role::Student), Caller::for_test(Role::Student), Time::from_millis(0));
    let young = Caller { young_until: at.plus_millis(1), ..other };
    let enabled = board(Anonymity::Optional);
    let disabled = Board { hot_enabled: false, ..enabled.clone() };
    let archived = Board { is_archived: true, ..enabled.clone() };
    let mut head = post(&author, false).head;
    let now = Some(at);
    for (likes, hot_at, best_at, reached, unreached) in [
        (0, None, None, vec![], vec![Hot, Best]),
        (8, None, None, vec![], vec![Hot, Best]),
        (9, None, None, vec![Hot], vec![Best]),
        (10, now, None, vec![], vec![Best]),
        (98, now, None, vec![], vec![Best]),
        (99, now, None, vec![Best], vec![]),
        (100, now, now, vec![], vec![]),
        // The board had hot posts disabled before.
        (500, None, None, vec![Hot, Best], vec![]),
    ] {
        (head.hot_like_count, head.hot_at, head.best_at) = (likes, hot_at, best_at);
        head.like_count = likes + 200;
        let outcome = |counts_for_hot, reached: Vec<_>, unreached| {
            let is_counted_later = likes >= 100 && reached.is_empty();
            Ok(LikeOutcome { like_count: likes + 201, counts_for_hot, is_counted_later, reached, unreached })
        };
        assert_eq!(head.like_by(&other, &enabled, at), outcome(true, reached, unreached), "{likes}");
        assert_eq!(head.like_by(&other, &disabled, at), outcome(true, vec![], vec![]), "{likes}");
        assert_eq!(head.like_by(&young, &enabled, at), outcome(false, vec![], vec![]), "{likes}");
    }
    assert_eq!(head.like_by(&author, &archived, at), Err(Refusal::OwnContent));
    assert_eq!(head.like_by(&other, &archived, at), Err(Refusal::BoardArchived));
}

#[test]
fn only_the_author_can_edit_a_post_and_not_a_question_with_comments() {
    let (author, other, admin) =
        (Caller::for_test(Role::Student), Caller::for_test(Role::Student), Caller::for_test(Role::Admin));
    let open = board(Anonymity::Optional);
    let archived = Board { is_archived: true, ..open.clone() };
    for (is_question, comments, expected) in
        [(true, 1, Err(Refusal::QuestionLocked)), (true, 0, Ok(())), (false, 1, Ok(()))]
    {
        let mut head = post(&author, is_question).head;
        head.comment_count = comments;
        assert_eq!(head.check_editable_by(&author, &open), expected, "{is_question} {comments}");
        assert_eq!(head.check_editable_by(&author, &archived), Err(Refusal::BoardArchived));
        for stranger in [&other, &admin] {
            assert_eq!(head.check_editable_by(stranger, &open), Err(Refusal::NotAuthor));
        }
    }
}

#[test]
fn a_question_with_comments_is_locked_but_admins_can_delete_it() {
    let (author, other, admin) =
        (Caller::for_test(Role::Student), Caller::for_test(Role::Student), Caller::for_test(Role::Admin));
    let as_admin = Ok(Permission::AsAdmin { otherwise: Refusal::NotAuthor });
    for (is_question, comments, of_author) in
        [(true, 1, Err(Refusal::QuestionLocked)), (true, 0, Ok(Permission::Own)), (false, 1, Ok(Permission::Own))]
    {
        let mut head = post(&author, is_question).head;
        head.comment_count = comments;
        let expected = [of_author, Err(Refusal::NotAuthor), as_admin];
        let permissions = [&author, &other, &admin].map(|caller| head.check_deletable_by(caller));
        assert_eq!(permissions, expected, "{is_question} {comments}");
    }
}

#[test]
fn an_admin_cannot_delete_their_own_question_with_comments() {
    let admin = Caller::for_test(Role::Admin);
    let mut head = post(&admin, true).head;
    head.comment_count = 1;
    assert_eq!(head.check_deletable_by(&admin), Err(Refusal::QuestionLocked));
}

#[test]
fn an_edit_changes_only_the_given_fields_and_increases_the_time() {
    let author = Caller::for_test(Role::Student);
    let before = post(&author, false);
    let title: Title = Parse::parse("새 제목".to_owned()).unwrap();
    let content: Content = Parse::parse("😀".repeat(201)).unwrap();
    // The clock is behind the time of the post.
    let now = Time::from_millis(0);
    let titled = PostChanges { title: Some(title.clone()), content: None };
    let board = board(Anonymity::Optional);
    let edited = before.edit(&author, &board, titled.clone(), now).unwrap().unwrap();
    assert_eq!((&edited.head.title, &edited.content), (&title, &before.content));
    assert_eq!((before.head.edited_at(), edited.head.edited_at()), (None, Some(edited.head.updated_at)));
    assert_eq!(edited.edit(&author, &board, titled, now), Ok(None), "the same title again");
    let rewritten = PostChanges { title: None, content: Some(content) };
    let edited = before.edit(&author, &board, rewritten, now).unwrap().unwrap();
    assert_eq!((&edited.head.title, edited.head.content_preview), (&before.head.title, "😀".repeat(200)));
}
