use sockpact::CloseReason;

#[derive(CloseReason)]
enum Refused {
    #[close(-1, "go away")]
    Negative,
}

fn main() {}
