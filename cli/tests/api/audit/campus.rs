//! A service with something of everything, and what can be done to its rows.

use std::collections::HashMap;

use Damage::{Deleted, Set};
use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::domain::{Parse, School, Semester};
use serde_json::json;

use crate::harness::{Student, TestApp};
use crate::world::review_body;

pub type Item = HashMap<String, AttributeValue>;
pub type Key = (String, String);

/// A service with something of everything, and the names of what its tests damage.
pub struct Campus {
    pub app: TestApp,
    pub school: School,
    /// A school that nobody is at.
    pub empty_school: School,
    /// Manages the boards, has pins and wrote the posts.
    pub student: Student,
    /// A board with posts and a pin.
    pub board: String,
    /// A board with neither, which was renamed.
    pub bare_board: String,
    /// A board with a post and a pin that was deleted.
    pub deleted_board: String,
    pub named_post: String,
    /// With comments; liked and scrapped by [`Campus::other`].
    pub anonymous_post: String,
    /// Comments and likes what the student wrote.
    pub other: Student,
    /// A comment of the other's under the anonymous post, with a reply of the student's, which the other likes.
    pub comment: String,
    pub reply: String,
    /// The place of a deleted comment, and the other's reply to it.
    pub emptied: String,
    pub left_reply: String,
    /// A comment that was deleted without leaving its place.
    pub gone: String,
    /// A post that was deleted, with a like, a scrap and a comment of the other's.
    pub deleted_post: String,
    /// A thread that the other started about the anonymous post: two messages of the other's, of which the student has
    /// read one, and one of the student's.
    pub thread: String,
    /// A picture of the student's that is in no post.
    pub upload: String,
    /// The primary timetable, with two lectures in it.
    pub timetable: String,
    /// An empty timetable.
    pub empty_timetable: String,
    /// The student's review of a lecture's course, which the other likes.
    pub review: String,
    /// The student's review of another lecture's course, which the other liked and the student deleted.
    pub deleted_review: String,
    /// The friendship that the other asked the student for.
    pub friend: String,
    /// The hash of the token of the link to the primary timetable.
    pub link: String,
}

