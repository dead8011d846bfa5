//! The pictures of hidden posts (rule 20).

use campus_core::domain::{Parse, Role};
use campus_local::{StreamConsumer, TableStream};
use campus_posts::{CleanupReport, clean_up_media};
use serde_json::{Value, json};

use super::appeal_to;
use crate::support::gallery::{Gallery, PNG, fetch};
use crate::support::harness::{Answer, Student};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A gallery with an anonymous post with two pictures, which one report hides.
struct Scene {
    gallery: Gallery,
    admin: Student,
    post: String,
}

impl Scene {
    async fn new() -> Self {
        let gallery = Gallery::open().await;
        let Gallery { app, author, school, .. } = &gallery;
        app.service.app.schools.set_report_threshold(school, Parse::parse(1).unwrap()).await.unwrap();
        let admin = app.member(school, Role::Admin).await;
        let pictures = [gallery.upload(author).await, gallery.upload(author).await];
        let post = gallery.post(author, &[&pictures[0], &pictures[1]]).await.is(201).text_at("/id");
        Self { gallery, admin, post }
    }

    /// Lets a new student report the post.
    async fn report(&self, reason: &str) {
        let Gallery { app, school, .. } = &self.gallery;
        let student = app.member(school, Role::Student).await;
        app.report(&student, json!({ "post_id": self.post, "reason": reason })).await.is(201);
    }

    async fn decide(&self, verdict: &str) {
        self.gallery.app.decide(&self.admin, &format!("p{}", self.post), verdict).await.is(200);
    }

    async fn edit(&self, title: &str) {
        let path = format!("/posts/{}", self.post);
        self.gallery.app.patch(path).by(&self.gallery.author).json(&json!({ "title": title })).send().await.is(200);
    }

    async fn show(&self, by: &Student) -> Answer {
        self.gallery.app.get(format!("/posts/{}", self.post)).by(by).send().await
    }

    /// The URLs of the pictures, as the student sees them.
    async fn urls(&self, by: &Student) -> Vec<String> {
        urls(&self.show(by).await.is(200).at("/media"))
    }

    /// The URLs of the pictures in the case.
    async fn urls_of_case(&self) -> Vec<String> {
        let case = self.gallery.app.get(format!("/moderation/cases/p{}", self.post)).by(&self.admin).send().await;
        urls(&case.is(200).at("/content/media"))
    }

    /// Asserts that only the two pictures of the post are in the bucket, and nothing waits to be deleted.
    async fn is_tidy(&self) {
        assert_eq!((self.gallery.pictures().len(), self.gallery.app.count_rows("SWEEPS").await), (2, 0));
        self.gallery.app.audit().await;
    }
}

fn urls(media: &Value) -> Vec<String> {
    media.as_array().unwrap().iter().filter_map(|one| Some(one["url"].as_str()?.to_owned())).collect()
}

/// Whether all of the URLs work. Either all of them do, or none.
async fn work(urls: &[String]) -> bool {
    assert!(!urls.is_empty());
    let mut working = Vec::new();
    for url in urls {
        let answer = fetch("GET", url, &[], b"").await;
        assert!(answer.status == 404 || (answer.status == 200 && answer.body == PNG), "{answer:?}");
        working.push(answer.status == 200);
    }
    assert!(working.iter().all(|one| *one == working[0]), "{working:?}");
    working[0]
}

#[tokio::test]
async fn urls_of_pictures_stop_working_when_the_post_is_hidden_and_only_its_author_and_admins_get_new_ones() {
    let scene = Scene::new().await;
    let Gallery { app, author, reader, .. } = &scene.gallery;
    let before = scene.urls(reader).await;
    assert!(work(&before).await);
    scene.report("abuse").await;
    app.consume_posts().await;
    assert!(!work(&before).await);
    assert_eq!(scene.urls(reader).await, [""; 0]);
    let (of_author, of_case) = (scene.urls(author).await, scene.urls_of_case().await);
    assert!(work(&of_author).await && work(&of_case).await);
    assert!(of_case[0].contains("X-Amz-Expires=600"), "{}", of_case[0]);
    let list = app.get("/moderation/cases?state=open").by(&scene.admin).send().await;
    assert_eq!(urls(&list.is(200).at("/items/0/content/media")), [""; 0]);
    scene.is_tidy().await;

    scene.decide("restore").await;
    app.consume_posts().await;
    let restored = scene.urls(reader).await;
    assert!(work(&restored).await && !work(&before).await);
    let form = |url: &str| url.split('?').next().unwrap().split('/').map(str::len).collect::<Vec<_>>();
    assert_eq!(form(&restored[0]), form(&before[0]), "a URL does not tell that the post was hidden");
    scene.edit("다른 제목").await;
    scene.report("abuse").await;
    app.consume_posts().await;
    assert!(!work(&restored).await && !work(&of_author).await);
    assert!(work(&scene.urls(author).await).await);
    scene.is_tidy().await;
}

