//! New accounts that like a post to make it hot.

use campus_core::domain::{Parse, Role, YoungDays};
use serde_json::json;

use crate::support::community::Community;
use crate::support::harness::Student;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A school whose accounts are young for 7 days, and a post in it.
async fn start() -> (Community, String) {
    let mut community = Community::start().await;
    let post = community.post("제목", true).await;
    community.school.young_days = YoungDays::default();
    community.app.service.app.schools.set_young_days(&community.school, YoungDays::default()).await.unwrap();
    (community, post)
}

impl Community {
    /// A student who signed up so many days ago, in a session of now.
    async fn member_of(&self, days: i64) -> Student {
        self.app.clock.set_ahead_by_millis(-days * DAY_MS - 60_000);
        let member = self.app.member(&self.school, Role::Student).await;
        self.app.clock.set_ahead_by_millis(0);
        self.app.renewed(&member)
    }
}

#[tokio::test]
async fn likes_of_young_accounts_count_but_do_not_make_a_post_hot() {
    let (community, post) = start().await;
    let path = format!("/posts/{post}");
    for count in 1..=12 {
        let member = community.app.member(&community.school, Role::Student).await;
        let answer = community.like(&member, &path).await;
        assert_eq!(answer.is(200).json(), json!({ "like_count": count }));
    }
    // Nine likes that count are not enough.
    for _ in 0..9 {
        community.like(&community.member_of(7).await, &path).await.is(200);
    }
    let reader = &community.reader;
    assert!(community.titles(reader, "/posts/hot").await.is_empty());
    community.like(&community.member_of(6).await, &path).await.is(200);
    assert!(community.titles(reader, "/posts/hot").await.is_empty());
    community.like(&community.member_of(7).await, &path).await.is(200);
    assert_eq!(community.titles(reader, "/posts/hot").await, ["제목"]);
    community.app.audit().await;
}

#[tokio::test]
async fn a_like_of_a_young_account_never_counts_later() {
    let (community, post) = start().await;
    let path = format!("/posts/{post}");
    for _ in 0..10 {
        let member = community.app.member(&community.school, Role::Student).await;
        community.like(&member, &path).await.is(200);
        community.like(&member, &path).await.is_problem(409, "already_liked");
    }
    community.app.clock.set_ahead_by_millis(8 * DAY_MS);
    assert!(community.titles(&community.reader, "/posts/hot").await.is_empty());
    community.app.audit().await;
}

#[tokio::test]
async fn a_new_young_days_applies_with_the_next_access_token() {
    let (community, _) = start().await;
    let app = &community.app;
    let student = app.student(&community.school).await;
    let young_until = |student: &Student| {
        let caller = app.service.app.verifier.verify(&student.token).unwrap().caller();
        (caller.young_until.as_secs() - app.clock.now().as_secs() + 3600) / (24 * 3600)
    };
    assert_eq!(young_until(&student), 7);
    let days = YoungDays::parse(30).unwrap();
    app.service.app.schools.set_young_days(&community.school, days).await.unwrap();
    let refresh = json!({ "refresh_token": student.refresh_token });
    let refreshed = app.post("/auth/refresh").json(&refresh).send().await;
    assert_eq!(young_until(&crate::support::harness::student_of(refreshed.is(200))), 30);
    assert_eq!(young_until(&app.log_in(&student.login_id).await), 30);
}
