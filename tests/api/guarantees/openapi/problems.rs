//! The problem responses.

use std::collections::BTreeSet;

use campus_core::http::Code;
use serde_json::Value;

use super::{document, operation, resolve};
use crate::guarantees::openapi;
use crate::support::fixture::Who;
use crate::support::operations::{self, Repeat};

/// Codes of requests that no operation describes: to an unknown method of a path.
const UNDOCUMENTED: [&str; 1] = ["method_not_allowed"];

/// The problem responses of an operation: their status and the codes of their examples.
fn problems(operation: &'static Value) -> Vec<(u16, BTreeSet<&'static str>)> {
    let responses = operation["responses"].as_object().unwrap().iter();
    let problems = responses.filter(|(status, _)| !status.starts_with('2'));
    let codes = |response: &'static Value| {
        let content = &resolve(response)["content"]["application/problem+json"];
        assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem");
        content["examples"].as_object().unwrap().keys().map(String::as_str).collect()
    };
    problems.map(|(status, response)| (status.parse().unwrap(), codes(response))).collect()
}

fn documents(operation: &'static Value, status: u16, code: &str) -> bool {
    problems(operation).iter().any(|(documented, codes)| *documented == status && codes.contains(code))
}

#[test]
fn every_documented_code_exists_and_every_code_is_documented() {
    let mut documented = BTreeSet::new();
    for (name, operation) in openapi::operations(document()) {
        for (status, codes) in problems(operation) {
            assert!(!codes.is_empty(), "{name}: {status} has no code");
            for code in codes {
                let known = Code::ALL.iter().find(|known| known.as_str() == code);
                let known = known.unwrap_or_else(|| panic!("{name}: there is no code {code}"));
                assert_eq!(known.status().as_u16(), status, "{name}: {code}");
                documented.insert(code);
            }
        }
    }
    let all: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let missing: Vec<_> = all.difference(&documented).copied().collect();
    assert_eq!(missing, UNDOCUMENTED);
}

#[test]
fn a_description_names_no_code_that_does_not_exist() {
    for (name, operation) in openapi::operations(document()) {
        let responses = operation["responses"].as_object().unwrap().iter();
        for (status, response) in responses.filter(|(status, _)| !status.starts_with('2')) {
            let description = resolve(response)["description"].as_str().unwrap();
            let words = description.split('`').skip(1).step_by(2);
            let unknown = words.filter(|word| {
                let is_code = Code::ALL.iter().any(|code| code.as_str() == *word && code.status().as_str() == status);
                !is_code
                    && !["errors", "clashes_with", "parent_id", "Retry-After", "Content-Type"].contains(word)
                    && *word != "application/json"
            });
            let unknown: Vec<_> = unknown.collect();
            assert!(unknown.is_empty(), "{name}: {status}: {unknown:?}");
        }
    }
}

#[test]
fn the_example_of_a_code_is_the_problem_with_this_code() {
    for (code, example) in document()["components"]["examples"].as_object().unwrap() {
        let problem = &example["value"];
        let known = Code::ALL.iter().find(|known| known.as_str() == code).unwrap();
        assert_eq!(problem["code"], code.as_str());
        assert_eq!(problem["status"], known.status().as_u16());
        assert_eq!(problem["type"], format!("urn:campus:problem:{code}"));
        assert_eq!(problem.get("errors").is_some(), code == "validation_failed", "{code}");
        assert_eq!(problem.get("clashes_with").is_some(), code == "time_conflict", "{code}");
    }
}

/// The list of `MaybeUnverified` handlers, as the document and the permissions of each operation have it.
#[test]
fn an_operation_documents_whether_unverified_accounts_can_use_it() {
    // It can be refused: only private timetables are open to unverified accounts.
    const DEPENDS_ON_BODY: [&str; 1] = ["create_timetable"];
    for row in operations::all() {
        let is_refused = row.access.refusal(Who::Unverified).is_some_and(|(_, code)| code == "school_unverified");
        let is_documented = documents(operation(row.name), 403, "school_unverified");
        assert_eq!(is_documented, is_refused || DEPENDS_ON_BODY.contains(&row.id), "{}", row.name);
    }
}

#[test]
fn an_operation_documents_the_problems_of_all_callers_and_of_repeated_requests() {
    for row in operations::all() {
        let described = operation(row.name);
        for (status, code) in Who::ALL.into_iter().filter_map(|who| row.access.refusal(who)) {
            assert!(documents(described, status, code), "{}: {status} {code}", row.name);
        }
        if let Repeat::Refused(status, code) = row.repeat {
            assert!(documents(described, status, code), "{}: {status} {code}", row.name);
        }
    }
}
