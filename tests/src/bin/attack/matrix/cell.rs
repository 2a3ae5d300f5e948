//! The cells of the matrix: what is sent to whom, and the code that has to come back.

use std::fmt;

use sockpact_tests::{continuation, frame, ping};

/// The size limit of every endpoint here, in bytes.
pub(super) const MAX: usize = 64 * 1024;

macro_rules! axis {
    ($(#[$doc:meta])* $name:ident { $($variant:ident => $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name {
            $($variant,)*
        }

        impl $name {
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)*];
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Self::$variant => $text,)*
                })
            }
        }
    };
}

axis! {
    /// What the endpoint accepts.
    Declared { Text => "text", Binary => "binary", Both => "both", }
}

axis! {
    /// What it gets.
    Kind { Text => "text", Binary => "binary", }
}

axis! {
    Content { Valid => "valid", Undecodable => "undecodable", NotUtf8 => "not UTF-8", TooBig => "too big", }
}

axis! {
    Shape { OneFrame => "one frame", Fragments => "fragments", Pings => "pings between", EveryByte => "byte by byte", }
}

axis! {
    Transport { Plain => "plain", Tls => "TLS", }
}

axis! {
    /// What the client does around it.
    Client {
        Idle => "idle",
        Uploading => "uploading",
        Unread => "unread",
        Slow => "slow",
        HalfClosed => "half-closed",
    }
}

/// What one run is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) declared: Declared,
    pub(super) sent: Kind,
    pub(super) content: Content,
    pub(super) shape: Shape,
    pub(super) transport: Transport,
    pub(super) client: Client,
}

/// All cells, those of one row after another.
pub(super) fn all() -> Vec<Cell> {
    let mut cells = Vec::new();
    for &declared in Declared::ALL {
        for &sent in Kind::ALL {
            for &content in Content::ALL {
                for &shape in Shape::ALL {
                    for &transport in Transport::ALL {
                        let cell = |client| Cell { declared, sent, content, shape, transport, client };
                        cells.extend(Client::ALL.iter().copied().map(cell));
                    }
                }
            }
        }
    }
    cells
}

impl Kind {
    pub(super) const fn opcode(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::Binary => 2,
        }
    }
}

impl Cell {
    /// The code that has to arrive. After a message that is in order the client closes with 1000.
    pub(super) fn code(self) -> u16 {
        match (self.declared, self.sent, self.content) {
            (Declared::Text, Kind::Binary, _) | (Declared::Binary, Kind::Text, _) => 1003,
            (_, _, Content::TooBig) => 1009,
            (_, _, Content::Undecodable) | (_, Kind::Text, Content::NotUtf8) => 1007,
            // To binary, bytes are bytes.
            (_, _, Content::Valid | Content::NotUtf8) => 1000,
        }
    }

    /// A kind that the endpoint accepts.
    pub(super) fn accepted(self) -> Kind {
        if self.declared == Declared::Binary { Kind::Binary } else { Kind::Text }
    }

    /// The path of the endpoint.
    pub(super) fn path(self) -> String {
        format!("/{}", self.declared)
    }

    /// The bytes of the message.
    pub(super) fn bytes(self) -> Vec<u8> {
        let payload = match self.content {
            Content::Valid => "gr\u{fc}\u{df}e".as_bytes().to_vec(),
            Content::Undecodable => b"? what".to_vec(),
            Content::NotUtf8 => b"caf\xc3\xa9 \xe2\x28\xa1 ok".to_vec(),
            Content::TooBig => vec![b'x'; MAX + 1],
        };
        // Byte by byte, every header comes early.
        let piece = if self.shape == Shape::EveryByte { 2 } else { payload.len() / 3 };
        let (first, rest) = payload.split_at(piece);
        let (second, third) = rest.split_at(piece);
        let opcode = self.sent.opcode();
        let fragments = [frame(opcode, first), continuation(false, second), continuation(true, third)];
        match self.shape {
            Shape::OneFrame => frame(0x80 | opcode, &payload),
            Shape::Fragments => fragments.concat(),
            Shape::Pings | Shape::EveryByte => fragments.join(ping("between").as_slice()),
        }
    }

    /// What is common to a row of the table.
    pub(super) fn row(self) -> String {
        let Self { declared, sent, content, shape, transport, .. } = self;
        format!("{declared:<8} {sent:<6} {content:<11} {shape:<13} {transport:<5} {}", self.code())
    }
}
