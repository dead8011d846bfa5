//! The audit: a table that the service has written is true, and whatever is done to one is told.

mod campus;
mod community;
mod media;
mod planning;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::store::{Audit, Table};
use uuid::Uuid;

use self::campus::Damage::{self, Deleted, Set};
use self::campus::{Campus, Key, key, key_of, misplaced, needs, number, text, told, unconfirmed};
use crate::harness::{Student, TestApp};

#[tokio::test]
async fn what_the_service_wrote_is_true_and_every_row_is_known() {
    let campus = Campus::open().await;
    let report = campus.app.recount().await;
    assert_eq!(report.findings, [""; 0]);
    let expected = [
        ("block", 1),
        ("board", 3),
        ("board name", 3),
        ("catalogue", 1),
        ("catalogue chunk", 1),
        ("comment", 5),
        ("commenter", 3),
        ("course", 2),
        ("cursor key", 1),
        ("deleted board", 1),
        ("deleted post", 1),
        ("directory entry", 3),
        ("e-mail address", 4),
        ("friend", 2),
        ("idempotency key", 1),
        ("last post", 3),
        ("like of a comment", 2),
        ("like of a review", 2),
        ("link", 1),
        ("listed thread", 4),
        ("login", 4),
        ("mark", 2),
        ("message", 6),
        ("nickname", 4),
        ("own post", 5),
        ("own review", 1),
        ("pair", 2),
        ("person", 8),
        ("pin", 2),
        ("place of a comment", 6),
        ("place of a review", 2),
        ("post body", 6),
        ("post head", 5),
        ("profile", 4),
        ("request", 2),
        ("review", 1),
        ("school", 3),
        ("scrap", 2),
        ("sessions", 4),
        ("shelf of timetables", 1),
        ("signing key", 1),
        ("started thread", 2),
        ("sweep", 1),
        ("taken lecture", 2),
        ("term", 1),
        ("thread", 2),
        ("timetable", 2),
        ("unread messages", 2),
        ("upload", 1),
    ];
    assert_eq!(report.rows, BTreeMap::from(expected));
}

#[tokio::test]
async fn a_row_that_lost_what_it_holds_is_told() {
    let campus = Campus::open().await;
    for row in campus.app.rows().await {
        let (pk, sk) = key_of(&row);
        campus.put(&HashMap::from([("pk".to_owned(), text(&pk)), ("sk".to_owned(), text(&sk))])).await;
        let unreadable = format!("{pk:?} {sk:?}: it cannot be read: ");
        let findings = campus.findings().await;
        assert_eq!(findings.iter().filter(|finding| finding.starts_with(&unreadable)).count(), 1, "{findings:#?}");
        campus.put(&row).await;
    }
}

#[tokio::test]
async fn a_row_that_is_gone_is_told_unless_it_may_go() {
    let campus = Campus::open().await;
    for row in campus.app.rows().await {
        let key = key_of(&row);
        campus.delete(&key).await;
        let uncounted = format!("LIKE#{}#{}", campus.anonymous_post, campus.gone);
        // Whoever wrote a review may have left.
        let kinds = ["ONCE#", "PIN#", "LASTPOST#", "BLOCK#", "MEDIA#", "TERM", "REVIEWED#", &uncounted];
        let may_go = kinds.iter().any(|kind| key.1.starts_with(kind));
        let may_go = may_go || key.0 == "SWEEPS" || key.1.ends_with(&campus.deleted_review);
        assert_eq!(campus.findings().await.is_empty(), may_go, "{key:?}");
        campus.put(&row).await;
    }
}

#[tokio::test]
async fn a_row_of_nobodys_is_told() {
    let campus = Campus::open().await;
    let nobody = Uuid::new_v4().to_string();
    let ids =
        [campus.school.id.to_string(), campus.student.id.clone(), campus.board.clone(), campus.named_post.clone()];
    let mut strays = 0;
    for row in campus.app.rows().await {
        let (pk, sk) = key_of(&row);
        for id in &ids {
            let stray = (pk.replace(id, &nobody), sk.replace(id, &nobody));
            if stray == (pk.clone(), sk.clone()) {
                continue;
            }
            let mut copy = row.clone();
            copy.extend([("pk".to_owned(), text(&stray.0)), ("sk".to_owned(), text(&stray.1))]);
            campus.put(&copy).await;
            assert_ne!(campus.findings().await, [""; 0], "{stray:?}");
            campus.delete(&stray).await;
            strays += 1;
        }
    }
    assert!(strays > 30, "{strays}");
    campus.app.audit().await;
}

