//! The runtime under another name, in a module that names nothing from it.
#![deny(warnings)]

mod reexports {
    pub mod web {
        pub use sockpact;
    }
}

mod inner {
    use crate::reexports::web::sockpact::{CloseReason, Message, endpoint};

    #[derive(Message)]
    #[message(crate = crate::reexports::web::sockpact)]
    pub enum Line {
        #[message(text)]
        Line(String),
    }

    #[derive(CloseReason)]
    #[close(crate = crate::reexports::web::sockpact)]
    pub enum Left {
        #[close(1000)]
        Left,
    }

    #[endpoint(text, crate = crate::reexports::web::sockpact)]
    pub async fn shout(line: Line) -> Result<Line, Left> {
        let Line::Line(line) = line;
        if line.is_empty() { Err(Left::Left) } else { Ok(Line::Line(line)) }
    }

    pub struct Chat;

    #[endpoint(text, crate = super::reexports::web::sockpact)]
    impl Chat {
        #[on(text)]
        async fn line(&mut self, line: String) -> String {
            line
        }
    }
}

fn main() {
    let _ = inner::shout();
    let _ = inner::Chat;
}
