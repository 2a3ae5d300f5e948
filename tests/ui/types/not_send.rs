#![allow(unused)]
use std::rc::Rc;

use sockpact::endpoint;

struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {
        let shared = Rc::new(line);
        std::future::ready(()).await;
        drop(shared);
    }

    #[on(close)]
    async fn left(&mut self) {
        let shared = Rc::new(());
        std::future::ready(()).await;
        drop(shared);
    }
}

#[endpoint(text)]
async fn shout(line: String) {
    let shared = Rc::new(line);
    std::future::ready(()).await;
    drop(shared);
}

fn main() {}