#[tokio::test]
async fn a_row_that_nothing_in_campus_makes_is_told() {
    let campus = Campus::open().await;
    let board_partition = format!("#BOARD#{}", campus.board);
    for stray in [
        key("NOTES", "1"),
        key("LOGIN#maru", "SOMETHING"),
        key("SIGNING-KEY", "OLD-KEY"),
        key("PURGES", "everybody"),
        key("SCHOOLS", "가온대학교"),
        campus.at("", "NOTES"),
        campus.at("S", "SCHOOL"),
        campus.at("#BOARDS", campus.board.clone()),
        campus.at("#BOARDS", "BOARD#no-id"),
        campus.at("#BOARDNAME#자유", "BOARD"),
        campus.at(&board_partition, "POST#no-id"),
        campus.at(&board_partition, "SOMETHING"),
        campus.at(format!("#POST#{}", campus.named_post), "HEAD"),
        campus.at("#POST#no-id", "BODY"),
        campus.at("#NICKNAME#마루", "EMAIL"),
        campus.own("PIN#no-id"),
        campus.own("SESSIONS#2"),
        campus.own("NOTES"),
        campus.own("TIMETABLES#2026"),
        campus.at("#CATALOGUE#2026-1", "NOTES"),
        campus.at("#CATALOGUE#2026", "CATALOGUE"),
        campus.at("#TIMETABLE#no-id", "TIMETABLE"),
        campus.at("#COURSE#no-id", "COURSE"),
        campus.at(format!("#COURSE#{}", "0".repeat(32)), "NOTES"),
        campus.at(format!("#COURSE#{}", "0".repeat(32)), "REVIEW#no-id"),
        campus.at("#REVIEW#no-id", "PLACE"),
        campus.own("REVIEWED#no-id"),
        campus.own("REVIEWLIKE#no-id"),
        campus.own(format!("TAKEN#2026-2#{}", campus.timetable)),
        campus.at("#PAIR#no-id#no-id", "PAIR"),
        campus.at("#LOGIN#maru", "LOGIN"),
        campus.own("FRIEND#no-id"),
        key("SHARE#x", "SOMETHING"),
        key("SCHOOL#no-id", "SCHOOL"),
    ] {
        let finding = format!("{}: nothing in Campus makes such a row.", told(&stray));
        campus.tells(&[Set(stray, "id", text("x"))], [finding]).await;
    }
    let strays = [Set(key("NOTES", "1"), "id", number(1)), Set(key("NOTES", "\u{1b}[2J\n"), "id", number(1))];
    let findings = campus.findings_after(&strays).await;
    assert_eq!(findings.len(), 2);
    assert!(!findings.concat().contains(char::is_control), "nothing in a key acts on the terminal");
}

#[tokio::test]
async fn a_school_and_its_directory_entry_hold_the_same() {
    let campus = Campus::open().await;
    let id = campus.empty_school.id;
    let school = key(format!("SCHOOL#{id}"), "SCHOOL");
    let entry = key("SCHOOLS", "NAME#dasom 대학교");
    let said = |domains: &str| format!("school {id} is named \"Dasom 대학교\" and has the e-mail domains {domains}");
    campus.tells(&[Deleted(school.clone())], [unconfirmed(&entry, said("[]"))]).await;
    campus.tells(&[Deleted(entry.clone())], [unconfirmed(&school, said("[]"))]).await;
    let domains = AttributeValue::L(vec![text("dasom.example")]);
    let both = [unconfirmed(&school, said("[]")), unconfirmed(&entry, said("[\"dasom.example\"]"))];
    campus.tells(&[Set(entry.clone(), "email_domains", domains)], both).await;
    let other_name = [misplaced(&entry, &key("SCHOOLS", "NAME#라온")), unconfirmed(&school, said("[]"))];
    campus.tells(&[Set(entry.clone(), "name", text("라온"))], other_name).await;
    let other_id = Uuid::now_v7();
    let other = [misplaced(&school, &key(format!("SCHOOL#{other_id}"), "SCHOOL")), unconfirmed(&entry, said("[]"))];
    campus.tells(&[Set(school.clone(), "id", text(other_id))], other).await;
}

