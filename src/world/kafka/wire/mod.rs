//! The protocol's frame: sizes, headers, and the guard that a request passes before it is decoded.
//!
//! A frame is four bytes of size, then a header, then the message. [`frame`] reads frames from a connection within
//! bounds; [`RequestFrame`] splits header from body; [`reply`] makes the bytes of an answer.

pub(crate) mod frame;
mod shape;
mod shapes;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey, RequestHeader, ResponseHeader};
use kafka_protocol::protocol::{Decodable, Encodable, HeaderVersion};

/// A request whose header is read.
#[derive(Debug)]
pub(crate) struct RequestFrame {
    pub(crate) api: ApiKey,
    pub(crate) version: i16,
    pub(crate) correlation: i32,
    pub(crate) client_id: String,
    pub(crate) body: Bytes,
}

/// Why a request cannot be taken; the connection is closed then, as Kafka does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Too short for a header, or the header is malformed.
    Header,
    /// An API that the broker does not have, or not in that version.
    Api(i16, i16),
    /// A body without the outline of its kind.
    Body(ApiKey, i16),
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unreadable::Header => f.write_str("a malformed request header"),
            Unreadable::Api(api, version) => {
                write!(f, "request kind {api} version {version}, which is not offered")
            }
            Unreadable::Body(api, version) => write!(f, "a malformed {api:?} request, version {version}"),
        }
    }
}

impl RequestFrame {
    /// Splits a frame. `offered` answers the range of versions of an API, if the broker has it. An ApiVersions request
    /// of a later version than offered comes back with an empty body: it has an answer of its own.
    pub(crate) fn split(
        mut frame: Bytes,
        offered: impl Fn(ApiKey) -> Option<(i16, i16)>,
    ) -> Result<Self, Unreadable> {
        if frame.len() < 8 {
            return Err(Unreadable::Header);
        }
        let mut start = frame.clone();
        let (key, version, correlation) = (start.get_i16(), start.get_i16(), start.get_i32());
        let strange = Unreadable::Api(key, version);
        let api = ApiKey::try_from(key).map_err(|()| strange.clone())?;
        let (least, most) = offered(api).ok_or(strange.clone())?;
        if version < least || version > most {
            return match api {
                ApiKey::ApiVersions => Ok(Self {
                    api,
                    version,
                    correlation,
                    client_id: String::new(),
                    body: Bytes::new(),
                }),
                _ => Err(strange),
            };
        }
        let header_version = api.request_header_version(version);
        let header = RequestHeader::decode(&mut frame, header_version).map_err(|_| Unreadable::Header)?;
        let outline = shapes::outline(api).ok_or(strange)?;
        if shape::rest(outline, &frame, version, header_version >= 2).is_none() {
            return Err(Unreadable::Body(api, version));
        }
        let client_id = header.client_id.map(|id| id.to_string()).unwrap_or_default();
        Ok(Self {
            api,
            version,
            correlation,
            client_id,
            body: frame,
        })
    }

    /// Decodes the body.
    pub(crate) fn decode<T: Decodable>(&self) -> Result<T, Unreadable> {
        T::decode(&mut self.body.clone(), self.version).map_err(|error| {
            tracing::debug!(%error, api = ?self.api, "undecodable request");
            Unreadable::Body(self.api, self.version)
        })
    }
}

/// The bytes of an answer, size included; or why there can be none.
pub(crate) fn reply<T: Encodable + HeaderVersion>(
    message: &T,
    version: i16,
    correlation: i32,
) -> Result<Bytes, String> {
    let header = ResponseHeader::default().with_correlation_id(correlation);
    let header_version = T::header_version(version);
    let size = header
        .compute_size(header_version)
        .and_then(|h| Ok(h + message.compute_size(version)?));
    let size = size.map_err(|error| error.to_string())?;
    let mut out = BytesMut::with_capacity(size + 4);
    out.put_i32(i32::try_from(size).map_err(|error| error.to_string())?);
    let encoded = header
        .encode(&mut out, header_version)
        .and_then(|()| message.encode(&mut out, version));
    encoded.map_err(|error| error.to_string())?;
    Ok(out.freeze())
}

#[cfg(test)]
mod tests {
    use kafka_protocol::messages::RequestKind;
    use proptest::prelude::*;

    use super::*;
    use crate::world::kafka::api::OFFERED;

    /// Bodies of mostly small numbers, as lengths and counts are.
    fn body() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![8 => Just(0_u8), 4 => 1..4_u8, 1 => any::<u8>()];
        prop::collection::vec(byte, 0..120)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// What passes the guard is decoded without harm, and to the same end: an outline that differed from the
        /// decoder's own idea of a request would show here.
        #[test]
        fn guard_and_decoder_agree(body in body(), pick in any::<prop::sample::Index>(), step in any::<prop::sample::Index>()) {
            let (api, least, most) = *pick.get(OFFERED);
            let version = least + step.index((most - least + 1) as usize) as i16;
            let flexible = api.request_header_version(version) >= 2;
            let outline = shapes::outline(api).expect("an outline for every API");
            if let Some(left) = shape::rest(outline, &body, version, flexible) {
                let mut bytes = Bytes::from(body);
                let decoded = RequestKind::decode(api, &mut bytes, version).is_ok();
                // Fetch has tagged fields that the decoder knows, and it disregards the sizes they announce.
                if decoded && !(api == ApiKey::Fetch && flexible) {
                    prop_assert_eq!(bytes.len(), left, "{:?} version {}", api, version);
                }
            }
        }

        /// No frame makes the splitter panic.
        #[test]
        fn any_frame_is_split_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = RequestFrame::split(bytes.into(), crate::world::kafka::api::offered);
        }
    }
}
