//! What each operation takes of the table, compared with its minimum: the table in `docs/performance.md`.
//!
//! The engine computes capacity as DynamoDB does. The rows of these tests are small. The docs say what grows with the
//! size of rows.

use campus_core::domain::{Role, School};
use campus_core::store::Usage;
use serde_json::{Value, json};

use crate::guarantees::search::search_path;
use crate::support::external;
use crate::support::fixture::{Fixture, exam_info_body, grade_body, review_body};
use crate::support::generated;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp, sign_up_body, student_of};
use crate::support::operations::{self, Minimum};
use crate::support::popular::Popular;

/// The file with the table, and how the header of the table begins.
pub const TABLE: (&str, &str) = ("docs/performance.md", "| operation | calls | in sequence |");

/// The same of the table of operations that take more calls in sequence than the rule allows.
const DETOURS: (&str, &str) = ("docs/performance.md", "| operation | in sequence | by the rule |");

/// Whether a row of the table is about the operation.
pub fn is_about(line: &str, operation: &str) -> bool {
    let measured = line.strip_prefix("| `").unwrap_or_default().split('`').next().unwrap_or_default();
    measured.strip_prefix(operation).is_some_and(|case| case.is_empty() || case.starts_with([',', '?']))
}

/// The minimum of a measured case, such as `POST /boards, Idempotency-Key`.
fn minimum_of(case: &str) -> &'static Minimum {
    let mut minimums = operations::all().flat_map(|operation| {
        operation.minimums.iter().filter(move |minimum| case == format!("{}{}", operation.name, minimum.case))
    });
    minimums.next().unwrap_or_else(|| panic!("{case} has no minimum in support/operations"))
}

/// The rows of both tables.
#[derive(Default)]
struct Measured {
    usage: Vec<String>,
    detours: Vec<String>,
}

impl Measured {
    fn note(&mut self, case: &str, answer: &Answer) {
        self.usage.push(row(case, answer));
        self.detours.extend(detour(case, answer));
    }
}

/// The row of the table of operations that take more calls in sequence than the rule allows, if this one does.
fn detour(case: &str, answer: &Answer) -> Option<String> {
    let (sequence, minimum) = (answer.usage.sequence, minimum_of(case));
    let (max, reason) = (minimum.max_sequence(case.split(' ').next().unwrap()), minimum.detour);
    assert_eq!(sequence > max, !reason.is_empty(), "{case} takes {sequence} calls in sequence: is there a reason?");
    (sequence > max).then(|| format!("| `{case}` | {sequence} | {max} | {reason} |"))
}

/// A row of the table of usage.
fn row(case: &str, answer: &Answer) -> String {
    assert!(answer.status.is_success(), "{case}: {answer:?}");
    let Usage { calls, sequence, read_units, write_units } = answer.usage;
    let minimum = minimum_of(case);
    let (rows, reason) = (minimum.rows(), minimum.reason);
    let (reads, writes) = (minimum.read_units(), minimum.write_units());
    assert!(read_units >= reads && write_units >= writes, "{case} takes less than {reads} and {writes}");
    let needs_reason = minimum.is_far_below(read_units, write_units);
    assert_eq!(
        needs_reason,
        !reason.is_empty(),
        "{case} takes {read_units} and {write_units} units: is there a reason?"
    );
    format!(
        "| `{case}` | {calls} | {sequence} | {read_units} | {reads} | {write_units} | {writes} | {rows} | {reason} |"
    )
}

#[tokio::test]
async fn the_docs_say_what_each_operation_takes() {
    if external::is_used() {
        return;
    }
    let mut measured = Measured::default();
    note_cases(&mut |case: &str, answer: Answer| -> Answer {
        measured.note(case, &answer);
        answer
    })
    .await;
    // An operation without special cases is measured with its valid request.
    for operation in operations::all() {
        if !measured.usage.iter().any(|row| is_about(row, operation.name)) {
            let fixture = Fixture::start().await;
            measured.note(operation.name, &fixture.send(operation, operation.caller).await);
        }
        for minimum in &operation.minimums {
            let case = format!("{}{}", operation.name, minimum.case);
            let mut rows = measured.usage.iter();
            assert!(rows.any(|row| row.starts_with(&format!("| `{case}`"))), "{case} is not measured");
        }
    }
    generated::assert_none(
        [hold_table(TABLE, measured.usage), hold_table(DETOURS, measured.detours)].into_iter().flatten(),
    );
}