#[tokio::test]
async fn what_is_unique_about_a_student_is_the_students() {
    let campus = Campus::open().await;
    let Student { id, login_id, email, nickname, .. } = campus.student.clone();
    let (school, profile) = (campus.school.id, campus.own("PROFILE"));
    let nickname_in = |nickname: &str| format!("nickname {nickname:?} in school {school}");
    let cases = [
        ("login_id", key(format!("LOGIN#{login_id}"), "LOGIN"), format!("login id {login_id:?}"), "login id \"maru\""),
        (
            "email",
            key(format!("EMAIL#{email}"), "EMAIL"),
            format!("e-mail address {email:?}"),
            "e-mail address \"maru\"",
        ),
        (
            "nickname",
            campus.at(format!("#NICKNAME#{nickname}"), "NICKNAME"),
            nickname_in(&nickname),
            &nickname_in("maru"),
        ),
    ];
    let known_at = |place: &str| format!("what is known at {:?}", campus.at(place, "PERSON").0);
    let nobody = Uuid::new_v4();
    for (attribute, row, thing, other_thing) in cases {
        let said = unconfirmed(&profile, campus.owned(&thing, &id));
        campus.tells(&[Deleted(row.clone())], [said.clone()]).await;
        let others = unconfirmed(&row, campus.owned(&thing, nobody));
        campus.tells(&[Set(row.clone(), "user_id", text(nobody))], [said.clone(), others]).await;
        let elsewhere = unconfirmed(&row, format!("{thing} belongs to user {id} of school {nobody}"));
        campus.tells(&[Set(row.clone(), "school_id", text(nobody))], [said, elsewhere]).await;
        // In the profile it stands as the student typed it.
        let mut changed =
            vec![unconfirmed(&profile, campus.owned(other_thing, &id)), unconfirmed(&row, campus.owned(&thing, &id))];
        let (typed, person) = match attribute {
            "login_id" => ("maru", Some((format!("#LOGIN#{login_id}"), "#LOGIN#maru"))),
            "email" => ("MARU", Some((format!("#EMAIL#{email}"), "#EMAIL#maru"))),
            _ => ("MARU", None),
        };
        if let Some((place, other_place)) = person {
            let person = campus.at(&place, "PERSON");
            changed.push(unconfirmed(&profile, campus.owned(&known_at(other_place), &id)));
            changed.push(unconfirmed(&person, campus.owned(&known_at(&place), &id)));
            let said = unconfirmed(&profile, campus.owned(&known_at(&place), &id));
            campus.tells(&[Deleted(person.clone())], [said.clone()]).await;
            let others = unconfirmed(&person, campus.owned(&known_at(&place), nobody));
            campus.tells(&[Set(person, "user_id", text(nobody))], [said, others]).await;
        }
        campus.tells(&[Set(profile.clone(), attribute, text(typed))], changed).await;
    }
}

#[tokio::test]
async fn a_profile_is_where_its_ids_say_and_of_a_school() {
    let campus = Campus::open().await;
    let nobody = Uuid::new_v4();
    let profile = campus.own("PROFILE");
    for (attribute, right) in [
        ("id", campus.at(format!("#USER#{nobody}"), "PROFILE")),
        ("school_id", key(format!("SCHOOL#{nobody}#USER#{}", campus.student.id), "PROFILE")),
    ] {
        let findings = campus.findings_after(&[Set(profile.clone(), attribute, text(nobody))]).await;
        assert!(findings.contains(&misplaced(&profile, &right)), "{findings:#?}");
        assert_eq!(findings.len(), 6, "its three things have lost it, and those who know it: {findings:#?}");
    }
    let school = campus.at("", "SCHOOL");
    let findings = campus.findings_after(&[Deleted(school.clone())]).await;
    for row in [profile, campus.at("#BOARDS", format!("BOARD#{}", campus.board))] {
        assert!(findings.contains(&needs(&row, &[&school])), "{findings:#?}");
    }
    let tombstone = campus.at(format!("#BOARD#{}", campus.deleted_board), "DELETED");
    assert!(findings.contains(&needs(&tombstone, &[&school])), "{findings:#?}");
}

/// The tombstone of a student.
fn buried(at: &Key) -> Vec<Damage> {
    vec![Set(at.clone(), "withdrawn_at", text("2026-03-02T00:00:00.000Z"))]
}

