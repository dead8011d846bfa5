//! The permissions of the functions on the rows of the table. The tests decide as IAM does whether the calls that the
//! functions make are allowed.

use std::collections::BTreeSet;

use campus_core::clock::Clock;
use campus_core::domain::{Cause, Email, Language, Parse, Role, TakedownState};
use campus_core::store::{Keys, Limits, Mail, MailContent, MailSealer, PushKeys, Recipient, Table};
use serde_json::{Value, json};

use crate::guarantees::events::function;
use crate::guarantees::mails::put;
use crate::guarantees::template::{allowed, array, events, functions, managed, object, statements, template, texts};
use crate::support::faults::injector::FaultInjector;
use crate::support::fixture::{Fixture, Who};
use crate::support::gallery::Gallery;
use crate::support::harness::Student;
use crate::support::operations::GROUPS;
use crate::support::popular::Popular;
use crate::support::ses::SesFault;

#[tokio::test]
async fn a_function_has_exactly_the_permissions_on_the_table_that_it_uses() {
    let injector = FaultInjector::new();
    let mut keys = None;
    let fixture = Fixture::start_within(Some(Limits::default()), |engine| {
        keys = Some(Table::new(injector.connection(engine), Clock::default()));
        injector.connection(engine)
    });
    let (fixture, template) = (fixture.await, template());
    let keys = keys.unwrap();
    for (name, (_, properties)) in functions(&template) {
        injector.record();
        match name {
            "notifications-stream" => {
                change_lectures(&fixture).await;
                injector.record();
                use_notifications_stream(&fixture, &injector).await;
            }
            "posts-stream" => use_posts_stream(&injector).await,
            _ => {}
        }
        for operation in GROUPS.iter().filter(|group| group.name == name).flat_map(|group| &group.operations) {
            // Transactions of admins check the role.
            for who in [operation.caller, Who::Admin] {
                fixture.reset().await;
                fixture.send(operation, who).await;
            }
        }
        if events(properties).iter().any(|(_, event)| event["Type"] == "Schedule") {
            // The table has no media deletions, which would need a bucket.
            function(&fixture.app, name).handle(json!({ "source": "aws.events" })).await.unwrap();
        }
        let actions: BTreeSet<_> = injector.accesses().into_iter().map(|(action, _)| action).collect();
        let actions: BTreeSet<_> = actions.iter().map(String::as_str).collect();
        assert_eq!(allowed(properties)["Table.Arn"], actions, "{name}");
        read_keys(name, &keys).await;
        let statements = all_statements(&template, properties);
        let used = injector.accesses();
        for (action, pk) in &used {
            assert!(is_allowed(&statements, action, pk), "{name} may not use {action} on {pk}");
        }
        for (statement, pattern) in listed_rows(&statements) {
            let uses = |(action, pk): &(String, String)| names_action(statement, action) && is_like(pk, pattern);
            assert!(used.iter().any(uses), "{name} does not use {pattern} of {}", statement["Sid"]);
        }
    }
}

/// Reads the keys with which the function starts.
async fn read_keys(name: &str, table: &Table) {
    let keys = Keys::new(table.clone());
    match name {
        "auth" => drop(keys.cursor_and_auth().await.unwrap()),
        "notifications-stream" => {
            keys.mail().await.unwrap();
            PushKeys::new(table.clone()).ring().await.unwrap();
        }
        "moderation" => {
            keys.cursor().await.unwrap();
            keys.mail().await.unwrap();
        }
        "posts-stream" => {}
        _ => drop(keys.cursor().await.unwrap()),
    }
}

