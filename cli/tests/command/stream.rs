//! `campus stream replay`, with an S3 and a Lambda that remember what they are asked, and once with the real consumer.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::sync::{Arc, Mutex};

use campus_core::clock::Clock;
use campus_local::{Engine, Folder, LocalService, MediaStore, StreamConsumer, TableStream, ses_client_config};
use campus_notifications::stream::Mailer;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Dev, campus, stderr, stdout};

/// The function that Lambda names in the files.
const FUNCTION: &str = "arn:aws:lambda:ap-northeast-2:123456789012:function:notifications";

/// A function that consumes an event of the stream and returns its answer.
type Consumer = Box<dyn FnMut(Value) -> Value + Send>;

#[derive(Default)]
struct Aws {
    /// The objects of the bucket.
    objects: BTreeMap<String, String>,
    /// The records that the function got.
    delivered: Vec<String>,
    /// A record that the function does not consume.
    broken: Option<&'static str>,
    /// Consumes the records, in place of a function that only remembers them.
    consumer: Option<Consumer>,
}

impl Aws {
    fn answer(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        if path == format!("/2015-03-31/functions/{}/invocations", FUNCTION.replace(':', "%3A")) {
            let event: Value = serde_json::from_str(body).unwrap();
            if let Some(consumer) = &mut self.consumer {
                return (200, consumer(event).to_string());
            }
            let positions = event["Records"]
                .as_array()
                .unwrap()
                .iter()
                .map(|record| record["position"].as_str().unwrap().to_owned());
            self.delivered.extend(positions.clone());
            let failures: Vec<_> = positions.filter(|position| Some(position.as_str()) == self.broken).collect();
            let failures: Vec<_> = failures.iter().map(|position| json!({ "itemIdentifier": position })).collect();
            return (200, json!({ "batchItemFailures": failures }).to_string());
        }
        if let Some((_, after)) = path.split_once("/failed?list-type=2&prefix=aws%2Flambda%2F&start-after=") {
            let after = after.replace("%2F", "/").replace("%3A", ":");
            let keys = self.objects.keys().filter(|key| **key > after).take(2);
            let keys: String = keys.map(|key| format!("<Contents><Key>{key}</Key></Contents>")).collect();
            return (200, format!("<ListBucketResult>{keys}</ListBucketResult>"));
        }
        let key = path.strip_prefix("/failed/").unwrap();
        match method {
            "GET" => self.objects.get(key).map_or((404, String::new()), |object| (200, object.clone())),
            "DELETE" => {
                self.objects.remove(key);
                (204, String::new())
            }
            _ => (405, String::new()),
        }
    }
}

fn serve(aws: &Arc<Mutex<Aws>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let aws = aws.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            respond(&stream.unwrap(), &aws);
        }
    });
    url
}

/// Answers one request, and closes the connection.
fn respond(mut stream: &TcpStream, aws: &Mutex<Aws>) {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_lowercase());
    }
    assert!(lines.iter().any(|line| line.starts_with("authorization: aws4-hmac-sha256 credential=key/")), "{lines:?}");
    let length =
        lines.iter().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut first = lines[0].split(' ');
    let (method, path) =
        (first.next().unwrap().to_uppercase(), first.next().unwrap().replace("%2f", "%2F").replace("%3a", "%3A"));
    let (status, body) = aws.lock().unwrap().answer(&method, &path, &String::from_utf8(body).unwrap());
    write!(stream, "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
}

fn replay(url: &str) -> Output {
    let mut command = campus();
    command.args(["stream", "replay", "--bucket", "failed"]);
    command.env("AWS_ACCESS_KEY_ID", "key").env("AWS_SECRET_ACCESS_KEY", "secret").env("AWS_REGION", "ap-northeast-2");
    command.env("AWS_ENDPOINT_URL_S3", url).env("AWS_ENDPOINT_URL_LAMBDA", url).output().unwrap()
}

/// What Lambda stores of a batch.
fn file(positions: &[&str]) -> String {
    file_of(&positions.iter().map(|position| json!({ "position": position })).collect::<Vec<_>>())
}

fn file_of(records: &[Value]) -> String {
    let payload = json!({ "Records": records }).to_string();
    let context = json!({ "condition": "RetryAttemptsExhausted", "functionArn": FUNCTION });
    json!({ "requestContext": context, "payload": payload }).to_string()
}

