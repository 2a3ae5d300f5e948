//! Messages without a size, or with a lifetime.
#![allow(unused)]
use std::borrow::Cow;

use sockpact::{Bytes, Message, endpoint};

#[endpoint(text)]
async fn text(line: str) {}

#[endpoint(binary)]
async fn binary(bytes: [u8]) {}

#[endpoint(text)]
async fn cow(line: Cow<'_, str>) {}

struct Line<'a>(&'a str);

#[endpoint(text)]
async fn lifetime<'a>(line: Line<'a>) {}

#[endpoint(text)]
async fn two(line: String, other: String) {}

#[endpoint(text, binary)]
async fn by_parts(line: String, bytes: Bytes) {}

fn main() {}
