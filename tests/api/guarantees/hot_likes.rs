//! Likes of a post and a comment that have many likes (rule 6): each is counted once, whatever happens to the consumer of
//! the stream.

use std::collections::BTreeMap;
use std::sync::Arc;

use campus_core::domain::{Parse, YoungDays};
use campus_core::store::{LikeCounter, StreamRecord};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::guarantees::search::deliver;
use crate::support::community::Community;
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::faults::killer::Killer;
use crate::support::faults::lagging::Lagging;
use crate::support::harness::{Student, TestApp, connection};
use crate::support::popular::{LIKES, Popular};
use crate::support::table;

/// A school with a post and a comment that have 100 likes.
struct Scene {
    community: Community,
    popular: Popular,
}

impl Scene {
    async fn start() -> Self {
        Self::of(Community::start_with(connection).await).await
    }

    async fn with_faults() -> (FaultInjector, Self) {
        let injector = FaultInjector::new();
        let community = Community::start_with(|engine| injector.connection(engine)).await;
        (injector, Self::of(community).await)
    }

    async fn of(community: Community) -> Self {
        let popular = Popular::start(&community.app, &community.school, &community.author).await;
        community.app.consume_posts().await;
        Self { community, popular }
    }

    fn app(&self) -> &TestApp {
        &self.community.app
    }

    /// Likes both by so many new students.
    async fn like(&self, students: usize) {
        for student in self.community.members(students).await {
            self.popular.like_all(self.app(), &student).await;
        }
    }

    /// The numbers of likes of the post and of the comment that the student sees.
    async fn seen_by(&self, student: &Student) -> [Value; 2] {
        let post = self.community.show(student, &self.popular.post).await;
        let comments = self.community.threads(student, &self.popular.post).await;
        [post["like_count"].clone(), comments[0]["like_count"].clone()]
    }

    /// Asserts that everybody sees 100 likes and so many more, and that none is left to be counted.
    async fn has_counted(&self, more: u64, case: &str) {
        let count = json!(LIKES + more);
        assert_eq!(self.seen_by(&self.community.reader).await, [count.clone(), count], "{case}");
        assert_eq!(uncounted(self.app()), 0, "{case}");
        self.app().audit().await;
    }
}

/// How many likes are still to be counted.
fn uncounted(app: &TestApp) -> usize {
    table::scan(&app.engine).iter().filter(|row| row.contains_key("uncounted")).count()
}

#[tokio::test]
async fn a_like_is_shown_to_its_student_at_once_and_to_others_when_it_is_counted() {
    let scene = Scene::start().await;
    let (app, community) = (scene.app(), &scene.community);
    let (student, other) = (community.member().await, community.member().await);
    let heads =
        || table::scan(&app.engine).into_iter().filter(|row| row.contains_key("like_count")).collect::<Vec<_>>();
    let before = heads();
    for path in scene.popular.paths() {
        for student in [&student, &other] {
            assert_eq!(community.like(student, &path).await.is(200).json(), json!({ "like_count": LIKES + 1 }));
        }
        community.like(&student, &path).await.is_problem(409, "already_liked");
        community.like(&community.author, &path).await.is_problem(403, "own_content");
    }
    assert_eq!(heads(), before, "a like changes no row that other likes change");
    assert_eq!(uncounted(app), 4);
    assert_eq!(scene.seen_by(&student).await, [json!(LIKES + 1), json!(LIKES + 1)]);
    assert_eq!(scene.seen_by(&community.reader).await, [json!(LIKES), json!(LIKES)]);
    let listed = community.walk(&student, "/posts/hot", 50).await;
    assert_eq!((&listed[0]["like_count"], &listed[0]["liked"]), (&json!(LIKES + 1), &json!(true)));
    app.audit().await;
    app.consume_posts().await;
    scene.has_counted(2, "both").await;
    assert_eq!(scene.seen_by(&student).await, [json!(LIKES + 2), json!(LIKES + 2)]);
    for path in scene.popular.paths() {
        community.like(&student, &path).await.is_problem(409, "already_liked");
    }
}

#[tokio::test]
async fn likes_are_exact_in_whatever_order_and_however_often_records_come() {
    let scene = Scene::start().await;
    let app = scene.app();
    let mut more = 0;
    for seed in 0..6 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let likes = rng.usize(1..30);
        scene.like(likes).await;
        more += u64::try_from(likes).unwrap();
        let mut records: Vec<Value> = app.waiting_posts().await;
        records.extend(records.clone());
        rng.shuffle(&mut records);
        for records in records.chunks(rng.usize(1..20)) {
            assert_eq!(deliver(app, records).await, 0);
        }
        scene.has_counted(more, &format!("seed {seed}")).await;
        let before = app.snapshot().await;
        app.consume_posts().await;
        assert_eq!(app.snapshot().await, before, "the records come again");
    }
}

