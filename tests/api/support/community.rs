//! A school with a board and a few students, and requests that its students often send.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use campus_core::domain::{
    AdmissionYear, Caller, Email, LoginId, Nickname, Parse, Role, School, SessionId, User, UserId, Verification,
};
use campus_core::store::{Connection, Keys, NewPassword, NewUser, RestingNames, Session, Table, Users};
use campus_local::Engine;
use serde_json::{Value, json};

use crate::support::harness::{Answer, PASSWORD, Student, TestApp, connection};

/// A school with a board, an author and a reader.
#[derive(Clone)]
pub struct Community {
    pub app: Arc<TestApp>,
    pub school: School,
    pub board: String,
    /// The author of the posts.
    pub author: Student,
    pub reader: Student,
    /// An admin of the school, who also manages the board.
    pub admin: Student,
}

/// A hash of [`PASSWORD`], which all members share: hashing would take longer than everything else that a member needs.
fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let params = argon2::Params::new(19_456, 2, 1, None).unwrap();
        let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        argon2::PasswordHasher::hash_password(&argon2, PASSWORD.as_bytes()).unwrap().to_string()
    })
}

impl TestApp {
    /// Adds a student with a session to the school, without a sign-up request and its hashing. The student has no
    /// refresh token.
    pub async fn member(&self, school: &School, role: Role) -> Student {
        static MEMBERS: AtomicU32 = AtomicU32::new(0);
        let number = MEMBERS.fetch_add(1, Ordering::Relaxed);
        let (now, id, session_id) = (self.clock.now(), UserId::random(), SessionId::new(self.clock.now()));
        let (login_id, email) = (format!("member_{number}"), format!("member_{number}@example.ac.kr"));
        let nickname = format!("회원{number}");
        let user = User {
            id,
            school_id: school.id,
            login_id: LoginId::parse(login_id.clone()).unwrap(),
            email: Email::parse(email.clone()).unwrap(),
            verification: Verification::Verified { at: now, email: None },
            consents: None,
            nickname: Nickname::parse(nickname.clone()).unwrap(),
            name: None,
            admission_year: AdmissionYear::parse(2024).unwrap(),
            role,
            nickname_changed_at: None,
            created_at: now,
            updated_at: now,
        };
        let session = Session {
            family_hash: "family".to_owned(),
            refresh_hash: "refresh".to_owned(),
            generation: 0,
            refreshed_at_ms: 0,
            expires_at: now.as_secs() + 30 * 24 * 3600,
        };
        let table = Table::new(self.raw.clone(), self.clock.clone());
        let users = Users::new(table.clone());
        let password = NewPassword::of_hash(password_hash().to_owned(), user.created_at);
        let (_, keys) = Keys::new(table).cursor_and_auth().await.unwrap();
        let resting = RestingNames::new(&keys.unwrap().account).unwrap();
        let is_verified = school.is_verified(&user);
        users.add(&NewUser { user, policy: school.policy, password, session_id, session }, &resting).await.unwrap();
        let caller = Caller {
            school: school.id,
            user: id,
            session: session_id,
            role,
            is_verified,
            young_until: school.young_days.end_for(now),
        };
        let token = self.service.signer.sign(&caller, now).unwrap();
        Student { id: id.to_string(), login_id, email, nickname, token, refresh_token: String::new() }
    }
}

impl Community {
    pub async fn start() -> Self {
        Self::start_with(connection).await
    }

    /// With another connection, such as one with faults.
    pub async fn start_with(connection: impl FnOnce(&Engine) -> Connection) -> Self {
        let app = TestApp::start_with(connection, None).await;
        let school = app.school("가온대학교").await;
        let admin = app.member(&school, Role::Admin).await;
        let board = app.board(&admin, "자유").await;
        let (author, reader) = (app.member(&school, Role::Student).await, app.member(&school, Role::Student).await);
        Self { app: Arc::new(app), school, board, author, reader, admin }
    }

    /// With the time limits of the deployed service.
    pub fn with_own_time_limits(self) -> Self {
        let app = Arc::into_inner(self.app).unwrap().with_own_time_limits();
        Self { app: Arc::new(app), ..self }
    }

    pub async fn member(&self) -> Student {
        self.app.member(&self.school, Role::Student).await
    }

    pub async fn members(&self, count: usize) -> Vec<Student> {
        let mut members = Vec::new();
        while members.len() < count {
            members.push(self.member().await);
        }
        members
    }

    /// A student of another school.
    pub async fn foreigner(&self) -> Student {
        let school = self.app.school("나래대학교").await;
        self.app.member(&school, Role::Student).await
    }

    /// Creates a post of the author. Returns its id.
    pub async fn post(&self, title: &str, is_anonymous: bool) -> String {
        self.app.write_post(&self.author, &self.board, title, is_anonymous).await
    }

    /// Creates a question of the author. Returns its id.
    pub async fn question(&self, title: &str) -> String {
        let body = json!({ "title": title, "content": "왜 그런가요?", "is_anonymous": false, "is_question": true });
        self.write(&self.author, &self.board, &body).await.is(201).text_at("/id")
    }

