//! What an audit says of likes, scraps, lists and comments.

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use super::campus::Damage::{Deleted, Set};
use super::campus::{Campus, Key, miscounted, misplaced, needs, number, text, told, unconfirmed};

const WHEN: &str = "2026-03-02T00:00:00.000Z";

impl Campus {
    /// Where the other has marked the post.
    fn mark(&self, post: &str) -> Key {
        self.others(format!("MARK#{}#{post}", self.board))
    }

    /// The other's scrap of the post.
    async fn scrap(&self, post: &str) -> Key {
        let rows = self.app.rows().await;
        let keys = rows.iter().map(super::campus::key_of);
        keys.into_iter().find(|(_, sk)| sk.starts_with("SCRAP#") && sk.ends_with(post)).unwrap()
    }

    fn of_post(&self, things: &str, post: &str) -> String {
        format!("{things} of post {post} of school {}", self.school.id)
    }

    fn of_comment(&self, things: &str, comment: &str) -> String {
        format!("{things} comment {comment} of school {}", self.school.id)
    }
}

#[tokio::test]
async fn likes_and_scraps_are_counted_unless_the_post_was_deleted() {
    let campus = Campus::open().await;
    let (post, deleted) = (&campus.anonymous_post, &campus.deleted_post);
    let (head, mark, scrap) = (campus.head(post), campus.mark(post), campus.scrap(post).await);
    let listed =
        format!("user {} of school {} has {} of board {}", campus.other.id, campus.school.id, scrap.1, campus.board);
    let lost = [
        miscounted(&head, campus.of_post("likes", post), 1, "high"),
        miscounted(&head, campus.of_post("scraps", post), 1, "high"),
        unconfirmed(&scrap, &listed),
    ];
    campus.tells(&[Deleted(mark.clone())], lost).await;
    campus.tells(&[Deleted(scrap.clone())], [unconfirmed(&mark, &listed)]).await;
    let unlisted = campus.scrap(deleted).await;
    let listed = listed.replace(&scrap.1, &unlisted.1);
    campus.tells(&[Deleted(campus.mark(deleted))], [unconfirmed(&unlisted, listed)]).await;

    let more = campus.own(format!("MARK#{}#{post}", campus.board));
    let findings = campus.findings_after(&[Set(more, "liked_at", text(WHEN))]).await;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].ends_with(&format!("the number of {} is 1 too low.", campus.of_post("likes", post))));
    let late = campus.own(format!("MARK#{}#{deleted}", campus.board));
    campus.tells(&[Set(late, "liked_at", text(WHEN))], []).await;
    let nowhere = Uuid::now_v7();
    let stray = campus.own(format!("MARK#{}#{nowhere}", campus.board));
    let traces = [campus.head(&nowhere.to_string()), campus.at(format!("#POST#{nowhere}"), "DELETED")];
    let findings = campus.findings_after(&[Set(stray.clone(), "liked_at", text(WHEN))]).await;
    assert!(findings.contains(&needs(&stray, &[&traces[0], &traces[1]])), "{findings:#?}");
}

#[tokio::test]
async fn a_post_stands_among_its_authors_own_and_a_hot_one_among_the_hot() {
    let campus = Campus::open().await;
    let post = &campus.anonymous_post;
    let (head, own) = (campus.head(post), campus.own(format!("POST#{post}")));
    campus.tells(&[Deleted(own.clone())], [needs(&head, &[&own, &campus.own("WITHDRAWN")])]).await;
    let of_deleted = campus.own(format!("POST#{}", campus.deleted_post));
    let pointer = [("board_id", text(&campus.board)), ("byline", text("anonymous"))];
    let stray = pointer.clone().map(|(name, value)| Set(of_deleted.clone(), name, value));
    campus.tells(&stray, [needs(&of_deleted, &[&campus.head(&campus.deleted_post)])]).await;
    for (partition, attribute, name) in [("#HOT", "hot_at", "Hot"), ("#BEST", "best_at", "Best")] {
        let row = campus.at(partition, format!("{WHEN}#{post}"));
        let said = format!("{} of board {} of school {} is {name}", row.1, campus.board, campus.school.id);
        campus.tells(&[Set(head.clone(), attribute, text(WHEN))], [unconfirmed(&head, &said)]).await;
        let stray = pointer.clone().map(|(name, value)| Set(row.clone(), name, value));
        campus.tells(&stray, [unconfirmed(&row, said)]).await;
    }
}

