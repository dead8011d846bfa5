//! The ids of the demo data in the examples of the OpenAPI document.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use anyhow::Result;
use axum::http::Method;
use campus_core::http::openapi::examples;
use campus_local::LocalService;
use serde_json::{Value, json};

use super::course_data::{SEMESTER, TIMETABLES};
use super::data::{BOARDS, FRIEND_REQUESTS, PASSWORD, POSTS, SCHOOL, STUDENTS, THREADS};
use super::{send, text};

/// Ids of the published document, each with the id in the demo data that replaces it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExampleIds(Vec<(&'static str, String)>);

impl ExampleIds {
    /// Looks the ids up in the demo data, as the first student. Keeps the published id of an item that was deleted.
    ///
    /// # Errors
    /// If the first student cannot log in, because the password was changed.
    pub(crate) async fn find(service: &LocalService) -> Result<Self> {
        let login = json!({ "login_id": STUDENTS[0].0, "password": PASSWORD });
        let session = send(service, Method::POST, "/auth/login", None, Some(&login)).await?;
        let mut finder = Finder { service, token: text(&session, "access_token")?, ids: Vec::new() };
        finder.ids.push((examples::REFRESH_TOKEN, text(&session, "refresh_token")?));
        finder.ids.push((examples::DEVICE_TOKEN, text(&session, "device_token")?));
        finder.find("/schools", examples::SCHOOL, |school| school["name"] == SCHOOL).await;
        finder.find_content().await;
        finder.find_lectures().await;
        finder.find_timetable().await;
        let friend = STUDENTS.get(FRIEND_REQUESTS[0].to).map(|(_, nickname)| *nickname);
        finder.find("/friends", examples::FRIEND, |other| other["nickname"].as_str() == friend).await;
        finder.find("/friends/requests?direction=in", examples::FRIEND_REQUEST, |_| true).await;
        finder.find("/blocks", examples::BLOCK, |_| true).await;
        finder.find("/moderation/takedowns", examples::TAKEDOWN, |_| true).await;
        let mut ids = finder.ids;
        // The id of a comment contains that of its post, so it has to be replaced first.
        ids.sort_by_key(|(published, _)| Reverse(published.len()));
        Ok(Self(ids))
    }

    /// Replaces the ids in the document.
    pub(crate) fn replace_in(&self, document: String) -> String {
        self.0.iter().fold(document, |document, (published, id)| document.replace(published, id))
    }
}

struct Finder<'a> {
    service: &'a LocalService,
    token: String,
    ids: Vec<(&'static str, String)>,
}

impl Finder<'_> {
    async fn find_content(&mut self) {
        self.find("/boards", examples::BOARD, |board| board["name"] == BOARDS[0].name).await;
        // A post of another student, which the first student does not like yet.
        let (post, board) = (&POSTS[4], &BOARDS[2]);
        let board = self.lookup("/boards", |listed| listed["name"] == board.name).await;
        let Some(board) = board else { return };
        let posts = format!("/boards/{board}/posts");
        if let Some(id) = self.find(&posts, examples::POST, |listed| listed["title"] == post.title).await {
            self.find(&format!("/posts/{id}/comments"), examples::COMMENT, |_| true).await;
        }
        // A post of the first student.
        let (post, board) = (&POSTS[5], &BOARDS[3]);
        if let Some(board) = self.lookup("/boards", |listed| listed["name"] == board.name).await {
            let posts = format!("/boards/{board}/posts");
            self.find(&posts, examples::OWN_POST, |listed| listed["title"] == post.title).await;
        }
        let subject = POSTS.get(THREADS[0].post).map(|post| post.title);
        self.find("/messages", examples::THREAD, |thread| {
            thread.pointer("/source/title").and_then(Value::as_str) == subject
        })
        .await;
    }

    async fn find_lectures(&mut self) {
        let lecture = |code| format!("/lectures?semester={SEMESTER}&code={code}");
        self.find(&lecture("MA210"), examples::LECTURE, |_| true).await;
        for (code, things, published, is_mine) in [
            ("CS230", "reviews", examples::REVIEW, false),
            ("CS310", "reviews", examples::OWN_REVIEW, true),
            ("MA210", "exam-infos", examples::EXAM_INFO, false),
            ("CS310", "exam-infos", examples::OWN_EXAM_INFO, true),
        ] {
            if let Some(id) = self.lookup(&lecture(code), |_| true).await {
                let list = format!("/lectures/{id}/{things}");
                self.find(&list, published, |thing| thing["is_mine"] == is_mine).await;
            }
        }
    }

    async fn find_timetable(&mut self) {
        let timetables = format!("/timetables?semester={SEMESTER}");
        let is_it = |timetable: &Value| timetable["name"] == TIMETABLES[0].name;
        let Some(id) = self.find(&timetables, examples::TIMETABLE, is_it).await else { return };
        let timetable = self.get(&format!("/timetables/{id}")).await;
        let mut entries = timetable.get("entries").and_then(Value::as_array).into_iter().flatten();
        let custom = entries.find(|entry| entry["lecture_id"].is_null());
        self.ids.extend(custom.and_then(id_of).map(|id| (examples::ENTRY, id)));
        // The token of an existing link cannot be read, so this creates a new link, which ends the previous one. It
        // uses the second timetable, to keep a link to the first one that the user has created.
        let is_second = |timetable: &Value| timetable["name"] == TIMETABLES[1].name;
        let Some(id) = self.lookup(&timetables, is_second).await else { return };
        let path = format!("/timetables/{id}/share");
        let share = send(self.service, Method::POST, &path, Some(&self.token), None).await;
        self.ids.extend(share.and_then(|share| text(&share, "token")).map(|token| (examples::SHARE_TOKEN, token)));
    }

    /// Finds an item of a list and remembers its id as the replacement of the published one.
    async fn find(&mut self, list: &str, published: &'static str, is_it: impl Fn(&Value) -> bool) -> Option<String> {
        let id = self.lookup(list, is_it).await;
        self.ids.extend(id.clone().map(|id| (published, id)));
        id
    }

    /// The id of an item on the first page of a list.
    async fn lookup(&self, list: &str, is_it: impl Fn(&Value) -> bool) -> Option<String> {
        self.get(list).await.get("items")?.as_array()?.iter().find(|item| is_it(item)).and_then(id_of)
    }

    /// The body of a response, or null if the request fails.
    async fn get(&self, path: &str) -> Value {
        send(self.service, Method::GET, path, Some(&self.token), None).await.unwrap_or_default()
    }
}

fn id_of(item: &Value) -> Option<String> {
    text(item, "id").ok()
}
