//! `template.yaml`: the functions, their permissions, and the protection and monitoring of everything that runs on AWS.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::support::generated;

/// The template. An intrinsic function is replaced by its argument: `!Ref Table` is `Table`.
pub fn template() -> Value {
    serde_saphyr::from_str(&generated::read("template.yaml")).unwrap()
}

/// The functions of the template by the names of their binaries, each with the name of its resource and its properties.
pub fn functions(template: &Value) -> BTreeMap<&str, (&str, &Value)> {
    let resources = of_type(template, "AWS::Serverless::Function");
    let named = resources.map(|(name, resource)| {
        let binary = resource["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap();
        (binary, (name, &resource["Properties"]))
    });
    named.collect()
}

pub(super) fn of_type<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let resources = object(&template["Resources"]).iter();
    resources.filter(move |(_, resource)| resource["Type"] == kind).map(|(name, resource)| (name.as_str(), resource))
}

/// The events of a function. One that only consumes the stream has none.
pub(super) fn events(properties: &Value) -> Vec<(&str, &Value)> {
    let events = properties["Events"].as_object().into_iter().flatten();
    events.map(|(name, event)| (name.as_str(), event)).collect()
}

pub(super) fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}"))
}

pub(super) fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// The text, or all texts of the list. A list in the list is the argument of an intrinsic function: its first text counts.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().map(|value| value.as_str().or(value[0].as_str()).unwrap()).collect(),
        value => vec![value.as_str().unwrap()],
    }
}

/// The statements of the policies that are written in the function.
pub(super) fn statements(properties: &Value) -> Vec<&Value> {
    let own = array(&properties["Policies"]).iter().filter(|policy| policy.is_object());
    own.flat_map(|policy| array(&policy["Statement"])).collect()
}

/// The names of the managed policies of the function.
pub(super) fn managed(properties: &Value) -> BTreeSet<&str> {
    array(&properties["Policies"]).iter().filter_map(Value::as_str).collect()
}

/// The actions that the function is allowed to use, by resource.
pub(super) fn allowed(properties: &Value) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut allowed = BTreeMap::<_, BTreeSet<_>>::new();
    for statement in statements(properties).into_iter().filter(|statement| statement["Effect"] == "Allow") {
        for resource in texts(&statement["Resource"]) {
            allowed.entry(resource).or_default().extend(texts(&statement["Action"]));
        }
    }
    allowed
}

#[test]
fn functions_and_the_binaries_of_their_crates_are_the_same() {
    let template = template();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../functions");
    let folders = std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir());
    let manifests = folders.map(|entry| std::fs::read_to_string(entry.path().join("Cargo.toml")).unwrap());
    let binaries = manifests.flat_map(|manifest| {
        let binaries = manifest.split("[[bin]]\nname = \"").skip(1).map(|binary| binary.split('"').next().unwrap());
        binaries.map(str::to_owned).collect::<Vec<_>>()
    });
    let functions: BTreeSet<_> = functions(&template).into_keys().map(str::to_owned).collect();
    assert_eq!(functions, binaries.collect());
}

#[test]
fn permissions_have_no_wildcards() {
    let template = template();
    for (name, (_, properties)) in functions(&template) {
        for statement in statements(properties).into_iter().filter(|statement| statement["Effect"] == "Allow") {
            assert!(statement.get("NotAction").or(statement.get("NotResource")).is_none(), "{name}: {statement}");
            for action in texts(&statement["Action"]) {
                assert!(!action.contains('*'), "{name} may do {action}");
            }
            for resource in texts(&statement["Resource"]) {
                let whole = resource.trim_end_matches("/*");
                assert!(!whole.contains('*') && !whole.is_empty(), "{name} may use {resource}");
            }
        }
        for policy in managed(properties) {
            let document = &template["Resources"][policy]["Properties"]["PolicyDocument"];
            assert!(array(&document["Statement"]).iter().all(|one| one["Effect"] == "Deny"), "{policy} of {name}");
        }
    }
}

