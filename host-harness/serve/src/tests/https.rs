//! Webhooks by HTTPS, to a receiver whose certificate is of an authority of its own (`certificates/`, for
//! `localhost`, good for a hundred years).

use std::time::Duration;

use clientdesk_host::adapters::secrets::Key;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::webhooks::send::{Message, Sender};
use crate::webhooks::sign::SigningSecret;
use crate::webhooks::target::Target;

const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("certificates/receiver.pem");
const KEY: &[u8] = include_bytes!("certificates/receiver.key");

/// A port at which messages are taken by HTTPS.
async fn receiver() -> u16 {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever doesn't trust it ends the connection.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = vec![0; 4_096];
            let length = stream.read(&mut request).await.unwrap();
            assert!(request[..length].starts_with(b"POST /hooks HTTP/1.1\r\n"));
            let answer = "HTTP/1.1 204 X\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    port
}

/// What comes of a message, to whoever trusts these authorities.
async fn sent(trusted: &[&[u8]], url: &str) -> (Option<u16>, Option<String>) {
    let mut roots = RootCertStore::empty();
    for pem in trusted {
        roots.add(CertificateDer::from_pem_slice(pem).unwrap()).unwrap();
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let sender = Sender::trusting(config, Duration::from_secs(5));
    let target = Target::parse(url, true).unwrap();
    let message = Message { id: "1".into(), body: "{}".into(), traceparent: None };
    let key = Key { id: "first".into(), bytes: [7; 32] };
    let secret = SigningSecret::of(&key, "1");
    let (status, taken) = sender.send(&target, true, &message, &secret).await;
    (status.map(|status| status.as_u16()), taken.err().map(|refusal| refusal.problem))
}

#[tokio::test]
async fn messages_go_by_https_to_whom_an_authority_vouches_for() {
    let port = receiver().await;
    let (status, problem) = sent(&[AUTHORITY], &format!("https://localhost:{port}/hooks")).await;
    assert_eq!((status, problem), (Some(204), None));
    for (trusted, url, why) in [
        (&[][..], format!("https://localhost:{port}/hooks"), "UnknownIssuer"),
        (&[AUTHORITY][..], format!("https://127.0.0.1:{port}/hooks"), "not valid for name"),
    ] {
        let (status, problem) = sent(trusted, &url).await;
        let problem = problem.unwrap();
        assert_eq!(status, None, "{url}");
        assert!(problem.starts_with("there is no safe connection to it: "), "{problem}");
        assert!(problem.contains(why), "{problem}");
    }
}

#[tokio::test]
async fn what_speaks_no_tls_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4_096];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let (status, problem) = sent(&[AUTHORITY], &format!("https://localhost:{port}/hooks")).await;
    assert_eq!(status, None);
    assert!(problem.unwrap().starts_with("there is no safe connection to it: "));
}
