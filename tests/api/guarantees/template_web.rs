//! The parts of `template.yaml` that serve the web client: the distribution, its bucket, and the secret by which the API
//! knows the distribution.

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use campus_local::{CONTENT_SECURITY_POLICY, SECURITY_HEADERS};
use serde_json::{Value, json};

use crate::guarantees::template::template;
use crate::support::generated;

/// The properties of a resource.
fn properties(name: &str) -> Value {
    template()["Resources"][name]["Properties"].clone()
}

fn distribution() -> Value {
    properties("AppDistribution")["DistributionConfig"].clone()
}

/// The behaviour of the API. The default behaviour serves the files.
fn api_behaviour(distribution: &Value) -> &Value {
    let behaviours = distribution["CacheBehaviors"].as_array().unwrap();
    assert_eq!(behaviours.len(), 1);
    assert_eq!((&behaviours[0]["PathPattern"], &behaviours[0]["TargetOriginId"]), (&json!("/api/*"), &json!("api")));
    &behaviours[0]
}

fn origin(distribution: &Value, id: &str) -> Value {
    let origins = distribution["Origins"].as_array().unwrap();
    origins.iter().find(|origin| origin["Id"] == id).unwrap().clone()
}

#[test]
fn each_request_runs_the_function_of_the_repository() {
    let function = properties("ViewerRequest");
    assert_eq!(function["FunctionCode"], generated::read("web/edge/viewer-request.js"));
    assert_eq!(function["AutoPublish"], true);
    assert_eq!(function["FunctionConfig"]["Runtime"], "cloudfront-js-2.0");
    let distribution = distribution();
    let associations = json!([{ "EventType": "viewer-request", "FunctionARN": "ViewerRequest.FunctionARN" }]);
    for behaviour in [&distribution["DefaultCacheBehavior"], api_behaviour(&distribution)] {
        assert_eq!(behaviour["FunctionAssociations"], associations);
    }
}

#[test]
fn only_the_distribution_reads_the_files() {
    let bucket = properties("WebBucket");
    let access = bucket["PublicAccessBlockConfiguration"].as_object().unwrap();
    assert!(access.len() == 4 && access.values().all(|blocked| blocked == true));
    let statements = properties("WebBucketPolicy")["PolicyDocument"]["Statement"].clone();
    let [tls, read] = &statements.as_array().unwrap()[..] else { panic!("{statements}") };
    assert_eq!((&tls["Effect"], &tls["Action"]), (&json!("Deny"), &json!("s3:*")));
    assert_eq!(tls["Condition"]["Bool"]["aws:SecureTransport"], "false");
    assert_eq!(read["Principal"], json!({ "Service": "cloudfront.amazonaws.com" }));
    assert_eq!(read["Action"], json!(["s3:GetObject", "s3:ListBucket"]));
    let distribution = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${AppDistribution}";
    assert_eq!(read["Condition"], json!({ "StringEquals": { "AWS:SourceArn": distribution } }));
    let files = origin(&self::distribution(), "files");
    assert_eq!(files["DomainName"], "WebBucket.RegionalDomainName");
    assert_eq!(files["OriginAccessControlId"], "WebBucketAccess.Id");
    let control = properties("WebBucketAccess")["OriginAccessControlConfig"].clone();
    assert_eq!((&control["SigningBehavior"], &control["SigningProtocol"]), (&json!("always"), &json!("sigv4")));
}

#[test]
fn the_files_follow_their_cache_control_and_are_compressed() {
    let behaviour = distribution()["DefaultCacheBehavior"].clone();
    assert_eq!(behaviour["TargetOriginId"], "files");
    assert_eq!(behaviour["ViewerProtocolPolicy"], "redirect-to-https");
    assert_eq!((&behaviour["Compress"], &behaviour["CachePolicyId"]), (&json!(true), &json!("WebCachePolicy")));
    let policy = properties("WebCachePolicy")["CachePolicyConfig"].clone();
    // A page with `no-cache` must not stay in the cache even for a second.
    assert_eq!(
        (&policy["MinTTL"], &policy["DefaultTTL"], &policy["MaxTTL"]),
        (&json!(0), &json!(0), &json!(31_536_000))
    );
    let key = &policy["ParametersInCacheKeyAndForwardedToOrigin"];
    assert!(key["EnableAcceptEncodingBrotli"] == true && key["EnableAcceptEncodingGzip"] == true);
    // A query string could list the bucket.
    assert_eq!(key["QueryStringsConfig"]["QueryStringBehavior"], "none");
}

#[test]
fn the_files_have_the_security_headers_of_the_local_front_door() {
    assert_eq!(distribution()["DefaultCacheBehavior"]["ResponseHeadersPolicyId"], "WebHeaders");
    let headers = properties("WebHeaders")["ResponseHeadersPolicyConfig"].clone();
    let security = headers["SecurityHeadersConfig"].as_object().unwrap();
    let custom = headers["CustomHeadersConfig"]["Items"].as_array().unwrap();
    assert!(security.values().chain(custom).all(|header| header["Override"] == true));
    let value = |name: &str| match name {
        "x-content-type-options" => security.get("ContentTypeOptions").map(|_| "nosniff"),
        "referrer-policy" => security["ReferrerPolicy"]["ReferrerPolicy"].as_str(),
        _ => custom.iter().find(|header| header["Header"].as_str().unwrap().eq_ignore_ascii_case(name))?["Value"]
            .as_str(),
    };
    for (name, expected) in SECURITY_HEADERS {
        assert_eq!(value(name.as_str()), Some(expected), "{name}");
    }
    assert_eq!(security["StrictTransportSecurity"]["AccessControlMaxAgeSec"], 31_536_000);
}

