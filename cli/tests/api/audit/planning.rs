//! What an audit tells of catalogues and timetables.

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use super::campus::Damage::{Deleted, Set};
use super::campus::{Campus, Key, key_of, misplaced, needs, number, text, told, unconfirmed};

/// The row of the catalogue of 2026-1, its chunk, and the edition that counts.
async fn catalogue(campus: &Campus) -> (Key, Key, String) {
    let rows = campus.app.rows().await;
    let chunk = rows.iter().map(key_of).find(|(_, sk)| sk.starts_with("CHUNK#")).unwrap();
    let edition = chunk.1.split('#').nth(1).unwrap().to_owned();
    (campus.at("#CATALOGUE#2026-1", "CATALOGUE"), chunk, edition)
}

#[tokio::test]
async fn a_catalogue_has_all_of_its_chunks_and_no_others() {
    let campus = Campus::open().await;
    let (pointer, chunk, edition) = catalogue(&campus).await;
    let school = campus.school.id;
    let has = |number: &str, edition: &str| {
        format!("chunk {number} of edition {edition} is of the catalogue of 2026-1 of school {school}")
    };
    campus.tells(&[Deleted(chunk.clone())], [unconfirmed(&pointer, has("00", &edition))]).await;
    campus.tells(&[Set(pointer.clone(), "chunks", number(2))], [unconfirmed(&pointer, has("01", &edition))]).await;
    let other = Uuid::new_v4().to_string();
    let stray = (chunk.0.clone(), format!("CHUNK#{other}#00"));
    let data = AttributeValue::B(b"x".to_vec().into());
    campus.tells(&[Set(stray.clone(), "data", data)], [unconfirmed(&stray, has("00", &other))]).await;
    let timetable = campus.at(format!("#TIMETABLE#{}", campus.timetable), "TIMETABLE");
    let both = [unconfirmed(&chunk, has("00", &edition)), needs(&timetable, &[&pointer])];
    campus.tells(&[Deleted(pointer)], both).await;
}

#[tokio::test]
async fn a_timetable_is_on_its_owners_shelf_under_its_name() {
    let campus = Campus::open().await;
    let (school, user, nobody) = (campus.school.id, &campus.student.id, Uuid::new_v4().to_string());
    let shelf = campus.own("TIMETABLES#2026-1");
    let rows =
        [&campus.timetable, &campus.empty_timetable].map(|id| campus.at(format!("#TIMETABLE#{id}"), "TIMETABLE"));
    let shelved = |id: &str, user: &str, name: &str| {
        format!("timetable {id} of school {school} is user {user}'s, of the semester 2026-1, and named {name:?}")
    };
    let plan = |user: &str, name: &str| shelved(&campus.timetable, user, name);
    let empty = shelved(&campus.empty_timetable, user, "빈 것");
    campus.tells(&[Deleted(rows[1].clone())], [unconfirmed(&shelf, &empty)]).await;
    let off = [unconfirmed(&rows[0], plan(user, "plan")), unconfirmed(&rows[1], empty)];
    campus.tells(&[Deleted(shelf.clone())], off).await;
    for (attribute, value, said) in
        [("name", "Other", plan(user, "other")), ("owner_id", &nobody, plan(&nobody, "plan"))]
    {
        let both = [unconfirmed(&shelf, plan(user, "plan")), unconfirmed(&rows[0], said)];
        campus.tells(&[Set(rows[0].clone(), attribute, text(value))], both).await;
    }
    let moved = [misplaced(&rows[1], &rows[0]), unconfirmed(&shelf, shelved(&campus.empty_timetable, user, "빈 것"))];
    campus.tells(&[Set(rows[1].clone(), "id", text(&campus.timetable))], moved).await;
}

#[tokio::test]
async fn one_of_a_shelfs_timetables_is_the_primary_one() {
    let campus = Campus::open().await;
    let shelf = campus.own("TIMETABLES#2026-1");
    campus.tells(&[Set(shelf.clone(), "primary_id", text(&campus.empty_timetable))], []).await;
    let none = [format!("{}: the primary one is none of its timetables.", told(&shelf))];
    campus.tells(&[Set(shelf, "primary_id", text(Uuid::now_v7()))], none).await;
}
