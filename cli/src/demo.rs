//! What `campus dev --demo` shows: a school with a catalogue, students, friends, timetables, reviews, boards, and posts
//! with comments and likes, made through the API like everything else.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::http::{Method, Request, header};
use campus_core::domain::{EmailDomain, LoginId, Parse, Role, School, SchoolName, Semester, User, fold};
use campus_core::http;
use campus_core::store::Snapshot;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::desk::Desk;
use crate::lectures;

const SCHOOL: &str = "가온대학교";
const EMAIL_DOMAIN: &str = "gaon.example";
const PASSWORD: &str = "gaon-maru-2026!";

/// The students: login id, nickname. The first one is the admin.
const STUDENTS: [(&str, &str); 12] = [
    ("maru", "마루"),
    ("narae", "나래"),
    ("solbit", "솔방울"),
    ("bada", "바다"),
    ("haneul", "하늘"),
    ("nuri", "누리"),
    ("saebyeok", "새벽"),
    ("byeol", "별하"),
    ("dasom", "다솜"),
    ("garam", "가람"),
    ("iseul", "이슬"),
    ("raon", "라온"),
];

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

/// A post, and what others make of it. Students and boards are meant by their places above.
struct Post {
    author: usize,
    board: usize,
    title: &'static str,
    content: &'static str,
    is_anonymous: bool,
    is_question: bool,
    /// How many of the other students like it.
    likes: usize,
    comments: &'static [Comment],
}

