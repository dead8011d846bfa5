//! A table with rows of every kind, ways to damage it, and the texts of findings.

use std::collections::HashMap;
use std::ops::Deref;

use Damage::{Deleted, Set};
use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::domain::{LoginId, Parse, School, Semester};
use campus_local::Engine;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::support::fixture::{exam_info_body, grade_body, review_body};
use crate::support::harness::{Student, TestApp, connection};
use crate::support::ids;
use crate::support::policies;
use crate::support::table::{self, StoredRow};

pub type Item = HashMap<String, AttributeValue>;
pub type Key = (String, String);

/// A service whose table has rows of every kind.
pub struct SampleTable {
    pub app: TestApp,
    things: SampleThings,
}

impl Deref for SampleTable {
    type Target = SampleThings;

    fn deref(&self) -> &SampleThings {
        &self.things
    }
}

/// The original of all copies of the table.
static SEED: OnceCell<(Vec<StoredRow>, SampleThings)> = OnceCell::const_new();

/// The students and the ids of the resources.
#[derive(Clone)]
pub struct SampleThings {
    pub school: School,
    /// A school without students.
    pub empty_school: School,
    /// The manager of the boards and author of the posts, with pins.
    pub student: Student,
    /// A board with posts and a pin.
    pub board: String,
    /// A renamed board without posts and pins.
    pub bare_board: String,
    /// A deleted board with a post and a pin.
    pub deleted_board: String,
    pub named_post: String,
    /// A post with comments, which `other` likes and has in the scraps.
    pub anonymous_post: String,
    /// Another student, who comments on and likes the posts.
    pub other: Student,
    /// A comment of `other` on the anonymous post, with a reply of `student`, which `other` likes.
    pub comment: String,
    pub reply: String,
    /// A deleted comment with a reply of `other`.
    pub deleted_comment: String,
    pub remaining_reply: String,
    /// A deleted comment without replies.
    pub deleted_leaf: String,
    /// A deleted post with a like, a scrap and a comment of `other`.
    pub deleted_post: String,
    /// A thread that `other` started about the anonymous post. It has two messages of `other`, one of them unread, and
    /// one of `student`.
    pub thread: String,
    /// A picture of `student` that is in no post.
    pub upload: String,
    /// The primary timetable, with two lectures.
    pub timetable: String,
    /// An empty timetable.
    pub empty_timetable: String,
    /// A review of `student`, which `other` likes.
    pub review: String,
    /// A deleted review of `student`, which `other` liked.
    pub deleted_review: String,
    /// An exam info of `student`, which `other` likes.
    pub exam_info: String,
    /// The friendship of `student` and `other`, who requested it.
    pub friend: String,
    /// The hash of the token of the share link of the primary timetable.
    pub link: String,
}