/// Holds the rows of a table. Returns what is wrong, if anything.
fn hold_table((file, header): (&str, &str), rows: Vec<String>) -> Option<String> {
    let begins = |line: &str| line.starts_with(header);
    let text = generated::read(file);
    let header_lines = text.lines().skip_while(|line| !begins(line)).take(2).map(str::to_owned);
    let table: Vec<_> = header_lines.chain(rows).collect();
    generated::hold_lines(file, begins, |line| line.starts_with('|'), &table)
}

/// Sends the requests of all cases. Calls `note` with each case and its response, in the order of the table.
async fn note_cases(note: &mut impl FnMut(&str, Answer) -> Answer) {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    note("GET /schools", app.get("/schools").send().await);
    app.post("/auth/signup").json(&sign_up_body(&school, "maru")).send().await.is(201);
    let by_email = app.school_by_email("나래대학교").await;
    let newcomer = app.post("/auth/signup").json(&sign_up_body(&by_email, "newcomer")).send().await;
    let newcomer = student_of(&note("POST /auth/signup", newcomer));
    let log_in = json!({ "login_id": "maru", "password": PASSWORD });
    note("POST /auth/login", app.post("/auth/login").json(&log_in).send().await);
    let student = app.log_in("maru").await;
    let refresh = json!({ "refresh_token": student.refresh_token });
    let refreshed = note("POST /auth/refresh", app.post("/auth/refresh").json(&refresh).send().await);
    let student = student_of(&refreshed);
    let other = app.log_in("maru").await;
    let log_out = json!({ "refresh_token": other.refresh_token });
    note("POST /auth/logout", app.post("/auth/logout").json(&log_out).send().await);
    note("GET /auth/me", app.get("/auth/me").by(&student).send().await);
    let (name, nickname) = (json!({ "name": "김마루" }), json!({ "nickname": "마루" }));
    note("PATCH /auth/me", app.patch("/auth/me").by(&student).json(&name).send().await);
    note("PATCH /auth/me, nickname", app.patch("/auth/me").by(&student).json(&nickname).send().await);
    let change = json!({ "current_password": PASSWORD, "new_password": "nine otters juggle" });
    note("PUT /auth/me/password", app.put("/auth/me/password").by(&student).json(&change).send().await);
    Box::pin(note_verification(&app, &by_email, &newcomer, note)).await;
    note("GET /.well-known/jwks.json", app.get("/.well-known/jwks.json").send().await);

    let board = json!({ "category": "일반", "name": "자유게시판" });
    let made = note("POST /boards", app.post("/boards").by(&student).json(&board).send().await);
    let path = made.header("location").to_owned();
    let other = json!({ "category": "일반", "name": "비밀게시판" });
    let once = app.post("/boards").by(&student).header("idempotency-key", "k").json(&other).send().await;
    note("POST /boards, Idempotency-Key", once);
    note("GET /boards/{id}", app.get(&path).by(&student).send().await);
    note("GET /boards", app.get("/boards").by(&student).send().await);
    note("GET /boards?name=", app.get("/boards?name=x").by(&student).send().await);
    let (description, name) = (json!({ "description": "새 설명" }), json!({ "name": "광장" }));
    note("PATCH /boards/{id}", app.patch(&path).by(&student).json(&description).send().await);
    note("PATCH /boards/{id}, name", app.patch(&path).by(&student).json(&name).send().await);
    note("PUT /boards/{id}/pin", app.put(format!("{path}/pin")).by(&student).send().await);
    note("GET /boards/pinned", app.get("/boards/pinned").by(&student).send().await);
    note("DELETE /boards/{id}/pin", app.delete(format!("{path}/pin")).by(&student).send().await);

    note_posts(&app, &student, &path, note).await;
    let picture = json!({ "content_type": "image/png", "size": 1000 });
    note("POST /media", app.post("/media").by(&student).json(&picture).send().await);
    let once = app.post("/media").by(&student).header("idempotency-key", "m1").json(&picture).send().await;
    note("POST /media, Idempotency-Key", once);
    note("DELETE /boards/{id}", app.delete(&path).by(&student).send().await);

    note_notifications(&app, &school, &student, note).await;
    note_timetables(&app, &school, &student, note).await;

    let withdrawal = json!({ "password": "nine otters juggle" });
    note("DELETE /auth/me", app.delete("/auth/me").by(&student).json(&withdrawal).send().await);
}

