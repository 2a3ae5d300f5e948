//! Which endpoint stands on which path.

use std::collections::HashMap;
use std::fmt;
use std::future::ready;
use std::sync::Arc;

use http::{Request, StatusCode};
use hyper::body::Incoming;

use crate::config::Config;
use crate::service::{Answer, MakeEndpoint, Refusal, Service, decline, refused};
use crate::shutdown::Shutdown;

/// Endpoints by path, each path as it stands in the request; no patterns.
#[derive(Default)]
pub(super) struct Routes {
    exact: HashMap<String, Box<dyn Route>>,
    otherwise: Option<Box<dyn Route>>,
}

impl Routes {
    pub(super) fn insert<M: MakeEndpoint>(&mut self, path: String, service: Service<M>) {
        self.exact.insert(path, Box::new(service));
    }

    /// Takes every path that has no route.
    pub(super) fn otherwise<M: MakeEndpoint>(&mut self, service: Service<M>) {
        self.otherwise = Some(Box::new(service));
    }

    pub(super) fn answer(
        &self,
        mut request: Request<Incoming>,
        config: &Arc<Config>,
        shutdown: &Shutdown,
    ) -> Answer {
        match self.exact.get(request.uri().path()).or(self.otherwise.as_ref()) {
            Some(route) => route.answer(request, config, shutdown),
            None => {
                refused(StatusCode::NOT_FOUND, format_args!("NoRoute"));
                decline(request.extensions_mut(), config, shutdown);
                let refusal =
                    Refusal::new(StatusCode::NOT_FOUND, "there is no WebSocket endpoint at this path");
                Box::pin(ready(Ok(refusal.response(request.version()))))
            }
        }
    }
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.exact.keys()).entries(self.otherwise.as_ref().map(|_| "*")).finish()
    }
}

/// A [`Service`] of any endpoint.
trait Route: Send + Sync {
    fn answer(&self, request: Request<Incoming>, config: &Arc<Config>, shutdown: &Shutdown) -> Answer;
}

impl<M: MakeEndpoint> Route for Service<M> {
    fn answer(&self, request: Request<Incoming>, config: &Arc<Config>, shutdown: &Shutdown) -> Answer {
        let config = self.own_config().unwrap_or(config);
        Self::answer(self, request, Arc::clone(config), shutdown)
    }
}
