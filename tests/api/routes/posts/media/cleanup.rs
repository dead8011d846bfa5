//! Media deletions, and a bucket that fails.

use std::time::Duration;

use campus_core::store::Budget;
use campus_posts::{CleanupReport, clean_up_media};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::gallery::{Gallery, fetch};

#[tokio::test]
async fn copies_for_a_refused_post_are_deleted_and_the_upload_stays() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, board, .. } = &gallery;
    let body = |ids: Value| json!({ "title": "같은 글", "content": "내용", "is_anonymous": true, "media_ids": ids });
    let write = async |ids| app.post(format!("/boards/{board}/posts")).by(author).json(&body(ids)).send().await;
    write(json!([])).await.is(201);
    let id = gallery.upload(author).await;
    write(json!([id])).await.is_problem(409, "duplicate_post");
    assert_eq!((gallery.pictures().len(), app.count_rows("SWEEPS").await), (1, 1));
    assert_eq!(
        clean_up_media(&app.service.posts).await.unwrap(),
        CleanupReport::default(),
        "the media deletion is not due yet"
    );
    app.audit().await;

    let post = gallery.post(author, &[&id]).await;
    assert_eq!(gallery.clean_up_later().await, CleanupReport { finished: 1, waiting: 0 });
    gallery.shows(&post).await;
    assert_eq!((gallery.pictures().len(), app.count_rows("SWEEPS").await), (1, 0));
    app.audit().await;
}

#[tokio::test]
async fn the_pictures_of_a_deleted_post_are_deleted_at_once() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, .. } = &gallery;
    let ids = [gallery.upload(author).await, gallery.upload(author).await];
    let post = gallery.post(author, &[&ids[0], &ids[1]]).await;
    let other = gallery.post(author, &[&gallery.upload(author).await]).await;
    app.delete(format!("/posts/{}", post.text_at("/id"))).by(author).send().await.is(204);
    let url = post.text_at("/media/0/url");
    assert_eq!(fetch("GET", &url, &[], b"").await.status, 404);
    assert_eq!((gallery.pictures().len(), app.count_rows("SWEEPS").await), (1, 0));
    gallery.shows(&other).await;
    app.audit().await;
}

#[tokio::test]
async fn posts_can_be_deleted_while_the_bucket_fails_and_a_later_cleanup_deletes_the_pictures() {
    let gallery = Gallery::open().await;
    let id = gallery.upload(&gallery.author).await;
    let post = gallery.post(&gallery.author, &[&id]).await.text_at("/id");
    gallery.bring_down(503);
    gallery.app.delete(format!("/posts/{post}")).by(&gallery.author).send().await.is(204);
    assert_eq!((gallery.pictures().len(), gallery.app.count_rows("SWEEPS").await), (1, 1));
    gallery.app.audit().await;
    gallery.app.clock.set_ahead_by_millis(61_000);
    clean_up_media(&gallery.app.service.posts).await.unwrap_err();
    assert_eq!(gallery.app.count_rows("SWEEPS").await, 1);
    gallery.bring_up();
    assert_eq!(gallery.clean_up_later().await, CleanupReport { finished: 1, waiting: 0 });
    assert_eq!((gallery.pictures().len(), gallery.app.count_rows("SWEEPS").await), (0, 0));
    gallery.app.audit().await;
}

#[tokio::test]
async fn the_pictures_of_a_deleted_board_are_deleted_and_a_failed_cleanup_is_finished_by_the_next() {
    let gallery = Gallery::open().await;
    for number in 0..30 {
        match number % 10 {
            0 => drop(gallery.post(&gallery.author, &[&gallery.upload(&gallery.author).await]).await.is(201)),
            _ => drop(gallery.app.write_post(&gallery.author, &gallery.board, &format!("글 {number}"), true).await),
        }
    }
    let last = gallery.post(&gallery.author, &[&gallery.upload(&gallery.author).await]).await;
    let Gallery { app, school, reader, board, .. } = &gallery;
    let kept = app.board(reader, "다른 곳").await;
    let kept = gallery.post_on(&kept, reader, &[&gallery.upload(reader).await]).await;
    app.delete(format!("/boards/{board}")).by(&app.admin(school).await).send().await.is(204);
    app.get(format!("/posts/{}", last.text_at("/id"))).by(reader).send().await.is_problem(404, "not_found");
    app.audit().await;
    assert_eq!(
        clean_up_media(&app.service.posts).await.unwrap(),
        CleanupReport::default(),
        "the media deletion waits for requests that are still running"
    );
    assert_eq!(gallery.pictures().len(), 5);

    // The cleanup reads the posts in two pages. It can delete the pictures of the first page; then the bucket fails.
    gallery.bring_down_after(3, 500);
    gallery.app.clock.set_ahead_by_millis(61_000);
    clean_up_media(&gallery.app.service.posts).await.unwrap_err();
    assert_eq!(gallery.pictures().len(), 2, "the pictures of the second page and of the other board");
    let saved = gallery.app.snapshot().await.into_iter().find(|row| row.contains("SWEEPS")).unwrap();
    assert!(saved.contains("\"after\":\"POST#"), "{saved}");
    gallery.app.audit().await;

    gallery.bring_up();
    assert_eq!(gallery.clean_up_later().await, CleanupReport { finished: 1, waiting: 0 });
    assert_eq!((gallery.pictures().len(), gallery.app.count_rows("SWEEPS").await), (1, 0));
    gallery.shows(&kept).await;
    gallery.app.audit().await;
}