/// A notification of a comment.
async fn note_notifications(
    app: &TestApp,
    school: &School,
    student: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let other = app.student(school).await;
    let board = app.board(&other, "소식").await;
    let post = app.write_post(student, &board, "새 글", true).await;
    app.write_comment(&other, &post, "댓글", None).await;
    app.consume_stream().await;
    note("GET /notifications, 1 comment", app.get("/notifications?limit=1").by(student).send().await);
}

/// Verification of a student who is not verified, and of a student of the school whom an operator has verified.
async fn note_verification(
    app: &TestApp,
    school: &School,
    unverified: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    note("POST /auth/verification", app.request_code(unverified, &unverified.email).await);
    let code = app.take_code(&unverified.email).await;
    note("POST /auth/verification/confirm, unverified", app.confirm_code(unverified, &code).await);
    for (student, address, case) in [
        (&app.student(school).await, "other@example.ac.kr", ""),
        (unverified, "another@example.ac.kr", ", another address"),
    ] {
        app.request_code(student, address).await.is(202);
        let code = app.take_code(address).await;
        note(&format!("POST /auth/verification/confirm{case}"), app.confirm_code(student, &code).await);
    }
}

/// Posts on the board, and comments.
async fn note_posts(app: &TestApp, student: &Student, board: &str, note: &mut impl FnMut(&str, Answer) -> Answer) {
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let reader = app.student(&school).await;
    let posts = format!("{board}/posts");
    let post =
        |title: &str, is_anonymous: bool| json!({ "title": title, "content": "내용", "is_anonymous": is_anonymous });
    let write = |body| app.post(&posts).by(student).json(&body);
    let made = note("POST /boards/{id}/posts", write(post("하나", true)).send().await);
    let named = note("POST /boards/{id}/posts, named", write(post("둘", false)).send().await);
    let once = write(post("셋", true)).header("idempotency-key", "p").send().await;
    note("POST /boards/{id}/posts, Idempotency-Key", once);
    let (made, named) = (made.header("location").to_owned(), named.header("location").to_owned());
    note("GET /posts/{id}", app.get(&made).by(&reader).send().await);
    note("GET /posts/{id}, named", app.get(&named).by(&reader).send().await);
    for title in 0..20 {
        write(post(&title.to_string(), false)).send().await.is(201);
    }
    note("GET /boards/{id}/posts, 20 posts", app.get(&posts).by(&reader).send().await);
    app.consume_posts().await;
    let search = async |query| app.get(search_path(query)).by(&reader).send().await;
    note("GET /posts/search, none", search("없다").await);
    note("GET /posts/search, 1 of 20 posts", search("하나").await);
    note("GET /posts/mine, 20 posts", app.get("/posts/mine").by(student).send().await);
    note("PATCH /posts/{id}", app.patch(&named).by(student).json(&json!({ "title": "새 제목" })).send().await);
    let content = json!({ "title": "새 제목", "content": "새 내용" });
    note("PATCH /posts/{id}, content", app.patch(&named).by(student).json(&content).send().await);
    note("POST /posts/{id}/like", app.post(format!("{made}/like")).by(&reader).send().await);
    for _ in 0..8 {
        app.post(format!("{made}/like")).by(&app.student(&school).await).send().await.is(200);
    }
    let tenth = app.post(format!("{made}/like")).by(&app.student(&school).await).send().await;
    note("POST /posts/{id}/like, the 10th", tenth);
    note("PUT /posts/{id}/scrap", app.put(format!("{made}/scrap")).by(&reader).send().await);
    note("GET /posts/scraps, 1 post", app.get("/posts/scraps").by(&reader).send().await);
    note("DELETE /posts/{id}/scrap", app.delete(format!("{made}/scrap")).by(&reader).send().await);
    note("GET /posts/hot, 1 post", app.get("/posts/hot").by(&reader).send().await);
    note("PUT /posts/{id}/hide", app.put(format!("{made}/hide")).by(&reader).send().await);
    note("GET /posts/hidden, 1 post", app.get("/posts/hidden").by(&reader).send().await);
    note("DELETE /posts/{id}/hide", app.delete(format!("{made}/hide")).by(&reader).send().await);
    note("GET /posts/best, none", app.get("/posts/best").by(&reader).send().await);

    let comments = format!("{made}/comments");
    let body = |is_anonymous, parent: Option<&str>| json!({ "content": "댓글", "is_anonymous": is_anonymous, "parent_id": parent });
    let write = |body| app.post(&comments).by(&reader).json(&body);
    let first = note("POST /posts/{id}/comments, the first", write(body(true, None)).send().await);
    let id = first.text_at("/id");
    note("POST /posts/{id}/comments", write(body(true, None)).send().await);
    note("POST /posts/{id}/comments, named", write(body(false, None)).send().await);
    let reply = note("POST /posts/{id}/comments, a reply", write(body(true, Some(&id))).send().await);
    let once = write(body(true, None)).header("idempotency-key", "c").send().await;
    note("POST /posts/{id}/comments, Idempotency-Key", once);
    for _ in 0..15 {
        write(body(true, None)).send().await.is(201);
    }
    note("GET /posts/{id}/comments, 20 comments", app.get(&comments).by(student).send().await);
    note("GET /posts/commented, 1 post", app.get("/posts/commented").by(&reader).send().await);
    note("POST /comments/{id}/like", app.post(format!("/comments/{id}/like")).by(student).send().await);
    let reply = reply.text_at("/id");
    note("DELETE /comments/{id}, a reply", app.delete(format!("/comments/{reply}")).by(&reader).send().await);
    note("DELETE /comments/{id}", app.delete(format!("/comments/{id}")).by(&reader).send().await);
    note_messages(app, student, &reader, (&made, &named), note).await;
    note_blocks(app, &reader, (&made, &named), note).await;
    note("DELETE /posts/{id}", app.delete(&named).by(student).send().await);
    note("DELETE /posts/{id}, hot", app.delete(&made).by(student).send().await);
    note_likes_counted_later(app, &school, student, note).await;
}

