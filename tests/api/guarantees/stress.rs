//! Many requests at once to one resource, without and with transaction conflicts: all counters are correct afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::community::{Community, flat, name_of, path_of};
use crate::support::fixture::review_body;
use crate::support::harness::{Answer, Student};

/// Two tests for each function: on the engine, on which transactions never conflict, and on one on which they do.
macro_rules! tests {
    ($($test:ident,)*) => {
        mod without_conflicts {
            use crate::support::community::Community;

            $(#[tokio::test]
            async fn $test() {
                super::$test(&Community::start().await).await;
            })*
        }

        mod with_conflicts {
            use crate::support::community::Community;
            use crate::support::faults::contention::Contention;

            $(#[tokio::test]
            async fn $test() {
                let client = Contention::new(super::TRANSACTION_TIME);
                let community = Community::start_with(|engine| client.connection(engine)).await;
                assert_eq!(client.conflicts(), 0);
                super::$test(&community).await;
                assert!(client.conflicts() > 0);
            })*
        }
    };
}

tests! {
    likes_of_200_students_are_counted,
    concurrent_likes_never_miss_the_threshold_of_hot_or_best,
    comments_of_50_students_are_counted_and_numbered,
    deleting_a_post_under_load_leaves_no_orphans,
    two_devices_of_a_student_get_one_anonymous_number,
    likes_of_a_comment_are_counted,
    a_hundred_messages_have_the_same_order_for_both_sides,
    reading_deleting_and_writing_keep_the_unread_counts,
    a_scrap_of_two_devices_at_once_is_one_scrap,
    reviews_of_50_students_are_counted,
    a_review_of_two_devices_at_once_is_one_review,
}

/// The time of a transaction, if transactions can conflict.
const TRANSACTION_TIME: Duration = Duration::from_millis(3);

/// Sends a request again until it is neither shed nor fails. Returns the last response, and whether an earlier attempt may
/// have taken effect.
async fn persist(send: impl AsyncFn() -> Answer) -> (Answer, bool) {
    let mut may_be_done = false;
    loop {
        let answer = send().await;
        match (answer.status.as_u16(), answer.code().as_str()) {
            (503, "busy") => {}
            (503, _) => may_be_done = true,
            _ => return (answer, may_be_done),
        }
    }
}

/// Likes the post or the comment at the path. Returns 200 or 409 if the student already likes it, which an earlier
/// attempt may be the reason for.
async fn like(community: &Community, by: &Student, path: &str) -> u16 {
    let (answer, may_be_done) = persist(async || community.like(by, path).await).await;
    if answer.status == 409 {
        answer.is_problem(409, "already_liked");
    }
    if may_be_done && answer.status == 409 { 200 } else { answer.status.as_u16() }
}

/// Creates a comment once, with an idempotency key.
async fn comment(community: &Community, by: &Student, post: &str, parent: Option<&Value>) -> Answer {
    let body = json!({ "content": "댓글", "is_anonymous": true, "parent_id": parent.map(|parent| &parent["id"]) });
    let (path, key) = (format!("/posts/{post}/comments"), uuid::Uuid::new_v4().to_string());
    let send = async || community.app.post(&path).by(by).header("idempotency-key", &key).json(&body).send().await;
    persist(send).await.0
}

async fn delete(community: &Community, by: &Student, path: &str) {
    let (answer, may_be_done) = persist(async || community.delete(by, path).await).await;
    answer.is(if may_be_done && answer.status == 404 { 404 } else { 204 });
}

async fn likes_of_200_students_are_counted(community: &Community) {
    let post = community.post("글", true).await;
    let path = format!("/posts/{post}");
    let students = community.members(200).await;
    let likes = students.iter().chain(&students[..50]).map(|student| like(community, student, &path));
    let answers = join_all(likes).await;
    assert!(answers.iter().all(|status| [200, 409].contains(status)), "{answers:?}");
    assert!(answers.iter().filter(|status| **status == 409).count() <= 50, "{answers:?}");

    // Those after the 100th are counted by the consumer of the stream.
    community.app.consume_posts().await;
    assert_eq!(community.show(&community.reader, &post).await["like_count"], json!(200));
    let rows = community.app.snapshot().await;
    assert_eq!(rows.iter().filter(|row| row.contains("\"MARK#")).count(), 200);
    for list in ["/posts/hot", "/posts/best"] {
        assert_eq!(community.titles(&community.reader, list).await, ["글"], "{list}");
    }
    community.app.audit().await;
}

