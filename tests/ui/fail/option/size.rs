#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text, binary, max_text = "lots", max_binary = "64 KB")]
async fn words(message: sockpact::Message) {}

#[endpoint(text, binary, max_text = "64Kib", max_binary = "64")]
async fn units(message: sockpact::Message) {}

#[endpoint(text, binary, max_text = 0, max_binary = 64KiB)]
async fn numbers(message: sockpact::Message) {}

#[endpoint(text, binary, max_text = "1.5 MiB", max_binary = "99999999999 GiB")]
async fn ranges(message: sockpact::Message) {}

#[endpoint(text, binary, max_text = 1.5, max_binary = true)]
async fn kinds(message: sockpact::Message) {}

fn main() {}
