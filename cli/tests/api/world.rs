//! A small world that every harness over all operations starts from: people in every relation to a few things, and a
//! sound request for each operation. It is made once; each service that starts from it has a copy of its rows.
//!
//! A new operation has a specimen here, and the things that it needs among the [`Things`].

use std::collections::HashMap;
use std::ops::Deref;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use axum::http::Method;
use campus::desk::Engine;
use campus_core::domain::School;
use campus_core::store::{Connection, Limits};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::harness::{Answer, Call, PASSWORD, Student, TestApp, sign_up_body, student_of};
use crate::media::gallery::{store_in, upload};

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody without a token.
    Nobody,
    /// Whoever wrote what is in the world, all of it anonymously; made recognisable by [`author_body`].
    Author,
    /// Another student of the school.
    Student,
    /// A student of another school.
    Foreigner,
    /// The manager of the boards.
    Manager,
    /// An admin of the school.
    Admin,
    /// An admin of another school.
    ForeignAdmin,
    /// A student of the school whose session has ended, though the token has not expired.
    Ended,
    /// Somebody who has withdrawn, though the token has not expired.
    Withdrawn,
}

impl Who {
    pub const ALL: [Self; 9] = [
        Self::Nobody,
        Self::Author,
        Self::Student,
        Self::Foreigner,
        Self::Manager,
        Self::Admin,
        Self::ForeignAdmin,
        Self::Ended,
        Self::Withdrawn,
    ];
}

/// What there is.
#[derive(Clone)]
pub struct Things {
    pub school: School,
    /// Everyone but [`Who::Nobody`], in order.
    people: Vec<Student>,
    /// A board with two anonymous posts of the author.
    pub board: String,
    /// A board that the manager and the student have pinned.
    pub pinned: String,
    /// The first of the posts: it is hot, and the student and the manager have scrapped it.
    pub hot_post: String,
    /// The second of the posts, with comments.
    pub post: String,
    /// An anonymous reply of the author's to a comment of the student's. Beside it is the place of a deleted comment of
    /// the author's, to which the student has replied.
    pub comment: String,
    /// What the student has written to the author about the second post, which the author has not read.
    pub thread: String,
    /// A lecture that is in no timetable.
    pub lecture: String,
    /// The path of a timetable of the author's, which the school may see; it has a lecture and an entry of its own.
    pub timetable: String,
    /// The path of the entry of its own.
    pub entry: String,
    /// A lecture that the author has taken.
    pub taken: String,
    /// Another one, whose course the author has reviewed.
    pub reviewed: String,
    /// The author's review, which somebody likes who has left since.
    pub review: String,
    /// The token of the link to that timetable.
    pub share: String,
    /// The friendship of the student and the manager, who has a timetable for friends.
    pub friend: String,
    /// A request of the admin's to the student.
    pub request: String,
}

impl Things {
    /// The account of a caller, if it has one.
    pub fn student(&self, who: Who) -> Option<&Student> {
        let place = Who::ALL.iter().position(|one| *one == who).unwrap();
        place.checked_sub(1).map(|place| &self.people[place])
    }
}

/// A service that has the world in it.
pub struct World {
    pub app: TestApp,
    pub things: Things,
}

impl Deref for World {
    type Target = Things;

    fn deref(&self) -> &Things {
        &self.things
    }
}

type Row = HashMap<String, AttributeValue>;

/// What the world is copied from.
struct Seed {
    rows: Vec<Row>,
    things: Things,
}

static SEED: OnceCell<Seed> = OnceCell::const_new();

/// What signs up the author.
pub fn author_body(school: &School) -> Value {
    let mut body = sign_up_body(school, "kestrel_q7x");
    body["email"] = json!("falco.tinnunculus@nest.example.ac.kr");
    body["nickname"] = json!("황조롱이매");
    body
}

