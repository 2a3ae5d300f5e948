//! serde_json's serializer, but for the texts in a value.
//!
//! A text goes to serde_json as bytes, which [`TextsAsBytes`] writes as a text; so what are bytes indeed goes there as
//! the sequence of numbers that serde_json would write. Keys, and names of fields and variants, are serde_json's.

use std::fmt::Display;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::escape::TextsAsBytes;

/// Adds `value` to `payload`: the bytes that `serde_json::to_writer` would add.
pub(super) fn append<T: ?Sized + Serialize>(payload: &mut Vec<u8>, value: &T) -> serde_json::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(payload, TextsAsBytes);
    value.serialize(Around { inner: &mut serializer, texts: Texts::AsBytes })
}

/// How the serializer within is given a text.
#[derive(Clone, Copy)]
enum Texts {
    /// For [`TextsAsBytes`].
    AsBytes,
    /// As what it is: in a struct of serde_json's own (`RawValue`, or a number of any precision), which takes a text over
    /// without quotation marks, and no bytes.
    AsTexts,
}

/// A serializer, or one for the parts of a compound value, and our way with texts around it.
struct Around<S> {
    inner: S,
    texts: Texts,
}

/// A value within another, for the same way.
struct Within<'a, T: ?Sized> {
    value: &'a T,
    texts: Texts,
}

impl<T: ?Sized + Serialize> Serialize for Within<'_, T> {
    fn serialize<S: Serializer>(&self, inner: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(Around { inner, texts: self.texts })
    }
}

impl<S> Around<S> {
    fn within<'a, T: ?Sized>(&self, value: &'a T) -> Within<'a, T> {
        Within { value, texts: self.texts }
    }

    fn compound<C, E>(self, begin: impl FnOnce(S) -> Result<C, E>) -> Result<Around<C>, E> {
        begin(self.inner).map(|inner| Around { inner, texts: self.texts })
    }
}

macro_rules! as_it_is {
    ($($method:ident($($argument:ident: $type:ty),*))*) => {$(
        fn $method(self, $($argument: $type),*) -> Result<S::Ok, S::Error> {
            self.inner.$method($($argument),*)
        }
    )*};
}

macro_rules! compound {
    ($($method:ident($($argument:ident: $type:ty),*) -> $compound:ident)*) => {$(
        fn $method(self, $($argument: $type),*) -> Result<Around<S::$compound>, S::Error> {
            self.compound(|inner| inner.$method($($argument),*))
        }
    )*};
}

impl<S: Serializer> Serializer for Around<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Around<S::SerializeSeq>;
    type SerializeTuple = Around<S::SerializeTuple>;
    type SerializeTupleStruct = Around<S::SerializeTupleStruct>;
    type SerializeTupleVariant = Around<S::SerializeTupleVariant>;
    type SerializeMap = Around<S::SerializeMap>;
    type SerializeStruct = Around<S::SerializeStruct>;
    type SerializeStructVariant = Around<S::SerializeStructVariant>;

    fn serialize_str(self, text: &str) -> Result<S::Ok, S::Error> {
        match self.texts {
            Texts::AsBytes => self.inner.serialize_bytes(text.as_bytes()),
            Texts::AsTexts => self.inner.serialize_str(text),
        }
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<S::Ok, S::Error> {
        self.collect_seq(bytes)
    }

    as_it_is! {
        serialize_bool(value: bool)
        serialize_i8(value: i8)
        serialize_i16(value: i16)
        serialize_i32(value: i32)
        serialize_i64(value: i64)
        serialize_i128(value: i128)
        serialize_u8(value: u8)
        serialize_u16(value: u16)
        serialize_u32(value: u32)
        serialize_u64(value: u64)
        serialize_u128(value: u128)
        serialize_f32(value: f32)
        serialize_f64(value: f64)
        serialize_char(value: char)
        serialize_none()
        serialize_unit()
        serialize_unit_struct(name: &'static str)
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str)
    }

    fn collect_str<T: ?Sized + Display>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<S::Ok, S::Error> {
        let value = self.within(value);
        self.inner.serialize_some(&value)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = self.within(value);
        self.inner.serialize_newtype_struct(name, &value)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = self.within(value);
        self.inner.serialize_newtype_variant(name, index, variant, &value)
    }

    compound! {
        serialize_seq(len: Option<usize>) -> SerializeSeq
        serialize_tuple(len: usize) -> SerializeTuple
        serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> SerializeTupleVariant
        serialize_map(len: Option<usize>) -> SerializeMap
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> SerializeStructVariant
    }

    fn serialize_struct(mut self, name: &'static str, len: usize) -> Result<Self::SerializeStruct, S::Error> {
        // No Rust struct is named so; serde_json's own are, and a text in another one is only slower this way.
        if name.starts_with('$') {
            self.texts = Texts::AsTexts;
        }
        self.compound(|inner| inner.serialize_struct(name, len))
    }
}

macro_rules! elements {
    ($($compound:ident::$method:ident)*) => {$(
        impl<S: $compound> $compound for Around<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn $method<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), S::Error> {
                let value = self.within(value);
                self.inner.$method(&value)
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.inner.end()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

macro_rules! fields {
    ($($compound:ident)*) => {$(
        impl<S: $compound> $compound for Around<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn serialize_field<T: ?Sized + Serialize>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), S::Error> {
                let value = self.within(value);
                self.inner.serialize_field(name, &value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), S::Error> {
                self.inner.skip_field(name)
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.inner.end()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

/// A key goes to serde_json as it is: it has to be a text or to become one there.
impl<S: SerializeMap> SerializeMap for Around<S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), S::Error> {
        self.inner.serialize_key(key)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), S::Error> {
        let value = self.within(value);
        self.inner.serialize_value(&value)
    }

    fn serialize_entry<K: ?Sized + Serialize, V: ?Sized + Serialize>(
        &mut self,
        key: &K,
        value: &V,
    ) -> Result<(), S::Error> {
        let value = self.within(value);
        self.inner.serialize_entry(key, &value)
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.inner.end()
    }
}
