//! The demo data of `campus dev --demo`: a school with lectures, students, timetables, reviews, exam infos, grades, friends,
//! boards, posts and messages. The school and its lectures are imported; all else is created through the API.

mod course_data;
mod data;
mod examples;
mod takedown;

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::http::{Method, Request, header};
use campus_core::domain::{
    EmailDomain, Lecture, LoginId, Parse, Role, School, SchoolName, Semester, User, VerificationPolicy, fold,
};
use campus_core::http;
use campus_core::store::Snapshot;
use campus_local::LocalService;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tower::ServiceExt;

use self::course_data::{
    EXAM_INFOS, ExamInfo, GOAL_CREDITS, GRADES, GradedCourse, Grades, LECTURES, MOVED_FROM, MOVED_TO, REVIEWS, Review,
    SEMESTER, TIMETABLES, Timetable, WITHDRAWN_LECTURE,
};
use self::data::{
    BLOCKED_ON_POST, BOARDS, Board, Comment, EMAIL_DOMAIN, FRIEND_REQUESTS, FriendRequest, PASSWORD, POSTS, Post,
    REPORTS, Report, Reported, SCHOOL, STUDENTS, THREADS, Thread, UNVERIFIED,
};
pub(crate) use self::examples::ExampleIds;
use crate::lectures::Contents;

/// The line that `campus dev` prints about the demo data.
pub(crate) const LOGINS: &str = "  Demo logins     maru (admin of 가온대학교), narae, and baram (unverified), all with the password \
     gaon-maru-2026!";

const INCOMPLETE: &str = "an earlier start was interrupted while it created the demo data: delete the folder, or choose \
                          another one with --data";

/// Creates the demo data, unless it exists. The media store must be running.
///
/// # Errors
/// If the demo data exists but is incomplete, or a request fails.
pub(crate) async fn create(service: &LocalService) -> Result<()> {
    let schools = service.app.schools.all().await?;
    if schools.iter().any(|school| fold(school.name.as_str()) == fold(SCHOOL)) {
        return check_complete(service).await;
    }
    let name = SchoolName::parse(SCHOOL.to_owned()).ok().context("the school's name")?;
    let domain = EmailDomain::parse(EMAIL_DOMAIN.to_owned()).ok().context("the school's domain")?;
    let school = service.app.schools.add(name, vec![domain], VerificationPolicy::Email).await?;
    // The students make their timetables while all lectures take place. Then a lecture moves to another room, and the students
    // hear of all changes.
    let earlier = LECTURES.replace(",cancelled\n", ",\n").replace(MOVED_TO, MOVED_FROM) + WITHDRAWN_LECTURE;
    let catalogue = import_lectures(service, &school, &earlier).await?;

    let demo = Demo::sign_up(service, &school).await?;
    for timetable in &TIMETABLES {
        demo.create_timetable(&catalogue, timetable).await?;
    }
    let catalogue = import_lectures(service, &school, LECTURES).await?;
    let mut reviews = Vec::new();
    for review in &REVIEWS {
        reviews.push(demo.create_review(&catalogue, review).await?);
    }
    for exam_info in &EXAM_INFOS {
        demo.create_exam_info(&catalogue, exam_info).await?;
    }
    demo.create_grades().await?;
    for request in &FRIEND_REQUESTS {
        demo.create_friends(request).await?;
    }
    let boards = demo.create_boards().await?;
    let mut posts = Vec::new();
    for post in &POSTS {
        posts.push(demo.create_post(&boards, post).await?);
    }
    for thread in &THREADS {
        demo.create_messages(&posts, thread).await?;
    }
    demo.create_block(&posts).await?;
    for report in &REPORTS {
        demo.create_report(&posts, &reviews, report).await?;
    }
    takedown::create(service, posts.get(2).context("a takedown of an unknown post")?).await?;
    // The last step. No request to the API can undo it, so it shows that the demo data is complete.
    service.app.users.set_role(school.id, admin(service).await?.id, Role::Admin).await?;
    Ok(())
}

async fn check_complete(service: &LocalService) -> Result<()> {
    ensure!(admin(service).await?.role == Role::Admin, INCOMPLETE);
    Ok(())
}

/// The first student.
async fn admin(service: &LocalService) -> Result<User> {
    let (login_id, _) = STUDENTS[0];
    let login = service.app.logins.get(&parse_login_id(login_id)?).await?.context(INCOMPLETE)?;
    Ok(service.app.users.get(login.school_id, login.user_id).await?)
}

