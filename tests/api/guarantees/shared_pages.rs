//! First pages that many students read within a second, which an instance serves from memory: what others may see a second
//! later, and what everybody sees at once all the same.

use std::sync::Arc;

use campus_core::domain::{Role, School};
use campus_core::store::Connection;
use campus_local::Engine;
use dynoxide::types::AttributeValue as Stored;
use serde_json::{Value, json};

use crate::support::community::{Community, contents, text};
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::harness::{Answer, Student, connection};
use crate::support::table::{self, StoredRow};

/// Two instances of the service on one table. Their clocks stand still at the same time.
struct Instances {
    one: Community,
    other: Community,
    now: i64,
    post: String,
    /// A student of the school who has written nothing.
    newcomer: Student,
    other_school: School,
    /// A student of the other school.
    foreigner: Student,
}

impl Instances {
    async fn start() -> Self {
        Self::start_with(connection).await
    }

    /// With a board of 20 posts. The last one has 20 comments. All are older than five minutes. The first instance uses
    /// this connection, such as one with faults.
    async fn start_with(connection: impl FnOnce(&Engine) -> Connection) -> Self {
        let one = Community::start_with(connection).await;
        let mut post = String::new();
        for number in 0..20 {
            post = one.post(&format!("글 {number}"), true).await;
        }
        for number in 0..20 {
            one.comment(&one.admin, &post, &format!("댓글 {number}"), true).await;
        }
        let other = Community { app: Arc::new(one.app.beside().await), ..one.clone() };
        let now = one.app.clock.now().plus_secs(6 * 60).as_millis();
        let newcomer = one.member().await;
        let other_school = one.app.school("나래대학교").await;
        let foreigner = one.app.member(&other_school, Role::Student).await;
        let instances = Self { one, other, now, post, newcomer, other_school, foreigner };
        instances.stop_clocks_after(0);
        instances
    }

    fn stop_clocks_after(&self, millis: i64) {
        for community in [&self.one, &self.other] {
            community.app.clock.stop_at_millis(self.now + millis);
        }
    }

    fn paths(&self) -> [String; 2] {
        [format!("/boards/{}/posts", self.one.board), format!("/posts/{}/comments", self.post)]
    }

    async fn get(&self, community: &Community, by: &Student, path: &str) -> Answer {
        community.app.get(path).by(by).send().await
    }

    /// Reads both first pages on the first instance until they are shared.
    async fn heat(&self) {
        for path in self.paths() {
            for _ in 0..5 {
                self.get(&self.one, &self.one.reader, &path).await.is(200);
            }
        }
    }

    async fn heat_board(&self) {
        for _ in 0..5 {
            self.get(&self.one, &self.one.reader, &self.paths()[0]).await.is(200);
        }
    }

    /// The titles on the first page of the board, and the texts of the first comments, on the first instance.
    async fn seen_by(&self, student: &Student) -> (Vec<String>, Vec<String>) {
        let [posts, comments] = self.paths();
        let posts = self.items(student, &posts).await;
        let titles = posts.iter().map(|post| text(&post["title"]).to_owned()).collect();
        (titles, contents(&self.items(student, &comments).await))
    }

