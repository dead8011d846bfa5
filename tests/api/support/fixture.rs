//! A small community that all tests over every operation start from: students in every relation to a few resources. It
//! is created once; each service that starts from it gets a copy of its rows.
//!
//! If a new operation needs another resource, add it to [`Things`].

use std::ops::Deref;

use aws_sdk_dynamodb::types::AttributeValue;
use axum::http::Method;
use campus_core::domain::{
    EmailDomain, LoginId, Parse, ReportThreshold, School, SchoolId, SchoolName, VerificationPolicy, YoungDays,
};
use campus_core::store::{Connection, Limits, SearchIndex};
use campus_local::Engine;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::support::gallery::{store_in, upload};
use crate::support::harness::{
    Answer, Call, PASSWORD, Student, TestApp, connection, sign_up_body, student_of, takedown_body,
};
use crate::support::ids;
use crate::support::operations::{self, Operation, Specimen};
use crate::support::policies;
use crate::support::table::{self, StoredRow};

/// The sender of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A client without a token.
    Nobody,
    /// The author of all content of the fixture, which is anonymous. [`author_body`] makes the author recognisable.
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
    /// A student of the school whose session has ended, though the access token has not expired.
    Ended,
    /// A student of the school who has withdrawn, though the access token has not expired.
    Withdrawn,
    /// Somebody who has signed up at the school and is not verified.
    Unverified,
}

impl Who {
    pub const ALL: [Self; 10] = [
        Self::Nobody,
        Self::Author,
        Self::Student,
        Self::Foreigner,
        Self::Manager,
        Self::Admin,
        Self::ForeignAdmin,
        Self::Ended,
        Self::Withdrawn,
        Self::Unverified,
    ];
}

/// The students and the resources of the fixture.
#[derive(Clone)]
pub struct Things {
    pub school: School,
    /// All of [`Who`] except `Nobody`, in order.
    students: Vec<Student>,
    /// A board with two anonymous posts of the author.
    pub board: String,
    /// A board that the manager and the student have pinned.
    pub pinned: String,
    /// The first post. It is hot, has a picture, and the student and the manager like it and have it in their scraps.
    /// The manager hides it.
    pub hot_post: String,
    /// The second post, with comments. The manager mutes it.
    pub post: String,
    /// A block of the manager: the author of the second post, as its anonymous author.
    pub block: String,
    /// An anonymous reply of the author to a comment of the student. The post also has a deleted comment of the author,
    /// to which the student has replied.
    pub comment: String,
    /// A thread that the student started with the author about the second post. The author has not read it.
    pub thread: String,
    /// A lecture that is in no timetable.
    pub lecture: String,
    /// The path of a timetable of the author with visibility `school`. It has a lecture and a free entry.
    pub timetable: String,
    /// The path of the free entry.
    pub entry: String,
    /// A lecture that the author has taken and not reviewed.
    pub taken: String,
    /// A lecture whose course the author has reviewed.
    pub reviewed: String,
    /// The review, which a withdrawn student likes.
    pub review: String,
    /// The case of the second post, which the manager has reported. It is not decided.
    pub case: String,
    /// A post of the author on a board of its own, which an admin has removed after a report of the student.
    pub removed: String,
    /// An open takedown request about the first post.
    pub takedown: String,
    /// A takedown request that restricts a post of the author on the board of the reports. The author has not objected.
    pub restriction: String,
    /// The token that confirms a takedown request about the second post.
    pub takedown_token: String,
    /// An exam info of the author about this course, which a withdrawn student likes.
    pub exam_info: String,
    /// The token of the share link of the timetable.
    pub share: String,
    /// The friendship of the student and the manager. The manager has a timetable with visibility `friends`.
    pub friend: String,
    /// A friend request of the admin to the student.
    pub request: String,
    /// The verification codes of the students, for the addresses of their accounts, in the order of the students.
    codes: Vec<String>,
    /// The token of a link with which the student can set a new password.
    pub reset: String,
}

