//! Many at once at one thing, over a sound wire and over one on which transactions conflict: what is counted is there,
//! and what is there is counted.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::community::{Community, flat, name_of, path_of};
use crate::faults::contention::Contention;
use crate::harness::{Answer, Student};
use crate::world::review_body;

/// How long a transaction takes on the wire on which they conflict.
const TAKES: Duration = Duration::from_millis(3);

/// A test over a sound wire, and over one on which transactions conflict, which they then must have done.
macro_rules! storms {
    ($($sound:ident, $contended:ident: $storm:ident;)*) => {$(
        #[tokio::test]
        async fn $sound() {
            $storm(&Community::start().await).await;
        }

        #[tokio::test]
        async fn $contended() {
            let wire = Contention::new(TAKES);
            let community = Community::start_with(|engine| wire.connection(engine)).await;
            assert_eq!(wire.conflicts(), 0);
            $storm(&community).await;
            assert!(wire.conflicts() > 0);
        }
    )*};
}

storms! {
    likes_of_200_are_200, likes_of_200_are_200_in_spite_of_conflicts: many_like;
    no_like_passes_a_mark_unnoticed, no_like_passes_a_mark_unnoticed_in_spite_of_conflicts: two_likes_pass_a_mark;
    comments_of_50_are_counted_and_numbered, comments_of_50_are_counted_and_numbered_in_spite_of_conflicts: many_comment;
    a_deletion_leaves_no_orphans, a_deletion_leaves_no_orphans_in_spite_of_conflicts: all_while_it_is_deleted;
    two_devices_have_one_number, two_devices_have_one_number_in_spite_of_conflicts: two_devices;
    likes_of_a_comment_are_counted, likes_of_a_comment_are_counted_in_spite_of_conflicts: many_like_a_comment;
    a_hundred_messages_are_in_one_order, a_hundred_messages_are_in_one_order_in_spite_of_conflicts: two_write;
    reading_clearing_and_writing_lose_no_count, reading_clearing_and_writing_lose_no_count_in_spite_of_conflicts: one_clears;
    scraps_of_two_devices_are_one, scraps_of_two_devices_are_one_in_spite_of_conflicts: two_devices_scrap;
    reviews_of_50_are_counted, reviews_of_50_are_counted_in_spite_of_conflicts: many_review;
    reviews_of_two_devices_are_one, reviews_of_two_devices_are_one_in_spite_of_conflicts: two_devices_review;
}

/// What a request comes to, sent again while others keep it from being done, and whether an answer on the way left open
/// what it had come to.
async fn persist(send: impl AsyncFn() -> Answer) -> (Answer, bool) {
    let mut is_unsure = false;
    loop {
        let answer = send().await;
        match answer.status.as_u16() {
            503 => is_unsure = true,
            409 if answer.text_at("/code") == "conflict" => {}
            _ => return (answer, is_unsure),
        }
    }
}

/// Likes what is at the path. One who is unsure whether it was done before does not mind to hear that.
async fn like(community: &Community, by: &Student, path: &str) -> u16 {
    let (answer, is_unsure) = persist(async || community.like(by, path).await).await;
    if answer.status == 409 {
        answer.is_problem(409, "already_liked");
    }
    if is_unsure && answer.status == 409 { 200 } else { answer.status.as_u16() }
}

/// Comments, under a key, so that it is done once.
async fn comment(community: &Community, by: &Student, post: &str, parent: Option<&Value>) -> Answer {
    let body = json!({ "content": "댓글", "is_anonymous": true, "parent_id": parent.map(|parent| &parent["id"]) });
    let (path, key) = (format!("/posts/{post}/comments"), uuid::Uuid::new_v4().to_string());
    let send = async || community.app.post(&path).by(by).header("idempotency-key", &key).json(&body).send().await;
    persist(send).await.0
}

async fn delete(community: &Community, by: &Student, path: &str) {
    let (answer, is_unsure) = persist(async || community.delete(by, path).await).await;
    answer.is(if is_unsure && answer.status == 404 { 404 } else { 204 });
}

