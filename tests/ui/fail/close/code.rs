#![allow(unused)]
use sockpact::CloseReason;

#[derive(CloseReason)]
enum Why {
    #[close(1005)]
    NoStatus,
    #[close(1006, "lost")]
    Lost,
    #[close(1015)]
    Tls,
    #[close(999)]
    TooSmall,
    #[close(5000)]
    TooLarge,
    #[close(401, "sign in first")]
    Http,
    #[close(70000)]
    NotEvenU16,
    #[close(1004)]
    Reserved,
    #[close(2000)]
    Unassigned,
    #[close(1000)]
    Right,
}

fn main() {
    let _ = Why::Right.close_frame();
}