impl Things {
    /// The things of a community in which only the school and the students exist.
    fn new(school: School, students: Vec<Student>) -> Self {
        let none = String::new;
        Self {
            school,
            students,
            board: none(),
            pinned: none(),
            hot_post: none(),
            post: none(),
            block: none(),
            comment: none(),
            thread: none(),
            lecture: none(),
            timetable: none(),
            entry: none(),
            taken: none(),
            reviewed: none(),
            review: none(),
            case: none(),
            removed: none(),
            takedown: none(),
            restriction: none(),
            takedown_token: none(),
            exam_info: none(),
            share: none(),
            friend: none(),
            request: none(),
            codes: Vec::new(),
            reset: none(),
        }
    }

    /// Things whose ids are the placeholders of events. `events/README.md` explains the placeholders.
    pub fn placeholders() -> Self {
        let text = str::to_owned;
        let name = SchoolName::parse(text("가온대학교")).unwrap();
        let school = School {
            id: SchoolId::from_uuid(Uuid::nil()),
            name,
            email_domains: Vec::new(),
            policy: VerificationPolicy::Manual,
            young_days: YoungDays::default(),
            report_threshold: ReportThreshold::default(),
        };
        let student = Student {
            id: text("${USER_ID}"),
            login_id: text("maru"),
            email: text("maru@gaon.example"),
            nickname: text("마루"),
            token: text("${ACCESS_TOKEN}"),
            refresh_token: text("${REFRESH_TOKEN}"),
        };
        Self {
            board: text("${BOARD_ID}"),
            pinned: text("${BOARD_ID}"),
            hot_post: text("${POST_ID}"),
            post: text("${POST_ID}"),
            block: text("${BLOCK_ID}"),
            comment: text("${COMMENT_ID}"),
            thread: text("${THREAD_ID}"),
            lecture: text("${LECTURE_ID}"),
            timetable: text("/timetables/${TIMETABLE_ID}"),
            entry: text("/timetables/${TIMETABLE_ID}/entries/${ENTRY_ID}"),
            taken: text("${TAKEN_LECTURE_ID}"),
            reviewed: text("${TAKEN_LECTURE_ID}"),
            review: text("${REVIEW_ID}"),
            case: text("p${OTHERS_POST_ID}"),
            removed: text("${POST_ID}"),
            // No demo student has one.
            takedown: text("9c4e6f2d-4b1c-4c35-9d04-5e8a7bb0c9f2"),
            restriction: text("9c4e6f2d-4b1c-4c35-9d04-5e8a7bb0c9f2"),
            takedown_token: text("Vn3kTq8sJ0hYw5RzLd2mXc7uAe9fGb1PoKiNyQtHxSU"),
            exam_info: text("${EXAM_INFO_ID}"),
            share: text("${SHARE_TOKEN}"),
            friend: text("${FRIEND_ID}"),
            request: text("${REQUEST_ID}"),
            codes: vec![text("012345"); Who::ALL.len() - 1],
            reset: text("${RESET_TOKEN}"),
            ..Self::new(school, vec![student; Who::ALL.len() - 1])
        }
    }

    /// The caller's account, if it has one.
    pub fn student(&self, who: Who) -> Option<&Student> {
        index(who).map(|index| &self.students[index])
    }

    /// The caller's verification code, if it has an account.
    pub fn code(&self, who: Who) -> Option<&str> {
        index(who).map(|index| &*self.codes[index])
    }
}

/// The position among the students.
fn index(who: Who) -> Option<usize> {
    Who::ALL.iter().position(|one| *one == who).unwrap().checked_sub(1)
}

/// A service with the fixture in its table.
pub struct Fixture {
    pub app: TestApp,
    pub things: Things,
}

impl Deref for Fixture {
    type Target = Things;

    fn deref(&self) -> &Things {
        &self.things
    }
}

/// The original of all copies of the fixture.
struct Seed {
    rows: Vec<StoredRow>,
    things: Things,
}

static SEED: OnceCell<Seed> = OnceCell::const_new();

impl Fixture {
    pub async fn start() -> Self {
        Self::start_with(connection).await
    }

    /// With another connection, such as one with faults.
    pub async fn start_with(connection: impl FnOnce(&Engine) -> Connection) -> Self {
        Self::start_within(None, connection).await
    }

