//! The problem responses of operations.
//!
//! The description of a problem response names its codes, such as `` `not_found` ``. The response has an example of each,
//! made by the code that makes the service's own problem responses.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use uuid::Uuid;

use super::{bodies, examples, responses, walk};
use crate::domain::Language;
use crate::domain::{Clash, EntryId, EntryRefusal, FieldError};
use crate::http::{Code, Problem};

/// A problem response that many operations have.
#[derive(Clone, Copy)]
struct CommonProblem {
    name: &'static str,
    status: &'static str,
    description: &'static str,
}

const MALFORMED_JSON: CommonProblem = CommonProblem {
    name: "MalformedJson",
    status: "400",
    description: "`malformed_json`: the body is not valid JSON.",
};
const INVALID_CURSOR: CommonProblem = CommonProblem {
    name: "InvalidCursor",
    status: "400",
    description: "`invalid_cursor`: the cursor was altered, or comes from another list or other filters.",
};
const UNAUTHORIZED: CommonProblem = CommonProblem {
    name: "Unauthorized",
    status: "401",
    description: "`token_missing`, `token_invalid` or `token_expired`: refresh the access token, or log in again.",
};
const UNVERIFIED: CommonProblem = CommonProblem {
    name: "SchoolUnverified",
    status: "403",
    description: "`school_unverified`: your account is not verified.",
};
const CONSENT_NEEDED: CommonProblem = CommonProblem {
    name: "ConsentNeeded",
    status: "403",
    description: "`consent_needed`: you have not accepted the current policies.",
};
const WRITE_SUSPENDED: CommonProblem = CommonProblem {
    name: "WriteSuspended",
    status: "403",
    description: "`write_suspended`: a sanction bars you from writing.",
};
const NOT_FOUND: CommonProblem = CommonProblem {
    name: "NotFound",
    status: "404",
    description: "`not_found`: the resource does not exist, or you cannot see it.",
};
const REPEATED_NOT_FOUND: CommonProblem = CommonProblem {
    name: "RepeatedNotFound",
    status: "404",
    description: "`not_found`: for a repeated request, if the resource that it created was deleted.",
};
const CONFLICT: CommonProblem = CommonProblem {
    name: "Conflict",
    status: "409",
    description: "`conflict`: another request changed the same data at the same time. Nothing was changed; try again.",
};
const PAYLOAD_TOO_LARGE: CommonProblem = CommonProblem {
    name: "PayloadTooLarge",
    status: "413",
    description: "`payload_too_large`: the body is too large.",
};
const UNSUPPORTED_MEDIA_TYPE: CommonProblem = CommonProblem {
    name: "UnsupportedMediaType",
    status: "415",
    description: "`unsupported_media_type`: the `Content-Type` is not `application/json`.",
};
const VALIDATION_FAILED: CommonProblem = CommonProblem {
    name: "ValidationFailed",
    status: "422",
    description: "`validation_failed`: `errors` lists the invalid fields.",
};
const IDEMPOTENCY_KEY_REUSED: CommonProblem = CommonProblem {
    name: "IdempotencyKeyReused",
    status: "422",
    description: "`idempotency_key_reused`: the key was used for another request.",
};
const INTERNAL: CommonProblem = CommonProblem {
    name: "InternalError",
    status: "500",
    description: "`internal`: an error of the service. The request may or may not have taken effect.",
};
const UNAVAILABLE: CommonProblem = CommonProblem {
    name: "Unavailable",
    status: "503",
    description: "`unavailable`: try again after `Retry-After` seconds. The request may or may not have taken effect.",
};
const BUSY: CommonProblem = CommonProblem {
    name: "Busy",
    status: "503",
    description: "`busy`: too many requests change the same data. Nothing was changed; try again after `Retry-After` seconds.",
};

/// Adds the common problems to the operations, and examples to all problem responses.
pub(super) fn add(document: &mut OpenApi) {
    let (mut common, mut codes) = (BTreeMap::new(), Vec::new());
    walk::operations(document, |method, path, operation| {
        for (status, problems) in by_status(common_problems(method, path, operation)) {
            common.extend(add_to(operation, status, &problems));
        }
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response {
                codes.extend(complete(status, response));
            }
        }
    });
    let components = document.components.get_or_insert_with(Components::new);
    for (name, (status, mut response)) in common {
        codes.extend(complete(status, &mut response));
        responses::add_headers_to(&mut response, status, false);
        components.responses.insert(name, response.into());
    }
    components.examples.extend(codes.into_iter().map(|code| (code.as_str().to_owned(), example(code).into())));
}

/// The problems that the operation can have because of its method, path, parameters and body.
fn common_problems(method: &str, path: &str, operation: &mut Operation) -> Vec<CommonProblem> {
    let mut problems = vec![INTERNAL, UNAVAILABLE];
    if !walk::is_public(operation) {
        problems.push(UNAUTHORIZED);
        if !is_open_to_unverified(method, path) {
            problems.push(UNVERIFIED);
        }
        if needs_consent(method, path) {
            problems.push(CONSENT_NEEDED);
        }
        if is_barred_by_sanctions(method, path) {
            problems.push(WRITE_SUSPENDED);
        }
    }
    if path.contains('{') {
        problems.push(NOT_FOUND);
    }
    if method != "get" {
        problems.extend([CONFLICT, BUSY]);
    }
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    let query: Vec<_> = parameters.filter(|parameter| parameter.parameter_in == ParameterIn::Query).collect();
    if query.iter().any(|parameter| parameter.name == "cursor") {
        problems.push(INVALID_CURSOR);
    }
    if operation.request_body.is_some() {
        problems.extend([MALFORMED_JSON, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE]);
    }
    if operation.request_body.is_some() || !query.is_empty() {
        problems.push(VALIDATION_FAILED);
    }
    if bodies::takes_idempotency_key(operation) {
        problems.extend([REPEATED_NOT_FOUND, IDEMPOTENCY_KEY_REUSED]);
    }
    problems
}