#[tokio::test]
async fn records_that_come_late_twice_or_in_another_order_hide_what_is_hidden_now() {
    let scene = Scene::new().await;
    let Gallery { app, author, reader, .. } = &scene.gallery;
    scene.report("abuse").await;
    scene.decide("restore").await;
    let visible = scene.urls(reader).await;
    let mut records = app.waiting_posts().await;
    assert_eq!(deliver(&scene, &records).await, 0);
    assert!(work(&visible).await, "a post that was restored before the record came keeps its pictures");
    scene.edit("다른 제목").await;
    scene.report("abuse").await;
    scene.decide("remove").await;
    records.extend(app.waiting_posts().await);
    records.reverse();
    records.extend(records.clone());
    assert_eq!(deliver(&scene, &records).await, 0);
    assert!(!work(&visible).await);
    let hidden = scene.urls(author).await;
    assert_eq!(deliver(&scene, &records).await, 0);
    assert!(work(&hidden).await, "they are moved once for each decision");
    // The media deletion for the end of the time for an appeal.
    assert_eq!((scene.gallery.pictures().len(), app.count_rows("SWEEPS").await), (2, 1));
    app.audit().await;
}

/// Delivers the records to the pictures function. Returns the number of those that failed.
async fn deliver(scene: &Scene, records: &[Value]) -> usize {
    let answer = scene.gallery.app.posts_stream.handle(json!({ "Records": records })).await.unwrap();
    answer["batchItemFailures"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_pictures_of_a_removed_post_are_deleted_when_the_time_for_an_appeal_has_ended() {
    let scene = Scene::new().await;
    let Gallery { app, author, .. } = &scene.gallery;
    scene.report("spam").await;
    scene.decide("remove").await;
    app.consume_posts().await;
    assert!(work(&scene.urls(author).await).await);
    for (days, left) in [(19, 2), (20, 0)] {
        app.clock.set_ahead_by_millis(days * DAY_MS + 60_000);
        clean_up_media(&app.service.posts).await.unwrap();
        app.clock.set_ahead_by_millis(0);
        assert_eq!(scene.gallery.pictures().len(), left, "after {days} days");
        app.audit().await;
    }
    assert_eq!(scene.show(author).await.at("/media"), json!([]));
    assert_eq!(scene.urls_of_case().await, [""; 0]);
    assert_eq!(app.count_rows("SWEEPS").await, 0);
}

#[tokio::test]
async fn an_open_appeal_keeps_the_pictures_and_a_second_removal_deletes_them_at_once() {
    for verdict in ["restore", "remove"] {
        let scene = Scene::new().await;
        let Gallery { app, author, reader, .. } = &scene.gallery;
        scene.report("spam").await;
        scene.decide("remove").await;
        app.consume_posts().await;
        appeal_to(app, author, &scene.post).await.is(201);
        // The media deletion of the removal may come before the record of the appeal.
        app.clock.set_ahead_by_millis(21 * DAY_MS);
        assert_eq!(clean_up_media(&app.service.posts).await.unwrap(), CleanupReport { finished: 1, waiting: 0 });
        app.consume_posts().await;
        assert_eq!(clean_up_media(&app.service.posts).await.unwrap(), CleanupReport::default());
        app.clock.set_ahead_by_millis(0);
        assert!(work(&scene.urls(author).await).await);
        scene.decide(verdict).await;
        app.consume_posts().await;
        if verdict == "restore" {
            assert!(work(&scene.urls(reader).await).await);
            scene.is_tidy().await;
        } else {
            assert_eq!(scene.show(author).await.at("/media"), json!([]));
            assert_eq!((scene.gallery.pictures().len(), app.count_rows("SWEEPS").await), (0, 0));
            app.audit().await;
        }
    }
}

#[tokio::test]
async fn illegal_pictures_are_deleted_at_the_removal() {
    let scene = Scene::new().await;
    let Gallery { app, author, .. } = &scene.gallery;
    scene.report("illegal_media").await;
    app.consume_posts().await;
    assert!(work(&scene.urls_of_case().await).await);
    // A report alone does not make them illegal.
    let decision = json!({ "verdict": "remove", "sanction": "none", "reason": "illegal_media" });
    let path = format!("/moderation/cases/p{}/decision", scene.post);
    app.post(path).by(&scene.admin).json(&decision).send().await.is(200);
    app.consume_posts().await;
    let shown = scene.show(author).await;
    assert_eq!((shown.at("/media"), shown.at("/moderation/reason")), (json!([]), json!("illegal_media")));
    assert_eq!((scene.gallery.pictures().len(), app.count_rows("SWEEPS").await), (0, 0));
    app.audit().await;
}

#[tokio::test]
async fn the_label_of_one_report_deletes_no_pictures_at_once() {
    let scene = Scene::new().await;
    let Gallery { app, author, .. } = &scene.gallery;
    scene.report("illegal_media").await;
    scene.decide("remove").await;
    app.consume_posts().await;
    assert!(work(&scene.urls(author).await).await);
}

#[tokio::test]
async fn if_the_bucket_fails_the_record_is_delivered_again_and_no_copy_is_left() {
    let scene = Scene::new().await;
    let Gallery { app, author, reader, .. } = &scene.gallery;
    let before = scene.urls(reader).await;
    scene.report("abuse").await;
    let records = app.waiting_posts().await;
    // The second copy fails.
    scene.gallery.bring_down_after(1, 503);
    assert_eq!(deliver(&scene, &records).await, 1);
    assert!(work(&before).await && work(&scene.urls(author).await).await);
    app.audit().await;
    scene.gallery.bring_up();
    assert_eq!(deliver(&scene, &records).await, 0);
    assert!(!work(&before).await && work(&scene.urls(author).await).await);
    scene.gallery.clean_up_later().await;
    scene.is_tidy().await;
}

#[tokio::test]
async fn if_the_former_pictures_cannot_be_deleted_the_record_is_delivered_again() {
    let scene = Scene::new().await;
    let Gallery { app, author, reader, .. } = &scene.gallery;
    let before = scene.urls(reader).await;
    scene.report("abuse").await;
    let records = app.waiting_posts().await;
    // Both copies succeed.
    scene.gallery.bring_down_after(2, 503);
    assert_eq!(deliver(&scene, &records).await, 1);
    let moved = scene.urls(author).await;
    assert!(work(&before).await && work(&moved).await);
    app.audit().await;
    scene.gallery.bring_up();
    assert_eq!(deliver(&scene, &records).await, 0);
    assert!(!work(&before).await && work(&moved).await);
    scene.gallery.clean_up_later().await;
    scene.is_tidy().await;
}

#[tokio::test]
async fn the_pictures_of_a_deleted_board_are_not_moved() {
    let scene = Scene::new().await;
    let Gallery { app, board, .. } = &scene.gallery;
    scene.report("abuse").await;
    let records = app.waiting_posts().await;
    app.delete(format!("/boards/{board}")).by(&scene.admin).send().await.is(204);
    assert_eq!(deliver(&scene, &records).await, 0);
    assert_eq!(scene.gallery.pictures().len(), 2, "nothing is copied");
    scene.gallery.clean_up_later().await;
    assert_eq!((scene.gallery.pictures().len(), app.count_rows("SWEEPS").await), (0, 0));
}

#[tokio::test]
async fn a_post_that_is_restored_or_deleted_while_its_pictures_move_keeps_them_or_loses_them() {
    for is_deleted in [false, true] {
        let scene = Scene::new().await;
        let Gallery { app, author, reader, .. } = &scene.gallery;
        scene.report("abuse").await;
        let records = app.waiting_posts().await;
        scene.gallery.hold_copies().await;
        let change = async {
            scene.gallery.wait_for_copy().await;
            if is_deleted {
                app.delete(format!("/posts/{}", scene.post)).by(author).send().await.is(204);
            } else {
                scene.decide("restore").await;
            }
            scene.gallery.let_copies();
        };
        tokio::join!(deliver(&scene, &records), change);
        // On a slow machine, the first delivery may run out of time while it waits for the copy.
        assert_eq!(deliver(&scene, &records).await, 0);
        app.audit().await;
        scene.gallery.clean_up_later().await;
        if is_deleted {
            assert_eq!((scene.gallery.pictures().len(), app.count_rows("SWEEPS").await), (0, 0));
            app.audit().await;
        } else {
            assert!(work(&scene.urls(reader).await).await);
            scene.is_tidy().await;
        }
    }
}

#[tokio::test]
async fn a_deleted_post_loses_the_pictures_in_the_folder_to_which_they_have_just_moved() {
    let scene = Scene::new().await;
    let Gallery { app, author, school, .. } = &scene.gallery;
    let caller = app.service.app.verifier.verify(&author.token).unwrap().caller();
    let found = app.service.app.posts.find(school.id, scene.post.parse().unwrap()).await.unwrap();
    scene.report("abuse").await;
    app.consume_posts().await;
    let access = app.service.app.authorizer.authorize_account(&caller).await.unwrap();
    let deletion = app.service.app.posts.delete(&access, &caller, found.head).await.unwrap();
    assert!(deletion.is_some());
    scene.gallery.clean_up_later().await;
    assert_eq!((scene.gallery.pictures().len(), app.count_rows("SWEEPS").await), (0, 0));
    app.audit().await;
}

#[tokio::test]
async fn the_filter_selects_the_heads_of_posts_that_are_or_were_hidden() {
    let scene = Scene::new().await;
    let Gallery { app, author, reader, board, .. } = &scene.gallery;
    let plain = app.write_post(author, board, "사진 없는 글", true).await;
    app.put(format!("/posts/{plain}/scrap")).by(reader).send().await.is(204);
    let stream = TableStream::new(app.engine.clone(), StreamConsumer::Posts, None).unwrap();
    let heads = || {
        let keys =
            stream.waiting().unwrap().into_iter().map(|record| record["dynamodb"]["Keys"]["pk"]["S"].to_string());
        keys.filter(|pk| pk.contains(&format!("#BOARD#{board}"))).count()
    };
    assert_eq!(heads(), 0);
    scene.report("abuse").await;
    assert_eq!(heads(), 1);
    scene.decide("restore").await;
    assert_eq!(heads(), 2, "the search index has it again");
    app.put(format!("/posts/{}/scrap", scene.post)).by(reader).send().await.is(204);
    assert_eq!(heads(), 2);
}

#[tokio::test]
async fn only_admins_of_the_school_see_the_pictures_of_a_takedown_request() {
    let scene = Scene::new().await;
    let Gallery { app, author, school, .. } = &scene.gallery;
    let takedown = app.take_down(&scene.admin, &scene.post).await;
    let path = format!("/moderation/takedowns/{takedown}");
    let show = async |by| app.get(&path).by(by).send().await;
    assert!(work(&urls(&show(&scene.admin).await.is(200).at("/content/media"))).await);
    app.decide_takedown(&scene.admin, &takedown, "restrict").await.is(200);
    app.consume_posts().await;
    let shown = show(&scene.admin).await.is(200).json();
    assert!(work(&urls(&shown["content"]["media"])).await, "of something hidden, too");
    let mut listed = app.takedowns(&scene.admin, "restricted").await.remove(0);
    assert_eq!(urls(&listed["content"]["media"]), [""; 0]);
    listed["content"]["media"] = shown["content"]["media"].clone();
    assert_eq!(listed, shown, "but for the URLs, the list has the same");

    let foreign = app.member(&app.school("나래대학교").await, Role::Admin).await;
    show(&foreign).await.is_problem(404, "not_found");
    show(author).await.is_problem(403, "not_admin");
    app.service.app.users.set_role(school.id, author.id.parse().unwrap(), Role::Admin).await.unwrap();
    show(&app.log_in(&author.login_id).await).await.is_problem(404, "not_found");
}