/// The purge of a student.
fn to_purge(at: &Key) -> Vec<Damage> {
    let (school, user) = at.1.split_once('#').unwrap();
    let ids = [("school_id", school), ("user_id", user), ("withdrawn_at", "2026-03-02T00:00:00.000Z")];
    ids.map(|(name, value)| Set(at.clone(), name, text(value))).into()
}

#[tokio::test]
async fn what_is_a_students_needs_the_student_or_the_purge() {
    let campus = Campus::open().await;
    let nobody = Uuid::new_v4();
    let theirs = |sk: &str| campus.at(format!("#USER#{nobody}"), sk);
    let purge = key("PURGES", format!("{}#{nobody}", campus.school.id));
    let (profile, withdrawn) = (theirs("PROFILE"), theirs("WITHDRAWN"));
    let rows = campus.app.rows().await;
    let is_leftover = |(_, sk): &Key| ["PIN#", "ONCE#", "LASTPOST#"].iter().any(|kind| sk.starts_with(kind));
    let leftovers: Vec<_> = rows.iter().filter(|row| is_leftover(&key_of(row))).collect();
    assert_eq!(leftovers.len(), 6, "two pins, an idempotency key, three last posts");
    for leftover in leftovers {
        let row = theirs(&key_of(leftover).1);
        let stray = || -> Vec<Damage> {
            let names = ["expires_at", "pinned_at", "fingerprint", "status", "resource_id", "text_hash"];
            let has = |name: &&'static str| leftover.get(*name).map(|value| Set(row.clone(), name, value.clone()));
            names.iter().filter_map(has).collect()
        };
        campus.tells(&stray(), [needs(&row, &[&profile, &purge])]).await;
        let purging = || buried(&withdrawn).into_iter().chain(to_purge(&purge));
        campus.tells(&stray().into_iter().chain(purging()).collect::<Vec<_>>(), []).await;
        let purged = buried(&withdrawn);
        let left_behind = [needs(&row, &[&profile, &purge])];
        campus.tells(&stray().into_iter().chain(purged).collect::<Vec<_>>(), left_behind).await;
    }
    let sessions = rows.iter().find(|row| key_of(row) == campus.own("SESSIONS")).unwrap();
    let stray = ["live", "begun"].map(|name| Set(theirs("SESSIONS"), name, sessions[name].clone()));
    campus.tells(&stray, [needs(&theirs("SESSIONS"), &[&profile])]).await;
    campus.tells(&[Deleted(campus.own("SESSIONS"))], [needs(&campus.own("PROFILE"), &[&campus.own("SESSIONS")])]).await;
}

#[tokio::test]
async fn a_withdrawal_puts_one_row_in_place_of_the_profile() {
    let campus = Campus::open().await;
    let nobody = Uuid::new_v4();
    let purge = key("PURGES", format!("{}#{}", campus.school.id, campus.student.id));
    let (profile, withdrawn) = (campus.own("PROFILE"), campus.own("WITHDRAWN"));
    let beside = format!("{}: it must not be beside {}.", told(&withdrawn), told(&profile));
    campus.tells(&buried(&withdrawn), [beside]).await;
    campus.tells(&to_purge(&purge), [needs(&purge, &[&withdrawn])]).await;
    let nowhere = key(format!("SCHOOL#{nobody}#USER#{nobody}"), "WITHDRAWN");
    let school = key(format!("SCHOOL#{nobody}"), "SCHOOL");
    campus.tells(&buried(&nowhere), [needs(&nowhere, &[&school])]).await;

    let Student { login_id, email, nickname, .. } = &campus.student;
    let withdrawal = [
        Deleted(profile),
        Deleted(key(format!("LOGIN#{login_id}"), "LOGIN")),
        Deleted(key(format!("EMAIL#{email}"), "EMAIL")),
        Deleted(campus.at(format!("#NICKNAME#{nickname}"), "NICKNAME")),
        Deleted(campus.at(format!("#LOGIN#{login_id}"), "PERSON")),
        Deleted(campus.at(format!("#EMAIL#{email}"), "PERSON")),
        Deleted(campus.own("SESSIONS")),
    ];
    let rest = buried(&withdrawn).into_iter().chain(to_purge(&purge));
    campus.tells(&withdrawal.into_iter().chain(rest).collect::<Vec<_>>(), []).await;
}