/// Likes of a post and of a comment that have 100 likes.
async fn note_likes_counted_later(
    app: &TestApp,
    school: &School,
    student: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let scene = Popular::start(app, school, student).await;
    let last = app.member(school, Role::Student).await;
    let like = async |path: &str| app.post(format!("{path}/like")).by(&last).send().await;
    note("POST /posts/{id}/like, with 100 likes", like(&scene.post_path()).await);
    note("POST /comments/{id}/like, with 100 likes", like(&scene.comment_path()).await);
}

/// Messages about an anonymous and a named post.
async fn note_messages(
    app: &TestApp,
    author: &Student,
    reader: &Student,
    posts: (&str, &str),
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let about = |post: &str| json!({ "post_id": post.trim_start_matches("/posts/"), "content": "안녕하세요" });
    let start = |post: &str| app.post("/messages").by(reader).json(&about(post));
    let made = note("POST /messages", start(posts.0).send().await);
    note("POST /messages, to the same thread", start(posts.0).send().await);
    let named = note("POST /messages, about a named post", start(posts.1).send().await);
    note("POST /messages, to the same named thread", start(posts.1).send().await);
    let thread = made.header("location").to_owned();
    let send = || app.post(&thread).by(author).json(&json!({ "content": "네" }));
    note("POST /messages/{thread_id}", send().send().await);
    note("POST /messages/{thread_id}, Idempotency-Key", send().header("idempotency-key", "msg").send().await);
    let answer = app.post(named.header("location")).by(reader).json(&json!({ "content": "네" }));
    note("POST /messages/{thread_id}, in a named thread", answer.send().await);
    note("GET /messages, 2 threads", app.get("/messages").by(author).send().await);
    note("GET /messages/{thread_id}, some unread", app.get(&thread).by(author).send().await);
    note("GET /messages/{thread_id}", app.get(&thread).by(author).send().await);
    note("GET /messages/{thread_id}, about a named post", app.get(named.header("location")).by(reader).send().await);
    note("POST /messages/{thread_id}/block", app.post(format!("{thread}/block")).by(author).send().await);
    note("DELETE /messages/{thread_id}/block", app.delete(format!("{thread}/block")).by(author).send().await);
    note("DELETE /messages/{thread_id}", app.delete(&thread).by(author).send().await);
}