async fn make() -> Seed {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder, Vec::new()).await;
    let engine = Engine::in_memory().await.unwrap();
    let app = TestApp::on_bucket(engine, Engine::connection, None, store.bucket().unwrap()).await;
    let (school, other) = (app.school("가온대학교").await, app.school("나래대학교").await);
    let author = student_of(app.post("/auth/signup").json(&author_body(&school)).send().await.is(201));
    let people = vec![
        author,
        app.student(&school).await,
        app.student(&other).await,
        app.student(&school).await,
        app.admin(&school).await,
        app.admin(&other).await,
        app.student(&school).await,
        app.student(&school).await,
    ];
    let none = String::new;
    let mut things = Things {
        school,
        people,
        board: none(),
        pinned: none(),
        hot_post: none(),
        post: none(),
        comment: none(),
        thread: none(),
        lecture: none(),
        timetable: none(),
        entry: none(),
        taken: none(),
        reviewed: none(),
        review: none(),
        share: none(),
        friend: none(),
        request: none(),
    };
    let person = |who| things.student(who).unwrap().clone();
    let (author, student, manager) = (person(Who::Author), person(Who::Student), person(Who::Manager));
    things.board = app.board(&manager, "자유").await;
    things.pinned = app.board(&manager, "장터").await;
    for by in [&manager, &student] {
        app.put(format!("/boards/{}/pin", things.pinned)).by(by).send().await.is(204);
    }
    things.hot_post = write_pictured(&app, &author, &things.board).await;
    make_nearly_hot(&app, &things).await;
    for by in [&manager, &student] {
        app.post(format!("/posts/{}/like", things.hot_post)).by(by).send().await.is(200);
        app.put(format!("/posts/{}/scrap", things.hot_post)).by(by).send().await.is(204);
    }
    things.post = app.write_post(&author, &things.board, "둘째", true).await;
    let comment = app.write_comment(&student, &things.post, "첫 댓글", None).await;
    things.comment = app.write_comment(&author, &things.post, "답글", Some(&comment)).await;
    let deleted = app.write_comment(&author, &things.post, "지운 댓글", None).await;
    app.write_comment(&student, &things.post, "남은 답글", Some(&deleted)).await;
    app.delete(format!("/comments/{deleted}")).by(&author).send().await.is(204);
    things.thread = app.write_about(&student, json!({ "post_id": things.post }), "안녕하세요").await;
    plan(&app, &mut things, &author).await;
    review(&app, &mut things, &author).await;
    things.friend = app.befriend(&manager, &student).await;
    app.timetable(&manager, "친구에게", "friends").await;
    things.request = app.ask(things.student(Who::Admin).unwrap(), &student).await;
    end_sessions(&app, things.student(Who::Ended).unwrap()).await;
    let withdrawal = json!({ "password": PASSWORD });
    app.delete("/auth/me").by(things.student(Who::Withdrawn).unwrap()).json(&withdrawal).send().await.is(204);
    Seed { rows: app.rows().await, things }
}

/// An anonymous post with a picture.
async fn write_pictured(app: &TestApp, by: &Student, board: &str) -> String {
    let picture = upload(app, by).await;
    let post = json!({ "title": "첫째", "content": "사진", "is_anonymous": true, "media_ids": [picture] });
    app.post(format!("/boards/{board}/posts")).by(by).json(&post).send().await.is(201).text_at("/id")
}

/// Gives a post the likes of eight students who have left since, as they are in the table.
async fn make_nearly_hot(app: &TestApp, things: &Things) {
    let (school, board, post) = (things.school.id, &things.board, &things.hot_post);
    let put = async |user: Uuid, sk: String, attribute: &str| {
        let Connection { client, table } = &app.raw;
        let text = |text: String| AttributeValue::S(text);
        let row = client.put_item().table_name(table).item("pk", text(format!("SCHOOL#{school}#USER#{user}")));
        let when = text("2026-03-02T00:00:00.000Z".to_owned());
        row.item("sk", text(sk)).item(attribute, when).send().await.unwrap();
    };
    for _ in 0..8 {
        let user = Uuid::new_v4();
        put(user, "WITHDRAWN".to_owned(), "withdrawn_at").await;
        put(user, format!("MARK#{board}#{post}"), "liked_at").await;
    }
    let Connection { client, table } = &app.raw;
    let head = client.update_item().table_name(table).update_expression("SET like_count = :likes");
    let head = head.key("pk", AttributeValue::S(format!("SCHOOL#{school}#BOARD#{board}")));
    let head = head.key("sk", AttributeValue::S(format!("POST#{post}")));
    head.expression_attribute_values(":likes", AttributeValue::N("8".to_owned())).send().await.unwrap();
}

