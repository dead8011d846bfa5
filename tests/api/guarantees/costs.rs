//! The figures of docs/cost.md, from its tables of a user's day, its assumptions and its prices.

use crate::support::generated;

const PAGE: &str = "docs/cost.md";
const DAYS: f64 = 365.0 / 12.0;
/// Rows of the day that belong to the notifications and the search.
const NEW_FEATURES: [&str; 4] =
    ["/posts/search`", "/notifications/unread-count`", "`GET /notifications`", "`POST /notifications/read`"];

/// The cells of the rows of the table whose header begins with this text.
fn rows(header: &str) -> Vec<Vec<String>> {
    let page = generated::read(PAGE);
    let table = page.lines().skip_while(|line| !line.starts_with(header)).skip(2);
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    table.take_while(|line| line.starts_with('|')).map(|line| cells(line)[1..].to_vec()).collect()
}

/// What a daily user does in a day.
#[derive(Clone, Copy, Default)]
struct Day {
    requests: f64,
    reads: f64,
    writes: f64,
    calls: f64,
    /// Runs of the consumers of the stream.
    records: f64,
    /// Of responses, compressed, in KB.
    sent: f64,
    /// Rows after a year, in KB.
    stored: f64,
}

const DAY_TABLE: &str = "| operation | times a day |";
const CONSUMER_TABLE: &str = "| work of consumers | times a day |";

fn operations(counts: impl Fn(&str) -> bool) -> Day {
    let mut day = Day::default();
    for row in rows(DAY_TABLE).iter().filter(|row| row[0] != "**a day**" && counts(&row[0])) {
        let [times, reads, writes, calls] = [1, 2, 3, 4].map(|cell: usize| row[cell].parse::<f64>().unwrap());
        day.requests += times;
        day.reads += times * reads;
        day.writes += times * writes;
        day.calls += times * calls;
    }
    day
}

/// The whole day, with the search, the notifications and the work of the consumers.
fn full_day() -> Day {
    let mut day = operations(|_| true);
    for row in rows(CONSUMER_TABLE).iter().filter(|row| row[0] != "**a day**") {
        let [times, reads, writes] = [1, 2, 3].map(|cell: usize| row[cell].parse::<f64>().unwrap());
        day.records += times;
        day.reads += times * reads;
        day.writes += times * writes;
    }
    Day { sent: 168.0, stored: 950.0, ..day }
}

/// The day without the search and the notifications.
fn short_day() -> Day {
    let day = operations(|operation| !NEW_FEATURES.iter().any(|new| operation.contains(new)));
    Day { sent: 155.0, stored: 410.0, ..day }
}

/// The price of an amount whose first part has another price.
fn tiers(amount: f64, first: f64, price: f64, then: f64) -> f64 {
    amount.min(first) * price + (amount - first).max(0.0) * then
}

const LINES: [&str; 14] = [
    "alarms and dashboard of production",
    "mail",
    "API Gateway",
    "Lambda",
    "DynamoDB, reads",
    "DynamoDB, writes",
    "DynamoDB, storage",
    "DynamoDB, backup",
    "logs",
    "KMS",
    "responses, data transfer out",
    "pictures, data transfer out",
    "pictures, requests to CloudFront",
    "pictures, stored in S3",
];
/// The number of lines that the first sum has.
const SERVICE: usize = 10;

/// The lines of a month. `free` takes off AWS's permanent free tiers.
fn month(users: f64, day: Day, free: bool) -> [f64; LINES.len()] {
    let millions = |per_day: f64| users * per_day * DAYS / 1e6;
    let tier = |amount: f64| if free { amount } else { 0.0 };
    let over = |amount: f64, tier: f64| (amount - tier).max(0.0);
    // A quarter more units, see the assumptions.
    let (reads, writes) = (millions(day.reads * 1.25), millions(day.writes * 1.25));
    let invocations = millions(day.requests + day.records);
    // 1.7 ms of its own, 5 ms for each call, half a millisecond of rounding, and a hundredth of a cold start of 100 ms.
    let request_ms = 1.7 + 5.0 * day.calls / day.requests + 0.5 + 1.0;
    // Auth has twice the memory: 5 refreshes, and 0.03 logins with 150 ms for the hash. A consumer's record takes 30 ms.
    let gb_ms = 0.25 * (day.requests * request_ms + 5.0 * request_ms + day.records * 30.0) + 0.5 * 0.03 * 150.0;
    let gb_seconds = users * gb_ms / 1000.0 * DAYS;
    // Of nine roles; idle, of two.
    let kms_requests = if users > 0.0 { 0.078_840 } else { 0.017_520 };
    let log_gb = millions(day.requests * 450.0 + day.records * 287.0) / 1000.0;
    let table_gb = users * day.stored / 1e6;
    // KB for each user and day.
    let sent_gb = millions(day.sent);
    let pictures_gb = millions(600.0);
    let picture_requests = millions(2.0);
    let uploaded_gb_in_a_year = users * 0.02 * 365.0 * 300.0 / 1e6;
    [
        if free { 3.20 } else { 7.20 },
        0.10 + users * 3.522e-5,
        tiers(millions(day.requests), 300.0, 1.23, 1.11),
        over(gb_seconds, tier(400_000.0)) * 0.000_013_333_4 + over(invocations, tier(1.0)) * 0.20,
        reads * 0.1355,
        writes * 0.68,
        over(table_gb, tier(25.0)) * 0.270_75,
        table_gb * 0.2166,
        over(log_gb, tier(5.0)) * 0.76 + log_gb * 0.0314,
        over(kms_requests, tier(0.02)) * 3.0,
        tiers(over(sent_gb, tier(100.0)), 10_240.0, 0.126, 0.122),
        tiers(over(pictures_gb, tier(1024.0)), 10_240.0, 0.120, 0.100),
        over(picture_requests, tier(10.0)) * 1.20,
        uploaded_gb_in_a_year * 0.025 + millions(0.04) * 4.5 + picture_requests * 0.35,
    ]
}

