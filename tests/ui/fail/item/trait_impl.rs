#![allow(unused)]
use sockpact::endpoint;

struct Chat;

trait Says {}

#[endpoint(text)]
impl Says for Chat {}

fn main() {}
