//! Handlers without an endpoint around them.

pub struct Chat;

impl Chat {
    #[on(text)]
    pub async fn said(&mut self, _: String) {}
}

fn main() {}
