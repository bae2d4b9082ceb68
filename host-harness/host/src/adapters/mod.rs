//! What a host gives the component: one module a capability, each with its trait and the
//! implementations that come with the library.
//!
//! | capability | to embed | to test with |
//! | --- | --- | --- |
//! | [`Storage`](storage::Storage) | [`SqliteStorage`](storage::SqliteStorage), [`PostgresStorage`](storage::PostgresStorage), [`EtcdStorage`](storage::EtcdStorage) | [`MemoryStorage`](storage::MemoryStorage) |
//! | [`Mail`](mail::Mail) | [`SmtpMail`](mail::SmtpMail), [`FolderMail`](mail::FolderMail) | [`RecordingMail`](mail::RecordingMail) |
//! | [`Clock`](clock::Clock) | [`SystemClock`](clock::SystemClock) | [`ManualClock`](clock::ManualClock) |
//! | [`Secrets`](secrets::Secrets) | [`SystemSecrets`](secrets::SystemSecrets) | [`SeededSecrets`](secrets::SeededSecrets) |
//!
//! `SqliteStorage` needs the feature `sqlite`, `PostgresStorage` the feature `postgres`, `EtcdStorage` the feature
//! `etcd`, `SmtpMail` the feature `smtp`,
//! `FolderMail` the feature `folder-mail`.

#[cfg(any(feature = "etcd", feature = "postgres", feature = "smtp"))]
mod authorities;
pub mod clock;
pub mod mail;
pub mod secrets;
pub mod storage;
