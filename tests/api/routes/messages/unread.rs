//! Counters of unread messages.

use serde_json::json;

use super::{MessageFixture, contents};

#[tokio::test]
async fn unread_messages_are_counted_for_each_side_until_the_first_page_is_read() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, named_post, .. } = &fixture;
    let (thread, other) = (fixture.write_about_post(anonymous_post).await, fixture.write_about_post(named_post).await);
    for number in 0..4 {
        fixture.send(reader, &thread, &number.to_string()).await.is(201);
    }
    fixture.send(author, &thread, "하나").await.is(201);
    let counts = async |of| {
        let inbox = fixture.inbox(of).await;
        let count = |id: &str| {
            let threads = inbox["items"].as_array().unwrap();
            threads.iter().find(|thread| thread["id"] == id).unwrap()["unread_count"].as_u64().unwrap()
        };
        (count(&thread), count(&other), inbox["unread_total"].as_u64().unwrap())
    };
    assert_eq!((counts(author).await, counts(reader).await), ((5, 1, 6), (1, 0, 1)));
    let path = format!("/messages/{thread}?limit=2");
    let page = app.get(&path).by(author).send().await;
    assert_eq!(
        (counts(author).await, counts(reader).await),
        ((0, 1, 1), (1, 0, 1)),
        "the first page marks all messages as read"
    );
    fixture.send(reader, &thread, "또").await.is(201);
    let next = page.text_at("/next_cursor");
    let page = app.get(format!("{path}&cursor={next}")).by(author).send().await;
    assert_eq!(contents(&page.is(200).at("/items")), [(false, "2"), (false, "1")]);
    assert_eq!(counts(author).await, (1, 1, 2), "a later page marks nothing as read");
    let before = app.snapshot().await;
    app.get(&path).by(author).send().await.is(200);
    app.get(&path).by(author).send().await.is(200);
    assert_ne!(app.snapshot().await, before);
    app.audit().await;
}

#[tokio::test]
async fn reading_after_the_session_has_ended_marks_nothing_as_read() {
    let fixture = MessageFixture::new().await;
    let thread = fixture.write_about_post(&fixture.anonymous_post).await;
    let everywhere = json!({ "refresh_token": fixture.author.refresh_token });
    fixture.app.post("/auth/logout").json(&everywhere).send().await.is(204);
    let before = fixture.app.snapshot().await;
    assert_eq!(contents(&fixture.read(&fixture.author, &thread).await).len(), 2);
    assert_eq!(fixture.app.snapshot().await, before);
}