/// Whether no request of the operation needs a verified account: it concerns only the caller's account, the catalogue, or
/// the caller's grades and private timetables.
fn is_open_to_unverified(method: &str, path: &str) -> bool {
    const OPEN: [&str; 3] = ["/auth/", "/grades", "/semesters"];
    OPEN.iter().any(|open| path.starts_with(open))
        || matches!((method, path), ("get", "/lectures" | "/lectures/{id}" | "/timetables"))
}

/// Whether the operation needs consent to the policies: it writes, and rule 29 does not exempt it.
fn needs_consent(method: &str, path: &str) -> bool {
    const DELETED: [&str; 9] = [
        "/posts/{id}",
        "/comments/{id}",
        "/reviews/{id}",
        "/exam-infos/{id}",
        "/timetables/{id}",
        "/timetables/{id}/entries/{entry_id}",
        "/timetables/{id}/share",
        "/messages/{thread_id}",
        "/notifications/push-subscription",
    ];
    const PROTECTIVE: [&str; 10] = [
        "/reports",
        "/appeals",
        "/takedowns/{id}/objection",
        "/blocks",
        "/blocks/{id}",
        "/messages/{thread_id}/block",
        "/posts/{id}/hide",
        "/posts/{id}/mute",
        "/notifications/read",
        "/notifications/settings",
    ];
    let is_exempt = (path.starts_with("/auth/") && (method, path) != ("patch", "/auth/me"))
        || PROTECTIVE.contains(&path)
        || (method == "delete" && DELETED.contains(&path));
    method != "get" && !is_exempt
}

/// Whether a sanction bars the operation: it writes for others (rule 20).
fn is_barred_by_sanctions(method: &str, path: &str) -> bool {
    const CREATING: [&str; 14] = [
        "/boards",
        "/boards/{id}/posts",
        "/media",
        "/posts/{id}/like",
        "/posts/{id}/comments",
        "/comments/{id}/like",
        "/messages",
        "/messages/{thread_id}",
        "/lectures/{id}/reviews",
        "/reviews/{id}/like",
        "/lectures/{id}/exam-infos",
        "/exam-infos/{id}/like",
        "/friends/requests",
        "/friends/requests/{id}/accept",
    ];
    match method {
        "post" => CREATING.contains(&path),
        "patch" => ["/boards/{id}", "/posts/{id}"].contains(&path),
        _ => false,
    }
}

fn by_status(problems: Vec<CommonProblem>) -> BTreeMap<&'static str, Vec<CommonProblem>> {
    let mut by_status = BTreeMap::<_, Vec<_>>::new();
    for problem in problems {
        by_status.entry(problem.status).or_default().push(problem);
    }
    by_status
}

/// Adds problems of one status to the operation. If the handler declares no response with this status, the operation
/// refers to a common response, which the function returns with its name.
fn add_to<'a>(
    operation: &mut Operation,
    status: &'a str,
    problems: &[CommonProblem],
) -> Option<(String, (&'a str, Response))> {
    let description = problems.iter().map(|problem| problem.description).collect::<Vec<_>>().join(" ");
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(declared)) = responses.get_mut(status) {
        declared.description = format!("{} {description}", declared.description);
        return None;
    }
    let name = problems.iter().map(|problem| problem.name).collect::<Vec<_>>().join("Or");
    responses.insert(status.to_owned(), RefOr::Ref(Ref::new(format!("#/components/responses/{name}"))));
    Some((name, (status, ResponseBuilder::new().description(description).build())))
}

/// Adds the body to a problem response, and returns its codes.
fn complete(status: &str, response: &mut Response) -> Vec<Code> {
    if status.starts_with('2') {
        return Vec::new();
    }
    let is_named = |code: &Code| response.description.contains(&format!("`{}`", code.as_str()));
    let codes = Code::ALL.iter().copied().filter(|code| code.status().as_str() == status);
    let codes: Vec<_> = codes.filter(is_named).collect();
    let mut content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    for code in &codes {
        let reference = Ref::new(format!("#/components/examples/{}", code.as_str()));
        content.examples.insert(code.as_str().to_owned(), RefOr::Ref(reference));
    }
    response.content.insert("application/problem+json".to_owned(), content.into());
    codes
}

/// The body of a response with the code.
fn example(code: Code) -> Example {
    let problem = match code {
        Code::ValidationFailed => FieldError::Required.at("title").into(),
        Code::TimeConflict => {
            let entry_id = EntryId::from_uuid(Uuid::try_parse(examples::ENTRY).unwrap_or_default());
            EntryRefusal::Clash(Clash { entry_id, title: "자료구조".to_owned() }).into()
        }
        code => Problem::from(code),
    };
    let body = serde_json::to_value(problem.body(Language::default(), examples::REQUEST)).unwrap_or(Value::Null);
    ExampleBuilder::new().summary(code.title()).value(Some(body)).build()
}