    /// With limits and another connection.
    pub async fn start_within(limits: Option<Limits>, connection: impl FnOnce(&Engine) -> Connection) -> Self {
        let seed = SEED.get_or_init(create).await;
        let engine = Engine::in_memory().await.unwrap();
        table::write(&engine, seed.rows.clone());
        let app = TestApp::on(engine, connection, limits).await;
        let mut things = seed.things.clone();
        things.students = things.students.iter().map(|student| app.renewed(student)).collect();
        Self { app, things }
    }

    /// With the time limits of the deployed service.
    pub fn with_own_time_limits(self) -> Self {
        Self { app: self.app.with_own_time_limits(), ..self }
    }

    /// Restores the table. This is as good as a new service: a service keeps nothing else but catalogues and shared pages.
    pub async fn reset(&self) {
        self.app.service.timetable.clear_cache();
        self.app.service.app.posts.clear_shared_pages();
        table::replace(&self.app.engine, &SEED.get().unwrap().rows);
        // Otherwise, the service would read the policies again whenever it has remembered them for a minute.
        self.app.service.app.policies.refresh().await.unwrap();
    }

    /// The valid request of the operation, by `who`.
    pub fn request(&self, operation: &Operation, who: Who) -> Call<'_> {
        self.call(operation, who, (operation.request)(self, who))
    }

    /// The same, but of a list as many items as possible.
    pub fn request_of_all(&self, operation: &Operation, who: Who) -> Call<'_> {
        let Specimen { path, body } = (operation.request)(self, who);
        self.call(operation, who, Specimen { path: path.replace("limit=1", "limit=50"), body })
    }

    fn call(&self, operation: &Operation, who: Who, specimen: Specimen) -> Call<'_> {
        let Specimen { path, body } = specimen;
        let call = self.app.call(operation.method().parse::<Method>().unwrap(), path);
        let call = body.into_iter().fold(call, |call, body| call.json(&body));
        self.student(who).into_iter().fold(call, |call, student| call.by(&self.app.renewed(student)))
    }

    pub async fn send(&self, operation: &Operation, who: Who) -> Answer {
        self.request(operation, who).send().await
    }

    /// Sends the valid request of the operation with this method and path.
    pub async fn send_named(&self, operation: &str, who: Who) -> Answer {
        self.send(operations::find(operation), who).await
    }
}

/// The body that signs up the author.
pub fn author_body(school: &School) -> Value {
    let mut body = sign_up_body(school, "kestrel_q7x");
    body["email"] = json!("falco.tinnunculus@nest.example.ac.kr");
    body["nickname"] = json!("황조롱이매");
    body
}

/// The body of a review of a course that its author took in 2026-1.
pub fn review_body() -> Value {
    json!({
        "rating": 4, "content": "과제가 많지만 그만큼 많이 배웁니다. 추천합니다.", "semester": "2026-1",
        "homework": "many", "grading": "generous", "exams": "two",
    })
}

/// The body of an exam info about a midterm of 2026-1.
pub fn exam_info_body() -> Value {
    json!({
        "exam": "midterm", "semester": "2026-1", "question_types": ["essay", "true_false"],
        "strategy": "기출 문제와 비슷합니다. 과제를 다시 풀어 보세요.",
    })
}

/// A course with its grade.
pub fn grade_body() -> Value {
    json!({ "title": "확률과정론", "credit": 1.5, "grade": "B+", "is_major": true, "is_retake": false })
}

