//! `campus stream`.

mod aws_client;

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use serde_json::Value;

use self::aws_client::{AwsClient, Service};
use crate::EXIT_CODES;
use crate::output::{print, print_error};

/// The beginning of the names of the objects that Lambda writes.
const PREFIX: &str = "aws/lambda/";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Deliver the records again that functions could not consume
    ///
    /// When a function fails to consume records of the table's stream, Lambda stores them in a bucket. This command delivers
    /// them to the same function again and deletes those that it has consumed. Records that were consumed before change nothing,
    /// so you can repeat the command. It works in the AWS account and region of the environment.
    #[command(after_help = EXIT_CODES)]
    Replay(Options),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The bucket with the records: the output FailedRecordsBucketName of the stack
    #[arg(long, value_name = "NAME")]
    bucket: String,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    let Command::Replay(Options { bucket }) = command;
    let aws = AwsClient::from_env().await?;
    let (mut delivered, mut failed) = (0_u32, 0_u32);
    let mut after = String::new();
    loop {
        let page = list(&aws, &bucket, &after).await?;
        let Some(last) = page.last().cloned() else { break };
        for object in &page {
            match replay(&aws, &bucket, object).await {
                Ok(records) => {
                    delivered = delivered.saturating_add(1);
                    print(format_args!("{object}: {records} records"))?;
                }
                Err(error) => {
                    failed = failed.saturating_add(1);
                    print_error(format_args!("{object}: {error:#}"));
                }
            }
        }
        after = last;
    }
    let files = if delivered == 1 { "file" } else { "files" };
    print(format_args!("{delivered} {files} delivered, {failed} failed."))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The names of the next objects, in order.
async fn list(aws: &AwsClient, bucket: &str, after: &str) -> Result<Vec<String>> {
    let query = format!("?list-type=2&prefix={}&start-after={}", encode(PREFIX), encode(after));
    let xml = aws.send(Service::S3, "GET", &format!("/{bucket}{query}"), None).await?;
    // The names consist of letters, digits and a few other characters, which XML does not escape.
    let names = xml.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
    Ok(names.map(|(name, _)| name.to_owned()).collect())
}

/// Delivers the records of an object to the function that it names, and then deletes it. Returns the number of records.
async fn replay(aws: &AwsClient, bucket: &str, object: &str) -> Result<usize> {
    let path = format!("/{bucket}/{}", object.split('/').map(encode).collect::<Vec<_>>().join("/"));
    let text = aws.send(Service::S3, "GET", &path, None).await?;
    let file = serde_json::from_str(&text).context("the file is not JSON")?;
    let event = event_of(&file)?;
    let records = event.get("Records").and_then(Value::as_array).map_or(0, Vec::len);
    ensure!(records > 0, "the file has no records");
    let function = file.pointer("/requestContext/functionArn").and_then(Value::as_str);
    let function = function.context("the file does not name the function")?;
    let invocation = format!("/2015-03-31/functions/{}/invocations", encode(function));
    let answer = aws.send(Service::Lambda, "POST", &invocation, Some(event.to_string())).await?;
    let answer: Value = serde_json::from_str(&answer).context("the answer of the function is not JSON")?;
    let failures = answer.get("batchItemFailures").and_then(Value::as_array);
    let failures = failures.with_context(|| format!("the function has failed: {answer}"))?;
    ensure!(failures.is_empty(), "the function has failed to consume {} of {records} records", failures.len());
    aws.send(Service::S3, "DELETE", &path, None).await?;
    Ok(records)
}

/// The event that Lambda could not deliver. Lambda stores it as the text `payload`, with the reason beside it.
fn event_of(file: &Value) -> Result<Value> {
    match file.get("payload") {
        Some(Value::String(event)) => serde_json::from_str(event).context("the payload is not JSON"),
        Some(event) => Ok(event.clone()),
        None => anyhow::bail!("the file has no payload"),
    }
}

fn encode(text: &str) -> String {
    const UNRESERVED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(text, UNRESERVED).to_string()
}
