//! What was declared, as plain data. Everything in it is right, or an error has been reported.

use syn::{Attribute, Ident, LitStr, Path, ReturnType, Type};

/// The arguments of `#[endpoint(...)]`.
pub(crate) struct Contract {
    /// The path of the runtime crate.
    pub(crate) krate: Path,
    /// Where `text` is declared, if it is.
    pub(crate) text: Option<Ident>,
    /// Where `binary` is declared, if it is.
    pub(crate) binary: Option<Ident>,
    /// Whether a kind was misspelled: it then stands for whichever was meant.
    pub(crate) misspelled: bool,
    pub(crate) subprotocols: Vec<LitStr>,
    pub(crate) max_text: Option<u64>,
    pub(crate) max_binary: Option<u64>,
    pub(crate) sends: Option<Type>,
}

impl Contract {
    pub(crate) const fn declared(&self, kind: Kind) -> Option<&Ident> {
        match kind {
            Kind::Text => self.text.as_ref(),
            Kind::Binary => self.binary.as_ref(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Binary,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Text, Self::Binary];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }

    pub(crate) fn from_word(word: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| word == kind.as_str())
    }
}

/// What a handler handles: the word in `#[on(...)]`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Open,
    Message(Kind),
    EveryMessage,
    Invalid,
    Close,
}

impl Role {
    pub(crate) fn from_word(word: &Ident) -> Option<Self> {
        Some(match word.to_string().as_str() {
            "open" => Self::Open,
            "text" => Self::Message(Kind::Text),
            "binary" => Self::Message(Kind::Binary),
            "message" => Self::EveryMessage,
            "invalid" => Self::Invalid,
            "close" => Self::Close,
            _ => return None,
        })
    }

    pub(crate) fn handles(self, kind: Kind) -> bool {
        self == Self::Message(kind) || self == Self::EveryMessage
    }
}

/// A method marked `#[on(...)]`, or the function of a function endpoint.
pub(crate) struct Handler {
    pub(crate) role: Role,
    pub(crate) name: Ident,
    /// The `#[cfg]`s on it, which what calls it has to share.
    pub(crate) cfg: Vec<Attribute>,
    /// The type of its message, or of its `Invalid`.
    pub(crate) message: Option<Type>,
    /// The type of its last, optional argument: the peer, or what closed.
    pub(crate) extra: Option<Type>,
    pub(crate) output: ReturnType,
}