/// What is done to a row.
pub enum Damage {
    Deleted(Key),
    /// An attribute is set, in a row that is made if there is none.
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

/// A key as findings have it.
pub fn told((pk, sk): &Key) -> String {
    format!("{pk:?} {sk:?}")
}

pub fn unconfirmed(row: &Key, statement: impl ToString) -> String {
    format!("{}: it says that {}, and its counterpart does not.", told(row), statement.to_string())
}

pub fn needs(row: &Key, others: &[&Key]) -> String {
    let others: Vec<_> = others.iter().map(|other| told(other)).collect();
    format!("{}: it needs {}.", told(row), others.join(" or "))
}

/// That a row counts more or fewer of these than there are.
pub fn miscounted(row: &Key, things: impl ToString, by: u64, excess: &str) -> String {
    format!("{}: the number of {} is {by} too {excess}.", told(row), things.to_string())
}

pub fn misplaced(row: &Key, right: &Key) -> String {
    format!("{}: what it holds belongs at {}.", told(row), told(right))
}

/// A catalogue, a term and two timetables, whose ids it gives.
async fn plan(app: &TestApp, school: &School, student: &Student) -> (String, String) {
    app.import(school, &["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105", "M2|001|논문연구|3|||"]).await;
    let semester = Semester::parse("2026-1".to_owned()).unwrap();
    app.desk.app.terms.set(school.id, semester, semester.usual_term()).await.unwrap();
    let timetable = app.timetable(student, "Plan", "private").await;
    let empty = app.timetable(student, "빈 것", "private").await;
    for title in ["확률과정론", "논문연구"] {
        let lecture = app.lecture(student, title).await;
        app.enter(student, &timetable, &json!({ "lecture_id": lecture })).await;
    }
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    (id(&timetable), id(&empty))
}

/// A review of the lecture's course, which the other likes; gives its id.
async fn review(app: &TestApp, student: &Student, other: &Student, title: &str) -> String {
    let path = format!("/lectures/{}/reviews", app.lecture(student, title).await);
    let review = app.post(path).by(student).json(&review_body()).send().await.is(201).text_at("/id");
    app.post(format!("/reviews/{review}/like")).by(other).send().await.is(200);
    review
}

impl Campus {
    pub async fn open() -> Self {
        let app = TestApp::start().await;
        let school = app.school("가온대학교").await;
        let (other_school, empty_school) = (app.school("나래대학교").await, app.school("Dasom 대학교").await);
        let student = app.student(&school).await;
        let (other, stranger) = (app.student(&school).await, app.admin(&other_school).await);
        app.log_in(&student.login_id).await;

        let board = app.board(&student, "자유").await;
        let bare_board = app.board(&student, "광장").await;
        app.patch(format!("/boards/{bare_board}"))
            .by(&student)
            .json(&json!({ "name": "Plaza 광장" }))
            .send()
            .await
            .is(200);
        let deleted_board = app.board(&student, "옛날").await;
        app.board(&stranger, "자유").await;
        for pinned in [&board, &deleted_board] {
            app.put(format!("/boards/{pinned}/pin")).by(&student).send().await.is(204);
        }
        let named_post = app.write_post(&student, &board, "실명", false).await;
        let anonymous_post = app.write_post(&student, &board, "익명", true).await;
        let long = json!({ "title": "긴 글", "content": "가나다 ".repeat(300), "is_anonymous": true });
        let path = format!("/boards/{board}/posts");
        app.post(path).by(&other).header("idempotency-key", "key").json(&long).send().await.is(201);
        app.write_post(&other, &deleted_board, "옛글", true).await;
        app.delete(format!("/boards/{deleted_board}")).by(&student).send().await.is(204);

        let deleted_post = app.write_post(&student, &board, "지울 글", true).await;
        for post in [&anonymous_post, &deleted_post] {
            app.post(format!("/posts/{post}/like")).by(&other).send().await.is(200);
            app.put(format!("/posts/{post}/scrap")).by(&other).send().await.is(204);
        }
        app.write_comment(&other, &deleted_post, "함께 사라질 댓글", None).await;
        app.delete(format!("/posts/{deleted_post}")).by(&student).send().await.is(204);
        let comment = app.write_comment(&other, &anonymous_post, "댓글", None).await;
        let reply = app.write_comment(&student, &anonymous_post, "답글", Some(&comment)).await;
        let [emptied, gone] = [
            app.write_comment(&student, &anonymous_post, "자리", None).await,
            app.write_comment(&other, &anonymous_post, "지울 댓글", None).await,
        ];
        let left_reply = app.write_comment(&other, &anonymous_post, "남은 답글", Some(&emptied)).await;
        app.post(format!("/comments/{gone}/like")).by(&student).send().await.is(200);
        app.post(format!("/comments/{reply}/like")).by(&other).send().await.is(200);
        for (deleted, by) in [(&emptied, &student), (&gone, &other)] {
            app.delete(format!("/comments/{deleted}")).by(by).send().await.is(204);
        }
        let thread = app.write_about(&other, json!({ "post_id": anonymous_post }), "안녕하세요").await;
        let path = format!("/messages/{thread}");
        app.get(&path).by(&student).send().await.is(200);
        for by in [&student, &other] {
            app.post(&path).by(by).json(&json!({ "content": "네" })).send().await.is(201);
        }
        let named = app.write_post(&student, &board, "쪽지를 받을 글", false).await;
        let named = app.write_about(&other, json!({ "post_id": named }), "여기도요").await;
        app.post(format!("/messages/{named}/block")).by(&student).send().await.is(204);
        let picture = json!({ "content_type": "image/png", "size": 1000 });
        let upload = app.post("/media").by(&student).json(&picture).send().await.is(201).text_at("/id");
        let (timetable, empty_timetable) = plan(&app, &school, &student).await;
        let review_of = async |title| review(&app, &student, &other, title).await;
        let (review, deleted_review) = (review_of("확률과정론").await, review_of("논문연구").await);
        app.delete(format!("/reviews/{deleted_review}")).by(&student).send().await.is(204);
        let friend = app.befriend(&other, &student).await;
        app.ask(&student, &app.student(&school).await).await;
        app.share(&student, &format!("/timetables/{timetable}")).await;
        let rows = app.rows().await;
        let link = rows.iter().find_map(|row| row["pk"].as_s().unwrap().strip_prefix("SHARE#")).unwrap().to_owned();
        Self {
            app,
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
            emptied,
            left_reply,
            gone,
            deleted_post,
            thread,
            upload,
            timetable,
            empty_timetable,
            review,
            deleted_review,
            friend,
            link,
        }
    }