#[test]
fn the_only_other_permissions_are_those_on_pictures_mail_and_the_stream() {
    const READ_STREAM: [&str; 3] = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
    const CONFIGURATION_SET: &str =
        "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${MailConfiguration}";
    const ADDRESS_IDENTITY: &str = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailFrom}";
    const DOMAIN_IDENTITY: &str = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailDomain}";
    let (get, put) = ("s3:GetObject", "s3:PutObject");
    let (pending, media) = ("${MediaBucket.Arn}/pending/*", "${MediaBucket.Arn}/media/*");
    let template = template();
    for (name, (_, properties)) in functions(&template) {
        let mut allowed = allowed(properties);
        allowed.remove("Table.Arn");
        let expected = match name {
            "posts" => BTreeMap::from([
                (pending, BTreeSet::from([get, put])),
                (media, BTreeSet::from([get, put, "s3:DeleteObject"])),
            ]),
            "moderation" => BTreeMap::from([(media, BTreeSet::from([get]))]),
            "posts-stream" => BTreeMap::from([
                (media, BTreeSet::from([get, put, "s3:DeleteObject"])),
                ("Table.StreamArn", BTreeSet::from(READ_STREAM)),
                ("${Table.Arn}/stream/*", BTreeSet::from(["dynamodb:ListStreams"])),
                ("${FailedRecords.Arn}/*", BTreeSet::from([put])),
                ("FailedRecords.Arn", BTreeSet::from(["s3:ListBucket"])),
            ]),
            "notifications-stream" => BTreeMap::from([
                ("Table.StreamArn", BTreeSet::from(READ_STREAM)),
                ("${Table.Arn}/stream/*", BTreeSet::from(["dynamodb:ListStreams"])),
                ("${FailedRecords.Arn}/*", BTreeSet::from([put])),
                ("FailedRecords.Arn", BTreeSet::from(["s3:ListBucket"])),
                (CONFIGURATION_SET, BTreeSet::from(["ses:SendEmail"])),
                (ADDRESS_IDENTITY, BTreeSet::from(["ses:SendEmail"])),
                (DOMAIN_IDENTITY, BTreeSet::from(["ses:SendEmail"])),
            ]),
            _ => BTreeMap::new(),
        };
        assert_eq!(allowed, expected, "{name}");
    }
}

#[test]
fn only_auth_reads_the_signing_key_and_no_function_writes_keys_or_policies() {
    let template = template();
    for (name, (_, properties)) in functions(&template) {
        let managed = managed(properties);
        assert!(managed.contains("OperatorRowsAreReadOnly"), "{name}");
        // The permissions of notifications-stream on the table list the rows.
        let lists_rows = name == "notifications-stream";
        assert_eq!(managed.contains("AccountsAreHidden"), name != "auth" && !lists_rows, "{name}");
        assert_eq!(managed.contains("SearchIndexIsReadOnly"), name != "posts-stream" && !lists_rows, "{name}");
        let queues_mails = ["auth", "moderation"].contains(&name);
        assert_eq!(managed.contains("MailsAreHidden"), !queues_mails && !lists_rows, "{name}");
        assert_eq!(managed.contains("ConsumerRowsAreHidden"), !lists_rows, "{name}");
        let serves_friends = ["auth", "timetable"].contains(&name);
        assert_eq!(managed.contains("FriendsAreHidden"), !serves_friends && !lists_rows, "{name}");
        assert_eq!(
            managed.contains("DenyMediaDeletionWrites"),
            !["boards", "posts", "posts-stream"].contains(&name),
            "{name}"
        );
    }
    let denied = |policy: &str, key: &str, actions: &[&str]| {
        denies(&template["Resources"][policy]["Properties"]["PolicyDocument"]["Statement"][0], key, actions);
    };
    let keys = ["SIGNING-KEY", "ACCOUNT-KEY", "MAIL-KEY", "PUSH-KEY", "PUSH-PUBLIC-KEY", "CURSOR-KEY"];
    for key in keys.into_iter().chain(["POLICIES", "SCHOOLS", "SCHOOL#*#OPERATORS"]) {
        denied("OperatorRowsAreReadOnly", key, &WRITES);
    }
    for key in ["SIGNING-KEY", "ACCOUNT-KEY", "LOGIN#*", "RESTING#*", "RESET#*", "UNVERIFIED#*", "PURGES", "SANCTION#*"]
    {
        denied("AccountsAreHidden", key, &READS);
        denied("AccountsAreHidden", key, &WRITES);
    }
    for key in ["MAIL-KEY", "MAILS#*", "FAILED-MAILS", "SUPPRESSED#*", "APPLICANT#*"] {
        denied("MailsAreHidden", key, &READS);
        denied("MailsAreHidden", key, &WRITES);
    }
    for key in ["PUSH-KEY", "PUSHES#*"] {
        denied("ConsumerRowsAreHidden", key, &READS);
        denied("ConsumerRowsAreHidden", key, &WRITES);
    }
    for key in ["EMAIL#*", "SCHOOL#*#LOGIN#*", "SCHOOL#*#PAIR#*", "SHARE#*"] {
        denied("FriendsAreHidden", key, &READS);
        denied("FriendsAreHidden", key, &WRITES);
    }
    for key in ["SCHOOL#*#LECTURE#*", "SCHOOL#*#ANNOUNCEMENT#*"] {
        denied("ConsumerRowsAreHidden", key, &READS);
        denied("ConsumerRowsAreHidden", key, &WRITES);
    }
    denied("DenyMediaDeletionWrites", "SWEEPS", &WRITES);
    for key in ["SCHOOL#*#GRAM#*", "SCHOOL#*#INDEXED#*"] {
        denied("SearchIndexIsReadOnly", key, &WRITES);
    }
}