    async fn items(&self, student: &Student, path: &str) -> Vec<Value> {
        let page = self.get(&self.one, student, &format!("{path}?limit=20")).await;
        page.is(200).at("/items").as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn the_sixth_read_within_a_second_is_from_memory() {
    let instances = Instances::start().await;
    let reader = &instances.one.reader;
    // The pages take three and two units of the partitions of the board and the post. A row of the reader's own takes one.
    for (path, saved) in instances.paths().into_iter().zip([2.0, 1.0]) {
        let units = async || instances.get(&instances.one, reader, &path).await.is(200).usage.read_units;
        instances.stop_clocks_after(0);
        let from_table = units().await;
        for read in 2..=5 {
            assert!((units().await - from_table).abs() < 0.1, "read {read} of {path}");
        }
        for millis in [0, 999] {
            instances.stop_clocks_after(millis);
            assert!((units().await - (from_table - saved)).abs() < 0.1, "{path} after {millis} ms");
        }
        instances.stop_clocks_after(1000);
        assert!((units().await - from_table).abs() < 0.1, "{path} after a second");
        // A page with another limit, and a later page, are read from the table.
        instances.stop_clocks_after(0);
        let page = instances.one.page(reader, &path, 5, None).await;
        let cursor = page.text_at("/next_cursor");
        for _ in 0..12 {
            let later = instances.one.page(reader, &path, 5, Some(&cursor)).await;
            assert_eq!(later.usage.calls, page.usage.calls);
        }
    }
}

#[tokio::test]
async fn what_this_instance_writes_shows_at_once() {
    let instances = Instances::start().await;
    let Community { board, author, reader, admin, .. } = &instances.one;
    let (one, post) = (&instances.one, &instances.post);
    let [posts, comments] = instances.paths();
    let first = instances.items(reader, &comments).await[0].clone();
    instances.heat().await;
    one.app.write_post(author, board, "새 글", true).await;
    one.reply(admin, &first, "새 답글", true).await;
    let (titles, texts) = instances.seen_by(reader).await;
    assert_eq!((titles[0].as_str(), texts[0].as_str()), ("새 글", "댓글 0 (새 답글)"));
    instances.heat().await;
    one.like(author, &format!("/comments/{}", text(&first["id"]))).await.is(200);
    one.like(admin, &format!("/posts/{post}")).await.is(200);
    assert_eq!(instances.items(reader, &comments).await[0]["like_count"], 1);
    assert_eq!(instances.items(reader, &posts).await[1]["like_count"], 1);
    one.delete(author, &format!("/posts/{post}")).await.is(204);
    assert_eq!(instances.items(reader, &posts).await[1]["title"], "글 18");
}

#[tokio::test]
async fn what_this_instance_writes_shows_at_once_even_if_the_answer_is_lost() {
    let injector = FaultInjector::new();
    let instances = Instances::start_with(|engine| injector.connection(engine)).await;
    let reader = &instances.one.reader;
    let [posts, comments] = instances.paths();
    let first = text(&instances.items(reader, &comments).await[0]["id"]).to_owned();
    for (liked, list) in [(format!("/posts/{}", instances.post), posts), (format!("/comments/{first}"), comments)] {
        instances.heat().await;
        injector.plan("TransactWriteItems", 0, Fault::AnswerLost, usize::MAX);
        instances.one.like(reader, &liked).await.is_problem(503, "unavailable");
        assert!(injector.mend() > 0);
        assert_eq!(instances.items(reader, &list).await[0]["like_count"], 1, "{list}");
    }
}

#[tokio::test]
async fn what_another_instance_writes_shows_within_a_second() {
    let instances = Instances::start().await;
    let Community { board, author, reader, admin, .. } = &instances.one;
    let (other, post) = (&instances.other, &instances.post);
    let [_, comments] = instances.paths();
    let first = instances.items(reader, &comments).await[0].clone();
    instances.heat().await;
    let before = instances.seen_by(reader).await;
    let old = instances.one.page(reader, &instances.paths()[0], 20, None).await.at("/items/1/id");
    other.app.write_post(author, board, "새 글", true).await;
    other.delete(author, &format!("/posts/{}", text(&old))).await.is(204);
    other.delete_comment(admin, &first).await.is(204);
    instances.stop_clocks_after(999);
    assert_eq!(instances.seen_by(reader).await, before, "for less than a second");
    // Only lists are shared.
    let gone = instances.get(&instances.one, reader, &format!("/posts/{}", text(&old))).await;
    gone.is_problem(404, "not_found");
    instances.one.like(reader, &format!("/posts/{}", text(&old))).await.is_problem(404, "not_found");
    instances.one.like(reader, &format!("/comments/{}", text(&first["id"]))).await.is_problem(404, "not_found");
    instances.stop_clocks_after(1000);
    let (titles, texts) = instances.seen_by(reader).await;
    assert_eq!((titles[0].as_str(), titles[1].as_str(), titles[2].as_str()), ("새 글", "글 19", "글 17"));
    assert_eq!(texts[0], "댓글 1");

    // What is shown is never older than a second, however often it is read.
    instances.heat().await;
    other.delete(author, &format!("/posts/{post}")).await.is(204);
    instances.get(&instances.one, reader, &comments).await.is_problem(404, "not_found");
    for millis in [1500, 1999] {
        instances.stop_clocks_after(millis);
        instances.heat_board().await;
        assert_eq!(instances.items(reader, &instances.paths()[0]).await[1]["title"], "글 19");
    }
    instances.stop_clocks_after(2000);
    assert_eq!(instances.items(reader, &instances.paths()[0]).await[1]["title"], "글 17");
}

#[tokio::test]
async fn students_see_their_own_posts_and_comments_at_once_on_each_instance() {
    let instances = Instances::start().await;
    let (one, other) = (&instances.one, &instances.other);
    let writer = &instances.newcomer;
    instances.heat().await;
    let (titles, texts) = instances.seen_by(&one.reader).await;
    other.app.write_post(writer, &one.board, "내 글", true).await;
    let [_, comments] = instances.paths();
    let parent = one.page(&one.reader, &comments, 20, None).await.at("/items/0");
    other.reply(writer, &parent, "내 답글", true).await;
    assert_eq!(instances.seen_by(&one.reader).await, (titles.clone(), texts.clone()), "others see them later");
    let (own_titles, own_texts) = instances.seen_by(writer).await;
    assert_eq!((own_titles[0].as_str(), &own_titles[1..]), ("내 글", &titles[..19]));
    assert_eq!((own_texts[0].as_str(), &own_texts[1..]), ("댓글 0 (내 답글)", &texts[1..]));
    other.delete_comment(writer, &one.page(writer, &comments, 50, None).await.at("/items/0/replies/0")).await.is(204);
    assert_eq!(instances.seen_by(writer).await.1, texts, "also what they delete");
}

#[tokio::test]
async fn everything_about_the_reader_is_current() {
    let instances = Instances::start().await;
    let Community { author, reader, admin, .. } = &instances.one;
    let (other, post) = (&instances.other, &instances.post);
    let blocking = &instances.newcomer;
    other.app.put(format!("/posts/{post}/scrap")).by(reader).send().await.is(204);
    let [posts, comments] = instances.paths();
    let hidden = instances.one.page(reader, &posts, 20, None).await.text_at("/items/5/id");
    instances.heat().await;
    // On the other instance, so that the first one keeps its pages.
    other.app.put(format!("/posts/{hidden}/hide")).by(reader).send().await.is(204);
    other.app.block(blocking, json!({ "post_id": post })).await;
    let shown = instances.one.page(blocking, &comments, 20, None).await.at("/items/0/id");
    other.app.block(blocking, json!({ "comment_id": shown })).await;
    for student in [author, reader, admin, blocking] {
        for path in [&posts, &comments] {
            let from_memory = instances.items(student, path).await;
            let current = other.page(student, path, 20, None).await.at("/items");
            assert_eq!(Value::from(from_memory), current, "{path} of {}", student.login_id);
        }
    }
    let titles = instances.seen_by(blocking).await.0;
    assert_eq!(titles[0], "글 18", "a block counts at once");
}

#[tokio::test]
async fn a_shared_page_shows_another_school_nothing() {
    let instances = Instances::start().await;
    let Community { app, school, board, author, reader, admin } = &instances.one;
    let first = instances.items(reader, &instances.paths()[1]).await[0].clone();
    let before = instances.seen_by(reader).await;
    // Ids are never the same in two schools. Here they are, so that only the school tells the pages apart.
    let copy = |mut row: StoredRow| {
        let rest = table::text(&row, "pk").strip_prefix(&format!("SCHOOL#{}#", school.id))?;
        let pk = format!("SCHOOL#{}#{rest}", instances.other_school.id);
        row.insert("pk".to_owned(), Stored::S(pk));
        Some(row)
    };
    table::write(&app.engine, table::scan(&app.engine).into_iter().filter_map(copy).collect());
    app.write_post(author, board, "새 글", true).await;
    instances.one.reply(admin, &first, "새 답글", true).await;
    instances.heat().await;
    let (titles, texts) = instances.seen_by(reader).await;
    assert_eq!((titles[0].as_str(), texts[0].as_str()), ("새 글", "댓글 0 (새 답글)"));
    assert_eq!(instances.seen_by(&instances.foreigner).await, before);
}

#[tokio::test]
async fn a_hidden_post_shows_nothing_after_a_second_and_a_deleted_board_at_once() {
    let instances = Instances::start().await;
    let Community { board, author, reader, admin, .. } = &instances.one;
    let (other, post) = (&instances.other, &instances.post);
    let [posts, comments] = instances.paths();
    instances.heat().await;
    other.app.report(reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    other.app.decide(admin, &format!("p{post}"), "remove").await.is(200);
    instances.heat().await;
    let comments_now = instances.items(reader, &comments).await;
    assert!(comments_now.is_empty(), "a hidden post shows no comments at once");
    instances.one.like(reader, &format!("/posts/{post}")).await.is_problem(403, "content_blinded");
    instances.stop_clocks_after(1000);
    let page = instances.items(reader, &posts).await;
    assert_eq!((&page[0]["state"], &page[0]["title"]), (&json!("removed"), &Value::Null));
    assert!(instances.items(author, &posts).await[0]["title"].is_string());

    instances.heat_board().await;
    other.delete(admin, &format!("/boards/{board}")).await.is(204);
    instances.get(&instances.one, reader, &posts).await.is_problem(404, "not_found");
}