    /// A key in the school.
    pub fn at(&self, rest: impl ToString, sk: impl ToString) -> Key {
        key(format!("SCHOOL#{}{}", self.school.id, rest.to_string()), sk)
    }

    /// A key in the student's partition.
    pub fn own(&self, sk: impl ToString) -> Key {
        self.at(format!("#USER#{}", self.student.id), sk)
    }

    /// A key in the partition of [`Campus::other`].
    pub fn others(&self, sk: impl ToString) -> Key {
        self.at(format!("#USER#{}", self.other.id), sk)
    }

    /// A key among the comments of the anonymous post.
    pub fn comment_at(&self, sk: impl ToString) -> Key {
        self.at(format!("#POST#{}", self.anonymous_post), sk)
    }

    /// The place of a comment.
    pub fn place(&self, comment: &str) -> Key {
        self.at(format!("#COMMENT#{comment}"), "PLACE")
    }

    pub fn head(&self, post: &str) -> Key {
        self.at(format!("#BOARD#{}", self.board), format!("POST#{post}"))
    }

    pub fn body(&self, post: &str) -> Key {
        self.at(format!("#POST#{post}"), "BODY")
    }

    /// That the thing belongs to this student of the school.
    pub fn owned(&self, thing: &str, user: impl ToString) -> String {
        format!("{thing} belongs to user {} of school {}", user.to_string(), self.school.id)
    }

    pub fn composed(&self, post: &str, board: &str, by: &str, content: &str) -> String {
        let begins = digest(&SHA256, content.as_bytes());
        let school = self.school.id;
        format!(
            "post {post} of school {school} is on board {board}, is {by} and begins with the text of hash {begins:?}"
        )
    }

    pub async fn findings(&self) -> Vec<String> {
        self.app.recount().await.findings
    }

    pub async fn delete(&self, (pk, sk): &Key) {
        let client = self.app.engine.connection().client;
        client.delete_item().table_name("campus").key("pk", text(pk)).key("sk", text(sk)).send().await.unwrap();
    }

    pub async fn inflict(&self, damage: &Damage) {
        let client = self.app.engine.connection().client;
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
        let client = self.app.engine.connection().client;
        client.put_item().table_name("campus").set_item(Some(row.clone())).send().await.unwrap();
    }

    /// What an audit finds after the damage, which is undone again.
    pub async fn findings_after(&self, damage: &[Damage]) -> Vec<String> {
        let before = self.app.rows().await;
        for damage in damage {
            self.inflict(damage).await;
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

    /// Asserts that an audit finds exactly this after the damage.
    pub async fn tells(&self, damage: &[Damage], expected: impl IntoIterator<Item = String>) {
        let mut expected: Vec<_> = expected.into_iter().collect();
        expected.sort_unstable();
        assert_eq!(self.findings_after(damage).await, expected);
    }
}