/// Blocks of the author of an anonymous and of a named post.
async fn note_blocks(
    app: &TestApp,
    reader: &Student,
    posts: (&str, &str),
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let block = |post: &str| {
        let body = json!({ "post_id": post.trim_start_matches("/posts/") });
        app.post("/blocks").by(reader).json(&body)
    };
    let alias = note("POST /blocks", block(posts.0).send().await).header("location").to_owned();
    note("GET /blocks, 1 alias", app.get("/blocks").by(reader).send().await);
    let user = note("POST /blocks, named", block(posts.1).send().await).header("location").to_owned();
    note("GET /blocks, 2 with a user", app.get("/blocks").by(reader).send().await);
    note("DELETE /blocks/{id}, an alias", app.delete(&alias).by(reader).send().await);
    note("DELETE /blocks/{id}, a user", app.delete(&user).by(reader).send().await);
    let once = block(posts.0).header("idempotency-key", "b").send().await;
    note("POST /blocks, Idempotency-Key", once);
}

/// Lectures and timetables.
async fn note_timetables(
    app: &TestApp,
    school: &School,
    student: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let lectures = ["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105", "M2|001|해석학|3|박|수 14:00-15:30|25-106"];
    app.import(school, &lectures).await;
    let search = || app.get("/lectures?semester=2026-1&query=x").by(student).send();
    note("GET /lectures, first", search().await);
    note("GET /lectures", search().await);
    note("GET /semesters", app.get("/semesters").by(student).send().await);
    note("GET /semesters/{semester}/filters", app.get("/semesters/2026-1/filters").by(student).send().await);
    let lecture = app.lecture(student, "확률과정론").await;
    note("GET /lectures/{id}", app.get(format!("/lectures/{lecture}")).by(student).send().await);
    let timetable = |name: &str| json!({ "semester": "2026-1", "name": name, "visibility": "school" });
    let made = note(
        "POST /timetables, first of a semester",
        app.post("/timetables").by(student).json(&timetable("1")).send().await,
    );
    note("POST /timetables", app.post("/timetables").by(student).json(&timetable("2")).send().await);
    let once = app.post("/timetables").by(student).header("idempotency-key", "t1").json(&timetable("3")).send().await;
    note("POST /timetables, Idempotency-Key", once);
    let path = made.header("location").to_owned();
    let entries = format!("{path}/entries");
    let entry = json!({ "lecture_id": lecture });
    note("POST /timetables/{id}/entries", app.post(&entries).by(student).json(&entry).send().await);
    let own = json!({ "title": "동아리", "slots": [] });
    let made = app.post(&entries).by(student).header("idempotency-key", "e1").json(&own).send().await;
    let entry = note("POST /timetables/{id}/entries, Idempotency-Key", made).header("location").to_owned();
    let color = json!({ "color": "#aabbcc" });
    note("PATCH /timetables/{id}/entries/{entry_id}", app.patch(&entry).by(student).json(&color).send().await);
    note("DELETE /timetables/{id}/entries/{entry_id}", app.delete(&entry).by(student).send().await);
    note("GET /timetables", app.get("/timetables").by(student).send().await);
    note("GET /timetables?semester=", app.get("/timetables?semester=2026-1").by(student).send().await);
    note("GET /timetables/{id}", app.get(&path).by(student).send().await);
    let other = app.student(school).await;
    note("GET /timetables/{id}, another's", app.get(&path).by(&other).send().await);
    note("GET /timetables/{id}/calendar.ics", app.get(format!("{path}/calendar.ics")).by(student).send().await);
    note("GET /timetables/{id}/picture.svg", app.get(format!("{path}/picture.svg")).by(student).send().await);
    let copy = json!({ "name": "4" });
    note("POST /timetables/{id}/copy", app.post(format!("{path}/copy")).by(student).json(&copy).send().await);
    let visibility = json!({ "visibility": "private" });
    note("PATCH /timetables/{id}", app.patch(&path).by(student).json(&visibility).send().await);
    let name = json!({ "name": "5" });
    note("PATCH /timetables/{id}, name", app.patch(&path).by(student).json(&name).send().await);
    note_friends(app, school, (student, &path), note).await;
    note("DELETE /timetables/{id}", app.delete(&path).by(student).send().await);
    let found = app.get("/lectures?semester=2026-1").by(student).send().await;
    note("GET /lectures, of 2 courses", found);
    note_reviews(app, student, &other, &lecture, note).await;
    note_exam_infos(app, student, &other, &lecture, note).await;
    note_grades(app, student, &lecture, note).await;
}