#[test]
fn failed_records_are_delivered_again_until_they_are_consumed() {
    let aws = Arc::new(Mutex::new(Aws::default()));
    for (name, positions) in [("a", &["1", "2"][..]), ("b", &["3"]), ("c", &["4"])] {
        aws.lock().unwrap().objects.insert(format!("aws/lambda/uuid/{name}"), file(positions));
    }
    aws.lock().unwrap().broken = Some("3");
    let url = serve(&aws);
    let output = replay(&url);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("2 files delivered, 1 failed."), "{}", stdout(&output));
    assert_eq!(aws.lock().unwrap().delivered, ["1", "2", "3", "4"]);
    assert_eq!(aws.lock().unwrap().objects.len(), 1);

    aws.lock().unwrap().broken = None;
    let output = replay(&url);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(aws.lock().unwrap().objects.is_empty());
    assert!(replay(&url).status.success(), "an empty bucket is no failure");
}

#[test]
fn a_file_without_records_stays() {
    let aws = Arc::new(Mutex::new(Aws::default()));
    aws.lock().unwrap().objects.insert("aws/lambda/uuid/a".to_owned(), "{}".to_owned());
    let output = replay(&serve(&aws));
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("the file has no payload"), "{}", stderr(&output));
    assert_eq!(aws.lock().unwrap().objects.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn students_are_notified_of_what_is_replayed_once() {
    let data = TempDir::new().unwrap();
    drop(Dev::start(data.path(), &["--demo"]));
    let folder = Folder::lock(data.path()).unwrap().unwrap();
    let secret = folder.secret().unwrap();
    let engine = Arc::new(Engine::on_file(&folder.database(), secret.clone()).await.unwrap());
    let records = TableStream::new(engine.clone(), StreamConsumer::Notifications, None).unwrap().waiting().unwrap();
    // As if the consumer had never run.
    for row in notification_rows(&engine) {
        let key = json!({ "pk": row["pk"], "sk": row["sk"] });
        engine.call("DeleteItem", &json!({ "TableName": "campus", "Key": key })).unwrap();
    }

    let bucket = MediaStore::bucket_at("http://127.0.0.1:1/campus-media", &secret).unwrap();
    let service = LocalService::start(engine.connection(), bucket, Clock::default(), None).await.unwrap();
    let ses = ses_client_config("http://127.0.0.1:1".to_owned(), &secret);
    let mailer = Mailer::new(ses, "no-reply@campus.example".to_owned(), None);
    let state = service.notifications_stream(mailer, "http://127.0.0.1:1".to_owned()).unwrap();
    let function = campus_notifications::stream::function(state);
    let runtime = tokio::runtime::Handle::current();
    let consumer: Consumer = Box::new(move |event| runtime.block_on(function.handle(event)).unwrap());
    let aws = Arc::new(Mutex::new(Aws { consumer: Some(consumer), ..Aws::default() }));
    let store = |aws: &Mutex<Aws>| {
        for (number, batch) in records.chunks(10).enumerate() {
            aws.lock().unwrap().objects.insert(format!("aws/lambda/uuid/{number:03}"), file_of(batch));
        }
    };
    store(&aws);
    let url = serve(&aws);
    let output = replay(&url);
    assert!(output.status.success(), "{}", stderr(&output));
    let notified = notification_rows(&engine);
    assert!(notified.iter().any(|row| row["sk"]["S"].as_str().unwrap().starts_with("NOTIFICATION#")));
    assert!(aws.lock().unwrap().objects.is_empty());

    store(&aws);
    assert!(replay(&url).status.success());
    assert_eq!(notification_rows(&engine), notified, "records that were consumed before change nothing");
}

/// The notifications of all students, with what was notified already.
fn notification_rows(engine: &Engine) -> Vec<Value> {
    let (mut rows, mut request) = (Vec::new(), json!({ "TableName": "campus" }));
    loop {
        let page = engine.call("Scan", &request).unwrap();
        let found = page["Items"].as_array().unwrap().iter();
        rows.extend(found.filter(|row| row["sk"]["S"].as_str().unwrap().starts_with("NOTIF")).cloned());
        if page["LastEvaluatedKey"].is_null() {
            return rows;
        }
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
    }
}