/// Lets the posts-stream function do everything that it does with the table, in a service with a bucket: move the pictures of
/// a post, count likes, and change the search index for a new post, an edited one, and those of a deleted board with more than a page.
async fn use_posts_stream(injector: &FaultInjector) {
    let gallery = Gallery::open_with(|engine| injector.connection(engine)).await;
    let Gallery { app, author, reader, school, .. } = &gallery;
    app.service.app.schools.set_report_threshold(school, Parse::parse(1).unwrap()).await.unwrap();
    let (board, deleted) = (app.board(author, "벼룩시장").await, app.board(author, "임시").await);
    let edited = app.write_post(author, &board, "고칠 글", true).await;
    for number in 0..30 {
        app.write_post(author, &deleted, &format!("글 {number}"), true).await;
    }
    app.consume_posts().await;
    let post = gallery.post(author, &[&gallery.upload(author).await]).await.is(201).text_at("/id");
    app.report(reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    let content = json!({ "content": "다른 내용" });
    app.patch(format!("/posts/{edited}")).by(author).json(&content).send().await.is(200);
    app.delete(format!("/boards/{deleted}")).by(author).send().await.is(204);
    let popular = Popular::start(app, school, author).await;
    popular.like_all(app, &app.member(school, Role::Student).await).await;
    injector.record();
    app.consume_posts().await;
}

/// Changes the lectures of a school, and a timetable that has them. The records wait for notifications-stream.
async fn change_lectures(fixture: &Fixture) {
    let Fixture { app, things } = fixture;
    let author = things.student(Who::Author).unwrap();
    let entry = app.enter(author, &things.timetable, &json!({ "lecture_id": things.lecture })).await;
    app.import(&things.school, &["M1|001|확률과정론|3|이상열|목 14:00-15:30|25-105"]).await;
    app.delete(entry).by(author).send().await.is(204);
}

/// Lets notifications-stream do everything that it does with the table.
async fn use_notifications_stream(fixture: &Fixture, injector: &FaultInjector) {
    let app = &fixture.app;
    let notifications = function(app, "notifications-stream");
    let student = fixture.things.student(Who::Student).unwrap();
    let browser = app.subscribe(student).await;
    let to_notify = notify(fixture).await;
    injector.record();
    let sealer = MailSealer::new(&app.service.mail_key).unwrap();
    let to: Email = Parse::parse("owner@school.ac.kr".to_owned()).unwrap();
    let id = "00000000-0000-4000-8000-000000000000";
    let owner = [("school_id", id), ("user_id", id), ("login_id", "owner")];
    put(app, &[&[("pk", "EMAIL#owner@school.ac.kr"), ("sk", "EMAIL")][..], &owner].concat()).await;
    let enqueue_to = async |to, content| {
        let mail = Mail { to, language: Language::Korean, content };
        app.service.app.mails.enqueue(&sealer, &mail).await.unwrap();
    };
    let enqueue = async |content| enqueue_to(to.clone().into(), content).await;
    let expires_at = app.clock.now().plus_secs(600);
    enqueue(MailContent::LoginIdReminder { expires_at }).await;
    enqueue(MailContent::PasswordReset { expires_at }).await;
    let (school_id, user_id) = (id.parse().unwrap(), id.parse().unwrap());
    let state = TakedownState::Restricted;
    enqueue_to(Recipient::Student { school_id, user_id }, MailContent::Restriction { state }).await;
    enqueue_to(Recipient::Applicant(id.parse().unwrap()), MailContent::Takedown { state }).await;
    let records = app.waiting_records().await;
    notifications.handle(json!({ "Records": records })).await.unwrap();
    app.ses.fail(SesFault::Failed);
    enqueue(MailContent::VerificationCode { code: "123456".to_owned(), expires_at }).await;
    notifications.handle(json!({ "source": "aws.events" })).await.unwrap();
    app.ses.fail(SesFault::Rejected);
    enqueue(MailContent::AddressReplaced).await;
    notifications.handle(json!({ "source": "aws.events" })).await.unwrap();
    let recipients = json!([{ "emailAddress": "a@school.ac.kr" }]);
    let complaint = json!({ "eventType": "Complaint", "complaint": { "complainedRecipients": recipients } });
    notifications.handle(json!({ "source": "aws.ses", "detail": complaint })).await.unwrap();
    app.ses.mend();
    app.push_service.unsubscribe(&browser.endpoint);
    let id = fixture.things.post.parse().unwrap();
    app.notify(student, Cause::Hot { post_id: id }, false).await;
    notifications.handle(json!({ "source": "aws.events" })).await.unwrap();
    let author = fixture.things.student(Who::Author).unwrap();
    let records: Vec<_> = (0..5).map(|number| sanction_record(author, number)).collect();
    let answer = notifications.handle(json!({ "Records": records })).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]));
    let answer = notifications.handle(json!({ "Records": to_notify })).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]));
}

