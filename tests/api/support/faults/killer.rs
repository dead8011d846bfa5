//! A client that fails all writes after a given number, as if the process had been killed.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use campus_core::store::Connection;
use campus_local::Engine;

/// The client. Clones are the same client.
#[derive(Clone, Debug, Default)]
pub struct Killer(Arc<Mutex<Option<u32>>>);

impl Killer {
    /// A connection to the engine that uses this client.
    pub fn connection(&self, engine: &Engine) -> Connection {
        Connection::new(Engine::client_config(engine.url()).interceptor(self.clone()), "campus")
    }

    /// Fails all writes after the next `writes`.
    pub fn kill_after(&self, writes: u32) {
        *self.0.lock().unwrap() = Some(writes);
    }

    /// Lets all writes succeed again.
    pub fn spare(&self) {
        *self.0.lock().unwrap() = None;
    }
}

fn is_write(target: &str) -> bool {
    [".DeleteItem", ".UpdateItem", ".PutItem", ".BatchWriteItem", ".TransactWriteItems"]
        .iter()
        .any(|write| target.ends_with(write))
}

#[dyn_dispatch_hint]
impl Intercept for Killer {
    fn name(&self) -> &'static str {
        "killer"
    }

    fn read_before_attempt(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target").unwrap_or_default();
        match self.0.lock().unwrap().as_mut() {
            Some(0) if is_write(target) => Err("killed".into()),
            Some(left) if is_write(target) => {
                *left -= 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
