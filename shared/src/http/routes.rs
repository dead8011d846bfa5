//! [`operations!`](crate::operations): the router and the OpenAPI document of a function.

use axum::Router;
use axum::handler::Handler;
use axum::routing::on;
use utoipa::Path;
use utoipa::openapi::HttpMethod;
use utoipa_axum::PathItemExt;

use super::transfer;

/// Defines two functions for a list of operations, which are handlers with `#[utoipa::path]`:
///
/// - `routes` returns the router that serves them, with a state of the given type.
/// - `document` returns their OpenAPI document.
///
/// They are separate functions, so that the binary of a Lambda function, which never calls `document`, does not contain
/// the document.
///
/// ```
/// # use axum::extract::State;
/// # mod greet {
/// #     use super::State;
/// #     #[utoipa::path(get, path = "/greeting", responses((status = 200)))]
/// #     pub(crate) async fn greet(State(greeting): State<&'static str>) -> &'static str {
/// #         greeting
/// #     }
/// # }
/// campus_core::operations! { &'static str: greet::greet }
/// # fn main() {
/// let router = routes("Hello");
/// assert!(router.has_routes());
/// assert!(document().paths.paths.contains_key("/greeting"));
/// # }
/// ```
#[macro_export]
macro_rules! operations {
    ($state:ty: $($($segment:ident)::+),+ $(,)?) => {
        /// The router that serves these operations.
        pub fn routes(state: $state) -> axum::Router {
            let router = axum::Router::new();
            $(let router = $crate::operations!(@serve router, [] $($segment)::+);)+
            router.with_state(state)
        }

        /// The OpenAPI document of these operations.
        #[must_use]
        pub fn document() -> utoipa::openapi::OpenApi {
            #[derive(utoipa::OpenApi)]
            #[openapi(paths($($($segment)::+),+))]
            struct Operations;
            <Operations as utoipa::OpenApi>::openapi()
        }
    };
    // `#[utoipa::path]` defines a type with the operation's method and path next to the handler: `__path_` and its name.
    (@serve $router:ident, [$($module:ident)*] $handler:ident) => {
        $crate::http::paste! { $crate::http::serve::<$($module::)* [<__path_ $handler>], _, _, _>($router, $($module::)* $handler) }
    };
    (@serve $router:ident, [$($module:ident)*] $next:ident :: $($segment:ident)::+) => {
        $crate::operations!(@serve $router, [$($module)* $next] $($segment)::+)
    };
}

/// Adds an operation to a router.
#[doc(hidden)]
pub fn serve<O, H, T, S>(router: Router<S>, handler: H) -> Router<S>
where
    O: Path,
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    let path = O::path();
    O::methods().iter().fold(router, |router, method| {
        let route = on(method.to_method_filter(), handler.clone());
        router.route(&path, if *method == HttpMethod::Get { transfer::save(&path, route) } else { route })
    })
}
