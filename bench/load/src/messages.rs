//! The messages of a load, as they are sent, and what has to come back.

use std::fmt;
use std::str::FromStr;

/// What messages are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text, ASCII only.
    Ascii,
    /// Text in Latin, Greek, Cyrillic, Devanagari, Han and emoji: two thirds of its bytes are not ASCII.
    Mixed,
    /// Binary.
    Binary,
    /// JSON of ASCII, `{"t":"msg","d":"..","id":7}`; the reply has `id` first.
    Json,
    /// The same with text as of `Mixed`.
    JsonMixed,
}

impl FromStr for Content {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "ascii" => Self::Ascii,
            "mixed" => Self::Mixed,
            "binary" => Self::Binary,
            "json" => Self::Json,
            "json-mixed" => Self::JsonMixed,
            _ => return Err(format!("{name} is not one of ascii, mixed, binary, json, json-mixed")),
        })
    }
}

/// The shape of a load's messages.
#[derive(Clone, Copy, Debug)]
pub struct Traffic {
    /// What they are made of.
    pub content: Content,
    /// Bytes of payload in each.
    pub size: usize,
    /// Frames that each is sent in.
    pub fragments: usize,
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            size if size >= 1 << 20 && size % (1 << 20) == 0 => write!(f, "{} MiB", size >> 20)?,
            size if size >= 1 << 10 && size % (1 << 10) == 0 => write!(f, "{} KiB", size >> 10)?,
            size => write!(f, "{size} B")?,
        }
        f.write_str(match self.content {
            Content::Ascii => " ASCII text",
            Content::Mixed => " mixed-script text",
            Content::Binary => " binary",
            Content::Json => " JSON",
            Content::JsonMixed => " JSON of mixed-script text",
        })?;
        if self.fragments > 1 { write!(f, " in {} fragments", self.fragments) } else { Ok(()) }
    }
}

/// Messages that differ, prepared: the frames behind one another, and the payload that each has to be answered with.
#[derive(Debug)]
pub struct Messages {
    /// The variants in turn, and then the first ones again, so that any `depth` messages in a row are contiguous.
    frames: Vec<u8>,
    /// Bytes of one message's frames; the same for each.
    stride: usize,
    pub(crate) replies: Vec<Vec<u8>>,
    pub(crate) text: bool,
}

impl Messages {
    /// Prepares messages, of which `depth` in a row may be sent at once.
    ///
    /// # Errors
    ///
    /// When the size has no room for the content, or the fragments are more than its bytes.
    pub fn new(traffic: Traffic, depth: usize) -> Result<Self, String> {
        let Traffic { content, size, fragments } = traffic;
        if fragments == 0 || fragments > size.max(1) {
            return Err(format!("{size} bytes cannot be sent in {fragments} fragments"));
        }
        let variants = ((4 << 20) / size.max(1)).clamp(2, 16);
        let mut frames = Vec::new();
        let mut replies = Vec::new();
        let text = content != Content::Binary;
        for variant in 0..variants {
            let (payload, reply) = payload(content, size, variant)?;
            frame(&mut frames, &payload, text, fragments, variant);
            replies.push(reply);
        }
        let stride = frames.len() / variants;
        for again in 0..depth {
            let start = again % variants * stride;
            frames.extend_from_within(start..start + stride);
        }
        Ok(Self { frames, stride, replies, text })
    }

    pub(crate) fn variants(&self) -> usize {
        self.replies.len()
    }

    /// The frames of all variants, and of the first ones again, behind one another.
    #[must_use]
    pub fn frames(&self) -> &[u8] {
        &self.frames
    }

    /// Bytes of one message's frames.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Bytes until the variants begin anew.
    #[must_use]
    pub fn round(&self) -> usize {
        self.variants() * self.stride
    }

    /// Bytes of a reply in one frame.
    #[must_use]
    pub fn reply_len(&self) -> usize {
        let payload = self.replies.first().map_or(0, Vec::len);
        payload
            + match payload {
                ..=125 => 2,
                126..=0xffff => 4,
                _ => 10,
            }
    }
}

/// What is sent and what has to come back, `size` bytes each.
fn payload(content: Content, size: usize, variant: usize) -> Result<(Vec<u8>, Vec<u8>), String> {
    let id = 10 + variant;
    let (sent, reply) = match content {
        Content::Ascii => (ascii(size, variant).into_bytes(), None),
        Content::Mixed => (mixed(size, variant).into_bytes(), None),
        Content::Binary => ((0..size).map(|i| (i * 31 + i / 251 + variant * 7) as u8).collect(), None),
        Content::Json | Content::JsonMixed => {
            let around = format!(r#"{{"t":"msg","d":"","id":{id}}}"#).len();
            let Some(room) = size.checked_sub(around) else {
                return Err(format!("JSON needs {around} bytes, not {size}"));
            };
            let d = if content == Content::Json { ascii(room, variant) } else { mixed(room, variant) };
            (
                format!(r#"{{"t":"msg","d":"{d}","id":{id}}}"#).into_bytes(),
                Some(format!(r#"{{"id":{id},"t":"msg","d":"{d}"}}"#).into_bytes()),
            )
        }
    };
    let reply = reply.unwrap_or_else(|| sent.clone());
    Ok((sent, reply))
}

fn ascii(size: usize, variant: usize) -> String {
    const WORDS: &str = "the quick brown fox jumps over the lazy dog, 0123456789; ";
    WORDS.chars().cycle().skip(variant).take(size).collect()
}

fn mixed(size: usize, variant: usize) -> String {
    const WORDS: &str =
        "Grüße, Καλημέρα κόσμε, привет, мир, नमस्ते दुनिया, 你好世界, こんにちは 👋🏽 🌍, plain words; ";
    let mut text = String::with_capacity(size);
    for letter in WORDS.chars().cycle().skip(variant) {
        if text.len() + letter.len_utf8() > size {
            break;
        }
        text.push(letter);
    }
    text.extend(std::iter::repeat_n('.', size - text.len()));
    text
}

/// Appends a message as masked frames (RFC 6455, section 5.2).
fn frame(into: &mut Vec<u8>, payload: &[u8], text: bool, fragments: usize, variant: usize) {
    let (each, rest) = (payload.len() / fragments, payload.len() % fragments);
    let mut start = 0;
    for fragment in 0..fragments {
        let end = start + each + usize::from(fragment < rest);
        let part = &payload[start..end];
        start = end;
        let opcode = match (fragment, text) {
            (0, true) => 1,
            (0, false) => 2,
            _ => 0,
        };
        let fin = if fragment + 1 == fragments { 0x80 } else { 0 };
        into.push(fin | opcode);
        match part.len() {
            length @ ..=125 => into.push(0x80 | length as u8),
            length @ 126..=0xffff => {
                into.push(0x80 | 126);
                into.extend((length as u16).to_be_bytes());
            }
            length => {
                into.push(0x80 | 127);
                into.extend((length as u64).to_be_bytes());
            }
        }
        let mask = 0x9e37_79b9_u32.wrapping_mul(1 + (variant * 1024 + fragment) as u32).to_be_bytes();
        into.extend(mask);
        into.extend(part.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    }
}
