//! The student of the events, with everything that the events need.

use campus_core::domain::{EmailDomain, Parse, Role};
use campus_local::Engine;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::support::fixture::{exam_info_body, review_body};
use crate::support::harness::{Student, TestApp, connection, sign_up_body, student_of};
use crate::support::table::{self, StoredRow};

/// Six characters, as `events/README.md` asks for.
const UNIQUE: &str = "x1y2z3";

/// A service with the student's data, and the values of the placeholders.
pub struct EventFixture {
    pub app: TestApp,
    pub values: Values,
}

/// The values of the placeholders.
#[derive(Clone)]
pub struct Values {
    pub student: Student,
    /// The name of each placeholder, and its value.
    ids: Vec<(&'static str, String)>,
}

/// The original of all copies of the data.
struct EventSeed {
    rows: Vec<StoredRow>,
    values: Values,
}

static SEED: OnceCell<EventSeed> = OnceCell::const_new();

impl EventFixture {
    pub async fn start() -> Self {
        let seed = SEED.get_or_init(create).await;
        let engine = Engine::in_memory().await.unwrap();
        table::write(&engine, seed.rows.clone());
        let app = TestApp::on(engine, connection, None).await;
        let student = app.renewed(&seed.values.student);
        Self { app, values: Values { student, ..seed.values.clone() } }
    }

    /// Restores the data, so that the next event finds what it needs.
    pub async fn reset(&self) {
        self.app.service.timetable.clear_cache();
        table::replace(&self.app.engine, &SEED.get().unwrap().rows);
    }
}

impl Values {
    /// The event with a value for each placeholder.
    pub fn fill(&self, event: &str) -> String {
        let tokens = [("ACCESS_TOKEN", &self.student.token), ("REFRESH_TOKEN", &self.student.refresh_token)];
        let ids = self.ids.iter().map(|(name, value)| (*name, value));
        let filled = tokens
            .into_iter()
            .chain(ids)
            .fold(event.to_owned(), |event, (name, value)| event.replace(&format!("${{{name}}}"), value));
        filled.replace("${UNIQUE}", UNIQUE)
    }
}

/// Creates the data through the API.
async fn create() -> EventSeed {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let domain = EmailDomain::parse("gaon.example".to_owned()).unwrap();
    app.service.app.schools.set_policy(&school, school.policy, &[domain]).await.unwrap();
    let mut sign_up = sign_up_body(&school, "maru");
    sign_up["password"] = "gaon-maru-2026!".into();
    let student = student_of(app.post("/auth/signup").json(&sign_up).send().await.is(201));
    app.service.app.users.set_role(school.id, student.id.parse().unwrap(), Role::Admin).await.unwrap();
    let login = json!({ "login_id": "maru", "password": "gaon-maru-2026!" });
    let student = student_of(app.post("/auth/login").json(&login).send().await.is(200));
    let other = app.student(&school).await;
    let board = app.board(&student, "자유게시판").await;
    let post = app.write_post(&student, &board, "제목", true).await;
    // The student may delete their own board only as long as nobody else has posted on it.
    let others_board = app.board(&other, "남의 게시판").await;
    let others_post = app.write_post(&other, &others_board, "남의 글", true).await;
    let comment = app.write_comment(&student, &post, "댓글", None).await;
    let others_comment = app.write_comment(&other, &post, "남의 댓글", None).await;
    app.report(&student, json!({ "post_id": others_post, "reason": "spam" })).await.is(201);
    // A block of another student: a block of `others_post` would refuse the thread about it.
    let blocked = app.write_comment(&app.student(&school).await, &post, "차단할 댓글", None).await;
    let block = app.block(&student, json!({ "comment_id": blocked })).await;
    let thread = app.write_about(&student, json!({ "post_id": others_post }), "안녕하세요").await;

    app.import(&school, &["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105"]).await;
    app.import_of("2026-2", &school, &["M2|001|논문연구|3|박||", "M3|001|해석학|3|박||"]).await.unwrap();
    let lecture = app.lecture(&student, "확률과정론").await;
    let timetable = app.timetable(&student, "계획", "private").await;
    let slots = json!([{ "day": "fri", "start": "18:00", "end": "20:00" }]);
    let entry = app.enter(&student, &timetable, &json!({ "title": "동아리", "slots": slots })).await;
    let share = app.share(&student, &timetable).await;
    // The first timetable of a semester is the primary timetable, which friends may see.
    let theirs = json!({ "semester": "2026-2", "name": "계획", "visibility": "friends" });
    app.post("/timetables").by(&other).json(&theirs).send().await.is(201);
    let taken = take(&app, &student, "논문연구").await;
    let review = review(&app, &student, &take(&app, &student, "해석학").await).await;
    let others_review = self::review(&app, &other, &take(&app, &other, "논문연구").await).await;

    let exam_info = tell(&app, &student, &taken).await;
    let others_exam_info = tell(&app, &other, &taken).await;
    let friend = app.befriend(&other, &student).await;
    let request = app.ask(&app.student(&school).await, &student).await;
    app.consume_stream().await;
    let login_id = format!("em_{UNIQUE}");
    app.post("/auth/signup").json(&sign_up_body(&school, &login_id)).send().await.is(201);

    let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let ids = vec![
        ("SCHOOL_ID", school.id.to_string()),
        ("BOARD_ID", board),
        ("POST_ID", post),
        ("COMMENT_ID", comment),
        ("OTHERS_POST_ID", others_post),
        ("OTHERS_COMMENT_ID", others_comment),
        ("BLOCK_ID", block),
        ("THREAD_ID", thread),
        ("LECTURE_ID", lecture),
        ("TIMETABLE_ID", last(&timetable)),
        ("ENTRY_ID", last(&entry)),
        ("TAKEN_LECTURE_ID", taken),
        ("REVIEW_ID", review),
        ("OTHERS_REVIEW_ID", others_review),
        ("EXAM_INFO_ID", exam_info),
        ("OTHERS_EXAM_INFO_ID", others_exam_info),
        ("SHARE_TOKEN", share),
        ("FRIEND_ID", friend),
        ("REQUEST_ID", request),
    ];
    EventSeed { rows: table::scan(&app.engine), values: Values { student, ids } }
}

/// Adds a lecture of 2026-2 to a new timetable. Returns its id.
async fn take(app: &TestApp, by: &Student, title: &str) -> String {
    let lecture = app.lecture_of("2026-2", by, title).await;
    let timetable = json!({ "semester": "2026-2", "name": title });
    let timetable = app.post("/timetables").by(by).json(&timetable).send().await;
    app.enter(by, timetable.is(201).header("location"), &json!({ "lecture_id": lecture })).await;
    lecture
}

/// Reviews the course of a lecture of 2026-2. Returns the id of the review.
async fn review(app: &TestApp, by: &Student, lecture: &str) -> String {
    let mut body = review_body();
    body["semester"] = "2026-2".into();
    app.post(format!("/lectures/{lecture}/reviews")).by(by).json(&body).send().await.is(201).text_at("/id")
}

/// Tells about the midterm of a lecture of 2026-2. Returns the id of the exam info.
async fn tell(app: &TestApp, by: &Student, lecture: &str) -> String {
    let mut body = exam_info_body();
    body["semester"] = "2026-2".into();
    app.post(format!("/lectures/{lecture}/exam-infos")).by(by).json(&body).send().await.is(201).text_at("/id")
}