fn parse_login_id(login_id: &str) -> Result<LoginId> {
    LoginId::parse(login_id.to_owned()).ok().context("a login id of the demo data")
}

/// Imports the lectures of a file. Returns the catalogue of the demo semester.
async fn import_lectures(service: &LocalService, school: &School, file: &str) -> Result<Arc<Snapshot>> {
    let catalogues = &service.app.catalogues;
    for (semester, lectures) in Contents::parse(file.as_bytes())?.semesters {
        catalogues.import(school.id, semester, &lectures, |_, _| ()).await?;
    }
    let semester = Semester::parse(SEMESTER.to_owned()).ok().context("the semester")?;
    catalogues.current(school.id, semester, None).await?.context("the demo semester has no catalogue")
}

/// The logged-in students. Numbers are positions in the demo data.
struct Demo<'a> {
    service: &'a LocalService,
    tokens: Vec<String>,
}

/// How old the accounts are, in milliseconds: 10 days, so that their likes count towards hot posts.
const ACCOUNT_AGE_MS: i64 = 10 * 24 * 3600 * 1000;

impl<'a> Demo<'a> {
    /// Signs up and verifies the students in the past, and refreshes their sessions. Signs up the unverified student.
    async fn sign_up(service: &'a LocalService, school: &School) -> Result<Self> {
        let mut demo = Self { service, tokens: Vec::new() };
        let mut refresh_tokens = Vec::new();
        service.app.clock.set_ahead_by_millis(-ACCOUNT_AGE_MS);
        for (login_id, nickname) in STUDENTS {
            let session = demo.create_account(school, login_id, nickname).await?;
            refresh_tokens.push(text(&session, "refresh_token")?);
            service.app.logins.verify(&parse_login_id(login_id)?).await?;
        }
        service.app.clock.set_ahead_by_millis(0);
        let (login_id, nickname) = UNVERIFIED;
        demo.create_account(school, login_id, nickname).await?;
        for refresh_token in refresh_tokens {
            let session = demo.post("/auth/refresh", None, &json!({ "refresh_token": refresh_token })).await?;
            demo.tokens.push(text(&session, "access_token")?);
        }
        Ok(demo)
    }

    /// Signs up. Returns the response.
    async fn create_account(&self, school: &School, login_id: &str, nickname: &str) -> Result<Value> {
        let student = json!({
            "school_id": school.id, "login_id": login_id, "password": PASSWORD, "nickname": nickname,
            "email": format!("{login_id}@{EMAIL_DOMAIN}"), "admission_year": 2026,
        });
        self.post("/auth/signup", None, &student).await
    }

    async fn create_timetable(&self, catalogue: &Snapshot, timetable: &Timetable) -> Result<()> {
        let Timetable { student, name, visibility, lectures, entry } = timetable;
        let new = json!({ "semester": SEMESTER, "name": name, "visibility": visibility });
        let entries = format!("/timetables/{}/entries", self.create("/timetables", *student, &new).await?);
        for lecture in *lectures {
            let lecture = json!({ "lecture_id": find_lecture(catalogue, *lecture)?.id });
            self.create(&entries, *student, &lecture).await?;
        }
        if let Some(entry) = entry {
            let slot = json!({ "day": entry.day, "start": entry.start, "end": entry.end, "place": entry.place });
            self.create(&entries, *student, &json!({ "title": entry.title, "slots": [slot] })).await?;
        }
        Ok(())
    }

    /// Reviews the course of a lecture, after the author took the lecture. Returns the id of the review.
    async fn create_review(&self, catalogue: &Snapshot, review: &Review) -> Result<String> {
        let Review { author, lecture, rating, content, homework, grading, exams, likes } = review;
        let has_taken = |timetable: &Timetable| timetable.student == *author && timetable.lectures.contains(lecture);
        let has_taken = TIMETABLES.iter().any(has_taken);
        let lecture = find_lecture(catalogue, *lecture)?;
        if !has_taken {
            let timetable = json!({ "semester": SEMESTER, "name": lecture.facts.title.as_str() });
            let entries = format!("/timetables/{}/entries", self.create("/timetables", *author, &timetable).await?);
            self.create(&entries, *author, &json!({ "lecture_id": lecture.id })).await?;
        }
        let new = json!({
            "rating": rating, "content": content, "semester": SEMESTER,
            "homework": homework, "grading": grading, "exams": exams,
        });
        let id = self.create(&format!("/lectures/{}/reviews", lecture.id), *author, &new).await?;
        self.like(&format!("/reviews/{id}/like"), *author, *likes).await?;
        Ok(id)
    }

