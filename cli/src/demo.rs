//! What `campus dev --demo` shows: a school with a catalogue, students, timetables, boards and posts, made through the API
//! like everything else.

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::http::{Method, Request, header};
use campus_core::domain::{EmailDomain, LoginId, Parse, Role, School, SchoolName, Semester, fold};
use campus_core::http;
use campus_core::store::BoardFilter;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::desk::Desk;
use crate::lectures;

const SCHOOL: &str = "가온대학교";
const EMAIL_DOMAIN: &str = "gaon.example";
const PASSWORD: &str = "gaon-maru-2026!";

/// The students: login id, nickname.
const STUDENTS: [(&str, &str); 3] = [("maru", "마루"), ("narae", "나래"), ("solbit", "솔방울")];

/// What to print when the data is there.
pub(crate) const LOGINS: &str =
    "  Demo logins     maru (admin of 가온대학교) and narae, both with the password gaon-maru-2026!";

const INCOMPLETE: &str = "an earlier start was ended while it made the demo data; choose another folder with --data";

/// Boards: category, name, description, anonymity.
const BOARDS: [(&str, &str, &str, &str); 4] = [
    ("일반", "자유게시판", "무슨 이야기든 편하게 나누는 곳입니다.", "optional"),
    ("일반", "비밀게시판", "모든 글이 익명입니다.", "always"),
    ("정보", "장터", "책과 자취 용품을 사고팝니다. 실명(닉네임)으로만 씁니다.", "never"),
    ("단체", "동아리 홍보", "새 학기 동아리 모집 글을 올려 주세요.", "optional"),
];

/// Posts: author, board (by its place above), title, content, anonymous, question.
const POSTS: [(usize, usize, &str, &str, bool, bool); 6] = [
    (0, 0, "가온대 커뮤니티가 열렸습니다", "반갑습니다. 서로 예의를 지키며 즐겁게 써 주세요.", false, false),
    (1, 0, "도서관 열람실 자리 어떻게 잡으세요?", "시험 기간에는 아침 여덟 시에도 자리가 없네요.", true, true),
    (2, 0, "학식 오늘 메뉴 맛있어요", "2층 돈가스 추천합니다.", true, false),
    (1, 1, "졸업이 무서워요", "다들 진로 고민 어떻게 하고 계신가요.", true, false),
    (2, 2, "선형대수 교재 팝니다", "필기 조금 있고 상태 좋습니다. 만 원에 드려요.", false, false),
    (0, 3, "산악 동아리 신입 부원 모집", "매달 둘째 주 토요일에 산에 갑니다. 초보 환영!", false, false),
];

/// The lectures of the school.
const LECTURES: &str = include_str!("../../docs/samples/lectures.csv");

const SEMESTER: &str = "2026-2";

/// What is in the timetable: code and section.
const PLAN: [(&str, &str); 7] = [
    ("GA101", "001"),
    ("MA201", "002"),
    ("MA210", "001"),
    ("CS230", "001"),
    ("CS231", "001"),
    ("EC101", "001"),
    ("GR900", "001"),
];

/// Fills the service, unless the demo school is there already.
pub(crate) async fn fill(desk: &Desk) -> Result<()> {
    let schools = desk.app.schools.all().await?;
    if schools.iter().any(|school| fold(school.name.as_str()) == fold(SCHOOL)) {
        return check_complete(desk).await;
    }
    let name = SchoolName::parse(SCHOOL.to_owned()).ok().context("the school's name")?;
    let domain = EmailDomain::parse(EMAIL_DOMAIN.to_owned()).ok().context("the school's domain")?;
    let school = desk.app.schools.add(name, vec![domain]).await?;

    let mut tokens = Vec::new();
    for (login_id, nickname) in STUDENTS {
        let student = json!({
            "school_id": school.id, "login_id": login_id, "password": PASSWORD, "nickname": nickname,
            "email": format!("{login_id}@{EMAIL_DOMAIN}"), "admission_year": 2026,
        });
        tokens.push(make(desk, "/auth/signup", None, &student, "access_token").await?);
    }
    let (admin, _) = STUDENTS[0];
    let admin = LoginId::parse(admin.to_owned()).ok().context("the admin's login id")?;
    let admin = desk.app.logins.get(&admin).await?.context("the admin has not signed up")?;
    desk.app.users.set_role(school.id, admin.user_id, Role::Admin).await?;

    plan(desk, &school, tokens.get(1)).await?;

    let mut boards = Vec::new();
    for (category, name, description, anonymity) in BOARDS {
        let board = json!({ "category": category, "name": name, "description": description, "anonymity": anonymity });
        boards.push(make(desk, "/boards", tokens.first(), &board, "id").await?);
    }
    for (author, board, title, content, is_anonymous, is_question) in POSTS {
        let board = boards.get(board).context("a post on no board")?;
        let text = json!({
            "title": title, "content": content, "is_anonymous": is_anonymous, "is_question": is_question,
        });
        make(desk, &format!("/boards/{board}/posts"), tokens.get(author), &text, "id").await?;
    }
    Ok(())
}

/// Imports the lectures, and makes a timetable of some of them.
async fn plan(desk: &Desk, school: &School, token: Option<&String>) -> Result<()> {
    for (semester, listed) in lectures::parse(LECTURES.as_bytes())?.semesters {
        let (facts, none) = (&listed.lectures, &listed.mentioned);
        desk.app.catalogues.import(school.id, semester, facts, none, |_, _| ()).await?;
    }
    let semester = Semester::parse(SEMESTER.to_owned()).ok().context("the semester")?;
    let known = desk.app.catalogues.current(school.id, semester, None).await?.context("the catalogue")?;
    let timetable = json!({ "semester": SEMESTER, "name": "이번 학기", "visibility": "school" });
    let timetable = make(desk, "/timetables", token, &timetable, "id").await?;
    let entries = format!("/timetables/{timetable}/entries");
    for lecture in known.catalogue.lectures().iter().filter(|one| PLAN.contains(&one.facts.position())) {
        make(desk, &entries, token, &json!({ "lecture_id": lecture.id }), "id").await?;
    }
    let club = json!({ "title": "산악 동아리", "slots": [
        { "day": "sat", "start": "09:00", "end": "12:00", "place": "뒷산 입구" },
    ] });
    make(desk, &entries, token, &club, "id").await?;
    make(desk, "/timetables", token, &json!({ "semester": SEMESTER, "name": "다른 계획" }), "id").await?;
    Ok(())
}

/// Asks for the last thing that is made.
async fn check_complete(desk: &Desk) -> Result<()> {
    let (last, ..) = STUDENTS[0];
    let last = LoginId::parse(last.to_owned()).ok().context("the admin's login id")?;
    let login = desk.app.logins.get(&last).await?.context(INCOMPLETE)?;
    let boards = desk.app.boards.list(login.school_id, &BoardFilter::default(), None, 1).await?;
    let board = boards.items.first().context(INCOMPLETE)?;
    let posts = desk.app.posts.list(login.school_id, board.id, None, 1).await?;
    ensure!(!posts.items.is_empty(), INCOMPLETE);
    Ok(())
}

/// Sends a request to the API and gives back this field of what it made.
async fn make(desk: &Desk, path: &str, token: Option<&String>, body: &Value, field: &str) -> Result<String> {
    let mut request = Request::builder().method(Method::POST).uri(path);
    request = request.header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::from(body.to_string()))?;
    let response = http::finish(desk.router.clone()).oneshot(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "POST {path}: {status} {}", String::from_utf8_lossy(&body));
    let made: Value = serde_json::from_slice(&body)?;
    made.get(field).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("POST {path}: no {field}"))
}