#[tokio::test]
async fn the_likes_of_a_batch_change_the_counter_once() {
    let (injector, scene) = Scene::with_faults().await;
    scene.like(40).await;
    let records = scene.app().waiting_posts().await;
    injector.record();
    assert_eq!(deliver(scene.app(), &records).await, 0);
    assert_eq!(injector.calls(), ["BatchGetItem", "TransactWriteItems"].repeat(2), "one for each counter");
    scene.has_counted(40, "in the end").await;
}

#[tokio::test]
async fn a_consumer_killed_after_any_write_is_finished_by_the_next_delivery() {
    let killer = Killer::default();
    let scene = Scene::of(Community::start_with(|engine| killer.connection(engine)).await).await;
    for (writes, more) in [(0, 3), (1, 6), (2, 9)] {
        scene.like(3).await;
        let records = scene.app().waiting_posts().await;
        killer.kill_after(writes);
        let failed = deliver(scene.app(), &records).await;
        assert_eq!(failed, [6, 3, 0][usize::try_from(writes).unwrap()], "the likes of a counter fail together");
        killer.spare();
        scene.app().consume_posts().await;
        scene.has_counted(more, &format!("killed after {writes} writes")).await;
    }
}

#[tokio::test]
async fn likes_are_exact_after_any_fault_of_any_call() {
    let (injector, scene) = Scene::with_faults().await;
    let mut more = 0;
    for operation in ["BatchGetItem", "TransactWriteItems"] {
        for fault in Fault::quick().filter(|fault| fault.applies_to(operation)) {
            for attempts in [1, usize::MAX] {
                scene.like(2).await;
                more += 2;
                let records = scene.app().waiting_posts().await;
                injector.plan(operation, 0, fault, attempts);
                deliver(scene.app(), &records).await;
                assert!(injector.mend() > 0, "{operation} {fault:?}");
                scene.app().consume_posts().await;
                scene.has_counted(more, &format!("{operation} {fault:?} {attempts}")).await;
            }
        }
    }
}

#[tokio::test]
async fn a_like_whose_answer_is_lost_is_answered_as_if_it_were_not() {
    let (injector, scene) = Scene::with_faults().await;
    let student = scene.community.member().await;
    for path in scene.popular.paths() {
        injector.plan("TransactWriteItems", 0, Fault::AnswerLost, 1);
        assert_eq!(scene.community.like(&student, &path).await.is(200).json(), json!({ "like_count": LIKES + 1 }));
        assert!(injector.mend() > 0);
    }
    scene.app().consume_posts().await;
    scene.has_counted(1, "one").await;
}