/// Damage to a row.
pub enum Damage {
    Deleted(Key),
    /// An attribute is set. The row is created if it does not exist.
    Set(Key, &'static str, AttributeValue),
}

pub fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

pub fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub fn key(pk: impl ToString, sk: impl ToString) -> Key {
    (pk.to_string(), sk.to_string())
}

pub fn key_of(row: &Item) -> Key {
    key(row["pk"].as_s().unwrap(), row["sk"].as_s().unwrap())
}

/// A key as in the texts of findings.
pub fn text_of((pk, sk): &Key) -> String {
    format!("{pk:?} {sk:?}")
}

/// The finding that the counterpart of a statement is missing.
pub fn unconfirmed(row: &Key, statement: impl ToString) -> String {
    format!("{}: it says that {}, and its counterpart does not.", text_of(row), statement.to_string())
}

/// The finding that a row needs one of the others.
pub fn needs(row: &Key, others: &[&Key]) -> String {
    let others: Vec<_> = others.iter().map(|other| text_of(other)).collect();
    format!("{}: it needs {}.", text_of(row), others.join(" or "))
}

/// The finding that a counter is wrong by this number.
pub fn miscounted(row: &Key, things: impl ToString, by: u64, excess: &str) -> String {
    format!("{}: the number of {} is {by} too {excess}.", text_of(row), things.to_string())
}

/// The finding that a row has a wrong key.
pub fn misplaced(row: &Key, right: &Key) -> String {
    format!("{}: its content belongs at {}.", text_of(row), text_of(right))
}

/// Creates a catalogue, a term and two timetables. Returns the ids of the timetables.
async fn create_timetables(app: &TestApp, school: &School, student: &Student) -> (String, String) {
    app.import(school, &["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105", "M2|001|논문연구|3|||"]).await;
    let semester = Semester::parse("2026-1".to_owned()).unwrap();
    app.service.app.terms.set(school.id, semester, semester.usual_term()).await.unwrap();
    let timetable = app.timetable(student, "Plan", "private").await;
    let empty = app.timetable(student, "빈 것", "private").await;
    for title in ["확률과정론", "논문연구"] {
        let lecture = app.lecture(student, title).await;
        app.enter(student, &timetable, &json!({ "lecture_id": lecture })).await;
    }
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    (id(&timetable), id(&empty))
}

/// Creates a review, which `other` likes. Returns its id.
async fn create_review(app: &TestApp, student: &Student, other: &Student, title: &str) -> String {
    let path = format!("/lectures/{}/reviews", app.lecture(student, title).await);
    let review = app.post(path).by(student).json(&review_body()).send().await.is(201).text_at("/id");
    app.post(format!("/reviews/{review}/like")).by(other).send().await.is(200);
    review
}

/// Creates comments on the anonymous post. Returns a comment, its reply, a deleted comment, its reply, and a deleted comment
/// without replies.
async fn create_comments(app: &TestApp, student: &Student, other: &Student, post: &str) -> [String; 5] {
    let comment = app.write_comment(other, post, "댓글", None).await;
    let reply = app.write_comment(student, post, "답글", Some(&comment)).await;
    let [deleted_comment, deleted_leaf] =
        [app.write_comment(student, post, "자리", None).await, app.write_comment(other, post, "지울 댓글", None).await];
    let remaining_reply = app.write_comment(other, post, "남은 답글", Some(&deleted_comment)).await;
    app.post(format!("/comments/{deleted_leaf}/like")).by(student).send().await.is(200);
    app.post(format!("/comments/{reply}/like")).by(other).send().await.is(200);
    for (deleted, by) in [(&deleted_comment, student), (&deleted_leaf, other)] {
        app.delete(format!("/comments/{deleted}")).by(by).send().await.is(204);
    }
    [comment, reply, deleted_comment, remaining_reply, deleted_leaf]
}

/// Creates a thread about the anonymous post. Returns its id.
async fn create_thread(app: &TestApp, student: &Student, other: &Student, post: &str) -> String {
    let thread = app.write_about(other, json!({ "post_id": post }), "안녕하세요").await;
    let path = format!("/messages/{thread}");
    app.get(&path).by(student).send().await.is(200);
    for by in [student, other] {
        app.post(&path).by(by).json(&json!({ "content": "네" })).send().await.is(201);
    }
    thread
}

/// Creates an exam info, which `other` likes, and the grades of a semester. Returns the id of the exam info.
async fn create_exam_info_and_grades(app: &TestApp, student: &Student, other: &Student) -> String {
    let path = format!("/lectures/{}/exam-infos", app.lecture(student, "확률과정론").await);
    let exam_info = app.post(path).by(student).json(&exam_info_body()).send().await.is(201).text_at("/id");
    app.post(format!("/exam-infos/{exam_info}/like")).by(other).send().await.is(200);
    app.put("/grades/2026-1").by(student).json(&json!({ "courses": [grade_body()] })).send().await.is(200);
    exam_info
}

impl SampleTable {
    pub async fn start() -> Self {
        let (rows, things) = SEED.get_or_init(|| Box::pin(create())).await;
        let engine = Engine::in_memory().await.unwrap();
        table::write(&engine, rows.clone());
        Self { app: TestApp::on(engine, connection, None).await, things: things.clone() }
    }

    /// A key in the school.
    pub fn at(&self, rest: impl ToString, sk: impl ToString) -> Key {
        key(format!("SCHOOL#{}{}", self.school.id, rest.to_string()), sk)
    }

    /// A key in the student's partition.
    pub fn own(&self, sk: impl ToString) -> Key {
        self.at(format!("#USER#{}", self.student.id), sk)
    }

    /// A key in the partition of [`SampleTable::other`].
    pub fn others(&self, sk: impl ToString) -> Key {
        self.at(format!("#USER#{}", self.other.id), sk)
    }

    /// The key of a comment on the anonymous post.
    pub fn comment_at(&self, comment: &str) -> Key {
        self.at(format!("#POST#{}", self.anonymous_post), ids::comment_sk(comment))
    }