async fn many_like(community: &Community) {
    let post = community.post("글", true).await;
    let path = format!("/posts/{post}");
    let students = community.members(200).await;
    let likes = students.iter().chain(&students[..50]).map(|student| like(community, student, &path));
    let answers = join_all(likes).await;
    assert!(answers.iter().all(|status| [200, 409].contains(status)), "{answers:?}");
    assert!(answers.iter().filter(|status| **status == 409).count() <= 50, "{answers:?}");

    assert_eq!(community.show(&community.reader, &post).await["like_count"], json!(200));
    let rows = community.app.snapshot().await;
    assert_eq!(rows.iter().filter(|row| row.contains("\"MARK#")).count(), 200);
    for list in ["/posts/hot", "/posts/best"] {
        assert_eq!(community.titles(&community.reader, list).await, ["글"], "{list}");
    }
    community.app.audit().await;
}

/// Two likes that both find a post one short of the mark's like before.
async fn two_likes_pass_a_mark(community: &Community) {
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

/// Comments on the post, replies to a comment, deletes some of it and comments again.
async fn make_noise(community: &Community, by: &Student, post: &str, stage: &Value, number: usize) {
    let mut made = Vec::new();
    for parent in [None, Some(stage), None] {
        made.push(comment(community, by, post, parent).await.is(201).json());
    }
    delete(community, by, &path_of(&made[0])).await;
    if number.is_multiple_of(2) {
        delete(community, by, &path_of(&made[1])).await;
        comment(community, by, post, Some(&made[2])).await.is(201);
        delete(community, by, &path_of(&made[2])).await;
    }
}

async fn many_comment(community: &Community) {
    let Community { author, reader, .. } = community;
    let post = community.post("글", true).await;
    let stage = community.comment(author, &post, "여기에", true).await;
    let students = community.members(50).await;
    let noise = students.iter().enumerate().map(|(number, by)| make_noise(community, by, &post, &stage, number));
    join_all(noise).await;

    let threads = community.threads(reader, &post).await;
    let live = flat(&threads).iter().filter(|comment| comment["is_deleted"] == json!(false)).count();
    // The stage; of 25 students a comment and a reply, of 25 a reply to what is gone.
    assert_eq!((live, &community.show(reader, &post).await["comment_count"]), (1 + 50 + 25, &json!(live)));
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for student in &students {
        let threads = community.threads(student, &post).await;
        let own = flat(&threads).into_iter().filter(|comment| comment["is_mine"] == json!(true));
        names.insert(student.id.clone(), own.map(|comment| name_of(comment).to_owned()).collect());
    }
    assert!(names.values().all(|names| names.len() == 1), "each has one: {names:?}");
    let numbers: BTreeSet<_> = names.values().flatten().cloned().collect();
    let expected: BTreeSet<_> = (1..=50).map(|number| format!("익명{number}")).collect();
    assert_eq!(numbers, expected, "without a gap or a double");
    community.app.audit().await;
}

async fn all_while_it_is_deleted(community: &Community) {
    let Community { author, reader, .. } = community;
    let students = community.members(30).await;
    for round in 0..3 {
        let post = community.post(&format!("글 {round}"), round != 1).await;
        let path = format!("/posts/{post}");
        let first = community.comment(reader, &post, "댓글", true).await;
        // Another like makes it hot.
        join_all(students[..9].iter().map(|student| like(community, student, &path))).await;
        let noise = students.iter().enumerate().map(async |(number, by)| {
            let status = match number % 5 {
                0 | 1 => like(community, by, &path).await,
                2 => comment(community, by, &post, None).await.status.as_u16(),
                3 => comment(community, by, &post, Some(&first)).await.status.as_u16(),
                _ => persist(async || community.scrap(by, &post).await).await.0.status.as_u16(),
            };
            assert!([200, 201, 204, 404, 409].contains(&status), "{status}");
        });
        let deletion = async {
            // Somewhere in the midst of the others.
            for _ in 0..3 {
                community.show(author, &post).await;
            }
            delete(community, author, &path).await;
        };
        tokio::join!(join_all(noise), deletion);
        community.app.get(&path).by(reader).send().await.is_problem(404, "not_found");
        for student in &students[..10] {
            for (list, titles) in community.all_titles(student).await {
                assert!(titles.is_empty(), "{list}");
            }
        }
        community.app.audit().await;
    }
}

async fn two_devices(community: &Community) {
    let post = community.post("글", true).await;
    for (number, student) in community.members(5).await.iter().enumerate() {
        let (one, other) =
            tokio::join!(comment(community, student, &post, None), comment(community, student, &post, None));
        let expected = format!("익명{}", number + 1);
        assert_eq!([name_of(&one.is(201).json()), name_of(&other.is(201).json())], [expected.as_str(); 2]);
    }
    community.app.audit().await;
}

async fn many_like_a_comment(community: &Community) {
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

async fn two_devices_scrap(community: &Community) {
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

/// 100 messages from both sides at once: each is there once, both have them in one order, and each side's count is right.
async fn two_write(community: &Community) {
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
    assert_eq!((authors.len(), texts.len()), (102, 102), "each once, and the notice");
    for (one, other) in authors.iter().zip(&readers) {
        assert_eq!(one["id"], other["id"]);
        assert_eq!(one["is_mine"] == other["is_mine"], one["kind"] == "source", "one of the two wrote it");
    }
    assert_eq!((unread(community, author).await, unread(community, reader).await), (json!(0), json!(0)));
    app.audit().await;
}

/// One writes while the other reads and clears away: what is unread is what came after.
async fn one_clears(community: &Community) {
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

/// Has the students take a lecture; gives the path of its reviews.
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

/// A review by one of many.
async fn review(community: &Community, by: &Student, path: &str, number: usize) -> String {
    let mut body = review_body();
    body["rating"] = json!(number % 5 + 1);
    body["homework"] = json!(["many", "some", "none"][number % 3]);
    body["exams"] = json!([Some("three"), None][number % 2]);
    let key = uuid::Uuid::new_v4().to_string();
    let send = async || community.app.post(path).by(by).header("idempotency-key", &key).json(&body).send().await;
    persist(send).await.0.is(201).header("location").to_owned()
}

/// How often each answer to the question is given.
fn answers(reviews: &[Value], question: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for answer in reviews.iter().filter_map(|review| review[question].as_str()) {
        *counts.entry(answer.to_owned()).or_default() += 1;
    }
    counts
}

/// 50 review a course at once; ten of them delete theirs, which others like meanwhile.
async fn many_review(community: &Community) {
    let reader = &community.reader;
    let students = community.members(50).await;
    let path = taken_by(community, &students).await;
    let noise = students.iter().enumerate().map(async |(number, by)| {
        let review = review(community, by, &path, number).await;
        if number % 5 == 2 {
            let likes = students[..3].iter().filter(|liker| liker.id != by.id);
            let likes = join_all(likes.map(|liker| like(community, liker, &review)));
            let (likes, ()) = tokio::join!(likes, delete(community, by, &review));
            assert!(likes.iter().all(|status| [200, 404].contains(status)), "{likes:?}");
        }
    });
    join_all(noise).await;

    let reviews = community.walk(reader, &path, 50).await;
    let shown = community.app.get(path.trim_end_matches("/reviews")).by(reader).send().await.is(200).json();
    let sum: f64 = reviews.iter().map(|review| review["rating"].as_f64().unwrap()).sum();
    let mean = (sum / 40.0 * 100.0).round() / 100.0;
    assert_eq!((reviews.len(), &shown["review_count"], &shown["rating"]), (40, &json!(40), &json!(mean)));
    for question in ["homework", "exams", "grading"] {
        let counts = answers(&reviews, question);
        let commonest = &counts[shown["choices"][question].as_str().unwrap()];
        assert_eq!(counts.values().max(), Some(commonest), "{question}: {counts:?}");
    }
    community.app.audit().await;
}

async fn two_devices_review(community: &Community) {
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