#[test]
fn timetable_cannot_write_catalogues_or_user_handles() {
    let template = template();
    let statements = statements(functions(&template)["timetable"].1);
    let denial = statements.iter().find(|statement| statement["Sid"] == "DenyCatalogueAndDirectoryWrites").unwrap();
    for key in ["EMAIL#*", "SCHOOL#*#CATALOGUES", "SCHOOL#*#CATALOGUE#*", "SCHOOL#*#LOGIN#*"] {
        denies(denial, key, &WRITES);
    }
}

const READS: [&str; 5] = ["GetItem", "BatchGetItem", "Query", "ConditionCheckItem", "PartiQLSelect"];
const WRITES: [&str; 7] =
    ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"];

/// Asserts that the statement denies these actions on the rows with this pattern of partition keys.
fn denies(statement: &Value, key: &str, actions: &[&str]) {
    assert_eq!((&statement["Effect"], &statement["Resource"]), (&json!("Deny"), &json!("Table.Arn")), "{statement}");
    let condition = object(&statement["Condition"]);
    let (operator, keys) = condition.iter().next().unwrap();
    assert!(["ForAnyValue:StringEquals", "ForAnyValue:StringLike"].contains(&operator.as_str()), "{statement}");
    assert!(condition.len() == 1 && texts(&keys["dynamodb:LeadingKeys"]).contains(&key), "{key}: {statement}");
    for action in actions {
        let action = format!("dynamodb:{action}");
        assert!(texts(&statement["Action"]).contains(&action.as_str()), "{action}: {statement}");
    }
}

#[test]
fn a_function_writes_only_its_own_logs_which_expire() {
    let template = template();
    for (name, (resource, properties)) in functions(&template) {
        let group = properties["LoggingConfig"]["LogGroup"].as_str().unwrap();
        assert_eq!(group, resource.replace("Function", "Logs"), "{name}");
        let denial = json!({
            "Sid": "WriteOnlyOwnLogs",
            "Effect": "Deny",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "NotResource": format!("{group}.Arn"),
        });
        assert!(statements(properties).contains(&&denial), "{name}");
        assert_eq!(template["Resources"][group]["Type"], "AWS::Logs::LogGroup", "{name}");
    }
    for (group, resource) in of_type(&template, "AWS::Logs::LogGroup") {
        assert_eq!(resource["Properties"]["RetentionInDays"], "LogRetentionDays", "{group}");
    }
    let parameter = &template["Parameters"]["LogRetentionDays"];
    assert!(parameter["Default"].as_u64().unwrap() <= 90);
    assert_eq!(template["Resources"]["Api"]["Properties"]["AccessLogSettings"]["DestinationArn"], "ApiLogs.Arn");
}

