//! TLS with a certificate that is made when it starts, and that the other end trusts.

use std::io;
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Both ends for one certificate, which is for `localhost`.
pub fn tls_pair() -> io::Result<(TlsAcceptor, TlsConnector)> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(io::Error::other)?;
    let certificate = made.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());

    let mut trusted = RootCertStore::empty();
    trusted.add(certificate.clone()).map_err(io::Error::other)?;
    let client = ClientConfig::builder().with_root_certificates(trusted).with_no_client_auth();
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())
        .map_err(io::Error::other)?;
    Ok((Arc::new(server).into(), Arc::new(client).into()))
}