/// Two timetables of the author's, one with a link to it.
async fn plan(app: &TestApp, things: &mut Things, author: &Student) {
    let lectures = [
        "M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105",
        "M2|001|해석학|3|박|수 14:00-15:30|25-106",
        "M3|001|논문연구|3|박||",
    ];
    app.import(&things.school, &lectures).await;
    things.lecture = app.lecture(author, "해석학").await;
    things.timetable = app.timetable(author, "계획", "school").await;
    app.timetable(author, "다른 계획", "private").await;
    let held = app.lecture(author, "확률과정론").await;
    app.enter(author, &things.timetable, &json!({ "lecture_id": held })).await;
    let slots = json!([{ "day": "fri", "start": "18:00", "end": "20:00", "place": "동아리방" }]);
    things.entry = app.enter(author, &things.timetable, &json!({ "title": "동아리", "slots": slots })).await;
    things.share = app.share(author, &things.timetable).await;
}

/// A review of the author's, and a lecture whose course the author can review yet.
async fn review(app: &TestApp, things: &mut Things, author: &Student) {
    things.taken = app.lecture(author, "논문연구").await;
    app.enter(author, &things.timetable, &json!({ "lecture_id": things.taken })).await;
    things.reviewed = app.lecture(author, "확률과정론").await;
    let path = format!("/lectures/{}/reviews", things.reviewed);
    things.review = app.post(path).by(author).json(&review_body()).send().await.is(201).text_at("/id");
    let path = format!("/reviews/{}/like", things.review);
    app.post(path).by(things.student(Who::Withdrawn).unwrap()).send().await.is(200);
}

/// A review of a course that one took in 2026-1.
pub fn review_body() -> Value {
    json!({
        "rating": 4, "content": "과제가 많지만 그만큼 많이 배웁니다. 추천합니다.", "semester": "2026-1",
        "homework": "many", "grading": "generous", "exams": "two",
    })
}

/// Takes a student's sessions away, as logging out everywhere does.
async fn end_sessions(app: &TestApp, student: &Student) {
    let Connection { client, table } = &app.raw;
    for row in app.rows().await {
        let (pk, sk) = (row["pk"].as_s().unwrap(), row["sk"].as_s().unwrap());
        if pk.ends_with(&format!("#USER#{}", student.id)) && sk == "SESSIONS" {
            let update =
                client.update_item().table_name(table).key("pk", row["pk"].clone()).key("sk", row["sk"].clone());
            let update = update.update_expression("SET live = :none");
            update.expression_attribute_values(":none", AttributeValue::M(HashMap::new())).send().await.unwrap();
        }
    }
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(Engine::connection).await
    }

    /// With a connection that may be worse than the engine's own.
    pub async fn start_with(connection: impl FnOnce(&Engine) -> Connection) -> Self {
        Self::start_within(None, connection).await
    }

    /// Within limits as well, if any are given.
    pub async fn start_within(limits: Option<Limits>, connection: impl FnOnce(&Engine) -> Connection) -> Self {
        let seed = SEED.get_or_init(make).await;
        let engine = Engine::in_memory().await.unwrap();
        let Connection { client, table } = engine.connection();
        for rows in seed.rows.chunks(25) {
            let put = |row: &Row| PutRequest::builder().set_item(Some(row.clone())).build().unwrap();
            let writes = rows.iter().map(|row| WriteRequest::builder().put_request(put(row)).build()).collect();
            client.batch_write_item().request_items(&table, writes).send().await.unwrap();
        }
        let app = TestApp::on(engine, connection, limits).await;
        let mut things = seed.things.clone();
        things.people = things.people.iter().map(|student| app.renewed(student)).collect();
        Self { app, things }
    }

    /// Makes the table what it was at the start: as good as a new service, since a service keeps nothing but its table and
    /// what it has read of catalogues.
    pub async fn reset(&self) {
        self.app.desk.planner.forget();
        let key = |row: &Row| HashMap::from(["pk", "sk"].map(|name| (name.to_owned(), row[name].clone())));
        let Connection { client, table } = &self.app.raw;
        let (seed, rows) = (&SEED.get().unwrap().rows, self.app.rows().await);
        for row in rows.iter().filter(|row| !seed.iter().any(|old| key(old) == key(row))) {
            client.delete_item().table_name(table).set_key(Some(key(row))).send().await.unwrap();
        }
        for row in seed.iter().filter(|row| !rows.contains(row)) {
            client.put_item().table_name(table).set_item(Some(row.clone())).send().await.unwrap();
        }
    }

    /// The specimen of the operation, as `who` sends it.
    pub fn request(&self, operation: &str, who: Who) -> Call<'_> {
        let (method, _) = operation.split_once(' ').unwrap();
        let Specimen { path, body } = specimen(operation, self, who);
        let call = self.app.call(method.parse::<Method>().unwrap(), path);
        let call = body.into_iter().fold(call, |call, body| call.json(&body));
        self.student(who).into_iter().fold(call, |call, student| call.by(&self.app.renewed(student)))
    }

    pub async fn send(&self, operation: &str, who: Who) -> Answer {
        self.request(operation, who).send().await
    }
}