/// Creates the fixture through the API.
async fn create() -> Seed {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder, Vec::new()).await;
    let engine = Engine::in_memory().await.unwrap();
    let app = TestApp::on_bucket(engine, connection, None, store.bucket().unwrap()).await;
    let (mut school, other) = (app.school_by_email("가온대학교").await, app.school_by_email("나래대학교").await);
    // The domain of the author.
    school.email_domains.push(EmailDomain::parse("nest.example.ac.kr".to_owned()).unwrap());
    app.service.app.schools.set_policy(&school, school.policy, &school.email_domains).await.unwrap();
    let author = student_of(app.post("/auth/signup").json(&author_body(&school)).send().await.is(201));
    let author = app.verified(&author).await;
    let students = vec![
        author,
        app.student(&school).await,
        app.student(&other).await,
        app.student(&school).await,
        app.admin(&school).await,
        app.admin(&other).await,
        app.student(&school).await,
        app.student(&school).await,
        app.unverified(&school).await,
    ];
    let mut things = Things::new(school, students);
    let person = |who| things.student(who).unwrap().clone();
    let (author, student, manager) = (person(Who::Author), person(Who::Student), person(Who::Manager));
    let (admin, ended, withdrawn) = (person(Who::Admin), person(Who::Ended), person(Who::Withdrawn));
    policies::import(&app, "1", "1").await;
    for student in &things.students {
        let consents = json!({ "terms": "1", "privacy": "1" });
        app.put("/auth/me/consents").by(student).json(&consents).send().await.is(200);
    }
    things.reset = create_reset(&app, &student).await;
    things.board = app.board(&manager, "자유").await;
    things.pinned = app.board(&manager, "장터").await;
    for by in [&manager, &student] {
        app.put(format!("/boards/{}/pin", things.pinned)).by(by).send().await.is(204);
    }
    things.hot_post = write_with_picture(&app, &author, &things.board).await;
    add_eight_likes(&app, &things).await;
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
    create_cases(&app, &mut things).await;
    app.put(format!("/posts/{}/hide", things.hot_post)).by(&manager).send().await.is(204);
    things.block = app.block(&manager, json!({ "post_id": things.post })).await;
    app.put(format!("/posts/{}/mute", things.post)).by(&manager).send().await.is(204);
    create_timetables(&app, &mut things, &author).await;
    create_review(&app, &mut things, &author, &withdrawn).await;
    let grades = json!({ "courses": [{ "title": "해석학", "credit": 3, "grade": "A+", "is_major": false }] });
    app.put("/grades/2026-1").by(&author).json(&grades).send().await.is(200);
    things.friend = app.befriend(&manager, &student).await;
    app.timetable(&manager, "친구에게", "friends").await;
    things.request = app.ask(&admin, &student).await;
    app.consume_stream().await;
    for student in &things.students {
        app.request_code(student, &student.email).await.is(202);
        things.codes.push(app.take_code(&student.email).await);
    }
    app.keep_codes_valid();
    end_sessions(&app, &ended).await;
    let withdrawal = json!({ "password": PASSWORD });
    app.delete("/auth/me").by(&withdrawn).json(&withdrawal).send().await.is(204);
    app.index_lectures().await;
    for school in app.service.app.schools.all().await.unwrap() {
        SearchIndex::new(app.table()).rebuild(school.id, |_| ()).await.unwrap();
    }
    Seed { rows: table::scan(&app.engine), things }
}

/// Creates an anonymous post with a picture.
async fn write_with_picture(app: &TestApp, by: &Student, board: &str) -> String {
    let picture = upload(app, by).await;
    let post = json!({ "title": "첫째", "content": "사진", "is_anonymous": true, "media_ids": [picture] });
    app.post(format!("/boards/{board}/posts")).by(by).json(&post).send().await.is(201).text_at("/id")
}

/// Writes the rows of eight likes of a post, by students who have withdrawn since. With two more, the post is hot.
async fn add_eight_likes(app: &TestApp, things: &Things) {
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
        put(user, format!("MARK#{board}#{}", ids::post_uuid(post)), "liked_at").await;
    }
    let Connection { client, table } = &app.raw;
    let head =
        client.update_item().table_name(table).update_expression("SET like_count = :likes, hot_like_count = :likes");
    let head = head.key("pk", AttributeValue::S(format!("SCHOOL#{school}#BOARD#{board}")));
    let head = head.key("sk", AttributeValue::S(format!("POST#{}", ids::post_uuid(post))));
    head.expression_attribute_values(":likes", AttributeValue::N("8".to_owned())).send().await.unwrap();
}

