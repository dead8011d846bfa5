//! Whether every operation of the OpenAPI document is in everything that covers every operation. This test takes
//! seconds. It prints all that is missing at once, so run it first after you add an operation.

use crate::guarantees::routing::{GatewayRoutes, document, misrouted};
use crate::guarantees::{capacity, doc_claims, events, faults, openapi};
use crate::support::generated;
use crate::support::operations::{self, GROUPS};

/// Operations without a row in the list of operations, and rows without an operation.
fn problems_of_rows() -> Vec<String> {
    let mut problems = Vec::new();
    for function in GROUPS.iter() {
        let file = format!("tests/api/support/operations/{}.rs", function.name);
        let described = serde_json::to_value(document(function.name)).unwrap();
        let described = openapi::operations(&described);
        for (name, operation) in &described {
            let id = operation["operationId"].as_str().unwrap();
            match function.operations.iter().find(|row| row.name == name) {
                None => problems.push(format!("{name}: add a row to {file}")),
                Some(row) if row.id != id => problems.push(format!("{name}: its id in {file} must be {id}")),
                Some(row) if row.events.first().is_none_or(|event| !event.variant.is_empty()) => {
                    problems.push(format!("{name}: its first event in {file} must be Event::plain()"));
                }
                Some(row) if row.minimums.is_empty() => {
                    problems.push(format!("{name}: add a Minimum to its row in {file}"));
                }
                Some(_) => {}
            }
        }
        let is_stale = |row: &&operations::Operation| !described.iter().any(|(name, _)| name == row.name);
        let stale = function.operations.iter().filter(is_stale);
        problems
            .extend(stale.map(|row| format!("{}: delete its row in {file}. The function does not serve it", row.name)));
    }
    problems
}

/// Paths that API Gateway does not send to the function that serves them.
fn problems_of_routes() -> Vec<String> {
    let routes = GatewayRoutes::of_template();
    let mut problems = Vec::new();
    for function in GROUPS.iter() {
        let described = serde_json::to_value(document(function.name)).unwrap();
        for path in described["paths"].as_object().unwrap().keys() {
            problems.extend(misrouted(&routes, function.name, path).map(|route| {
                let (name, other, by) = (function.name, &route.function, &route.path);
                format!("{path}: add a route to the {name} function in template.yaml. It reaches {other} by {by}")
            }));
        }
    }
    problems
}

/// Operations that `docs/performance.md` does not list. `guarantees::capacity` measures the figures.
fn problems_of_capacity() -> Vec<String> {
    if generated::is_blessing() {
        return Vec::new();
    }
    let (file, header) = capacity::TABLE;
    let docs = generated::read(file);
    let table: Vec<_> = docs.lines().skip_while(|line| !line.starts_with(header)).collect();
    let operations = openapi::operations(openapi::document()).into_iter();
    let missing = operations.filter(|(name, _)| !table.iter().any(|line| capacity::is_about(line, name)));
    missing.map(|(name, _)| format!("{name}: {file} does not list it: run `cargo xtask bless`")).collect()
}

#[test]
fn every_operation_is_in_all_tests_files_and_docs() {
    let problems = [
        problems_of_rows(),
        problems_of_routes(),
        faults::problems_of_tests(),
        events::problems_of_files(),
        problems_of_capacity(),
        doc_claims::problems_of_readmes(),
        doc_claims::problems_of_access_patterns(),
    ];
    generated::assert_none(problems.into_iter().flatten());
}
