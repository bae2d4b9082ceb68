//! `system`: what the platform does with an agency as a whole.
//!
//! | to find | open |
//! | --- | --- |
//! | taking an agency from one store to another | [`moving`] |

pub mod moving;
