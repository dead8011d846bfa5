//! Sanctions that bind the next account with a verified address.

use serde_json::json;

use super::{DAY_MS, restrictions, sanction, try_write};
use crate::support::community::Community;
use crate::support::harness::{PASSWORD, TestApp};

#[tokio::test]
async fn a_sanction_survives_the_account_until_it_ends() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let (admin, address) = (app.admin(&school).await, "same@example.ac.kr");
    let start = app.stop_clock();
    let author = app.unverified(&school).await;
    app.verify_address(&author, address).await;
    let author = app.log_in(&author.login_id).await;
    let community = Community {
        board: app.board(&admin, "자유").await,
        reader: app.student(&school).await,
        app: app.into(),
        school: school.clone(),
        author: author.clone(),
        admin,
    };
    let app = &community.app;
    for post in [community.post("가", true).await, community.post("나", true).await] {
        sanction(&community, &post).await;
    }
    app.consume_stream().await;
    let until = restrictions(app, &author).await.pop().unwrap();
    app.delete("/auth/me").by(&author).json(&json!({ "password": PASSWORD })).send().await.is(204);
    assert_eq!(app.count_rows("SANCTION#").await, 1);
    // An operator lets the address be verified before its 30 days are over.
    forget_resting(app).await;
    let heir = app.unverified(&school).await;
    app.request_code(&heir, address).await.is(202);
    let code = app.take_code(address).await;
    let confirmed = app.confirm_code(&heir, &code).await;
    let restriction = json!({ "kind": until.0, "reason": "abuse", "until": until.1 });
    assert_eq!(confirmed.is(200).at("/restrictions"), json!([restriction]));
    let heir = app.log_in(&heir.login_id).await;
    try_write(&community, &heir).await.is_problem(403, "write_suspended");
    assert_eq!(app.count_rows("SANCTION#").await, 0);
    app.audit().await;
    app.clock.stop_at_millis(start + 3 * DAY_MS);
    try_write(&community, &heir).await.is(201);
    // What has ended does not survive.
    app.delete("/auth/me").by(&heir).json(&json!({ "password": PASSWORD })).send().await.is(204);
    assert_eq!(app.count_rows("SANCTION#").await, 0);
    app.audit().await;
}

#[tokio::test]
async fn a_sanction_binds_the_next_account_with_an_address_that_was_replaced() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let (admin, first, second) = (app.admin(&school).await, "first@example.ac.kr", "second@example.ac.kr");
    let author = app.unverified(&school).await;
    app.verify_address(&author, first).await;
    let author = app.log_in(&author.login_id).await;
    let board = app.board(&admin, "자유").await;
    let reader = app.student(&school).await;
    let community = Community { board, reader, app: app.into(), school: school.clone(), author, admin };
    let (app, author) = (&community.app, &community.author);
    for post in [community.post("가", true).await, community.post("나", true).await] {
        sanction(&community, &post).await;
    }
    app.consume_stream().await;
    let before = restrictions(app, author).await;
    // The student who comes back to an address inherits nothing.
    for address in [second, first, second] {
        app.verify_address(author, address).await;
        // The former address is told.
        app.take_mails().await;
        assert_eq!(restrictions(app, author).await, before);
        assert_eq!(app.count_rows("SANCTION#").await, 1);
    }
    app.audit().await;
    let heir = app.unverified(&school).await;
    app.verify_address(&heir, first).await;
    let heir = app.log_in(&heir.login_id).await;
    assert_eq!(restrictions(app, &heir).await, before[1..]);
    try_write(&community, &heir).await.is_problem(403, "write_suspended");
    // The former address of the account that has inherited is bound, too.
    app.verify_address(&heir, "third@example.ac.kr").await;
    app.take_mails().await;
    let next = app.unverified(&school).await;
    app.verify_address(&next, first).await;
    assert_eq!(restrictions(app, &next).await, before[1..]);
    app.audit().await;
}

async fn forget_resting(app: &TestApp) {
    for row in app.rows().await {
        if row["pk"].as_s().unwrap().starts_with("RESTING#") {
            let key = ["pk", "sk"].map(|name| (name.to_owned(), row[name].clone())).into();
            app.raw.client.delete_item().table_name("campus").set_key(Some(key)).send().await.unwrap();
        }
    }
}