#[test]
fn data_are_encrypted_and_protected_from_deletion() {
    let template = template();
    let resources = &template["Resources"];
    for kept in ["Table", "MediaBucket", "FailedRecords"] {
        assert_eq!(resources[kept]["DeletionPolicy"], "Retain", "{kept}");
        assert_eq!(resources[kept]["UpdateReplacePolicy"], "Retain", "{kept}");
    }
    let table = &resources["Table"]["Properties"];
    assert_eq!(table["SSESpecification"]["SSEEnabled"], true);
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["DeletionProtectionEnabled"], true);
    let bucket = &resources["MediaBucket"]["Properties"];
    let encryption = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
    assert_eq!(encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256");
    let access = object(&bucket["PublicAccessBlockConfiguration"]);
    assert!(access.len() == 4 && access.values().all(|blocked| blocked == true));
    let tls = &resources["MediaBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][0];
    assert_eq!((&tls["Effect"], &tls["Action"]), (&json!("Deny"), &json!("s3:*")));
    assert_eq!(tls["Condition"]["Bool"]["aws:SecureTransport"], "false");
}

#[test]
fn environments_of_functions_contain_no_secrets() {
    let template = template();
    let globals = &template["Globals"]["Function"]["Environment"]["Variables"];
    let told: BTreeSet<_> = functions(&template)
        .values()
        .filter_map(|(_, properties)| properties["Environment"]["Variables"].as_object())
        .chain([object(globals)])
        .flatten()
        .map(|(name, value)| (name.as_str(), value.as_str().or(value[0].as_str()).unwrap()))
        .collect();
    let public = [
        ("AWS_ENDPOINT_URL_DYNAMODB", "https://dynamodb.${AWS::Region}.${AWS::URLSuffix}"),
        ("AWS_ENDPOINT_URL_SESV2", "https://email.${AWS::Region}.${AWS::URLSuffix}"),
        // The URL of the web client, by the condition that it has a domain of its own.
        ("CAMPUS_APP_URL", "HasAppDomain"),
        ("CAMPUS_HELP_LINES", "HelpLines"),
        ("CAMPUS_ISSUER", "campus-${Stage}"),
        ("CAMPUS_LIMITS", "Limits"),
        ("CAMPUS_MAIL_CONFIGURATION_SET", "MailConfiguration"),
        ("CAMPUS_MAIL_FROM", "MailFrom"),
        ("CAMPUS_MEDIA_BUCKET", "MediaBucket"),
        ("CAMPUS_MEDIA_URL", ""),
        ("CAMPUS_PICTURES_URL", "https://${MediaDistribution.DomainName}"),
        ("CAMPUS_PUSH_SERVICES", "PushServices"),
        ("CAMPUS_POLL_INTERVAL", "NotificationPollSeconds"),
        ("CAMPUS_ORIGIN_SECRET_HASHES", "OriginSecretHashes"),
        ("CAMPUS_TABLE", "Table"),
        ("CAMPUS_VERIFICATION_KEYS", "VerificationKeys"),
    ];
    assert_eq!(told, BTreeSet::from(public));
    // A private key has a "d", which the parameter rejects.
    let keys = &template["Parameters"]["VerificationKeys"];
    assert!(keys["AllowedPattern"].as_str().unwrap().starts_with("^(?!.*\"d\"\\s*:)"));
    assert_eq!(keys["Default"], "{\"keys\":[]}");
    // The parameter accepts nothing but SHA-256 hashes.
    assert_eq!(template["Parameters"]["OriginSecretHashes"]["AllowedPattern"], "^$|^[0-9a-f]{64}(,[0-9a-f]{64})?$");
}

#[test]
fn the_api_is_throttled_and_auth_more_strictly() {
    let template = template();
    let all = &template["Resources"]["Api"]["Properties"]["DefaultRouteSettings"];
    let auth = &functions(&template)["auth"].1["Events"]["Auth"]["Properties"]["RouteSettings"];
    for (limit, max) in [("ThrottlingRateLimit", 1000), ("ThrottlingBurstLimit", 2000)] {
        let (all, auth) = (all[limit].as_u64().unwrap(), auth[limit].as_u64().unwrap());
        assert!(0 < auth && auth < all && all <= max, "{limit}");
    }
}

#[test]
fn every_function_has_time_to_answer_and_is_traced_only_if_asked() {
    let template = template();
    let globals = &template["Globals"]["Function"];
    // Traces and Lambda's own lines cost more than the functions do.
    assert_eq!(globals["Tracing"], "Tracing");
    assert_eq!(template["Parameters"]["Tracing"]["Default"], "PassThrough");
    assert_eq!(globals["LoggingConfig"]["SystemLogLevel"], "SystemLogLevel");
    assert_eq!(template["Parameters"]["SystemLogLevel"]["Default"], "WARN");
    // Longer than a request or a scheduled run may take, and shorter than the gateway waits.
    assert!((11..30).contains(&globals["Timeout"].as_u64().unwrap()));
    for (name, (_, properties)) in functions(&template) {
        assert!(properties.get("Tracing").is_none(), "{name}");
        // A run on schedule of notifications-stream has 25 seconds, a batch of the stream 20, and an attempt to send a mail two
        // minutes.
        let own = properties.get("Timeout").and_then(Value::as_u64);
        let consumes_stream = ["notifications-stream", "posts-stream"].contains(&name);
        assert!(if consumes_stream { own.is_some_and(|own| (26..120).contains(&own)) } else { own.is_none() });
    }
}

#[test]
fn a_run_on_schedule_is_not_repeated_but_a_report_of_a_bounce_is() {
    let template = template();
    for (name, (_, properties)) in functions(&template) {
        let is_scheduled = events(properties).iter().any(|(_, event)| event["Type"] == "Schedule");
        assert_eq!(is_scheduled, ["auth", "moderation", "notifications-stream", "posts"].contains(&name), "{name}");
        if is_scheduled {
            let retries = if name == "notifications-stream" { 2 } else { 0 };
            assert_eq!(properties["EventInvokeConfig"]["MaximumRetryAttempts"], retries, "{name}");
        }
    }
}

/// All alarms, each with its metrics.
const ALARMS: [(&str, &[&str]); 13] = [
    ("ApiServerErrors", &["AWS/ApiGateway 5xx"]),
    ("ExpiredMails", &["AWS::StackName ExpiredMails"]),
    ("FailedMails", &["AWS::StackName FailedMails"]),
    ("FailedPushes", &["AWS::StackName FailedPushes"]),
    ("FunctionErrors", &["AWS/Lambda Errors"]),
    ("FunctionThrottles", &["AWS/Lambda Throttles"]),
    ("ScheduleFailures", &["AWS/Events FailedInvocations", "AWS/Lambda AsyncEventsDropped"]),
    ("SlowFunctions", &["AWS/Lambda Duration"]),
    ("StreamDelay", &["AWS/Lambda IteratorAge"]),
    ("StreamFailures", &["AWS/Lambda DroppedEventCount", "AWS/Lambda OnFailureDestinationDeliveredEventCount"]),
    ("TableErrors", &["AWS/DynamoDB SystemErrors"]),
    ("TableThrottles", &["AWS/DynamoDB ReadThrottleEvents", "AWS/DynamoDB WriteThrottleEvents"]),
    ("WaitingCases", &["AWS::StackName WaitingCases"]),
];

/// The metrics of an alarm: the name of each, and the values of its dimensions.
fn watched(alarm: &Value) -> BTreeSet<(String, String)> {
    let one = [alarm].into_iter().filter(|alarm| alarm["MetricName"].is_string());
    let many = alarm["Metrics"].as_array().into_iter().flatten().map(|metric| &metric["MetricStat"]["Metric"]);
    let metrics = one.chain(many.filter(|metric| metric.is_object()));
    let about = metrics.flat_map(|metric| {
        let name = format!("{} {}", metric["Namespace"].as_str().unwrap(), metric["MetricName"].as_str().unwrap());
        let dimensions = metric["Dimensions"].as_array().into_iter().flatten();
        let values: Vec<_> = dimensions.map(|dimension| dimension["Value"].as_str().unwrap().to_owned()).collect();
        // A metric of a log has no dimensions.
        let values = if values.is_empty() { vec![String::new()] } else { values };
        values.into_iter().map(move |value| (name.clone(), value))
    });
    about.collect()
}

#[test]
fn production_has_all_alarms_and_a_dashboard() {
    let (template, docs) = (template(), generated::read("docs/operations.md"));
    let alarms: BTreeMap<_, _> = of_type(&template, "AWS::CloudWatch::Alarm").collect();
    assert!(alarms.keys().copied().eq(ALARMS.map(|(name, _)| name)));
    for (name, metrics) in ALARMS {
        let (resource, properties) = (alarms[name], &alarms[name]["Properties"]);
        assert_eq!(resource["Condition"], "IsProduction", "{name}");
        assert_eq!(properties["AlarmActions"], json!(["Alarms"]), "{name}");
        let watched: BTreeSet<_> = watched(properties).into_iter().map(|(metric, _)| metric).collect();
        assert!(watched.iter().map(String::as_str).eq(metrics.iter().copied()), "{name}: {watched:?}");
        assert!(docs.contains(&format!("| `{name}` |")), "docs/operations.md does not describe {name}");
    }
    let dashboard = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"].as_str().unwrap();
    for (name, _) in ALARMS {
        assert!(dashboard.contains(&format!("\"${{{name}.Arn}}\"")), "the dashboard lacks {name}");
    }
    serde_json::from_str::<Value>(dashboard).expect("the dashboard is no JSON");
}

#[test]
fn alarms_and_dashboard_cover_every_function() {
    let template = template();
    let resources = &template["Resources"];
    let dashboard: Value =
        serde_json::from_str(resources["Dashboard"]["Properties"]["DashboardBody"].as_str().unwrap()).unwrap();
    let widgets = array(&dashboard["widgets"]).iter().map(|widget| widget["properties"]["metrics"].to_string());
    let lambda: Vec<_> = widgets.filter(|metrics| metrics.contains("AWS/Lambda")).collect();
    assert_eq!(lambda.len(), 4);
    for (name, (resource, properties)) in functions(&template) {
        let watches = |alarm: &str, metric: &str, what: &str| {
            watched(&resources[alarm]["Properties"]).contains(&(metric.to_owned(), what.to_owned()))
        };
        assert!(watches("FunctionErrors", "AWS/Lambda Errors", resource), "{name}");
        assert!(watches("FunctionThrottles", "AWS/Lambda Throttles", resource), "{name}");
        assert!(watches("SlowFunctions", "AWS/Lambda Duration", resource), "{name}");
        for metrics in &lambda {
            assert!(metrics.contains(&format!("\"${{{resource}}}\"")), "{name}: {metrics}");
        }
        let events = events(properties).into_iter();
        for (event, _) in events.filter(|(_, event)| event["Type"] == "Schedule" || event["Type"] == "EventBridgeRule")
        {
            assert!(watches("ScheduleFailures", "AWS/Lambda AsyncEventsDropped", resource), "{name}");
            let rule = format!("{resource}{event}");
            assert!(watches("ScheduleFailures", "AWS/Events FailedInvocations", &rule), "{name}: {rule}");
        }
        let outputs = object(&template["Outputs"]);
        assert_eq!(outputs[&format!("{resource}Name")]["Value"], resource, "{name}");
    }
    let operations = watched(&resources["TableErrors"]["Properties"]);
    for operation in ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"] {
        assert!(operations.contains(&("AWS/DynamoDB SystemErrors".to_owned(), operation.to_owned())), "{operation}");
    }
}

#[test]
fn outputs_that_the_docs_name_exist() {
    let deployer: Value = serde_saphyr::from_str(&generated::read(".github/deployer.yaml")).unwrap();
    let template = template();
    let outputs = [&template, &deployer].map(|template| object(&template["Outputs"]));
    let mut named = BTreeSet::new();
    for docs in ["docs/operations.md", "README.md", "events/README.md"].map(generated::read) {
        let words: Vec<_> = docs.split(|c: char| c != '-' && !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        named.extend(words.windows(2).filter(|words| words[0] == "output").map(|words| words[1].to_owned()));
    }
    assert!(named.contains("MediaBucketName") && named.contains("GithubRoleArn"), "{named:?}");
    for name in named {
        assert!(outputs.iter().any(|outputs| outputs.contains_key(&name)), "there is no output {name}");
    }
}