#[tokio::test]
async fn a_deleted_post_has_its_head_elsewhere() {
    let campus = Campus::open().await;
    let (post, nobody) = (&campus.deleted_post, Uuid::now_v7());
    let deleted = campus.at(format!("#POST#{post}"), "DELETED");
    let rows = campus.app.rows().await;
    let row = rows.iter().find(|row| super::campus::key_of(row) == deleted).unwrap();
    let kept = row["head"].as_m().unwrap();
    let mut copy = kept.clone();
    copy.extend([("pk".to_owned(), text(campus.head(post).0)), ("sk".to_owned(), text(campus.head(post).1))]);
    campus.put(&copy).await;
    let beside = format!("{}: it must not be beside {}.", told(&deleted), told(&campus.head(post)));
    let findings = campus.findings().await;
    assert!(findings.contains(&beside), "{findings:#?}");
    campus.delete(&campus.head(post)).await;

    let changed = |name: &str, value: AttributeValue| {
        let mut head = kept.clone();
        head.insert(name.to_owned(), value);
        Set(deleted.clone(), "head", AttributeValue::M(head))
    };
    let findings = campus.findings_after(&[changed("id", text(nobody))]).await;
    let right = campus.at(format!("#POST#{nobody}"), "DELETED");
    assert!(findings.contains(&misplaced(&deleted, &right)), "{findings:#?}");
    let findings = campus.findings_after(&[changed("author_id", text(nobody))]).await;
    let author = ["PROFILE", "WITHDRAWN"].map(|sk| campus.at(format!("#USER#{nobody}"), sk));
    assert!(findings.contains(&needs(&deleted, &[&author[0], &author[1]])), "{findings:#?}");
}

#[tokio::test]
async fn a_comment_has_a_place_and_a_post_and_is_counted() {
    let campus = Campus::open().await;
    let (post, school) = (&campus.anonymous_post, campus.school.id);
    let comment = campus.comment_at(format!("COMMENT#{}", campus.comment));
    let reply = campus.comment_at(format!("COMMENT#{}#{}", campus.comment, campus.reply));
    let placed = |id: &str, sk: &str| format!("comment {id} of school {school} is on post {post} at {sk}");
    let place = campus.place(&campus.reply);
    campus.tells(&[Deleted(place.clone())], [unconfirmed(&reply, placed(&campus.reply, &reply.1))]).await;

    let commenter = campus.own(format!("COMMENTED#{post}"));
    let written = format!("live comments of user {} on post {post} of school {school}", campus.student.id);
    let gone = [
        unconfirmed(&place, placed(&campus.reply, &reply.1)),
        miscounted(&campus.head(post), campus.of_post("live comments", post), 1, "high"),
        miscounted(&commenter, &written, 1, "high"),
        miscounted(&comment, campus.of_comment("replies to", &campus.comment), 1, "high"),
        miscounted(
            &campus.others(format!("LIKE#{post}#{}", campus.reply)),
            campus.of_comment("likes of", &campus.reply),
            1,
            "low",
        ),
    ];
    campus.tells(&[Deleted(reply.clone())], gone).await;
    campus
        .tells(
            &[Set(commenter, "comments", number(3))],
            [miscounted(&campus.own(format!("COMMENTED#{post}")), written, 2, "high")],
        )
        .await;

    let findings = campus.findings_after(&[Deleted(comment.clone())]).await;
    assert!(findings.contains(&needs(&reply, &[&comment])), "{findings:#?}");
    let findings = campus.findings_after(&[Set(reply.clone(), "id", text(&campus.gone))]).await;
    let right = campus.comment_at(format!("COMMENT#{}#{}", campus.comment, campus.gone));
    assert!(findings.contains(&misplaced(&reply, &right)), "{findings:#?}");
    let findings = campus.findings_after(&[Deleted(campus.body(post))]).await;
    assert!(findings.contains(&needs(&comment, &[&campus.body(post)])), "{findings:#?}");
    let findings = campus.findings_after(&[Deleted(campus.others("PROFILE"))]).await;
    let author = ["PROFILE", "WITHDRAWN"].map(|sk| campus.others(sk));
    for row in [&comment, &campus.others(format!("LIKE#{post}#{}", campus.reply)), &campus.mark(post)] {
        assert!(findings.contains(&needs(row, &[&author[0], &author[1]])), "{row:?}: {findings:#?}");
    }
    let purge = super::campus::key("PURGES", format!("{school}#{}", campus.other.id));
    for row in [campus.others(format!("COMMENTED#{post}")), campus.scrap(post).await] {
        assert!(findings.contains(&needs(&row, &[&author[0], &purge])), "{row:?}: {findings:#?}");
    }
}

#[tokio::test]
async fn likes_of_a_comment_are_counted_unless_it_was_deleted() {
    let campus = Campus::open().await;
    let post = &campus.anonymous_post;
    let reply = campus.comment_at(format!("COMMENT#{}#{}", campus.comment, campus.reply));
    let likes = campus.of_comment("likes of", &campus.reply);
    let like = campus.others(format!("LIKE#{post}#{}", campus.reply));
    campus.tells(&[Deleted(like)], [miscounted(&reply, &likes, 1, "high")]).await;
    let more = campus.others(format!("LIKE#{post}#{}", campus.left_reply));
    let too_many = [miscounted(&more, campus.of_comment("likes of", &campus.left_reply), 1, "low")];
    campus.tells(&[Set(more, "liked_at", text(WHEN))], too_many).await;
    for deleted in [&campus.gone, &campus.emptied] {
        let late = campus.others(format!("LIKE#{post}#{deleted}"));
        campus.tells(&[Set(late, "liked_at", text(WHEN))], []).await;
    }
    let kept = campus.own(format!("LIKE#{post}#{}", campus.gone));
    let uncounted = [miscounted(&kept, campus.of_comment("likes of", &campus.gone), 1, "low")];
    campus.tells(&[Deleted(campus.place(&campus.gone))], uncounted).await;
}