/// Reviews of a course that the student has taken.
async fn note_reviews(
    app: &TestApp,
    student: &Student,
    reader: &Student,
    lecture: &str,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let reviews = format!("/lectures/{lecture}/reviews");
    let write = || app.post(&reviews).by(student).json(&review_body());
    let made = note("POST /lectures/{id}/reviews", write().send().await);
    let path = made.header("location").to_owned();
    note("GET /lectures/{id}/reviews, 1 review", app.get(&reviews).by(reader).send().await);
    note("POST /reviews/{id}/like", app.post(format!("{path}/like")).by(reader).send().await);
    note("DELETE /reviews/{id}", app.delete(&path).by(student).send().await);
    let once = write().header("idempotency-key", "r1").send().await;
    note("POST /lectures/{id}/reviews, Idempotency-Key", once);
}

/// Exam infos about a course that the student has taken.
async fn note_exam_infos(
    app: &TestApp,
    student: &Student,
    reader: &Student,
    lecture: &str,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let exam_infos = format!("/lectures/{lecture}/exam-infos");
    let write = || app.post(&exam_infos).by(student).json(&exam_info_body());
    let made = note("POST /lectures/{id}/exam-infos", write().send().await);
    let path = made.header("location").to_owned();
    note("GET /lectures/{id}/exam-infos, 1 exam info", app.get(&exam_infos).by(reader).send().await);
    note("POST /exam-infos/{id}/like", app.post(format!("{path}/like")).by(reader).send().await);
    note("DELETE /exam-infos/{id}", app.delete(&path).by(student).send().await);
    let once = write().header("idempotency-key", "x1").send().await;
    note("POST /lectures/{id}/exam-infos, Idempotency-Key", once);
}

/// Grades of one semester.
async fn note_grades(app: &TestApp, student: &Student, lecture: &str, note: &mut impl FnMut(&str, Answer) -> Answer) {
    let put = |body: &Value| app.put("/grades/2026-1").by(student).json(&json!({ "courses": [body] })).send();
    let mut course = grade_body();
    note("PUT /grades/{semester}", put(&course).await);
    course["lecture_id"] = json!(lecture);
    note("PUT /grades/{semester}, with a lecture", put(&course).await);
    note("GET /grades/{semester}", app.get("/grades/2026-1").by(student).send().await);
    note("GET /grades", app.get("/grades").by(student).send().await);
    note("PATCH /grades", app.patch("/grades").by(student).json(&json!({ "scale": 4.3 })).send().await);
}

/// Share links and friends.
async fn note_friends(
    app: &TestApp,
    school: &School,
    (student, timetable): (&Student, &str),
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let share = format!("{timetable}/share");
    let made = note("POST /timetables/{id}/share", app.post(&share).by(student).send().await);
    let shared = made.header("location").to_owned();
    note("GET /shared-timetables/{token}", app.get(&shared).send().await);
    note("GET /shared-timetables/{token}/calendar.ics", app.get(format!("{shared}/calendar.ics")).send().await);
    note("GET /shared-timetables/{token}/picture.svg", app.get(format!("{shared}/picture.svg")).send().await);
    note("POST /timetables/{id}/share, another", app.post(&share).by(student).send().await);
    note("DELETE /timetables/{id}/share", app.delete(&share).by(student).send().await);

    let (friend, other) = (app.student(school).await, app.student(school).await);
    let ask = |by, whom: &Student| app.post("/friends/requests").by(by).json(&json!({ "login_id": whom.login_id }));
    let made = note("POST /friends/requests", ask(student, &friend).send().await);
    let request = made.header("location").to_owned();
    let once = ask(&other, student).header("idempotency-key", "f").send().await;
    note("POST /friends/requests, Idempotency-Key", once);
    note("GET /friends/requests, 2 requests", app.get("/friends/requests").by(student).send().await);
    note("POST /friends/requests, crossing", ask(student, &other).send().await);
    note("POST /friends/requests/{id}/accept", app.post(format!("{request}/accept")).by(&friend).send().await);
    note("GET /friends, 2 friends", app.get("/friends").by(student).send().await);
    app.patch(timetable).by(student).json(&json!({ "visibility": "friends" })).send().await.is(200);
    note("GET /timetables/{id}, a friend's", app.get(timetable).by(&friend).send().await);
    let path = request.replace("/requests", "");
    let theirs = app.get(format!("{path}/timetable?semester=2026-1")).by(&friend).send().await;
    note("GET /friends/{id}/timetable", theirs);
    note("DELETE /friends/{id}", app.delete(&path).by(student).send().await);
    let request = ask(student, &friend).send().await.header("location").to_owned();
    note("DELETE /friends/requests/{id}", app.delete(&request).by(&friend).send().await);
}

