//! The end of something that writes, after any of its writes.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use campus::desk::Engine;
use campus_core::store::Connection;

/// Fails every write after so many. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Killer(Arc<Mutex<Option<u32>>>);

impl Killer {
    /// A connection to the engine on which it strikes.
    pub fn connection(&self, engine: &Engine) -> Connection {
        Connection::new(Engine::client_config(engine.url()).interceptor(self.clone()), "campus")
    }

    pub fn kill_after(&self, writes: u32) {
        *self.0.lock().unwrap() = Some(writes);
    }

    pub fn spare(&self) {
        *self.0.lock().unwrap() = None;
    }
}

fn is_write(target: &str) -> bool {
    [".DeleteItem", ".UpdateItem", ".PutItem", ".TransactWriteItems"].iter().any(|write| target.ends_with(write))
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
