//! Other ways to write what is meant.
#![allow(unused)]
use sockpact::{IntoMessage, Kind, Message, endpoint};

#[endpoint(text, max_text: "4 KiB")]
async fn colon(line: String) {}

#[endpoint(text, max_text = -1)]
async fn negative(line: String) {}

#[endpoint(Kind::Text)]
async fn path(line: String) {}

#[endpoint(text, sends = impl IntoMessage)]
async fn opaque(line: String) {}

#[endpoint(text, sends = str)]
async fn no_size(line: String) {}

#[endpoint(text, sends = &str)]
async fn borrowed(line: String) {}

fn main() {}