    /// Tells about an exam of the course of a lecture.
    async fn create_exam_info(&self, catalogue: &Snapshot, exam_info: &ExamInfo) -> Result<()> {
        let ExamInfo { author, lecture, exam, question_types, strategy, likes } = exam_info;
        let path = format!("/lectures/{}/exam-infos", find_lecture(catalogue, *lecture)?.id);
        let new = json!({ "exam": exam, "semester": SEMESTER, "question_types": question_types, "strategy": strategy });
        let id = self.create(&path, *author, &new).await?;
        self.like(&format!("/exam-infos/{id}/like"), *author, *likes).await
    }

    /// Records the grades of the first student.
    async fn create_grades(&self) -> Result<()> {
        self.send(Method::PATCH, "/grades", Some(0), &json!({ "goal_credits": GOAL_CREDITS })).await?;
        for Grades { semester, courses } in &GRADES {
            let course = |GradedCourse(title, credit, grade, is_major, is_retake): &GradedCourse| json!({ "title": title, "credit": credit, "grade": grade, "is_major": is_major, "is_retake": is_retake });
            let courses = json!({ "courses": courses.iter().map(course).collect::<Vec<_>>() });
            self.send(Method::PUT, &format!("/grades/{semester}"), Some(0), &courses).await?;
        }
        Ok(())
    }

    async fn create_friends(&self, request: &FriendRequest) -> Result<()> {
        let FriendRequest { from, to, is_accepted } = request;
        let (login_id, _) = STUDENTS.get(*to).context("a friend request to an unknown student")?;
        let id = self.create("/friends/requests", *from, &json!({ "login_id": login_id })).await?;
        if *is_accepted {
            self.post(&format!("/friends/requests/{id}/accept"), Some(*to), &json!({})).await?;
        }
        Ok(())
    }

    /// Creates the boards, as the first student. Returns their ids.
    async fn create_boards(&self) -> Result<Vec<String>> {
        let mut boards = Vec::new();
        for Board { category, name, description, anonymity } in &BOARDS {
            let board =
                json!({ "category": category, "name": name, "description": description, "anonymity": anonymity });
            boards.push(self.create("/boards", 0, &board).await?);
        }
        Ok(boards)
    }

    /// Creates a post with its comments and likes. Returns its id.
    async fn create_post(&self, boards: &[String], post: &Post) -> Result<String> {
        let Post { author, board, title, content, is_anonymous, is_question, picture, likes, comments } = post;
        let media = match picture {
            Some(picture) => vec![self.upload(*author, picture).await?],
            None => Vec::new(),
        };
        let new = json!({
            "title": title, "content": content, "is_anonymous": is_anonymous, "is_question": is_question,
            "media_ids": media,
        });
        let board = boards.get(*board).context("a post on an unknown board")?;
        let id = self.create(&format!("/boards/{board}/posts"), *author, &new).await?;
        let path = format!("/posts/{id}/comments");
        for Comment(author, content, is_anonymous, replies) in *comments {
            let comment = json!({ "content": content, "is_anonymous": is_anonymous });
            let parent = self.create(&path, *author, &comment).await?;
            for (author, content, is_anonymous) in *replies {
                let reply = json!({ "content": content, "is_anonymous": is_anonymous, "parent_id": parent });
                self.create(&path, *author, &reply).await?;
            }
        }
        self.like(&format!("/posts/{id}/like"), *author, *likes).await?;
        Ok(id)
    }

    /// Uploads a PNG file, as a client does. Returns the id for a post.
    async fn upload(&self, author: usize, picture: &'static [u8]) -> Result<String> {
        let new = json!({ "content_type": "image/png", "size": picture.len() });
        let upload = self.post("/media", Some(author), &new).await?;
        let mut request = Request::put(text(&upload, "upload_url")?);
        for (name, value) in upload.get("headers").and_then(Value::as_object).into_iter().flatten() {
            request = request.header(name, value.as_str().unwrap_or_default());
        }
        let request = request.body(Body::from(picture))?;
        let response = Client::builder(TokioExecutor::new()).build_http().request(request).await?;
        ensure!(response.status().is_success(), "the upload of a picture failed: {}", response.status());
        text(&upload, "id")
    }