/// Two concurrent likes that both find a post two likes short of the threshold.
async fn concurrent_likes_never_miss_the_threshold_of_hot_or_best(community: &Community) {
    let students = community.members(100).await;
    let mut titles = Vec::new();
    for title in ["셋", "둘", "하나"] {
        let path = format!("/posts/{}", community.post(title, true).await);
        let like_by = async |crowd: &[Student]| {
            let statuses = join_all(crowd.iter().map(|student| like(community, student, &path))).await;
            assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
        };
        like_by(&students[..8]).await;
        like_by(&students[8..10]).await;
        titles.insert(0, title);
        assert_eq!(community.titles(&community.reader, "/posts/hot").await, titles);
        if title == "하나" {
            like_by(&students[10..98]).await;
            assert!(community.titles(&community.reader, "/posts/best").await.is_empty());
            like_by(&students[98..]).await;
            assert_eq!(community.titles(&community.reader, "/posts/best").await, [title]);
        }
    }
    community.app.audit().await;
}

/// Creates comments on the post and replies to `first`, and deletes some of them.
async fn comment_and_delete(community: &Community, by: &Student, post: &str, first: &Value, number: usize) {
    let mut made = Vec::new();
    for parent in [None, Some(first), None] {
        made.push(comment(community, by, post, parent).await.is(201).json());
    }
    delete(community, by, &path_of(&made[0])).await;
    if number.is_multiple_of(2) {
        delete(community, by, &path_of(&made[1])).await;
        comment(community, by, post, Some(&made[2])).await.is(201);
        delete(community, by, &path_of(&made[2])).await;
    }
}

async fn comments_of_50_students_are_counted_and_numbered(community: &Community) {
    let Community { author, reader, .. } = community;
    let post = community.post("글", true).await;
    let first = community.comment(author, &post, "여기에", true).await;
    let students = community.members(50).await;
    let requests =
        students.iter().enumerate().map(|(number, by)| comment_and_delete(community, by, &post, &first, number));
    join_all(requests).await;

    let threads = community.threads(reader, &post).await;
    let live = flat(&threads).iter().filter(|comment| comment["is_deleted"] == json!(false)).count();
    // The first comment; a comment and a reply of 25 students; a reply to a deleted comment of the other 25.
    assert_eq!((live, &community.show(reader, &post).await["comment_count"]), (1 + 50 + 25, &json!(live)));
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for student in &students {
        let threads = community.threads(student, &post).await;
        let own = flat(&threads).into_iter().filter(|comment| comment["is_mine"] == json!(true));
        names.insert(student.id.clone(), own.map(|comment| name_of(comment).to_owned()).collect());
    }
    assert!(names.values().all(|names| names.len() == 1), "a student has one name: {names:?}");
    let numbers: BTreeSet<_> = names.values().flatten().cloned().collect();
    let expected: BTreeSet<_> = (1..=50).map(|number| format!("익명{number}")).collect();
    assert_eq!(numbers, expected, "no gap and no duplicate");
    community.app.audit().await;
}

async fn deleting_a_post_under_load_leaves_no_orphans(community: &Community) {
    let Community { author, reader, .. } = community;
    let students = community.members(30).await;
    for round in 0..3 {
        let post = community.post(&format!("글 {round}"), round != 1).await;
        let path = format!("/posts/{post}");
        let first = community.comment(reader, &post, "댓글", true).await;
        // One more like makes it hot.
        join_all(students[..9].iter().map(|student| like(community, student, &path))).await;
        let requests = students.iter().enumerate().map(async |(number, by)| {
            let status = match number % 5 {
                0 | 1 => like(community, by, &path).await,
                2 => comment(community, by, &post, None).await.status.as_u16(),
                3 => comment(community, by, &post, Some(&first)).await.status.as_u16(),
                _ => persist(async || community.scrap(by, &post).await).await.0.status.as_u16(),
            };
            assert!([200, 201, 204, 404, 409].contains(&status), "{status}");
        });
        let deletion = async {
            // A few requests later, while the others are running.
            for _ in 0..3 {
                community.show(author, &post).await;
            }
            delete(community, author, &path).await;
        };
        tokio::join!(join_all(requests), deletion);
        community.app.get(&path).by(reader).send().await.is_problem(404, "not_found");
        for student in &students[..10] {
            for (list, titles) in community.all_titles(student).await {
                assert!(titles.is_empty(), "{list}");
            }
        }
        community.app.audit().await;
    }
}