#[tokio::test]
async fn a_board_has_one_name_and_a_manager_and_is_not_deleted() {
    let campus = Campus::open().await;
    let (school, id, nobody) = (campus.school.id, &campus.bare_board, Uuid::now_v7());
    let board = campus.at("#BOARDS", format!("BOARD#{id}"));
    let name = campus.at("#BOARDNAME#plaza 광장", "BOARDNAME");
    let named = |id: &str, name: &str| format!("board {id} of school {school} is named {name:?}");
    campus.tells(&[Deleted(board.clone())], [unconfirmed(&name, named(id, "plaza 광장"))]).await;
    campus.tells(&[Deleted(name.clone())], [unconfirmed(&board, named(id, "plaza 광장"))]).await;
    let renamed = [unconfirmed(&board, named(id, "new")), unconfirmed(&name, named(id, "plaza 광장"))];
    campus.tells(&[Set(board.clone(), "name", text("NEW"))], renamed).await;
    let others = [unconfirmed(&board, named(id, "plaza 광장")), unconfirmed(&name, named(&campus.board, "plaza 광장"))];
    campus.tells(&[Set(name.clone(), "board_id", text(&campus.board))], others).await;
    let old_name = campus.at("#BOARDNAME#광장", "BOARDNAME");
    let left = [unconfirmed(&old_name, named(id, "광장"))];
    campus.tells(&[Set(old_name.clone(), "board_id", text(id))], left).await;

    let right = campus.at("#BOARDS", format!("BOARD#{nobody}"));
    let moved = [misplaced(&board, &right), unconfirmed(&name, named(id, "plaza 광장"))];
    campus.tells(&[Set(board.clone(), "id", text(nobody))], moved).await;
    let manager = ["PROFILE", "WITHDRAWN"].map(|sk| campus.at(format!("#USER#{nobody}"), sk));
    let unmanaged = [needs(&board, &[&manager[0], &manager[1]])];
    campus.tells(&[Set(board.clone(), "manager_id", text(nobody))], unmanaged).await;
    let tombstone = campus.at(format!("#BOARD#{id}"), "DELETED");
    let both = [format!("{}: it must not be beside {}.", told(&tombstone), told(&board))];
    campus.tells(&[Set(tombstone, "deleted_at", text("2026-03-02T00:00:00.000Z"))], both).await;
}

#[tokio::test]
async fn what_is_on_a_board_needs_the_board_or_its_tombstone() {
    let campus = Campus::open().await;
    let id = &campus.deleted_board;
    let (board, tombstone) =
        (campus.at("#BOARDS", format!("BOARD#{id}")), campus.at(format!("#BOARD#{id}"), "DELETED"));
    let rows = campus.app.rows().await;
    let head = rows.iter().map(key_of).find(|(pk, sk)| pk == &tombstone.0 && sk.starts_with("POST#")).unwrap();
    let (pin, last_post) = (campus.own(format!("PIN#{id}")), campus.others(format!("LASTPOST#{id}")));
    let left = [head, pin, last_post].map(|row| needs(&row, &[&board, &tombstone]));
    let sweep = rows.iter().map(key_of).find(|(pk, _)| pk == "SWEEPS").unwrap();
    let left = left.into_iter().chain([needs(&sweep, &[&tombstone])]);
    campus.tells(&[Deleted(tombstone.clone())], left).await;
}