/// The policy for the repository's page, the distribution of pictures, and their bucket.
fn content_security_policy() -> String {
    let page = generated::read("web/app/index.html");
    let map = page.split_once("<script type=\"importmap\">").unwrap().1.split_once("</script>").unwrap().0;
    let map = format!("'sha256-{}'", BASE64_STANDARD.encode(digest(&SHA256, map.as_bytes())));
    let policy = CONTENT_SECURITY_POLICY
        .replace("{import_map}", &map)
        .replace("{pictures}", "https://${MediaDistribution.DomainName}")
        .replace("{uploads}", "https://${MediaBucket}.s3.${AWS::Region}.amazonaws.com");
    format!("{}; upgrade-insecure-requests", policy.lines().map(str::trim).collect::<Vec<_>>().join(" "))
}

#[test]
fn the_content_security_policy_is_that_of_the_local_front_door() {
    let (before, after) = ("ContentSecurityPolicy: !Sub \"", "\"");
    let policy = content_security_policy();
    generated::assert_none(generated::hold_between("template.yaml", before, &policy, after));
}

#[test]
fn pictures_are_cached_for_a_minute_by_their_whole_url() {
    let distribution = properties("MediaDistribution")["DistributionConfig"].clone();
    let pictures = &distribution["DefaultCacheBehavior"];
    assert_eq!(pictures["CachePolicyId"], "MediaCachePolicy");
    assert_eq!(pictures["AllowedMethods"], json!(["GET", "HEAD", "OPTIONS"]));
    assert_eq!(pictures["ViewerProtocolPolicy"], "https-only");
    assert!(distribution.get("CacheBehaviors").is_none());
    // The bucket checks the signature, which is in the query. A request with another one gets no copy of the cache.
    let policy = properties("MediaCachePolicy")["CachePolicyConfig"].clone();
    let key = &policy["ParametersInCacheKeyAndForwardedToOrigin"];
    assert_eq!(key["QueryStringsConfig"], json!({ "QueryStringBehavior": "all" }));
    assert_eq!(key["CookiesConfig"], json!({ "CookieBehavior": "none" }));
    // A hidden picture must be gone within a minute.
    for ttl in ["DefaultTTL", "MaxTTL"] {
        assert_eq!(policy[ttl], 60, "{ttl}");
    }
    assert_eq!(policy["MinTTL"], 0);
    let headers = properties("MediaHeaders")["ResponseHeadersPolicyConfig"].clone();
    let custom = &headers["CustomHeadersConfig"]["Items"];
    let caching = json!({ "Override": true, "Header": "Cache-Control", "Value": "private, max-age=60" });
    assert!(custom.as_array().unwrap().contains(&caching), "{custom}");
    assert_eq!(headers["SecurityHeadersConfig"]["ContentTypeOptions"], json!({ "Override": true }));
}

#[test]
fn the_distribution_of_pictures_has_no_right_of_its_own() {
    let distribution = properties("MediaDistribution")["DistributionConfig"].clone();
    let bucket = origin(&distribution, "pictures");
    // The functions sign for this host.
    assert_eq!(bucket["DomainName"], "MediaBucket.RegionalDomainName");
    assert!(bucket.get("OriginAccessControlId").is_none(), "{bucket}");
    assert_eq!(bucket["S3OriginConfig"], json!({ "OriginAccessIdentity": "" }));
    let policy = properties("MediaBucketPolicy")["PolicyDocument"]["Statement"].clone();
    assert!(policy.as_array().unwrap().iter().all(|statement| statement["Effect"] == "Deny"), "{policy}");
}

#[test]
fn requests_to_the_api_are_forwarded_and_not_cached() {
    let distribution = distribution();
    let behaviour = api_behaviour(&distribution);
    // The managed policies CachingDisabled and AllViewerExceptHostHeader.
    assert_eq!(behaviour["CachePolicyId"], "4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
    assert_eq!(behaviour["OriginRequestPolicyId"], "b689b0a8-53d0-40ab-baf2-68738e2966ac");
    assert_eq!(behaviour["ViewerProtocolPolicy"], "https-only");
    let mut methods: Vec<_> =
        behaviour["AllowedMethods"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
    methods.sort_unstable();
    assert_eq!(methods, ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
    let api = origin(&distribution, "api");
    assert_eq!(api["DomainName"], "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}");
    assert_eq!(api["CustomOriginConfig"]["OriginProtocolPolicy"], "https-only");
}

#[test]
fn the_secret_of_the_distribution_is_generated_and_only_referenced() {
    let secret = properties("OriginSecret");
    assert_eq!(secret["GenerateSecretString"], json!({ "ExcludePunctuation": true, "PasswordLength": 64 }));
    let headers = origin(&distribution(), "api")["OriginCustomHeaders"].clone();
    assert_eq!(headers[0]["HeaderName"], "X-Origin-Secret");
    let value = headers[0]["HeaderValue"].as_array().unwrap();
    let current = "{{resolve:secretsmanager:${OriginSecret}:SecretString}}";
    let version = "{{resolve:secretsmanager:${OriginSecret}:SecretString:::${OriginSecretVersion}}}";
    assert_eq!(value[..], [json!("HasOriginSecretVersion"), json!(version), json!(current)]);
    assert_eq!(headers.as_array().unwrap().len(), 1);
}

#[test]
fn the_distribution_writes_no_log_of_its_users() {
    assert!(distribution().get("Logging").is_none());
}