/// Writes a comment and a message, and removes things. Returns the records of the stream for notifications-stream.
async fn notify(fixture: &Fixture) -> Vec<Value> {
    let (app, things) = (&fixture.app, &fixture.things);
    let (student, admin) = (things.student(Who::Student).unwrap(), things.student(Who::Admin).unwrap());
    // The things of earlier records are gone, because the fixture was reset.
    let earlier = app.waiting_records().await.len();
    app.write_comment(student, &things.post, "새 댓글", None).await;
    app.write_about(student, json!({ "post_id": things.post }), "안녕하세요").await;
    for thing in [json!({ "review_id": things.review }), json!({ "exam_info_id": things.exam_info })] {
        let mut report = thing.clone();
        report["reason"] = "abuse".into();
        app.report(student, report).await.is(201);
        let (kind, id) = thing.as_object().unwrap().iter().next().unwrap();
        let id = id.as_str().unwrap().replace('-', "");
        app.decide(admin, &format!("{}{id}", kind.split_at(1).0), "remove").await.is(200);
    }
    app.waiting_records().await.split_off(earlier)
}

/// The record of a decision that sanctions the student.
fn sanction_record(student: &Student, number: usize) -> Value {
    let text = |text: &str| json!({ "S": text });
    let (school, at) = (student.caller().school, "2026-03-02T00:00:00.000Z");
    let case = format!("r{number:032x}");
    let keys = json!({ "pk": text(&format!("SCHOOL#{school}#MODERATION")), "sk": text(&format!("{at}#{case}")) });
    let row = json!({
        "case_id": text(&case), "author_id": text(&student.id), "verdict": text("remove"), "sanction": text("apply"),
        "note": text(""), "decided_by": text(&student.id), "decided_at": text(at), "reason": text("abuse"),
        "sanctioned_at": text(at), "concerns_sanctions": { "BOOL": true },
    });
    let change = json!({ "Keys": keys, "NewImage": row, "SequenceNumber": format!("{number}") });
    json!({ "eventName": "INSERT", "dynamodb": change })
}

/// The statements of the function's own policies and of its managed policies.
fn all_statements<'a>(template: &'a Value, properties: &'a Value) -> Vec<&'a Value> {
    let documents = managed(properties).into_iter();
    let documents = documents.map(|policy| &template["Resources"][policy]["Properties"]["PolicyDocument"]);
    documents.flat_map(|document| array(&document["Statement"])).chain(statements(properties)).collect()
}

/// Whether IAM allows the action on rows with this partition key. A denial beats every permission.
fn is_allowed(statements: &[&Value], action: &str, pk: &str) -> bool {
    let has = |effect: &str| {
        statements.iter().any(|statement| {
            statement["Effect"] == effect
                && names_action(statement, action)
                && names_table(statement)
                && meets_condition(statement, pk)
        })
    };
    has("Allow") && !has("Deny")
}

fn names_action(statement: &Value, action: &str) -> bool {
    texts(&statement["Action"]).contains(&action)
}

fn names_table(statement: &Value) -> bool {
    statement.get("Resource").is_some_and(|resource| texts(resource).contains(&"Table.Arn"))
}

