//! Where the endpoint of a connection comes from.

use std::fmt;
use std::future::ready;
use std::marker::PhantomData;

use super::refusal::Refusal;
use crate::endpoint::{Endpoint, IntoEndpoint};
use crate::handshake::Handshake;

/// Where the endpoint of a connection comes from; [`Cloned`] and [`Made`] are the only implementations.
pub trait MakeEndpoint: private::Sealed + Clone + Send + Sync + 'static {
    /// The endpoint's type.
    type Endpoint: Endpoint;

    /// Makes the endpoint for a connection, or refuses it.
    #[doc(hidden)]
    fn make(
        &self,
        handshake: &Handshake,
    ) -> impl Future<Output = Result<Self::Endpoint, Refusal>> + Send + 'static + use<Self>;
}

/// A clone of the endpoint, or a call of the function that makes it, for each connection: what
/// [`service`](super::service()) does.
pub struct Cloned<T, Way>(T, PhantomData<fn() -> Way>);

impl<T, Way> Cloned<T, Way> {
    pub(super) const fn new(endpoint: T) -> Self {
        Self(endpoint, PhantomData)
    }
}

impl<T, Way> MakeEndpoint for Cloned<T, Way>
where
    T: IntoEndpoint<Way> + Clone + Send + Sync + 'static,
    Way: 'static,
{
    type Endpoint = T::Endpoint;

    fn make(
        &self,
        _: &Handshake,
    ) -> impl Future<Output = Result<T::Endpoint, Refusal>> + Send + 'static + use<T, Way> {
        ready(Ok(self.0.clone().into_endpoint()))
    }
}

impl<T: Clone, Way> Clone for Cloned<T, Way> {
    fn clone(&self) -> Self {
        Self::new(self.0.clone())
    }
}

impl<T, Way> fmt::Debug for Cloned<T, Way> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloned").finish_non_exhaustive()
    }
}

/// Made from the handshake: what [`service_with`](super::service_with) does.
#[derive(Clone)]
pub struct Made<F>(pub(super) F);

impl<F, A> MakeEndpoint for Made<F>
where
    F: Fn(Handshake) -> A + Clone + Send + Sync + 'static,
    A: Future<Output: IntoAdmission> + Send + 'static,
{
    type Endpoint = <A::Output as IntoAdmission>::Endpoint;

    fn make(
        &self,
        handshake: &Handshake,
    ) -> impl Future<Output = Result<Self::Endpoint, Refusal>> + Send + 'static + use<F, A> {
        let made = (self.0)(handshake.clone());
        async move { made.await.into_admission() }
    }
}

impl<F> fmt::Debug for Made<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Made").finish_non_exhaustive()
    }
}

/// What the function given to [`service_with`](super::service_with) may return: an endpoint, or a `Result` of one
/// and a [`Refusal`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an endpoint nor a `Result` of one",
    label = "expected an endpoint, or `Result<_, Refusal>`",
    note = "the error of the `Result` has to be `Refusal`, or implement `Into<Refusal>`"
)]
pub trait IntoAdmission {
    /// The endpoint's type.
    type Endpoint: Endpoint;

    /// The endpoint, or why there is none.
    ///
    /// # Errors
    ///
    /// The refusal that answers the client.
    fn into_admission(self) -> Result<Self::Endpoint, Refusal>;
}

impl<E: Endpoint> IntoAdmission for E {
    type Endpoint = E;

    fn into_admission(self) -> Result<E, Refusal> {
        Ok(self)
    }
}

impl<E: Endpoint, R: Into<Refusal>> IntoAdmission for Result<E, R> {
    type Endpoint = E;

    fn into_admission(self) -> Result<E, Refusal> {
        self.map_err(Into::into)
    }
}

mod private {
    pub trait Sealed {}

    impl<T, Way> Sealed for super::Cloned<T, Way> {}
    impl<F> Sealed for super::Made<F> {}
}