#[tokio::test]
async fn an_empty_place_is_there_for_its_replies() {
    let campus = Campus::open().await;
    let emptied = campus.comment_at(format!("COMMENT#{}", campus.emptied));
    let childless = format!("{}: nothing is left of it, and it has no replies.", told(&emptied));
    let findings = campus.findings_after(&[Set(emptied, "reply_count", number(0))]).await;
    assert!(findings.contains(&childless), "{findings:#?}");
}

#[tokio::test]
async fn a_number_is_one_students_and_a_student_has_one() {
    let campus = Campus::open().await;
    let (post, school) = (&campus.anonymous_post, campus.school.id);
    let student = campus.other.id.clone();
    let commenter = campus.others(format!("COMMENTED#{post}"));
    let findings = campus.findings_after(&[Set(commenter, "number", number(7))]).await;
    let whose = format!("the number of user {student} on post {post} of school {school} is ");
    assert!(findings.iter().any(|finding| finding.contains(&whose)), "{findings:#?}");
    let findings = campus.findings_after(&[Set(campus.own(format!("COMMENTED#{post}")), "number", number(1))]).await;
    let whose = format!("number 1 on post {post} of school {school} is ");
    assert!(findings.iter().any(|finding| finding.contains(&whose)), "{findings:#?}");
    let findings = campus.findings_after(&[Set(campus.head(post), "number_count", number(0))]).await;
    let beyond = format!(": numbers on post {post} of school {school} are given out only below 1.");
    assert!(findings.len() == 1 && findings[0].ends_with(&beyond), "{findings:#?}");
}

#[tokio::test]
async fn a_thread_counts_its_messages_and_what_is_unread_and_is_where_it_says() {
    let campus = Campus::open().await;
    let (id, school) = (&campus.thread, campus.school.id);
    let partition = format!("#THREAD#{id}");
    let (thread, first) = (campus.at(&partition, "THREAD"), campus.at(&partition, "MESSAGE#0000000001"));
    let of_starter = format!("messages of the Starter in thread {id} of school {school}");
    campus.tells(&[Deleted(first)], [miscounted(&thread, &of_starter, 1, "high")]).await;
    let notice = campus.at(&partition, "MESSAGE#0000000000");
    let begun = format!("thread {id} of school {school} begins with a notice");
    campus.tells(&[Deleted(notice)], [unconfirmed(&thread, begun)]).await;
    let unread = campus.own("UNREAD");
    let findings = campus.findings_after(&[Set(unread, "messages", number(7))]).await;
    let too_low = format!("messages unread by user {} of school {school} is 5 too low.", campus.student.id);
    assert!(findings.len() == 1 && findings[0].ends_with(&too_low), "{findings:#?}");

    let rows = campus.app.rows().await;
    let keys: Vec<_> = rows.iter().map(super::campus::key_of).collect();
    for student in [&campus.student, &campus.other] {
        let of_student = format!("#USER#{}", student.id);
        let listed =
            keys.iter().find(|(pk, sk)| pk.ends_with(&of_student) && sk.starts_with("INBOX#") && sk.ends_with(id));
        let listed = listed.unwrap().clone();
        let said = format!("user {} of school {school} has {}", student.id, listed.1);
        campus.tells(&[Deleted(listed)], [unconfirmed(&thread, said)]).await;
    }
    let talk = campus.others(format!("TALK#{}", campus.anonymous_post));
    let started = format!("user {} of school {school} started thread {id}", campus.other.id);
    campus.tells(&[Deleted(talk)], [unconfirmed(&thread, started)]).await;
    let gone = campus.findings_after(&[Deleted(thread.clone())]).await;
    assert!(gone.iter().any(|finding| finding.contains("it needs") && finding.contains("\"THREAD\"")), "{gone:#?}");
    let row = rows.iter().find(|row| super::campus::key_of(row) == thread).unwrap();
    let mut party = row["author"].as_m().unwrap().clone();
    party.insert("cleared".to_owned(), number(9));
    let more = format!("{}: somebody has read or cleared away more than there is.", told(&thread));
    campus.tells(&[Set(thread, "author", AttributeValue::M(party))], [more]).await;
    let nobody = Uuid::new_v4();
    let block = campus.own(format!("BLOCK#{nobody}"));
    let blocked = ["PROFILE", "WITHDRAWN"].map(|sk| campus.at(format!("#USER#{nobody}"), sk));
    campus.tells(&[Set(block.clone(), "blocked_at", text(WHEN))], [needs(&block, &[&blocked[0], &blocked[1]])]).await;
}