async fn two_devices_of_a_student_get_one_anonymous_number(community: &Community) {
    let post = community.post("글", true).await;
    for (number, student) in community.members(5).await.iter().enumerate() {
        let (one, other) =
            tokio::join!(comment(community, student, &post, None), comment(community, student, &post, None));
        let expected = format!("익명{}", number + 1);
        assert_eq!([name_of(&one.is(201).json()), name_of(&other.is(201).json())], [expected.as_str(); 2]);
    }
    community.app.audit().await;
}

async fn likes_of_a_comment_are_counted(community: &Community) {
    let Community { author, reader, .. } = community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    community.reply(author, &comment, "답글", true).await;
    let path = path_of(&comment);
    let students = community.members(30).await;
    let answers = join_all(students.iter().chain(&students[..5]).map(|student| like(community, student, &path))).await;
    assert!(answers.iter().filter(|status| **status == 409).count() <= 5, "{answers:?}");
    assert_eq!(community.threads(reader, &post).await[0]["like_count"], json!(30));
    // Likes and the deletion at once.
    let late = community.members(10).await;
    let likes = join_all(late.iter().map(|student| like(community, student, &path)));
    let (answers, ()) = tokio::join!(likes, delete(community, author, &path));
    assert!(answers.iter().all(|status| [200, 404].contains(status)), "{answers:?}");
    community.app.audit().await;
}

async fn a_scrap_of_two_devices_at_once_is_one_scrap(community: &Community) {
    let Community { reader, .. } = community;
    let post = community.post("글", true).await;
    let path = format!("/posts/{post}");
    for round in 0..5 {
        let scrap = async || persist(async || community.scrap(reader, &post).await).await.0;
        let unscrap = async || persist(async || community.unscrap(reader, &post).await).await.0;
        let (one, other) = tokio::join!(scrap(), scrap());
        one.is(204);
        other.is(204);
        assert_eq!(community.titles(reader, "/posts/scraps").await, ["글"]);
        if round == 2 {
            tokio::join!(unscrap(), like(community, reader, &path), scrap());
            community.app.audit().await;
        }
        let (one, other) = tokio::join!(unscrap(), unscrap());
        one.is(204);
        other.is(204);
        assert_eq!(community.show(reader, &post).await["scrap_count"], json!(0));
    }
    community.app.audit().await;
}

/// A thread that the reader has started with the author.
async fn thread(community: &Community) -> String {
    let post = community.post("쪽지를 받을 글", true).await;
    community.app.write_about(&community.reader, json!({ "post_id": post }), "안녕하세요").await
}

async fn send(community: &Community, by: &Student, thread: &str, content: &str) -> Answer {
    let (path, message) = (format!("/messages/{thread}"), json!({ "content": content }));
    let send = async || {
        let call = community.app.post(&path).by(by).header("idempotency-key", content).json(&message);
        call.send().await
    };
    persist(send).await.0
}

async fn unread(community: &Community, of: &Student) -> Value {
    community.app.get("/messages").by(of).send().await.is(200).at("/unread_total")
}

async fn a_hundred_messages_have_the_same_order_for_both_sides(community: &Community) {
    let Community { app, author, reader, .. } = community;
    let thread = thread(community).await;
    let both = [author, reader];
    let sent = join_all((0..100).map(|number| {
        let thread = &thread;
        async move { send(community, both[number % 2], thread, &number.to_string()).await.status.as_u16() }
    }));
    assert_eq!(sent.await, [201; 100]);
    assert_eq!((unread(community, author).await, unread(community, reader).await), (json!(51), json!(50)));
    let path = format!("/messages/{thread}");
    let (authors, readers) = (community.walk(author, &path, 50).await, community.walk(reader, &path, 50).await);
    let texts: BTreeSet<_> = authors.iter().map(|message| message["content"].to_string()).collect();
    assert_eq!((authors.len(), texts.len()), (102, 102), "each message once, and the notice");
    for (one, other) in authors.iter().zip(&readers) {
        assert_eq!(one["id"], other["id"]);
        assert_eq!(
            one["is_mine"] == other["is_mine"],
            one["kind"] == "source",
            "one of the two wrote it, and nobody wrote the notice"
        );
    }
    assert_eq!((unread(community, author).await, unread(community, reader).await), (json!(0), json!(0)));
    app.audit().await;
}