    async fn create_messages(&self, posts: &[String], thread: &Thread) -> Result<()> {
        let Thread { sender, post, messages } = thread;
        let author = POSTS.get(*post).context("messages about an unknown post")?.author;
        let mut path = "/messages".to_owned();
        for (content, student) in messages.iter().zip([*sender, author].into_iter().cycle()) {
            if path == "/messages" {
                let first = json!({ "post_id": posts.get(*post), "content": content });
                path = format!("/messages/{}", self.create(&path, student, &first).await?);
            } else {
                self.post(&path, Some(student), &json!({ "content": content })).await?;
            }
        }
        Ok(())
    }

    /// Blocks the author of a comment, as the first student.
    async fn create_block(&self, posts: &[String]) -> Result<()> {
        let post = posts.get(BLOCKED_ON_POST).context("a block on an unknown post")?;
        let token = self.tokens.first().map(String::as_str);
        let comments = send(self.service, Method::GET, &format!("/posts/{post}/comments"), token, None).await?;
        let comment = comments.pointer("/items/0/id").context("a block of an unknown comment")?;
        self.create("/blocks", 0, &json!({ "comment_id": comment })).await?;
        Ok(())
    }

    /// Reports the first comment of a post, or a review.
    async fn create_report(&self, posts: &[String], reviews: &[String], report: &Report) -> Result<()> {
        let Report { of, by, reason } = report;
        let mut body = json!({ "reason": reason });
        match of {
            Reported::CommentOn(post) => {
                let post = posts.get(*post).context("a report on an unknown post")?;
                let token = self.tokens.get(*by).map(String::as_str);
                let comments = send(self.service, Method::GET, &format!("/posts/{post}/comments"), token, None).await?;
                let comment = comments.pointer("/items/0/id").context("a report of an unknown comment")?;
                insert(&mut body, "comment_id", comment.clone());
            }
            Reported::Review(review) => insert(&mut body, "review_id", json!(reviews.get(*review))),
        }
        self.post("/reports", Some(*by), &body).await.map(drop)
    }

    /// Likes something, as the first students other than the author.
    async fn like(&self, path: &str, author: usize, likes: usize) -> Result<()> {
        for student in (0..STUDENTS.len()).filter(|student| *student != author).take(likes) {
            self.post(path, Some(student), &json!({})).await?;
        }
        Ok(())
    }

    /// Creates a resource and returns its id.
    async fn create(&self, path: &str, student: usize, body: &Value) -> Result<String> {
        text(&self.post(path, Some(student), body).await?, "id").with_context(|| format!("POST {path}"))
    }

    /// Sends a POST request to the API, with the token of a student. Returns the body of the response.
    async fn post(&self, path: &str, student: Option<usize>, body: &Value) -> Result<Value> {
        self.send(Method::POST, path, student, body).await
    }

    /// Sends a request to the API, with the token of a student. Returns the body of the response.
    async fn send(&self, method: Method, path: &str, student: Option<usize>, body: &Value) -> Result<Value> {
        let token = |student: usize| self.tokens.get(student).context("a request of an unknown student");
        let token = student.map(token).transpose()?;
        send(self.service, method, path, token.map(String::as_str), Some(body)).await
    }
}

/// Sends a request to the API. Returns the body of the response.
async fn send(
    service: &LocalService,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Result<Value> {
    let mut request = Request::builder().method(&method).uri(path);
    request = request.header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))?;
    let response = http::finish(service.router.clone()).oneshot(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "{method} {path}: {status} {}", String::from_utf8_lossy(&body));
    Ok(serde_json::from_slice(&body)?)
}

fn find_lecture<'a>(catalogue: &'a Snapshot, (code, section): (&str, &str)) -> Result<&'a Lecture> {
    let mut lectures = catalogue.catalogue.lectures().iter();
    let lecture = lectures.find(|lecture| lecture.facts.position() == (code, section));
    lecture.with_context(|| format!("there is no lecture {code} {section}"))
}

fn insert(body: &mut Value, field: &str, value: Value) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}

fn text(body: &Value, field: &str) -> Result<String> {
    body.get(field).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("the response has no {field}"))
}