    pub async fn write(&self, by: &Student, board: &str, body: &Value) -> Answer {
        self.app.post(format!("/boards/{board}/posts")).by(by).json(body).send().await
    }

    /// The post as the student sees it.
    pub async fn show(&self, by: &Student, post: &str) -> Value {
        self.app.get(format!("/posts/{post}")).by(by).send().await.is(200).json()
    }

    pub async fn edit(&self, by: &Student, post: &str, changes: Value) -> Answer {
        self.app.patch(format!("/posts/{post}")).by(by).json(&changes).send().await
    }

    /// Deletes the resource at the path.
    pub async fn delete(&self, by: &Student, path: &str) -> Answer {
        self.app.delete(path).by(by).send().await
    }

    /// Likes the post or the comment at the path.
    pub async fn like(&self, by: &Student, path: &str) -> Answer {
        self.app.post(format!("{path}/like")).by(by).send().await
    }

    pub async fn scrap(&self, by: &Student, post: &str) -> Answer {
        self.app.put(format!("/posts/{post}/scrap")).by(by).send().await
    }

    pub async fn unscrap(&self, by: &Student, post: &str) -> Answer {
        self.app.delete(format!("/posts/{post}/scrap")).by(by).send().await
    }

    pub async fn try_comment(&self, by: &Student, post: &str, body: &Value) -> Answer {
        self.app.post(format!("/posts/{post}/comments")).by(by).json(body).send().await
    }

    /// Creates a comment. Returns it as its author sees it.
    pub async fn comment(&self, by: &Student, post: &str, content: &str, is_anonymous: bool) -> Value {
        let body = json!({ "content": content, "is_anonymous": is_anonymous });
        self.try_comment(by, post, &body).await.is(201).json()
    }

    /// Creates a reply to a comment. Returns it as its author sees it.
    pub async fn reply(&self, by: &Student, parent: &Value, content: &str, is_anonymous: bool) -> Value {
        let body = json!({ "content": content, "is_anonymous": is_anonymous, "parent_id": parent["id"] });
        self.try_comment(by, text(&parent["post_id"]), &body).await.is(201).json()
    }

    pub async fn delete_comment(&self, by: &Student, comment: &Value) -> Answer {
        self.delete(by, &path_of(comment)).await
    }

    /// The comments of the post as the student sees them.
    pub async fn threads(&self, by: &Student, post: &str) -> Vec<Value> {
        self.walk(by, &format!("/posts/{post}/comments"), 50).await
    }

    /// All items of a list, read in pages of `limit`.
    pub async fn walk(&self, by: &Student, path: &str, limit: usize) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.page(by, path, limit, cursor.as_deref()).await;
            let found = page.at("/items").as_array().unwrap().clone();
            assert!(found.len() <= limit, "{page:?}");
            items.extend(found);
            match page.at("/next_cursor").as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return items,
            }
        }
    }

    /// A page of a list; after the cursor, if there is one.
    pub async fn page(&self, by: &Student, path: &str, limit: usize, cursor: Option<&str>) -> Answer {
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = self.app.get(format!("{path}?limit={limit}{cursor}")).by(by).send().await;
        page.is(200);
        page
    }

    /// The titles of a list of posts.
    pub async fn titles(&self, by: &Student, path: &str) -> Vec<String> {
        self.walk(by, path, 50).await.iter().map(|post| text(&post["title"]).to_owned()).collect()
    }

    /// The titles of each of the student's lists of posts.
    pub async fn all_titles(&self, by: &Student) -> Vec<(String, Vec<String>)> {
        let mut lists = Vec::new();
        for path in ["/posts/mine", "/posts/commented", "/posts/scraps", "/posts/hot", "/posts/best", "/posts/hidden"] {
            lists.push((path.to_owned(), self.titles(by, path).await));
        }
        lists
    }

    /// Withdraws a student.
    pub async fn withdraw(&self, student: &Student) {
        let answer = self.app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await;
        answer.is(204);
    }
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

pub fn path_of(comment: &Value) -> String {
    format!("/comments/{}", text(&comment["id"]))
}

/// The name of the author, as a comment shows it.
pub fn name_of(comment: &Value) -> &str {
    text(&comment["author"]["name"])
}

/// The texts of comments, each followed by those of its replies in brackets. A deleted comment is a dash.
pub fn contents(threads: &[Value]) -> Vec<String> {
    let one = |comment: &Value| comment["content"].as_str().unwrap_or("-").to_owned();
    let whole = |thread: &Value| {
        let replies: Vec<String> = thread["replies"].as_array().unwrap().iter().map(one).collect();
        if replies.is_empty() { one(thread) } else { format!("{} ({})", one(thread), replies.join(" ")) }
    };
    threads.iter().map(whole).collect()
}

/// All comments and replies.
pub fn flat(threads: &[Value]) -> Vec<&Value> {
    threads.iter().flat_map(|thread| std::iter::once(thread).chain(thread["replies"].as_array().unwrap())).collect()
}