/// Reports the second post, and another post, which an admin removes. Asks for takedowns of the posts, and of another one,
/// which an admin restricts.
async fn create_cases(app: &TestApp, things: &mut Things) {
    let person = |who| things.student(who).unwrap().clone();
    let (author, student, manager, admin) =
        (person(Who::Author), person(Who::Student), person(Who::Manager), person(Who::Admin));
    let board = app.board(&manager, "신고").await;
    let restricted = app.write_post(&author, &board, "전화번호", true).await;
    things.restriction = app.take_down(&admin, &restricted).await;
    app.decide_takedown(&admin, &things.restriction, "restrict").await.is(200);
    things.takedown = app.take_down(&admin, &things.hot_post).await;
    things.takedown_token = app.request_takedown(&takedown_body(&things.post)).await;
    // The author's mail waits for up to an hour.
    let rows: Vec<_> =
        table::scan(&app.engine).into_iter().filter(|row| !table::text(row, "pk").starts_with("MAILS#")).collect();
    table::replace(&app.engine, &rows);
    things.removed = app.write_post(&author, &board, "광고", true).await;
    app.report(&student, json!({ "post_id": things.removed, "reason": "spam" })).await.is(201);
    app.decide(&admin, &format!("p{}", things.removed), "remove").await.is(200);
    app.report(&manager, json!({ "post_id": things.post, "reason": "abuse" })).await.is(201);
    things.case = format!("p{}", things.post);
}

/// Creates two timetables, one with a share link.
async fn create_timetables(app: &TestApp, things: &mut Things, author: &Student) {
    let lectures = [
        "M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105",
        "M2|001|해석학|3|박|수 14:00-15:30|25-106",
        "M3|001|논문연구|3|박||",
    ];
    app.import(&things.school, &lectures).await;
    things.lecture = app.lecture(author, "해석학").await;
    things.timetable = app.timetable(author, "계획", "school").await;
    app.timetable(author, "다른 계획", "private").await;
    things.reviewed = app.lecture(author, "확률과정론").await;
    app.enter(author, &things.timetable, &json!({ "lecture_id": things.reviewed })).await;
    let slots = json!([{ "day": "fri", "start": "18:00", "end": "20:00", "place": "동아리방" }]);
    things.entry = app.enter(author, &things.timetable, &json!({ "title": "동아리", "slots": slots })).await;
    things.share = app.share(author, &things.timetable).await;
}

/// Creates a review and an exam info, and adds a lecture to the timetable whose course the author can still review.
async fn create_review(app: &TestApp, things: &mut Things, author: &Student, liker: &Student) {
    things.taken = app.lecture(author, "논문연구").await;
    app.enter(author, &things.timetable, &json!({ "lecture_id": things.taken })).await;
    let path = format!("/lectures/{}/reviews", things.reviewed);
    things.review = app.post(path).by(author).json(&review_body()).send().await.is(201).text_at("/id");
    app.post(format!("/reviews/{}/like", things.review)).by(liker).send().await.is(200);
    let path = format!("/lectures/{}/exam-infos", things.reviewed);
    things.exam_info = app.post(path).by(author).json(&exam_info_body()).send().await.is(201).text_at("/id");
    app.post(format!("/exam-infos/{}/like", things.exam_info)).by(liker).send().await.is(200);
}

/// Creates a link that sets a new password, as an operator does, and lets it expire after a day: tests may still run when a
/// link has expired. Returns its token.
async fn create_reset(app: &TestApp, student: &Student) -> String {
    let login_id = LoginId::parse(student.login_id.clone()).unwrap();
    let token = app.service.app.password_resets.create_by_operator(&login_id).await.unwrap();
    let rows = table::scan(&app.engine);
    let mut reset = rows.iter().find(|row| table::text(row, "sk") == "RESET").unwrap().clone();
    let tomorrow = app.clock.now().plus_secs(24 * 3600).as_secs().to_string();
    reset.insert("expires_at".to_owned(), dynoxide::types::AttributeValue::N(tomorrow));
    table::write(&app.engine, vec![reset]);
    token
}

/// Removes the sessions of a student, as logging out everywhere does.
async fn end_sessions(app: &TestApp, student: &Student) {
    let rows = table::scan(&app.engine);
    let is_sessions = |row: &&StoredRow| {
        table::text(row, "pk").ends_with(&format!("#USER#{}", student.id)) && table::text(row, "sk") == "SESSIONS"
    };
    let mut sessions = rows.iter().find(is_sessions).unwrap().clone();
    sessions.insert("live".to_owned(), dynoxide::types::AttributeValue::M(Default::default()));
    table::write(&app.engine, vec![sessions]);
}