#[tokio::test]
async fn a_consumer_that_is_overtaken_at_any_call_counts_no_like_twice() {
    let lagging = Lagging::new();
    let scene = Scene::of(Community::start_with(|engine| lagging.connection(engine)).await).await;
    let beside = scene.app().beside().await;
    let mut more = 0;
    for operation in ["BatchGetItem", "TransactWriteItems"] {
        for overtakes in [1, 6] {
            scene.like(3).await;
            more += 3;
            let records = scene.app().waiting_posts().await;
            assert_eq!(records.len(), 6);
            let theirs: Vec<_> = records[..overtakes].iter().filter_map(StreamRecord::parse).collect();
            let other = LikeCounter::new(beside.table());
            lagging.before_next(operation, async move { assert!(other.consume(&theirs).await.is_empty()) });
            assert_eq!(deliver(scene.app(), &records).await, 0, "{operation} {overtakes}");
            assert!(lagging.has_happened());
            scene.has_counted(more, &format!("{operation} {overtakes}")).await;
            // So that the next records are only of the next likes.
            scene.app().consume_posts().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_consumers_and_likes_at_the_same_time_count_each_like_once() {
    let scene = Arc::new(Scene::start().await);
    let students = scene.community.members(60).await;
    let likes = students.iter().map(async |student| scene.popular.like_all(scene.app(), student).await);
    let consumers = (0..4).map(async |_| {
        for _ in 0..5 {
            deliver(scene.app(), &scene.app().waiting_posts().await).await;
        }
    });
    tokio::join!(join_all(likes), join_all(consumers));
    scene.app().consume_posts().await;
    scene.has_counted(60, "in the end").await;
}

#[tokio::test]
async fn likes_of_something_deleted_meanwhile_are_forgotten() {
    let scene = Scene::start().await;
    let (app, community, author) = (scene.app(), &scene.community, &scene.community.author);
    community.reply(author, &json!({ "id": scene.popular.comment, "post_id": scene.popular.post }), "답글", true).await;
    scene.like(3).await;
    // The comment leaves a placeholder.
    community.delete(author, &scene.popular.comment_path()).await.is(204);
    app.audit().await;
    app.consume_posts().await;
    assert_eq!(uncounted(app), 0);
    app.audit().await;
    let student = community.member().await;
    community.like(&student, &scene.popular.post_path()).await.is(200);
    community.like(&student, &scene.popular.comment_path()).await.is_problem(404, "not_found");
    community.delete(author, &scene.popular.post_path()).await.is(204);
    community.like(&community.reader, &scene.popular.post_path()).await.is_problem(404, "not_found");
    app.audit().await;
    app.consume_posts().await;
    assert_eq!(uncounted(app), 0);
    app.audit().await;
}

/// The thing is deleted after the request has read it, and before it writes.
#[tokio::test]
async fn a_like_that_meets_the_deletion_leaves_nothing_to_be_counted() {
    let lagging = Lagging::new();
    let scene = Scene::of(Community::start_with(|engine| lagging.connection(engine)).await).await;
    let beside = Arc::new(scene.app().beside().await);
    let [post, comment] = scene.popular.paths();
    for path in [comment, post] {
        let (beside, author, deleted) = (beside.clone(), scene.community.author.clone(), path.clone());
        lagging.before_next("TransactWriteItems", async move {
            beside.delete(deleted).by(&author).send().await.is(204);
        });
        scene.community.like(&scene.community.reader, &path).await.is(200);
        assert!(lagging.has_happened());
        scene.app().audit().await;
        assert_eq!(uncounted(scene.app()), 1);
        scene.app().consume_posts().await;
        assert_eq!(uncounted(scene.app()), 0);
        scene.app().audit().await;
    }
}

#[tokio::test]
async fn likes_written_before_a_post_is_hidden_are_counted() {
    let scene = Scene::start().await;
    let (app, community) = (scene.app(), &scene.community);
    app.service.app.schools.set_report_threshold(&community.school, Parse::parse(1).unwrap()).await.unwrap();
    scene.like(2).await;
    for subject in [json!({ "post_id": scene.popular.post }), json!({ "comment_id": scene.popular.comment })] {
        let mut report = subject;
        report["reason"] = "abuse".into();
        app.report(&community.member().await, report).await.is(201);
    }
    let student = community.member().await;
    community.like(&student, &scene.popular.post_path()).await.is_problem(403, "content_blinded");
    community.like(&student, &scene.popular.comment_path()).await.is_problem(403, "content_blinded");
    app.consume_posts().await;
    for id in [format!("p{}", scene.popular.post), format!("c{}", scene.popular.comment)] {
        app.decide(&community.admin, &id, "restore").await.is(200);
    }
    app.consume_posts().await;
    scene.has_counted(2, "restored").await;
}

#[tokio::test]
async fn other_reactions_and_a_withdrawal_leave_the_like_to_be_counted() {
    let scene = Scene::start().await;
    let (app, community) = (scene.app(), &scene.community);
    let (student, leaver) = (community.member().await, community.member().await);
    let post = &scene.popular.post;
    community.scrap(&student, post).await.is(204);
    for student in [&student, &leaver] {
        scene.popular.like_all(app, student).await;
    }
    community.unscrap(&student, post).await.is(204);
    app.put(format!("/posts/{post}/hide")).by(&student).send().await.is(204);
    community.withdraw(&leaver).await;
    app.clock.set_ahead_by_millis(60_000);
    app.service.app.withdrawals.purge().await.unwrap();
    app.clock.set_ahead_by_millis(0);
    assert_eq!(uncounted(app), 4);
    app.audit().await;
    app.consume_posts().await;
    scene.has_counted(2, "both").await;
}

#[tokio::test]
async fn a_like_of_a_young_account_is_counted_later_but_not_towards_hot() {
    let mut community = Community::start().await;
    let popular = Popular::start(&community.app, &community.school, &community.author).await;
    community.school.young_days = YoungDays::default();
    community.app.service.app.schools.set_young_days(&community.school, YoungDays::default()).await.unwrap();
    let young = community.member().await;
    let scene = Scene { community, popular };
    scene.popular.like_all(scene.app(), &young).await;
    scene.app().consume_posts().await;
    scene.has_counted(1, "young").await;
    let counts: BTreeMap<_, _> = table::scan(&scene.app().engine)
        .into_iter()
        .filter_map(|row| Some((table::text(&row, "sk").to_owned(), row.get("hot_like_count")?.clone())))
        .collect();
    let hot = dynoxide::types::AttributeValue::N(LIKES.to_string());
    assert_eq!(counts.values().collect::<Vec<_>>(), [&hot]);
}

#[tokio::test]
async fn an_audit_finds_a_like_that_was_not_counted_within_a_day() {
    let scene = Scene::start().await;
    scene.like(1).await;
    let app = scene.app();
    assert_eq!(app.recount().await.findings, [""; 0]);
    app.clock.set_ahead_by_millis(25 * 3600 * 1000);
    let findings = app.recount().await.findings;
    assert_eq!(findings.iter().filter(|finding| finding.contains("was not counted within a day")).count(), 2);
    app.consume_posts().await;
    app.audit().await;
}