    pub fn head(&self, post: &str) -> Key {
        self.at(format!("#BOARD#{}", self.board), format!("POST#{}", ids::post_uuid(post)))
    }

    pub fn body(&self, post: &str) -> Key {
        self.at(format!("#POST#{post}"), "BODY")
    }

    /// The keys of the indexed lectures, with the statement of each that the timetable has it.
    pub async fn indexed(&self) -> Vec<(Key, String)> {
        let rows = self.app.rows().await;
        let keys = rows.iter().map(key_of).filter(|(pk, _)| pk.contains("#LECTURE#"));
        let statement = |key: Key| {
            let lecture = key.0.rsplit('#').next().unwrap().to_owned();
            (key, self.has_lecture(&self.student.id, &lecture))
        };
        keys.map(statement).collect()
    }

    /// The statement that the timetable is of this user, and has this lecture.
    pub fn has_lecture(&self, user: &str, lecture: &str) -> String {
        format!("timetable {} of user {user} of school {} has lecture {lecture}", self.timetable, self.school.id)
    }

    /// The statement that this belongs to the user.
    pub fn owned(&self, thing: &str, user: impl ToString) -> String {
        format!("{thing} belongs to user {} of school {}", user.to_string(), self.school.id)
    }

    /// The statement that the post begins with this text.
    pub fn begins(&self, post: &str, content: &str) -> String {
        let hash = digest(&SHA256, content.as_bytes());
        format!("post {post} of school {} begins with the text of hash {hash:?}", self.school.id)
    }

    /// The finding that the row of a post has another text than the search index, although the index must have it.
    pub fn not_indexed(&self, row: &Key, post: &str) -> String {
        let text = format!("the text of post {post} of school {} in the search index", self.school.id);
        format!("{}: it differs from other rows in {text}.", text_of(row))
    }

    /// The statement that the post is in the list of its author, and how its author appears.
    pub fn is_own(&self, post: &str, user: impl ToString, by: &str) -> String {
        format!("post {post} of school {} is user {}'s and is {by}", self.school.id, user.to_string())
    }

    pub async fn findings(&self) -> Vec<String> {
        self.app.recount().await.findings
    }

    pub async fn delete(&self, (pk, sk): &Key) {
        let client = &self.app.raw.client;
        client.delete_item().table_name("campus").key("pk", text(pk)).key("sk", text(sk)).send().await.unwrap();
    }

    pub async fn apply(&self, damage: &Damage) {
        let client = &self.app.raw.client;
        match damage {
            Deleted(key) => self.delete(key).await,
            Set((pk, sk), attribute, value) => {
                let update = client.update_item().table_name("campus").key("pk", text(pk)).key("sk", text(sk));
                let update = update.update_expression("SET #attribute = :value");
                let update = update.expression_attribute_names("#attribute", *attribute);
                update.expression_attribute_values(":value", value.clone()).send().await.unwrap();
            }
        }
    }

    pub async fn put(&self, row: &Item) {
        let client = &self.app.raw.client;
        client.put_item().table_name("campus").set_item(Some(row.clone())).send().await.unwrap();
    }

    /// The findings after the damage. Restores the table.
    pub async fn findings_after(&self, damage: &[Damage]) -> Vec<String> {
        let before = self.app.rows().await;
        for damage in damage {
            self.apply(damage).await;
        }
        let findings = self.findings().await;
        for damage in damage {
            let (Deleted(key) | Set(key, ..)) = damage;
            match before.iter().find(|row| key_of(row) == *key) {
                Some(row) => self.put(row).await,
                None => self.delete(key).await,
            }
        }
        findings
    }