/// Whether the partition key meets the condition of the statement, if it has one.
fn meets_condition(statement: &Value, pk: &str) -> bool {
    let Some(condition) = statement.get("Condition") else { return true };
    object(condition).iter().all(|(operator, keys)| {
        let patterns = texts(&keys["dynamodb:LeadingKeys"]);
        match operator.as_str() {
            // Each access has one partition key, so `all` and `any` mean the same.
            "ForAllValues:StringLike" | "ForAnyValue:StringLike" => patterns.iter().any(|pattern| is_like(pk, pattern)),
            "ForAnyValue:StringEquals" => patterns.contains(&pk),
            _ => panic!("unknown operator {operator}"),
        }
    })
}

/// Whether the text matches a pattern in which `*` stands for any text.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(text) = text.strip_prefix(start) else { return false };
    (0..=text.len()).filter_map(|at| text.get(at..)).any(|text| is_like(text, rest))
}

/// The patterns of partition keys that the permissions on the table list, each with its statement.
fn listed_rows<'a>(statements: &[&'a Value]) -> Vec<(&'a Value, &'a str)> {
    let allowing = statements.iter().copied().filter(|it| it["Effect"] == "Allow" && names_table(it));
    let limited = allowing.filter_map(|it| Some((it, object(it.get("Condition")?))));
    let lists = limited.flat_map(|(it, condition)| condition.values().map(move |keys| (it, keys)));
    lists.flat_map(|(it, keys)| texts(&keys["dynamodb:LeadingKeys"]).into_iter().map(move |key| (it, key))).collect()
}

#[test]
fn auth_and_moderation_only_add_mails_and_no_other_route_reaches_them() {
    let template = template();
    for (name, (_, properties)) in functions(&template) {
        let statements = all_statements(&template, properties);
        let may = |action: &str, pk: &str| is_allowed(&statements, &format!("dynamodb:{action}"), pk);
        let is_auth = name == "auth";
        let (is_notifications, is_moderation) = (name == "notifications-stream", name == "moderation");
        assert_eq!(may("PutItem", "MAILS#1"), is_auth || is_moderation || is_notifications, "{name}");
        assert_eq!(may("GetItem", "MAIL-KEY"), is_auth || is_moderation || is_notifications, "{name}");
        assert_eq!(may("GetItem", "APPLICANT#1"), is_notifications, "{name}");
        assert_eq!(may("GetItem", "SCHOOL#1#TAKEDOWN#1"), is_moderation, "{name}");
        assert_eq!(may("GetItem", "TAKEDOWNREQUEST#hash"), is_moderation, "{name}");
        assert_eq!(may("PutItem", "RESET#hash"), is_auth || is_notifications, "{name}");
        assert_eq!(may("GetItem", "RESET#hash"), is_auth, "{name}");
        assert_eq!(may("GetItem", "EMAIL#a@b.kr"), is_auth || is_notifications || name == "timetable", "{name}");
        assert_eq!(may("PutItem", "EMAIL#a@b.kr"), is_auth, "{name}");
        for (action, pk) in [("Query", "MAILS#1"), ("UpdateItem", "MAILS#1"), ("DeleteItem", "MAILS#1")] {
            assert_eq!(may(action, pk), is_notifications, "{name}: {action} {pk}");
        }
        assert_eq!(may("BatchGetItem", "PUSH-KEY"), is_notifications, "{name}");
        assert_eq!(may("UpdateItem", "PUSHES#1"), is_notifications, "{name}");
        assert_eq!(may("GetItem", "SUPPRESSED#hash"), is_notifications, "{name}");
        for pk in [
            "SCHOOL#1#LOGIN#somebody",
            "SCHOOL#1#PAIR#1#2",
            "SCHOOL#1#POST#1",
            "SCHOOL#1#CASE#1",
            "SIGNING-KEY",
            "LOGIN#somebody",
        ] {
            let may_read = may("GetItem", pk) && pk != "SCHOOL#1#POST#1";
            assert!(!(is_notifications && (may_read || may("PutItem", pk))), "{pk}");
        }
    }
}