/// What requests about a post take whose text has this many characters, without those that read or write the text.
async fn usages_beside_the_text(characters: usize) -> Vec<(&'static str, Usage)> {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let [author, reader] = [app.student(&school).await, app.student(&school).await];
    let board = app.board(&author, "자유").await;
    let post = json!({ "title": "글", "content": "가".repeat(characters), "is_anonymous": true });
    let post = app.post(format!("/boards/{board}/posts")).by(&author).json(&post).send().await.is(201).text_at("/id");
    let path = format!("/posts/{post}");
    let comments = format!("{path}/comments");
    let comment = app.write_comment(&author, &post, "댓글", None).await;
    let message = json!({ "post_id": post, "content": "안녕하세요" });
    let about_comment = json!({ "comment_id": comment, "content": "안녕하세요" });
    let write = json!({ "content": "댓글", "is_anonymous": true });
    let reply = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment });
    let mut usages = Vec::new();
    for (name, call) in [
        ("like", app.post(format!("{path}/like"))),
        ("scrap", app.put(format!("{path}/scrap"))),
        ("unscrap", app.delete(format!("{path}/scrap"))),
        ("comment", app.post(&comments).json(&write)),
        ("reply", app.post(&comments).json(&reply)),
        ("comments", app.get(&comments)),
        ("like of a comment", app.post(format!("/comments/{comment}/like"))),
        ("message", app.post("/messages").json(&message)),
        ("message about a comment", app.post("/messages").json(&about_comment)),
    ] {
        let answer = call.by(&reader).send().await;
        assert!(answer.status.is_success(), "{name}: {answer:?}");
        usages.push((name, answer.usage));
    }
    for (name, path) in [("deletion of a comment", format!("/comments/{comment}")), ("deletion", path)] {
        usages.push((name, app.delete(path).by(&author).send().await.is(204).usage));
    }
    usages
}

#[tokio::test]
async fn only_the_text_of_a_post_costs_more_if_it_is_long() {
    // The head contains the first 200 characters.
    assert_eq!(usages_beside_the_text(200).await, usages_beside_the_text(10_000).await);
}

#[tokio::test]
async fn an_anonymous_post_is_shown_after_one_round_trip() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let [author, reader] = [app.student(&school).await, app.student(&school).await];
    let board = app.board(&author, "자유").await;
    for (is_anonymous, round_trips) in [(true, 1), (false, 2)] {
        let post = app.write_post(&author, &board, &format!("글 {is_anonymous}"), is_anonymous).await;
        assert_eq!(app.get(format!("/posts/{post}")).by(&reader).send().await.usage.sequence, round_trips);
    }
}

#[tokio::test]
async fn a_page_of_anonymous_posts_and_its_likes_takes_one_round_trip() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let [author, reader] = [app.student(&school).await, app.student(&school).await];
    let board = app.board(&author, "자유").await;
    let mut last = String::new();
    for number in 0..3 {
        last = app.write_post(&author, &board, &format!("글 {number}"), true).await;
        app.post(format!("/posts/{last}/like")).by(&reader).send().await.is(200);
    }
    let page = async || app.get(format!("/boards/{board}/posts?limit=2")).by(&reader).send().await.is(200).usage;
    assert_eq!(page().await.sequence, 1);
    // The likes of more posts than the page has are read again.
    app.delete(format!("/posts/{last}")).by(&author).send().await.is(204);
    assert_eq!(page().await.sequence, 2);
}

#[tokio::test]
async fn a_page_of_posts_costs_the_same_on_a_board_of_20_and_of_120() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let posts = format!("/boards/{}/posts", app.board(&student, "자유").await);
    let mut usages = Vec::new();
    for total in [20, 120] {
        for title in app.count_rows("#POST#").await..total {
            let post = json!({ "title": title.to_string(), "content": "내용", "is_anonymous": true });
            app.post(&posts).by(&student).json(&post).send().await.is(201);
        }
        usages.push(app.get(&posts).by(&student).send().await.usage);
    }
    assert_eq!(usages[0], usages[1]);
}
