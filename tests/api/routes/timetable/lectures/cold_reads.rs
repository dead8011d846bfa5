//! Reading a catalogue that is not in memory.

use aws_sdk_dynamodb::types::AttributeValue;

use super::imports::long_lines;
use super::{LECTURES, search};
use crate::support::faults::lagging_chunks::LaggingChunks;
use crate::support::harness::{Student, TestApp};

/// A service that has no catalogue in memory, on a table with a catalogue of these lectures.
async fn start(lectures: &[&str]) -> (TestApp, Student, LaggingChunks) {
    let client = LaggingChunks::default();
    let app = TestApp::start_with(|engine| client.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    app.import(&school, lectures).await;
    client.take_reads();
    let student = app.student(&school).await;
    (app, student, client)
}

#[tokio::test]
async fn a_cold_search_reads_the_chunks_eventually_consistent() {
    let lines = long_lines(250);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (app, student, client) = start(&lines).await;
    let cold = search(&app, &student, "&query=없는강의").await;
    let reads = client.take_reads();
    assert!(matches!(reads[..], [(3.., false)]), "{reads:?}");
    let warm = search(&app, &student, "&query=없는강의").await;
    assert!(client.take_reads().is_empty());
    let units = cold.usage.read_units - warm.usage.read_units;
    // An eventually consistent read costs half a unit for each 4 KB of a chunk.
    let blocks: usize = chunk_sizes(&app).await.iter().map(|size| size.div_ceil(4096)).sum();
    assert_eq!(units * 2.0, f64::from(u32::try_from(blocks).unwrap()));
}

async fn chunk_sizes(app: &TestApp) -> Vec<usize> {
    let rows = app.rows().await;
    let chunks = rows.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("CHUNK#"));
    let size = |name: &str, value: &AttributeValue| {
        name.len() + value.as_s().map_or_else(|_| value.as_b().unwrap().as_ref().len(), String::len)
    };
    chunks.map(|row| row.iter().map(|(name, value)| size(name, value)).sum()).collect()
}

#[tokio::test]
async fn a_chunk_that_a_lagging_replica_lacks_is_read_consistently() {
    let (app, student, client) = start(&LECTURES).await;
    client.lag(true);
    assert_eq!(search(&app, &student, "&code=M1").await.at("/items").as_array().unwrap().len(), 2);
    assert_eq!(client.take_reads(), [(1, false), (1, true)]);
}
