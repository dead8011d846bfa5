//! Findings about likes, scraps, lists, comments and threads.

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use super::sample::Damage::{Deleted, Set};
use super::sample::{Key, SampleTable, miscounted, misplaced, needs, number, text, text_of, unconfirmed};
use crate::support::ids::{self, post_uuid};

const WHEN: &str = "2026-03-02T00:00:00.000Z";

impl SampleTable {
    /// The key of the reaction of `other` to the post.
    fn reaction(&self, post: &str) -> Key {
        self.others(format!("MARK#{}#{}", self.board, post_uuid(post)))
    }

    /// The key of the scrap of the post.
    async fn scrap(&self, post: &str) -> Key {
        let rows = self.app.rows().await;
        let keys = rows.iter().map(super::sample::key_of);
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
async fn hidden_posts_are_listed_and_a_block_of_an_alias_refuses_messages() {
    let sample = SampleTable::start().await;
    let keys: Vec<Key> = sample.app.rows().await.iter().map(super::sample::key_of).collect();
    let find = |begins: &str, contains: &str| {
        keys.iter().find(|(pk, sk)| sk.starts_with(begins) && format!("{pk}{sk}").contains(contains)).unwrap().clone()
    };
    let (hidden, reaction) = (find("HIDDEN#", &sample.student.id), find("MARK#", &sample.student.id));
    let listed = format!("user {} of school {} has the row {}", sample.student.id, sample.school.id, hidden.1);
    sample.finds(&[Deleted(hidden.clone())], [unconfirmed(&reaction, &listed)]).await;
    sample.finds(&[Deleted(reaction)], [unconfirmed(&hidden, &listed)]).await;

    let block = sample.others(format!("BLOCK#{}#AUTHOR", sample.anonymous_post));
    let refusal =
        sample.at(format!("#POST#{}", sample.anonymous_post), format!("BLOCK#{}#AUTHOR#STARTER", sample.other.id));
    let withdrawn = sample.others("WITHDRAWN");
    sample.finds(&[Deleted(refusal.clone())], [needs(&block, &[&refusal])]).await;
    sample.finds(&[Deleted(block.clone())], [needs(&refusal, &[&block, &withdrawn])]).await;
}

#[tokio::test]
async fn likes_and_scraps_are_counted_unless_the_post_was_deleted() {
    let sample = SampleTable::start().await;
    let (post, deleted) = (&sample.anonymous_post, &sample.deleted_post);
    let (head, reaction, scrap) = (sample.head(post), sample.reaction(post), sample.scrap(post).await);
    let listed = format!("user {} of school {} has the row {}", sample.other.id, sample.school.id, scrap.1);
    let lost = [
        miscounted(&head, sample.of_post("likes", post), 1, "high"),
        miscounted(&head, sample.of_post("likes that count", post), 1, "high"),
        miscounted(&head, sample.of_post("scraps", post), 1, "high"),
        unconfirmed(&scrap, &listed),
    ];
    sample.finds(&[Deleted(reaction.clone())], lost).await;
    sample.finds(&[Deleted(scrap.clone())], [unconfirmed(&reaction, &listed)]).await;
    let unlisted = sample.scrap(deleted).await;
    let listed = listed.replace(&scrap.1, &unlisted.1);
    sample.finds(&[Deleted(sample.reaction(deleted))], [unconfirmed(&unlisted, listed)]).await;

    let more = sample.own(format!("MARK#{}#{}", sample.board, post_uuid(post)));
    let (liked, while_young) = (Set(more.clone(), "liked_at", text(WHEN)), AttributeValue::Bool(true));
    for (like, things) in [
        (vec![liked], vec!["likes", "likes that count"]),
        (vec![Set(more.clone(), "liked_at", text(WHEN)), Set(more, "liked_while_young", while_young)], vec!["likes"]),
    ] {
        let findings = sample.findings_after(&like).await;
        assert_eq!(findings.len(), things.len(), "{findings:#?}");
        for things in things {
            let too_low = format!("the number of {} is 1 too low.", sample.of_post(things, post));
            assert!(findings.iter().any(|finding| finding.ends_with(&too_low)), "{findings:#?}");
        }
    }
    let late = sample.own(format!("MARK#{}#{}", sample.board, post_uuid(deleted)));
    sample.finds(&[Set(late, "liked_at", text(WHEN))], []).await;
    let nowhere = format!("{}{}", Uuid::now_v7().simple(), &post[32..]);
    let stray = sample.own(format!("MARK#{}#{}", sample.board, post_uuid(&nowhere)));
    let traces = [sample.head(&nowhere), sample.at(format!("#POST#{nowhere}"), "DELETED")];
    let findings = sample.findings_after(&[Set(stray.clone(), "liked_at", text(WHEN))]).await;
    assert!(findings.contains(&needs(&stray, &[&traces[0], &traces[1]])), "{findings:#?}");
}

#[tokio::test]
async fn a_post_is_in_the_list_of_its_author_and_a_hot_post_in_the_hot_list() {
    let sample = SampleTable::start().await;
    let post = &sample.anonymous_post;
    let (head, own) = (sample.head(post), sample.own(format!("POST#{post}")));
    let is_own = |post: &str| sample.is_own(post, &sample.student.id, "anonymous");
    sample.finds(&[Deleted(own.clone())], [unconfirmed(&head, is_own(post))]).await;
    let named = AttributeValue::M([("named".to_owned(), text(&sample.student.id))].into());
    let by = format!("by user {}", sample.student.id);
    let both = [unconfirmed(&head, is_own(post)), unconfirmed(&own, sample.is_own(post, &sample.student.id, &by))];
    sample.finds(&[Set(own.clone(), "byline", named)], both).await;
    let of_deleted = sample.own(format!("POST#{}", sample.deleted_post));
    let stray = [Set(of_deleted.clone(), "byline", text("anonymous"))];
    sample.finds(&stray, [unconfirmed(&of_deleted, is_own(&sample.deleted_post))]).await;
    for (partition, attribute, name) in [("#HOT", "hot_at", "Hot"), ("#BEST", "best_at", "Best")] {
        let row = sample.at(partition, format!("{WHEN}#{post}"));
        let said = format!("{} of school {} is {name}", row.1, sample.school.id);
        sample.finds(&[Set(head.clone(), attribute, text(WHEN))], [unconfirmed(&head, &said)]).await;
        let stray = [Set(row.clone(), "byline", text("anonymous"))];
        sample.finds(&stray, [unconfirmed(&row, said)]).await;
    }
}

#[tokio::test]
async fn a_deleted_post_has_no_head_on_its_board() {
    let sample = SampleTable::start().await;
    let (post, nobody) = (&sample.deleted_post, Uuid::now_v7());
    let deleted = sample.at(format!("#POST#{post}"), "DELETED");
    let rows = sample.app.rows().await;
    let row = rows.iter().find(|row| super::sample::key_of(row) == deleted).unwrap();
    let kept = row["head"].as_m().unwrap();
    let mut copy = kept.clone();
    copy.extend([("pk".to_owned(), text(sample.head(post).0)), ("sk".to_owned(), text(sample.head(post).1))]);
    sample.put(&copy).await;
    let beside = format!("{}: it must not exist together with {}.", text_of(&deleted), text_of(&sample.head(post)));
    let findings = sample.findings().await;
    assert!(findings.contains(&beside), "{findings:#?}");
    sample.delete(&sample.head(post)).await;

    let changed = |name: &str, value: AttributeValue| {
        let mut head = kept.clone();
        head.insert(name.to_owned(), value);
        Set(deleted.clone(), "head", AttributeValue::M(head))
    };
    let other = ids::unknown(post);
    let findings = sample.findings_after(&[changed("id", text(&other))]).await;
    let right = sample.at(format!("#POST#{other}"), "DELETED");
    assert!(findings.contains(&misplaced(&deleted, &right)), "{findings:#?}");
    let findings = sample.findings_after(&[changed("author_id", text(nobody))]).await;
    let author = ["PROFILE", "WITHDRAWN"].map(|sk| sample.at(format!("#USER#{nobody}"), sk));
    assert!(findings.contains(&needs(&deleted, &[&author[0], &author[1]])), "{findings:#?}");
}

#[tokio::test]
async fn a_comment_has_a_post_and_is_counted() {
    let sample = SampleTable::start().await;
    let (post, school) = (&sample.anonymous_post, sample.school.id);
    let comment = sample.comment_at(&sample.comment);
    let reply = sample.comment_at(&sample.reply);
    let commenter = sample.own(format!("COMMENTED#{post}"));
    let written = format!("live comments of user {} on post {post} of school {school}", sample.student.id);
    let missing = [
        miscounted(&sample.head(post), sample.of_post("live comments", post), 1, "high"),
        miscounted(&commenter, &written, 1, "high"),
        miscounted(&comment, sample.of_comment("replies to", &sample.comment), 1, "high"),
    ];
    sample.finds(&[Deleted(reply.clone())], missing).await;
    sample
        .finds(
            &[Set(commenter, "comments", number(3))],
            [miscounted(&sample.own(format!("COMMENTED#{post}")), written, 2, "high")],
        )
        .await;

    let findings = sample.findings_after(&[Deleted(comment.clone())]).await;
    assert!(findings.contains(&needs(&reply, &[&comment])), "{findings:#?}");
    let findings = sample.findings_after(&[Deleted(sample.body(post))]).await;
    assert!(findings.contains(&needs(&comment, &[&sample.body(post)])), "{findings:#?}");
    let findings = sample.findings_after(&[Deleted(sample.others("PROFILE"))]).await;
    let author = ["PROFILE", "WITHDRAWN"].map(|sk| sample.others(sk));
    let kept = [format!("LIKE#{}", sample.reply), format!("COMMENTED#{post}")].map(|sk| sample.others(sk));
    for row in kept.iter().chain([&comment, &sample.reaction(post)]) {
        assert!(findings.contains(&needs(row, &[&author[0], &author[1]])), "{row:?}: {findings:#?}");
    }
    let purge = super::sample::key("PURGES", format!("{school}#{}", sample.other.id));
    let scrap = sample.scrap(post).await;
    assert!(findings.contains(&needs(&scrap, &[&author[0], &purge])), "{findings:#?}");
}

#[tokio::test]
async fn likes_of_a_comment_are_counted_unless_it_was_deleted() {
    let sample = SampleTable::start().await;
    let post = &sample.anonymous_post;
    let reply = sample.comment_at(&sample.reply);
    let likes = sample.of_comment("likes of", &sample.reply);
    let like = sample.others(format!("LIKE#{}", sample.reply));
    sample.finds(&[Deleted(like)], [miscounted(&reply, &likes, 1, "high")]).await;
    let more = sample.others(format!("LIKE#{}", sample.remaining_reply));
    let too_many = [miscounted(&more, sample.of_comment("likes of", &sample.remaining_reply), 1, "low")];
    sample.finds(&[Set(more, "liked_at", text(WHEN))], too_many).await;
    for deleted in [&sample.deleted_leaf, &sample.deleted_comment] {
        let late = sample.others(format!("LIKE#{deleted}"));
        sample.finds(&[Set(late, "liked_at", text(WHEN))], []).await;
    }
    let nowhere = format!("{}{}", ids::unknown(post), Uuid::now_v7().simple());
    let stray = sample.own(format!("LIKE#{nowhere}"));
    let findings = sample.findings_after(&[Set(stray.clone(), "liked_at", text(WHEN))]).await;
    assert!(
        findings.iter().any(|finding| finding.starts_with(&format!("{}: it needs", text_of(&stray)))),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn a_deleted_comment_stays_only_for_its_replies() {
    let sample = SampleTable::start().await;
    let deleted_comment = sample.comment_at(&sample.deleted_comment);
    let childless = format!("{}: a deleted comment without replies must not exist.", text_of(&deleted_comment));
    let findings = sample.findings_after(&[Set(deleted_comment, "reply_count", number(0))]).await;
    assert!(findings.contains(&childless), "{findings:#?}");
}

#[tokio::test]
async fn an_anonymous_number_belongs_to_one_student_and_a_student_has_one_number() {
    let sample = SampleTable::start().await;
    let (post, school) = (&sample.anonymous_post, sample.school.id);
    let student = sample.other.id.clone();
    let commenter = sample.others(format!("COMMENTED#{post}"));
    let findings = sample.findings_after(&[Set(commenter, "number", number(7))]).await;
    let whose = format!("the number of user {student} on post {post} of school {school} is ");
    assert!(findings.iter().any(|finding| finding.contains(&whose)), "{findings:#?}");
    let findings = sample.findings_after(&[Set(sample.own(format!("COMMENTED#{post}")), "number", number(1))]).await;
    let whose = format!("number 1 on post {post} of school {school} is ");
    assert!(findings.iter().any(|finding| finding.contains(&whose)), "{findings:#?}");
    let findings = sample.findings_after(&[Set(sample.head(post), "number_count", number(0))]).await;
    let beyond = format!(": it has number 1, but only 0 numbers on post {post} of school {school} are assigned.");
    assert!(findings.len() == 1 && findings[0].ends_with(&beyond), "{findings:#?}");
}

#[tokio::test]
async fn a_thread_counts_its_messages_and_unread_messages_and_is_listed() {
    let sample = SampleTable::start().await;
    let (id, school) = (&sample.thread, sample.school.id);
    let partition = format!("#THREAD#{id}");
    let (thread, first) = (sample.at(&partition, "THREAD"), sample.at(&partition, "MESSAGE#0000000001"));
    let of_starter = format!("messages of the Starter in thread {id} of school {school}");
    sample.finds(&[Deleted(first)], [miscounted(&thread, &of_starter, 1, "high")]).await;
    let notice = sample.at(&partition, "MESSAGE#0000000000");
    let begun = format!("thread {id} of school {school} begins with a notice");
    sample.finds(&[Deleted(notice)], [unconfirmed(&thread, begun)]).await;
    let rows = sample.app.rows().await;
    let keys: Vec<_> = rows.iter().map(super::sample::key_of).collect();
    for student in [&sample.student, &sample.other] {
        let of_student = format!("#USER#{}", student.id);
        let listed =
            keys.iter().find(|(pk, sk)| pk.ends_with(&of_student) && sk.starts_with("INBOX#") && sk.ends_with(id));
        let listed = listed.unwrap().clone();
        let unread = sample.findings_after(&[Set(listed.clone(), "unread", number(7))]).await;
        let unread_by =
            format!("messages in thread {id} unread by user {} of school {school} is 6 too low.", student.id);
        assert!(unread.len() == 1 && unread[0].ends_with(&unread_by), "{unread:#?}");
        let said = format!("user {} of school {school} has the row {}", student.id, listed.1);
        let uncounted = format!("messages in thread {id} unread by user {} of school {school}", student.id);
        sample
            .finds(&[Deleted(listed)], [unconfirmed(&thread, said), miscounted(&thread, &uncounted, 1, "high")])
            .await;
    }
    let talk = sample.others(format!("TALK#{}", sample.anonymous_post));
    let started = format!("user {} of school {school} started thread {id}", sample.other.id);
    sample.finds(&[Deleted(talk)], [unconfirmed(&thread, started)]).await;
    let findings = sample.findings_after(&[Deleted(thread.clone())]).await;
    assert!(
        findings.iter().any(|finding| finding.contains("it needs") && finding.contains("\"THREAD\"")),
        "{findings:#?}"
    );
    let row = rows.iter().find(|row| super::sample::key_of(row) == thread).unwrap();
    let mut party = row["author"].as_m().unwrap().clone();
    party.insert("cleared".to_owned(), number(9));
    let more = format!("{}: a side has read or cleared more messages than there are.", text_of(&thread));
    sample.finds(&[Set(thread, "author", AttributeValue::M(party))], [more]).await;
    let nobody = Uuid::new_v4();
    let block = sample.own(format!("BLOCK#{nobody}"));
    let blocked = ["PROFILE", "WITHDRAWN"].map(|sk| sample.at(format!("#USER#{nobody}"), sk));
    let set = [Set(block.clone(), "id", text(Uuid::now_v7())), Set(block.clone(), "blocked_at", text(WHEN))];
    sample.finds(&set, [needs(&block, &[&blocked[0], &blocked[1]])]).await;
}

#[tokio::test]
async fn an_anonymous_block_is_on_a_post_and_by_or_against_a_student() {
    let sample = SampleTable::start().await;
    let post = &sample.anonymous_post;
    let (nobody, no_post) = (Uuid::new_v4(), post.replace(post_uuid(post), &Uuid::now_v7().simple().to_string()));
    let blocked = ["PROFILE", "WITHDRAWN"].map(|sk| sample.at(format!("#USER#{nobody}"), sk));
    let block = sample.at(format!("#POST#{post}"), format!("BLOCK#{nobody}#1#STARTER"));
    let set = Set(block.clone(), "blocked_at", text(WHEN));
    let own = sample.at(format!("#USER#{nobody}"), format!("BLOCK#{post}#1"));
    let missing = [needs(&block, &[&blocked[0], &blocked[1]]), needs(&block, &[&own, &blocked[1]])];
    sample.finds(&[set], missing).await;
    let block = sample.at(format!("#POST#{no_post}"), format!("BLOCK#{}#AUTHOR#AUTHOR", sample.other.id));
    let deleted = sample.at(format!("#POST#{no_post}"), "DELETED");
    let set = Set(block.clone(), "blocked_at", text(WHEN));
    sample.finds(&[set], [needs(&block, &[&sample.head(&no_post), &deleted])]).await;
}