#[tokio::test]
async fn a_posts_head_and_body_fit_together() {
    let campus = Campus::open().await;
    let (post, board, other) = (&campus.named_post, &campus.board, &campus.bare_board);
    let (head, body) = (campus.head(post), campus.body(post));
    let by = format!("by user {}", campus.student.id);
    let truth = campus.composed(post, board, &by, "실명의 내용");
    let own = campus.own(format!("POST#{post}"));
    campus.tells(&[Deleted(head.clone())], [unconfirmed(&body, &truth), needs(&own, &[&head])]).await;
    campus.tells(&[Deleted(body.clone())], [unconfirmed(&head, &truth)]).await;
    let anonymous = campus.composed(post, board, "anonymous", "실명의 내용");
    let cases = [
        (&body, "content", text("다른 글"), campus.composed(post, board, &by, "다른 글")),
        (&body, "board_id", text(other), campus.composed(post, other, &by, "실명의 내용")),
        (&body, "byline", text("anonymous"), anonymous.clone()),
        (&head, "is_anonymous", AttributeValue::Bool(true), anonymous),
        (&head, "content_preview", text("다른"), campus.composed(post, board, &by, "다른")),
    ];
    for (row, attribute, value, said) in cases {
        let untouched = if row == &head { &body } else { &head };
        let both = [unconfirmed(untouched, &truth), unconfirmed(row, said)];
        campus.tells(&[Set(row.clone(), attribute, value)], both).await;
    }
    for (attribute, id, right) in [
        ("board_id", other, campus.at(format!("#BOARD#{other}"), format!("POST#{post}"))),
        ("id", other, campus.head(other)),
    ] {
        let moved = [misplaced(&head, &right), unconfirmed(&body, &truth)];
        campus.tells(&[Set(head.clone(), attribute, text(id))], moved).await;
    }
}

#[tokio::test]
async fn a_post_is_by_somebody_and_counts_what_is_there() {
    let campus = Campus::open().await;
    let (post, school, nobody) = (&campus.anonymous_post, campus.school.id, Uuid::new_v4());
    let head = campus.head(post);
    let author = ["PROFILE", "WITHDRAWN"].map(|sk| campus.at(format!("#USER#{nobody}"), sk));
    let own = campus.at(format!("#USER#{nobody}"), format!("POST#{post}"));
    let by_nobody = [needs(&head, &[&author[0], &author[1]]), needs(&head, &[&own, &author[1]])];
    campus.tells(&[Set(head.clone(), "author_id", text(nobody))], by_nobody).await;
    for (attribute, things, there) in
        [("like_count", "likes", 1), ("scrap_count", "scraps", 1), ("comment_count", "live comments", 3)]
    {
        let number_of = format!("the number of {things} of post {post} of school {school} is 3 too high");
        let wrong = [format!("{}: {number_of}.", told(&head))];
        campus.tells(&[Set(head.clone(), attribute, number(there + 3))], wrong).await;
    }
}

#[tokio::test]
async fn one_key_of_the_service_needs_the_other() {
    let campus = Campus::open().await;
    let (signing, cursor) = (key("SIGNING-KEY", "KEY"), key("CURSOR-KEY", "KEY"));
    campus.tells(&[Deleted(cursor.clone())], [needs(&signing, &[&cursor])]).await;
    campus.tells(&[Deleted(signing.clone())], [needs(&cursor, &[&signing])]).await;
}

#[tokio::test]
async fn a_row_past_its_time_to_live_counts_for_nothing() {
    let campus = Campus::open().await;
    let now = campus.app.clock.now().as_secs();
    let stray = campus.at(format!("#USER#{}", Uuid::new_v4()), "NOTES");
    campus.tells(&[Set(stray.clone(), "expires_at", number(now))], []).await;
    assert_eq!(campus.findings_after(&[Set(stray.clone(), "expires_at", number(now + 60))]).await.len(), 1);
    // Not even what it says otherwise: this gives a tombstone to a board that is there.
    let tombstone = campus.at(format!("#BOARD#{}", campus.board), "DELETED");
    campus.tells(&[Set(tombstone, "expires_at", number(now))], []).await;

    campus.inflict(&Set(stray, "expires_at", number(now + 60))).await;
    campus.app.clock.set_ahead_by_millis(60_000);
    let report = campus.app.recount().await;
    assert_eq!((report.findings.len(), report.rows["expired"]), (0, 1));
}

#[tokio::test]
async fn a_table_is_read_to_its_end() {
    let app = TestApp::start().await;
    let client = app.engine.connection().client;
    for number in 0..5 {
        let row = client.put_item().table_name("campus").item("pk", text("NOTES")).item("sk", text(number));
        row.item("text", text("x".repeat(350_000))).send().await.unwrap();
    }
    let mut progress = Vec::new();
    let table = Table::new(app.engine.connection(), app.clock.clone());
    let report = Audit::new(table).run(|rows| progress.push(rows)).await.unwrap();
    assert_eq!((report.rows["unknown"], report.findings.len()), (5, 5));
    assert!(progress.len() > 1 && progress.is_sorted(), "a page has a megabyte: {progress:?}");
    assert_eq!(progress.last().copied(), Some(report.rows.values().sum()));
}
