//! The parts of `template.yaml` that bound load and cost: throttling, reserved concurrency and the budget.

use serde_json::json;

use crate::guarantees::routing::GatewayRoutes;
use crate::guarantees::template::{functions, template};

#[test]
fn public_routes_have_lower_limits_and_invalid_refresh_tokens_do_not_use_up_that_of_logins() {
    let routes = GatewayRoutes::of_template();
    for (path, expected) in [
        ("/auth/refresh", "/auth/refresh"),
        ("/auth/login", "/auth/{proxy+}"),
        ("/auth/password-reset", "/auth/{proxy+}"),
        ("/auth/password-reset/confirm", "/auth/{proxy+}"),
        ("/auth/login-id-reminder", "/auth/{proxy+}"),
        ("/policies", "/policies"),
    ] {
        assert_eq!(routes.route_of(path).path, expected);
    }
    let template = template();
    let all = &template["Resources"]["Api"]["Properties"]["DefaultRouteSettings"];
    let events = &functions(&template)["auth"].1["Events"];
    for event in ["Auth", "Refresh", "Policies"] {
        let settings = &events[event]["Properties"]["RouteSettings"];
        for limit in ["ThrottlingRateLimit", "ThrottlingBurstLimit"] {
            let (own, all) = (settings[limit].as_u64().unwrap(), all[limit].as_u64().unwrap());
            assert!(0 < own && own < all, "{event} {limit}");
        }
    }
}

#[test]
fn reserved_concurrency_is_a_parameter_of_each_function_and_off_by_default() {
    let template = template();
    for (name, (resource, properties)) in functions(&template) {
        let parameter = resource.replace("Function", "Concurrency");
        let condition = format!("Has{parameter}");
        let expected = json!([condition, parameter, "AWS::NoValue"]);
        assert_eq!(properties["ReservedConcurrentExecutions"], expected, "{name}");
        assert_eq!(template["Conditions"][&condition], json!([[parameter, -1]]), "{name}");
        assert_eq!(template["Parameters"][&parameter]["Default"], -1, "{name}");
    }
}

#[test]
fn a_budget_sends_emails_if_there_is_an_address() {
    let template = template();
    let budget = &template["Resources"]["Budget"];
    assert_eq!(budget["Condition"], "HasBudget");
    assert_eq!(template["Conditions"]["HasBudget"], json!([["BudgetEmail", ""]]));
    assert_eq!(template["Parameters"]["BudgetEmail"]["Default"], "");
    let properties = &budget["Properties"];
    assert_eq!(properties["Budget"]["BudgetLimit"], json!({ "Amount": "MonthlyBudget", "Unit": "USD" }));
    let notifications = properties["NotificationsWithSubscribers"].as_array().unwrap();
    let kinds = notifications.iter().map(|one| one["Notification"]["NotificationType"].as_str().unwrap());
    assert!(kinds.eq(["ACTUAL", "FORECASTED"]));
    for notification in notifications {
        let subscribers = json!([{ "SubscriptionType": "EMAIL", "Address": "BudgetEmail" }]);
        assert_eq!(notification["Subscribers"], subscribers);
    }
}