/// One side writes while the other reads and deletes the thread.
async fn reading_deleting_and_writing_keep_the_unread_counts(community: &Community) {
    let Community { app, author, reader, .. } = community;
    let thread = thread(community).await;
    let path = format!("/messages/{thread}");
    let done = join_all((0..30).map(|number| {
        let (thread, path) = (&thread, &path);
        async move {
            match number % 3 {
                0 => send(community, reader, thread, &number.to_string()).await,
                1 => persist(async || app.get(path).by(author).send().await).await.0,
                _ => persist(async || app.delete(path).by(author).send().await).await.0,
            }
        }
    }));
    for answer in done.await {
        assert!([200, 201, 204, 404].contains(&answer.status.as_u16()), "{answer:?}");
    }
    app.audit().await;
    send(community, reader, &thread, "끝").await.is(201);
    app.get(&path).by(author).send().await.is(200);
    assert_eq!(unread(community, author).await, json!(0));
    app.audit().await;
}

/// Adds a lecture to a timetable of each student. Returns the path of its reviews.
async fn taken_by(community: &Community, students: &[Student]) -> String {
    let Community { app, school, reader, .. } = community;
    app.import(school, &["M1|001|확률과정론|3|이상열||"]).await;
    let lecture = app.lecture(reader, "확률과정론").await;
    for student in students {
        let timetable = app.timetable(student, "계획", "private").await;
        app.enter(student, &timetable, &json!({ "lecture_id": lecture })).await;
    }
    format!("/lectures/{lecture}/reviews")
}

/// Creates a review, whose answers depend on `number`. Returns its path.
async fn review(community: &Community, by: &Student, path: &str, number: usize) -> String {
    let mut body = review_body();
    body["rating"] = json!(number % 5 + 1);
    body["homework"] = json!(["many", "some", "none"][number % 3]);
    body["exams"] = json!([Some("three"), None][number % 2]);
    let key = uuid::Uuid::new_v4().to_string();
    let send = async || community.app.post(path).by(by).header("idempotency-key", &key).json(&body).send().await;
    persist(send).await.0.is(201).header("location").to_owned()
}

/// The number of reviews with each answer to the question.
fn answers(reviews: &[Value], question: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for answer in reviews.iter().filter_map(|review| review[question].as_str()) {
        *counts.entry(answer.to_owned()).or_default() += 1;
    }
    counts
}

/// Ten students delete their reviews while others like them.
async fn reviews_of_50_students_are_counted(community: &Community) {
    let reader = &community.reader;
    let students = community.members(50).await;
    let path = taken_by(community, &students).await;
    let requests = students.iter().enumerate().map(async |(number, by)| {
        let review = review(community, by, &path, number).await;
        if number % 5 == 2 {
            let likes = students[..3].iter().filter(|liker| liker.id != by.id);
            let likes = join_all(likes.map(|liker| like(community, liker, &review)));
            let (likes, ()) = tokio::join!(likes, delete(community, by, &review));
            assert!(likes.iter().all(|status| [200, 404].contains(status)), "{likes:?}");
        }
    });
    join_all(requests).await;

    let reviews = community.walk(reader, &path, 50).await;
    let shown = community.app.get(path.trim_end_matches("/reviews")).by(reader).send().await.is(200).json();
    let sum: f64 = reviews.iter().map(|review| review["rating"].as_f64().unwrap()).sum();
    let mean = (sum / 40.0 * 100.0).round() / 100.0;
    assert_eq!((reviews.len(), &shown["review_count"], &shown["rating"]), (40, &json!(40), &json!(mean)));
    for question in ["homework", "exams", "grading"] {
        let counts = answers(&reviews, question);
        let most_frequent = &counts[shown["choices"][question].as_str().unwrap()];
        assert_eq!(counts.values().max(), Some(most_frequent), "{question}: {counts:?}");
    }
    community.app.audit().await;
}

async fn a_review_of_two_devices_at_once_is_one_review(community: &Community) {
    let students = community.members(5).await;
    let path = taken_by(community, &students).await;
    for student in &students {
        let send = async || community.app.post(&path).by(student).json(&review_body()).send().await;
        let (one, other) = tokio::join!(persist(&send), persist(&send));
        let (made, refused) = if one.0.status == 201 { (one.0, other.0) } else { (other.0, one.0) };
        made.is(201);
        refused.is_problem(409, "already_reviewed");
    }
    assert_eq!(community.walk(&community.reader, &path, 50).await.len(), 5);
    community.app.audit().await;
}