/// A comment and the replies to it: author, text, whether anonymous.
struct Comment(usize, &'static str, bool, &'static [(usize, &'static str, bool)]);

const POSTS: [Post; 7] = [
    Post {
        author: 0,
        board: 0,
        title: "가온대 커뮤니티가 열렸습니다",
        content: "반갑습니다. 서로 예의를 지키며 즐겁게 써 주세요.",
        is_anonymous: false,
        is_question: false,
        likes: 4,
        comments: &[Comment(1, "축하합니다!", false, &[(0, "고맙습니다. 많이 알려 주세요.", false)])],
    },
    Post {
        author: 1,
        board: 0,
        title: "도서관 열람실 자리 어떻게 잡으세요?",
        content: "시험 기간에는 아침 여덟 시에도 자리가 없네요.",
        is_anonymous: true,
        is_question: true,
        likes: 2,
        comments: &[
            Comment(3, "지하 1층은 그래도 좀 남아요.", true, &[(1, "오, 내일 가 볼게요!", true)]),
            Comment(
                4,
                "앱으로 예약하면 됩니다.",
                true,
                &[(3, "예약도 금방 차더라고요.", true), (4, "그건 그래요…", true)],
            ),
            Comment(1, "다들 감사합니다.", true, &[]),
        ],
    },
    Post {
        author: 2,
        board: 0,
        title: "학식 오늘 메뉴 맛있어요",
        content: "2층 돈가스 추천합니다.",
        is_anonymous: true,
        is_question: false,
        likes: 1,
        comments: &[],
    },
    Post {
        author: 1,
        board: 1,
        title: "졸업이 무서워요",
        content: "다들 진로 고민 어떻게 하고 계신가요.",
        is_anonymous: true,
        is_question: false,
        likes: 6,
        comments: &[Comment(5, "저도요. 같이 힘내요.", true, &[])],
    },
    Post {
        author: 2,
        board: 2,
        title: "선형대수 교재 팝니다",
        content: "필기 조금 있고 상태 좋습니다. 만 원에 드려요.",
        is_anonymous: false,
        is_question: false,
        likes: 0,
        comments: &[Comment(6, "아직 있나요?", false, &[(2, "네, 있습니다!", false)])],
    },
    Post {
        author: 0,
        board: 3,
        title: "산악 동아리 신입 부원 모집",
        content: "매달 둘째 주 토요일에 산에 갑니다. 초보 환영!",
        is_anonymous: false,
        is_question: false,
        likes: 3,
        comments: &[],
    },
    Post {
        author: 7,
        board: 0,
        title: "정문 앞 고양이 이름을 정합시다",
        content: "요즘 정문에서 학생들을 맞아 주는 치즈 고양이, 이름이 아직 없습니다. 댓글로 추천해 주세요!",
        is_anonymous: true,
        is_question: false,
        likes: 11,
        comments: &[
            Comment(8, "학점이요. 다들 잡고 싶어 하니까.", true, &[(9, "ㅋㅋㅋㅋ", true), (7, "이거 좋네요.", true)]),
            Comment(10, "가온이!", false, &[]),
            Comment(8, "아니면 총장님.", true, &[]),
        ],
    },
];

/// Messages: who writes first, about which post, and what the two say in turn.
const THREADS: [(usize, usize, &[&str]); 2] = [
    (0, 1, &["운영자입니다. 열람실은 학교에 건의해 볼게요.", "정말요? 고맙습니다!", "결과가 나오면 알려 드릴게요."]),
    (6, 4, &["교재 아직 있으면 내일 뵐 수 있을까요?"]),
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

/// A review of the course of a lecture, which is named by code and section: by whom, and how many others like it.
struct Review {
    author: usize,
    lecture: (&'static str, &'static str),
    rating: u8,
    content: &'static str,
    /// Homework, grading and exams.
    choices: [&'static str; 3],
    likes: usize,
}

const REVIEWS: [Review; 4] = [
    Review {
        author: 3,
        lecture: ("MA210", "001"),
        rating: 5,
        content: "설명이 차분하고 예제가 많아요. 과제만 밀리지 않으면 시험은 걱정 없습니다.",
        choices: ["many", "generous", "two"],
        likes: 3,
    },
    Review {
        author: 4,
        lecture: ("MA210", "001"),
        rating: 4,
        content: "내용은 어렵지만 질문을 잘 받아 주십니다. 선형대수를 먼저 듣고 오세요.",
        choices: ["some", "average", "two"],
        likes: 1,
    },
    Review {
        author: 4,
        lecture: ("GA120", "001"),
        rating: 5,
        content: "매주 영화를 한 편 보고 이야기를 나눕니다. 시험 대신 감상문을 써요.",
        choices: ["some", "generous", "none"],
        likes: 6,
    },
    Review {
        author: 5,
        lecture: ("CS230", "001"),
        rating: 3,
        content: "실습과 같이 들어야 이해가 됩니다. 출석은 전자 출결로 매번 확인해요.",
        choices: ["many", "strict", "two"],
        likes: 0,
    },
];

/// Who asks whom to be a friend, and whether that one has accepted.
const FRIENDS: [(usize, usize, bool); 3] = [(0, 1, true), (5, 1, true), (2, 0, false)];

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
    let known = plan(desk, &school, tokens.get(1)).await?;
    for review in &REVIEWS {
        write_review(desk, &tokens, &known, review).await?;
    }
    make_friends(desk, &tokens).await?;

    let mut boards = Vec::new();
    for (category, name, description, anonymity) in BOARDS {
        let board = json!({ "category": category, "name": name, "description": description, "anonymity": anonymity });
        boards.push(make(desk, "/boards", tokens.first(), &board, "id").await?);
    }
    let mut posts = Vec::new();
    for post in &POSTS {
        let board = boards.get(post.board).context("a post on no board")?;
        posts.push(write_post(desk, &tokens, board, post).await?);
    }
    for (starter, post, messages) in THREADS {
        let author = POSTS.get(post).context("a thread about no post")?.author;
        write_messages(desk, [tokens.get(starter), tokens.get(author)], posts.get(post), messages).await?;
    }
    // Last of all, since nothing that one can do through the API undoes it: it tells that the data is complete.
    desk.app.users.set_role(school.id, admin(desk).await?.id, Role::Admin).await?;
    Ok(())
}

/// The first of the students.
async fn admin(desk: &Desk) -> Result<User> {
    let (admin, _) = STUDENTS[0];
    let admin = LoginId::parse(admin.to_owned()).ok().context("the admin's login id")?;
    let login = desk.app.logins.get(&admin).await?.context(INCOMPLETE)?;
    Ok(desk.app.users.get(login.school_id, login.user_id).await?)
}

/// Imports the lectures, and makes a timetable of some of them; gives all of them.
async fn plan(desk: &Desk, school: &School, token: Option<&String>) -> Result<Arc<Snapshot>> {
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
    Ok(known)
}

/// Has a student take a lecture in a timetable of its own, and review its course.
async fn write_review(desk: &Desk, tokens: &[String], known: &Snapshot, review: &Review) -> Result<()> {
    let Review { author, lecture, rating, content, choices: [homework, grading, exams], likes } = review;
    let mut lectures = known.catalogue.lectures().iter();
    let lecture = lectures.find(|one| one.facts.position() == *lecture).context("a review of no lecture")?;
    let token = tokens.get(*author);
    let timetable = json!({ "semester": SEMESTER, "name": lecture.facts.title.as_str() });
    let timetable = make(desk, "/timetables", token, &timetable, "id").await?;
    let entries = format!("/timetables/{timetable}/entries");
    make(desk, &entries, token, &json!({ "lecture_id": lecture.id }), "id").await?;
    let text = json!({
        "rating": rating, "content": content, "semester": SEMESTER,
        "homework": homework, "grading": grading, "exams": exams,
    });
    let id = make(desk, &format!("/lectures/{}/reviews", lecture.id), token, &text, "id").await?;
    let others = tokens.iter().enumerate().filter(|(place, _)| place != author);
    for (_, token) in others.take(*likes) {
        send(desk, &format!("/reviews/{id}/like"), Some(token), &json!({})).await?;
    }
    Ok(())
}

async fn make_friends(desk: &Desk, tokens: &[String]) -> Result<()> {
    for (asking, asked, is_accepted) in FRIENDS {
        let (login_id, _) = STUDENTS.get(asked).context("a request to nobody")?;
        let request = json!({ "login_id": login_id });
        let id = make(desk, "/friends/requests", tokens.get(asking), &request, "id").await?;
        if is_accepted {
            send(desk, &format!("/friends/requests/{id}/accept"), tokens.get(asked), &json!({})).await?;
        }
    }
    Ok(())
}

async fn write_messages(
    desk: &Desk,
    sides: [Option<&String>; 2],
    post: Option<&String>,
    messages: &[&str],
) -> Result<()> {
    let mut path = "/messages".to_owned();
    for (content, token) in messages.iter().zip(sides.into_iter().cycle()) {
        if path == "/messages" {
            let first = json!({ "post_id": post, "content": content });
            path = format!("/messages/{}", make(desk, &path, token, &first, "id").await?);
        } else {
            send(desk, &path, token, &json!({ "content": content })).await?;
        }
    }
    Ok(())
}

async fn write_post(desk: &Desk, tokens: &[String], board: &str, post: &Post) -> Result<String> {
    let Post { author, title, content, is_anonymous, is_question, .. } = post;
    let text = json!({
        "title": title, "content": content, "is_anonymous": is_anonymous, "is_question": is_question,
    });
    let id = make(desk, &format!("/boards/{board}/posts"), tokens.get(*author), &text, "id").await?;
    for Comment(commenter, content, is_anonymous, replies) in post.comments {
        let comment = json!({ "content": content, "is_anonymous": is_anonymous });
        let comments = format!("/posts/{id}/comments");
        let parent = make(desk, &comments, tokens.get(*commenter), &comment, "id").await?;
        for (commenter, content, is_anonymous) in *replies {
            let reply = json!({ "content": content, "is_anonymous": is_anonymous, "parent_id": parent });
            make(desk, &comments, tokens.get(*commenter), &reply, "id").await?;
        }
    }
    let others = tokens.iter().enumerate().filter(|(place, _)| place != author);
    for (_, token) in others.take(post.likes) {
        send(desk, &format!("/posts/{id}/like"), Some(token), &json!({})).await?;
    }
    Ok(id)
}

/// Asks for the last thing that is done.
async fn check_complete(desk: &Desk) -> Result<()> {
    ensure!(admin(desk).await?.role == Role::Admin, INCOMPLETE);
    Ok(())
}

/// Sends a request to the API and gives back this field of what it made.
async fn make(desk: &Desk, path: &str, token: Option<&String>, body: &Value, field: &str) -> Result<String> {
    let made = send(desk, path, token, body).await?;
    made.get(field).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("POST {path}: no {field}"))
}

async fn send(desk: &Desk, path: &str, token: Option<&String>, body: &Value) -> Result<Value> {
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
    Ok(serde_json::from_slice(&body)?)
}
