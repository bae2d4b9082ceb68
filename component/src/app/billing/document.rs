//! `billing.document`, `billing.export-ledger`