/// A sound request: where it goes, and its body, if it has one.
pub struct Specimen {
    pub path: String,
    pub body: Option<Value>,
}

fn bare(path: impl Into<String>) -> Specimen {
    Specimen { path: path.into(), body: None }
}

fn with(path: impl Into<String>, body: Value) -> Specimen {
    Specimen { path: path.into(), body: Some(body) }
}

/// The refresh token of the caller, or of a student where it is nobody.
fn refresh_token(things: &Things, who: Who) -> Value {
    let student = things.student(who).or(things.student(Who::Student)).unwrap();
    json!({ "refresh_token": student.refresh_token })
}

/// A request of the operation that comes to something, if the caller may send it. Lists are asked for by pages of one.
pub fn specimen(operation: &str, things: &Things, who: Who) -> Specimen {
    let Things { school, board, pinned, hot_post, post, comment, thread, lecture, timetable, entry, .. } = things;
    let Things { taken, reviewed, review, share, friend, request, .. } = things;
    match operation {
        "GET /.well-known/jwks.json" => bare("/.well-known/jwks.json"),
        "GET /schools" => bare("/schools?limit=1"),
        "POST /auth/signup" => with("/auth/signup", sign_up_body(school, "newcomer")),
        "POST /auth/login" => {
            let student = things.student(who).or(things.student(Who::Student)).unwrap();
            with("/auth/login", json!({ "login_id": student.login_id, "password": PASSWORD }))
        }
        "POST /auth/refresh" => with("/auth/refresh", refresh_token(things, who)),
        "POST /auth/logout" => with("/auth/logout", refresh_token(things, who)),
        "GET /auth/me" => bare("/auth/me"),
        "PATCH /auth/me" => with("/auth/me", json!({ "nickname": "새이름", "name": null })),
        "DELETE /auth/me" => with("/auth/me", json!({ "password": PASSWORD })),
        "PUT /auth/me/password" => {
            with("/auth/me/password", json!({ "current_password": PASSWORD, "new_password": "nine otters juggle" }))
        }
        "GET /boards" => bare("/boards?limit=1"),
        "POST /boards" => with("/boards", json!({ "category": "일반", "name": "새 게시판" })),
        "GET /boards/pinned" => bare("/boards/pinned?limit=1"),
        "GET /boards/{id}" => bare(format!("/boards/{board}")),
        "PATCH /boards/{id}" => with(format!("/boards/{board}"), json!({ "name": "광장", "description": "누구나" })),
        "DELETE /boards/{id}" => bare(format!("/boards/{board}")),
        "PUT /boards/{id}/pin" => bare(format!("/boards/{board}/pin")),
        "DELETE /boards/{id}/pin" => bare(format!("/boards/{pinned}/pin")),
        "GET /boards/{id}/posts" => bare(format!("/boards/{board}/posts?limit=1")),
        "POST /boards/{id}/posts" => {
            let body = json!({ "title": "제목", "content": "내용", "is_anonymous": false });
            with(format!("/boards/{board}/posts"), body)
        }
        "GET /posts/{id}" => bare(format!("/posts/{post}")),
        "PATCH /posts/{id}" => with(format!("/posts/{post}"), json!({ "title": "새 제목", "content": "새 내용" })),
        "DELETE /posts/{id}" => bare(format!("/posts/{hot_post}")),
        "POST /posts/{id}/like" => bare(format!("/posts/{post}/like")),
        "PUT /posts/{id}/scrap" => bare(format!("/posts/{post}/scrap")),
        "DELETE /posts/{id}/scrap" => bare(format!("/posts/{hot_post}/scrap")),
        "GET /posts/mine" => bare("/posts/mine?limit=1"),
        "GET /posts/commented" => bare("/posts/commented?limit=1"),
        "GET /posts/scraps" => bare("/posts/scraps?limit=1"),
        "GET /posts/hot" => bare("/posts/hot?limit=1"),
        "GET /posts/best" => bare("/posts/best?limit=1"),
        "GET /posts/{id}/comments" => bare(format!("/posts/{post}/comments?limit=1")),
        "POST /posts/{id}/comments" => {
            with(format!("/posts/{post}/comments"), json!({ "content": "댓글", "is_anonymous": true }))
        }
        "DELETE /comments/{id}" => bare(format!("/comments/{comment}")),
        "POST /media" => with("/media", json!({ "content_type": "image/png", "size": 1000 })),
        "POST /comments/{id}/like" => bare(format!("/comments/{comment}/like")),
        "POST /messages" => with("/messages", json!({ "post_id": hot_post, "content": "궁금해요" })),
        "GET /messages" => bare("/messages?limit=1"),
        "GET /messages/{thread_id}" => bare(format!("/messages/{thread}?limit=1")),
        "POST /messages/{thread_id}" => with(format!("/messages/{thread}"), json!({ "content": "답장" })),
        "DELETE /messages/{thread_id}" => bare(format!("/messages/{thread}")),
        "POST /messages/{thread_id}/block" => bare(format!("/messages/{thread}/block")),
        "DELETE /messages/{thread_id}/block" => bare(format!("/messages/{thread}/block")),
        "GET /lectures" => bare("/lectures?semester=2026-1&limit=1"),
        "GET /lectures/{id}" => bare(format!("/lectures/{lecture}")),
        "GET /timetables" => bare("/timetables?limit=1"),
        "POST /timetables" => with("/timetables", json!({ "semester": "2026-1", "name": "새 시간표" })),
        "GET /timetables/{id}" => bare(timetable),
        "PATCH /timetables/{id}" => with(timetable, json!({ "name": "바꾼 이름", "visibility": "friends" })),
        "DELETE /timetables/{id}" => bare(timetable),
        "POST /timetables/{id}/copy" => with(format!("{timetable}/copy"), json!({ "name": "사본" })),
        "POST /timetables/{id}/entries" => with(format!("{timetable}/entries"), json!({ "lecture_id": lecture })),
        "PATCH /timetables/{id}/entries/{entry_id}" => with(entry, json!({ "title": "합주", "color": "#aabbcc" })),
        "DELETE /timetables/{id}/entries/{entry_id}" => bare(entry),
        "GET /timetables/{id}/calendar.ics" => bare(format!("{timetable}/calendar.ics")),
        "GET /timetables/{id}/picture.svg" => bare(format!("{timetable}/picture.svg")),
        "POST /lectures/{id}/reviews" => with(format!("/lectures/{taken}/reviews"), review_body()),
        "GET /lectures/{id}/reviews" => bare(format!("/lectures/{reviewed}/reviews?limit=1")),
        "DELETE /reviews/{id}" => bare(format!("/reviews/{review}")),
        "POST /reviews/{id}/like" => bare(format!("/reviews/{review}/like")),
        "POST /timetables/{id}/share" => bare(format!("{timetable}/share")),
        "DELETE /timetables/{id}/share" => bare(format!("{timetable}/share")),
        "GET /shared-timetables/{token}" => bare(format!("/shared-timetables/{share}")),
        "GET /shared-timetables/{token}/calendar.ics" => bare(format!("/shared-timetables/{share}/calendar.ics")),
        "GET /shared-timetables/{token}/picture.svg" => bare(format!("/shared-timetables/{share}/picture.svg")),
        "GET /friends" => bare("/friends?limit=1"),
        "DELETE /friends/{id}" => bare(format!("/friends/{friend}")),
        "GET /friends/{id}/timetable" => bare(format!("/friends/{friend}/timetable?semester=2026-1")),
        "GET /friends/requests" => bare("/friends/requests?limit=1"),
        "POST /friends/requests" => {
            let asked = things.student(Who::Ended).unwrap();
            with("/friends/requests", json!({ "login_id": asked.login_id }))
        }
        "DELETE /friends/requests/{id}" => bare(format!("/friends/requests/{request}")),
        "POST /friends/requests/{id}/accept" => bare(format!("/friends/requests/{request}/accept")),
        _ => panic!("{operation} has no specimen in world.rs"),
    }
}