    /// Asserts the findings after the damage. Restores the table.
    pub async fn finds(&self, damage: &[Damage], expected: impl IntoIterator<Item = String>) {
        let mut expected: Vec<_> = expected.into_iter().collect();
        expected.sort_unstable();
        assert_eq!(self.findings_after(damage).await, expected);
    }
}

/// Creates the table through the API.
async fn create() -> (Vec<StoredRow>, SampleThings) {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (other_school, empty_school) = (app.school_by_email("나래대학교").await, app.school("Dasom 대학교").await);
    let domains = &other_school.email_domains;
    app.service.app.schools.set_policy(&school, school.policy, domains).await.unwrap();
    let student = app.student(&school).await;
    app.verify_address(&student, &student.email).await;
    let newcomer = app.unverified(&other_school).await;
    app.request_code(&newcomer, &newcomer.email).await.is(202);
    app.take_mails().await;
    app.keep_codes_valid();
    let (other, stranger) = (app.student(&school).await, app.admin(&other_school).await);
    app.log_in(&student.login_id).await;

    let board = app.board(&student, "자유").await;
    let bare_board = app.board(&student, "광장").await;
    app.patch(format!("/boards/{bare_board}")).by(&student).json(&json!({ "name": "Plaza 광장" })).send().await.is(200);
    let deleted_board = app.board(&student, "옛날").await;
    app.board(&stranger, "자유").await;
    for pinned in [&board, &deleted_board] {
        app.put(format!("/boards/{pinned}/pin")).by(&student).send().await.is(204);
    }
    let named_post = app.write_post(&student, &board, "실명", false).await;
    let anonymous_post = app.write_post(&student, &board, "익명", true).await;
    let long = json!({ "title": "긴 글", "content": "가나다 ".repeat(300), "is_anonymous": true });
    let path = format!("/boards/{board}/posts");
    let long =
        app.post(path).by(&other).header("idempotency-key", "key").json(&long).send().await.is(201).text_at("/id");
    app.write_post(&student, &deleted_board, "옛글", true).await;
    app.delete(format!("/boards/{deleted_board}")).by(&student).send().await.is(204);

    let deleted_post = app.write_post(&student, &board, "지울 글", true).await;
    for post in [&anonymous_post, &deleted_post] {
        app.post(format!("/posts/{post}/like")).by(&other).send().await.is(200);
        app.put(format!("/posts/{post}/scrap")).by(&other).send().await.is(204);
    }
    app.write_comment(&other, &deleted_post, "함께 사라질 댓글", None).await;
    app.delete(format!("/posts/{deleted_post}")).by(&student).send().await.is(204);
    let [comment, reply, deleted_comment, remaining_reply, deleted_leaf] =
        create_comments(&app, &student, &other, &anonymous_post).await;
    let thread = create_thread(&app, &student, &other, &anonymous_post).await;
    let named = app.write_post(&student, &board, "쪽지를 받을 글", false).await;
    let named = app.write_about(&other, json!({ "post_id": named }), "여기도요").await;
    // Before the block, which hides requests.
    let friend = app.befriend(&other, &student).await;
    for blocked in [&named, &thread] {
        app.post(format!("/messages/{blocked}/block")).by(&student).send().await.is(204);
    }
    let picture = json!({ "content_type": "image/png", "size": 1000 });
    let upload = app.post("/media").by(&student).json(&picture).send().await.is(201).text_at("/id");
    let (timetable, empty_timetable) = create_timetables(&app, &school, &student).await;
    let review_of = async |title| create_review(&app, &student, &other, title).await;
    let (review, deleted_review) = (review_of("확률과정론").await, review_of("논문연구").await);
    app.delete(format!("/reviews/{deleted_review}")).by(&student).send().await.is(204);
    let exam_info = create_exam_info_and_grades(&app, &student, &other).await;
    app.ask(&student, &app.student(&school).await).await;
    let declined = app.ask(&app.student(&school).await, &student).await;
    app.delete(format!("/friends/requests/{declined}")).by(&student).send().await.is(204);
    app.put(format!("/posts/{long}/hide")).by(&student).send().await.is(204);
    app.block(&other, json!({ "comment_id": reply })).await;
    app.share(&student, &format!("/timetables/{timetable}")).await;
    policies::import(&app, "1", "1").await;
    let consents = json!({ "terms": "1", "privacy": "1" });
    app.put("/auth/me/consents").by(&other).json(&consents).send().await.is(200);
    let login_id = LoginId::parse(other.login_id.clone()).unwrap();
    app.service.app.password_resets.create_by_operator(&login_id).await.unwrap();
    let rows = app.rows().await;
    let link = rows.iter().find_map(|row| row["pk"].as_s().unwrap().strip_prefix("SHARE#")).unwrap().to_owned();
    let things = SampleThings {
        school,
        empty_school,
        student,
        board,
        bare_board,
        deleted_board,
        named_post,
        anonymous_post,
        other,
        comment,
        reply,
        deleted_comment,
        remaining_reply,
        deleted_leaf,
        deleted_post,
        thread,
        upload,
        timetable,
        empty_timetable,
        review,
        deleted_review,
        exam_info,
        friend,
        link,
    };
    app.index_lectures().await;
    (table::scan(&app.engine), things)
}
