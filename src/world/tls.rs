//! TLS for a listening port: a certificate with its key, and handshakes that end in time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::error::{Error, Result};

/// A client that was refused may go on sending for so long, and so much, before the connection is cut.
const FAREWELL: Duration = Duration::from_secs(1);
const FAREWELL_BYTES: usize = 64 << 10;

/// What a server shows its clients, and keeps to itself.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl fmt::Debug for Tls {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads a chain of certificates, the server's own first, and its private key, both in PEM.
    ///
    /// # Errors
    /// Texts without a certificate or an unencrypted key, a key of another certificate.
    pub fn new(certificates: &[u8], key: &[u8]) -> Result<Self> {
        let wrong = |what: fmt::Arguments<'_>| Error::configuration(format!("TLS: {what}"));
        let chain: std::result::Result<Vec<_>, pem::Error> =
            CertificateDer::pem_slice_iter(certificates).collect();
        let chain = chain.map_err(|error| wrong(format_args!("the certificate cannot be read: {error}")))?;
        if chain.is_empty() {
            return Err(wrong(format_args!(
                "there is no certificate in the file (PEM, -----BEGIN CERTIFICATE-----)"
            )));
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| match error {
            pem::Error::NoItemsFound => wrong(format_args!(
                "there is no private key in the file (PEM, -----BEGIN PRIVATE KEY-----, not encrypted)"
            )),
            other => wrong(format_args!("the private key cannot be read: {other}")),
        })?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                    wrong(format_args!("the private key is not that of the certificate"))
                }
                other => wrong(format_args!("the certificate and key cannot be used: {other}")),
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// Shakes hands with a client; `None` for one that speaks no TLS, or not in time. Its connection is closed then.
    pub async fn accept(&self, stream: TcpStream, patience: Duration) -> Option<TlsStream<TcpStream>> {
        let handshake = self.0.accept(stream).into_fallible();
        match tokio::time::timeout(patience, handshake).await {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err((error, stream))) => {
                tracing::debug!(%error, "a client that speaks no TLS");
                close(stream).await;
                None
            }
            Err(_) => None,
        }
    }
}

/// Closes a connection whose client may still be sending: what is unread would make the close look like a failure.
async fn close(mut stream: TcpStream) {
    let _ = stream.shutdown().await;
    let mut unread = stream.take(FAREWELL_BYTES as u64);
    let mut nowhere = tokio::io::sink();
    let _ = tokio::time::timeout(FAREWELL, tokio::io::copy(&mut unread, &mut nowhere)).await;
}
