//! `billing.preview`