/// A figure in dollars: with cents below 100.
fn dollars(amount: f64) -> String {
    if amount < 99.995 {
        return format!("{amount:.2}");
    }
    let text = format!("{amount:.0}");
    match text.len() {
        ..=3 => text,
        digits => format!("{},{}", &text[..digits - 3], &text[digits - 3..]),
    }
}

fn line(name: &str, columns: &[String], bold: bool) -> String {
    let mark = if bold { "**" } else { "" };
    let cells = columns.iter().map(|cell| format!(" {mark}{cell}{mark} |"));
    format!("| {mark}{name}{mark} |{}", cells.collect::<String>())
}

/// Holds a table by its header.
fn hold(header: &str, lines: &[String]) -> Option<String> {
    let start = header.split(" | ").next().unwrap().to_owned() + " |";
    let top = [header.to_owned(), format!("|{}", " --- |".repeat(header.matches(" |").count()))];
    let all: Vec<String> = top.into_iter().chain(lines.iter().cloned()).collect();
    generated::hold_lines(PAGE, |line| line.starts_with(&start), |line| line.starts_with('|'), &all)
}

#[test]
fn the_monthly_cost_follows_from_the_day_and_the_prices() {
    let columns = [0.0, 1_000.0, 10_000.0, 1_000_000.0].map(|users| month(users, full_day(), false));
    let cells = |value: &dyn Fn(&[f64; LINES.len()]) -> f64| columns.each_ref().map(|all| dollars(value(all)));
    let mut lines = Vec::new();
    for (index, name) in LINES.iter().enumerate() {
        if index == SERVICE {
            lines.push(line("sum", &cells(&|all| all[..SERVICE].iter().sum()), true));
        }
        lines.push(line(name, &cells(&|all| all[index]), false));
    }
    lines.push(line("sum with these", &cells(&|all| all.iter().sum()), true));
    generated::assert_none(hold("| daily users, each month | idle | 1,000 | 10,000 | 1,000,000 |", &lines));
}

#[test]
fn the_savings_follow_from_the_day_and_the_prices() {
    // The bill of the short day without the measures: all of Lambda's and ten of the gateway's fields in the logs, traces of
    // most requests, nothing compressed, pictures from the bucket, and the units and calls of strongly consistent reads.
    let without = [7.20, 0.67, 19.12, 3.84, 16.27, 6.36, 1.11, 0.89, 17.23, 0.24, 14.89, 23.00, 0.0, 0.82];
    let traces = 14.68;
    let months = [
        without,
        month(10_000.0, short_day(), false),
        month(10_000.0, short_day(), true),
        month(10_000.0, full_day(), false),
        month(10_000.0, full_day(), true),
    ];
    let mut lines = Vec::new();
    for (index, name) in LINES.iter().enumerate() {
        lines.push(line(name, &months.map(|all| dollars(all[index])), false));
        if *name == "logs" {
            let traced = [traces, 0.0, 0.0, 0.0, 0.0].map(dollars);
            lines.push(line("traces", &traced, false));
        }
    }
    let mut sums = months.map(|all| all.iter().sum::<f64>());
    sums[0] += traces;
    lines.push(line("sum", &sums.map(dollars), true));
    let header = "| 10,000 daily users, each month | short day, without the measures | short day | short day, free tiers | full day | full day, free tiers |";
    let problem = hold(header, &lines);
    generated::assert_none(problem);
}

#[test]
fn the_sums_of_the_day_are_right() {
    let Day { requests, reads, writes, calls, .. } = operations(|_| true);
    let sums = [requests, reads, writes, calls].map(|sum| format!("{sum:.1}"));
    let day = line("a day", &sums, true);
    let is_sum = |line: &str| line.starts_with("| **a day** |") && line.matches("**").count() == 10;
    generated::assert_none(generated::hold_lines(PAGE, is_sum, is_sum, &[day]));
}