#[tokio::test]
async fn a_cleanup_that_runs_out_of_time_is_finished_by_the_next() {
    let gallery = Gallery::open().await;
    let Gallery { app, school, author, board, .. } = &gallery;
    gallery.post(author, &[&gallery.upload(author).await]).await.is(201);
    app.delete(format!("/boards/{board}")).by(&app.admin(school).await).send().await.is(204);
    app.clock.set_ahead_by_millis(61_000);
    let report = Budget::new(Duration::from_secs(1)).spend(clean_up_media(&app.service.posts)).await.unwrap();
    assert_eq!(report, CleanupReport { finished: 0, waiting: 1 });
    assert_eq!(gallery.clean_up_later().await, CleanupReport { finished: 1, waiting: 0 });
    assert!(gallery.pictures().is_empty());
}

#[tokio::test]
async fn a_post_is_not_created_once_the_deletion_of_its_pictures_has_started() {
    for is_finished in [true, false] {
        let gallery = Gallery::open().await;
        let Gallery { app, author, board, .. } = &gallery;
        let id = gallery.upload(author).await;
        gallery.hold_copies().await;
        let body = json!({ "title": "제목", "content": "내용", "is_anonymous": true, "media_ids": [id] });
        let writing = app.post(format!("/boards/{board}/posts")).by(author).json(&body).send();
        let cleanup = async {
            gallery.wait_for_copy().await;
            if !is_finished {
                // All three attempts to delete the copy.
                gallery.bring_down_for(3, 500);
            }
            app.clock.set_ahead_by_millis(120_000);
            assert_eq!(clean_up_media(&app.service.posts).await.is_ok(), is_finished);
            app.clock.set_ahead_by_millis(0);
            gallery.let_copies();
        };
        let (answer, ()) = tokio::join!(writing, cleanup);
        answer.is_problem(409, "conflict");
        app.audit().await;
        gallery.clean_up_later().await;
        gallery.shows(gallery.post(author, &[&id]).await.is(201)).await;
        assert_eq!(app.count_rows("SWEEPS").await, 0);
        app.audit().await;
    }
}

#[tokio::test]
async fn if_the_bucket_fails_or_hangs_a_new_post_is_503_in_time_and_not_written() {
    let gallery = Gallery::open().await.with_own_time_limits();
    let id = gallery.upload(&gallery.author).await;
    // Reading the upload is the first request, writing the picture the second.
    for (status, after) in [(500, 0), (503, 0), (429, 0), (0, 0), (500, 1), (503, 1), (429, 1)] {
        match status {
            0 => gallery.hang(),
            status => gallery.bring_down_after(after, status),
        }
        let started = Instant::now();
        let answer = gallery.post(&gallery.author, &[&id]).await;
        assert!(started.elapsed() < Duration::from_secs(10), "{status}: {:?}", started.elapsed());
        answer.is_problem(503, "unavailable");
        assert!((1..=4).contains(&answer.retry_after_s()), "{answer:?}");
        let list = gallery.app.get(format!("/boards/{}/posts", gallery.board)).by(&gallery.author).send().await;
        assert_eq!(list.at("/items"), json!([]), "{status}");
        gallery.app.audit().await;
        gallery.bring_up();
    }
    let post = gallery.post(&gallery.author, &[&id]).await;
    gallery.shows(post.is(201)).await;
}

#[tokio::test]
async fn a_bucket_request_that_fails_once_is_retried() {
    let gallery = Gallery::open().await;
    let id = gallery.upload(&gallery.author).await;
    gallery.bring_down_for(1, 503);
    let post = gallery.post(&gallery.author, &[&id]).await;
    gallery.shows(post.is(201)).await;
}

#[tokio::test]
async fn a_403_from_the_bucket_counts_as_a_missing_upload() {
    let gallery = Gallery::open().await;
    let id = gallery.announce(&gallery.author, "image/png", 9).await.text_at("/id");
    gallery.bring_down(403);
    gallery.post(&gallery.author, &[&id]).await.is_invalid(&[("media_ids[0]", "not_uploaded")]);
}

#[tokio::test]
async fn after_a_transaction_without_response_a_post_has_all_its_pictures_or_none_are_left() {
    for (fault, is_done) in [(Fault::AnswerLost, true), (Fault::Hangs, false)] {
        let injector = FaultInjector::new();
        let gallery = Gallery::open_with(|engine| injector.connection(engine)).await;
        let Gallery { app, author, board, .. } = &gallery;
        let id = gallery.upload(author).await;
        let body = json!({ "title": "제목", "content": "내용", "is_anonymous": true, "media_ids": [id] });
        let path = format!("/boards/{board}/posts");
        let send = async || app.post(&path).by(author).header("idempotency-key", "k").json(&body).send().await;
        // The first transaction records the media deletion, the second creates the post.
        injector.plan("TransactWriteItems", 1, fault, usize::MAX);
        send().await.is_problem(503, "unavailable");
        assert!(injector.mend() > 0);
        app.audit().await;

        assert_eq!(gallery.clean_up_later().await.finished, u32::from(!is_done), "{fault:?}");
        assert_eq!(gallery.pictures().len(), usize::from(is_done), "{fault:?}");
        let post = send().await;
        assert_eq!(post.is(201).header("idempotency-replayed") == "true", is_done, "{fault:?}");
        gallery.shows(&post).await;
        app.audit().await;
    }
}
