//! Checksums of what is uploaded: checked when given in a header or behind the body, kept with the object.
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use parking_lot::Mutex;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::dto::{Checksum, ChecksumAlgorithm};
use s3s::{S3Result, TrailingHeaders, s3_error};

use crate::world::s3::embedded::medium::Staged;
use crate::world::s3::object::{ByteStream, ObjectChecksum};

/// S3's checksum algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Crc32 => ChecksumAlgorithm::CRC32,
            Self::Crc32c => ChecksumAlgorithm::CRC32C,
            Self::Crc64Nvme => ChecksumAlgorithm::CRC64NVME,
            Self::Sha1 => ChecksumAlgorithm::SHA1,
            Self::Sha256 => ChecksumAlgorithm::SHA256,
        }
    }

    fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    pub(super) fn parse(name: &str) -> S3Result<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| s3_error!(InvalidRequest, "{name} is not a checksum algorithm"))
    }

    /// The value of this algorithm among all.
    fn of(self, checksum: &Checksum) -> Option<&String> {
        match self {
            Self::Crc32 => checksum.checksum_crc32.as_ref(),
            Self::Crc32c => checksum.checksum_crc32c.as_ref(),
            Self::Crc64Nvme => checksum.checksum_crc64nvme.as_ref(),
            Self::Sha1 => checksum.checksum_sha1.as_ref(),
            Self::Sha256 => checksum.checksum_sha256.as_ref(),
        }
    }

    fn hasher(self) -> ChecksumHasher {
        let mut hasher = ChecksumHasher::default();
        match self {
            Self::Crc32 => hasher.crc32 = Some(Crc32::new()),
            Self::Crc32c => hasher.crc32c = Some(Crc32c::new()),
            Self::Crc64Nvme => hasher.crc64nvme = Some(Crc64Nvme::new()),
            Self::Sha1 => hasher.sha1 = Some(Sha1::new()),
            Self::Sha256 => hasher.sha256 = Some(Sha256::new()),
        }
        hasher
    }
}

/// The checksums among an operation's inputs.
macro_rules! given {
    ($input:expr) => {
        s3s::dto::Checksum {
            checksum_crc32: $input.checksum_crc32.take(),
            checksum_crc32c: $input.checksum_crc32c.take(),
            checksum_crc64nvme: $input.checksum_crc64nvme.take(),
            checksum_sha1: $input.checksum_sha1.take(),
            checksum_sha256: $input.checksum_sha256.take(),
            checksum_type: None,
        }
    };
}

/// Puts a kept checksum where it belongs in an operation's output.
macro_rules! tell {
    ($output:expr, $checksum:expr) => {
        if let Some(checksum) = $checksum {
            let value = Some(checksum.value.clone());
            match checksum.algorithm.as_str() {
                "CRC32" => $output.checksum_crc32 = value,
                "CRC32C" => $output.checksum_crc32c = value,
                "CRC64NVME" => $output.checksum_crc64nvme = value,
                "SHA1" => $output.checksum_sha1 = value,
                "SHA256" => $output.checksum_sha256 = value,
                _ => {}
            }
        }
    };
}

pub(super) use {given, tell};

/// The one algorithm and value among those given.
pub(super) fn the_one(given: &Checksum) -> S3Result<Option<(Algorithm, String)>> {
    let mut found = None;
    for algorithm in Algorithm::ALL {
        if let Some(value) = algorithm.of(given) {
            if found.is_some() {
                return Err(s3_error!(InvalidRequest, "Only one checksum may be given."));
            }
            found = Some((algorithm, value.clone()));
        }
    }
    Ok(found)
}

/// Follows a body on its way in and judges it at its end.
pub(super) struct Checker {
    algorithm: Option<Algorithm>,
    expected: Option<String>,
    content_md5: Option<String>,
    content_length: Option<i64>,
    trailers: Option<(TrailingHeaders, bool)>,
    hasher: Arc<Mutex<Option<ChecksumHasher>>>,
}

impl Checker {
    pub(super) fn new(given: &Checksum, named: Option<&str>) -> S3Result<Self> {
        let (algorithm, expected) = the_one(given)?.unzip();
        let algorithm = match (algorithm, named) {
            (Some(algorithm), _) => Some(algorithm),
            (None, Some(name)) => Some(Algorithm::parse(name)?),
            (None, None) => None,
        };
        let hasher = Arc::new(Mutex::new(algorithm.map(Algorithm::hasher)));
        Ok(Self {
            algorithm,
            expected,
            content_md5: None,
            content_length: None,
            trailers: None,
            hasher,
        })
    }

    /// Expects also what a request's headers say, and what follows its body.
    pub(super) fn request(
        mut self,
        content_md5: Option<String>,
        content_length: Option<i64>,
        trailers: Option<TrailingHeaders>,
        headers: &hyper::http::HeaderMap,
    ) -> S3Result<Self> {
        (self.content_md5, self.content_length) = (content_md5, content_length);
        let announced = headers.get("x-amz-trailer").and_then(|value| value.to_str().ok());
        let announced = announced.and_then(|name| {
            Algorithm::ALL
                .into_iter()
                .find(|algorithm| algorithm.header().eq_ignore_ascii_case(name.trim()))
        });
        if let Some(algorithm) = announced.filter(|_| self.expected.is_none()) {
            self.algorithm = Some(algorithm);
            *self.hasher.lock() = Some(algorithm.hasher());
        }
        self.trailers = trailers.map(|trailers| (trailers, announced.is_some()));
        Ok(self)
    }

    /// The same body, followed.
    pub(super) fn follow(&self, body: ByteStream) -> ByteStream {
        if self.algorithm.is_none() {
            return body;
        }
        let hasher = Arc::clone(&self.hasher);
        body.inspect(move |item| {
            if let (Ok(bytes), Some(hasher)) = (item, hasher.lock().as_mut()) {
                hasher.update(bytes);
            }
        })
        .boxed()
    }

    /// Judges the whole body; what is to be kept with the object, if all is well.
    pub(super) fn finish(self, staged: &Staged) -> S3Result<Option<ObjectChecksum>> {
        if self
            .content_length
            .is_some_and(|length| u64::try_from(length) != Ok(staged.size))
        {
            return Err(s3_error!(IncompleteBody, "The body has {} bytes.", staged.size));
        }
        if let Some(wanted) = self.content_md5 {
            match STANDARD.decode(&wanted) {
                Ok(digest) if digest == staged.md5 => {}
                Ok(digest) if digest.len() == staged.md5.len() => {
                    return Err(s3_error!(
                        BadDigest,
                        "The body does not have the Content-MD5 that was given."
                    ));
                }
                _ => return Err(s3_error!(InvalidDigest, "The Content-MD5 is not valid.")),
            }
        }
        let Some(algorithm) = self.algorithm else {
            return Ok(None);
        };
        let mut expected = self.expected;
        if let (None, Some((trailers, announced))) = (&expected, &self.trailers) {
            let trailer = trailers.read(|headers| {
                headers
                    .get(algorithm.header())
                    .and_then(|value| value.to_str().ok())
                    .map(str::to_owned)
            });
            expected = trailer.flatten();
            if expected.is_none() && *announced {
                return Err(s3_error!(
                    InvalidRequest,
                    "The checksum announced for the end of the body is missing."
                ));
            }
        }
        let computed = self
            .hasher
            .lock()
            .take()
            .map(ChecksumHasher::finalize)
            .unwrap_or_default();
        let computed = algorithm.of(&computed).cloned().unwrap_or_default();
        if expected.is_some_and(|expected| expected != computed) {
            let name = algorithm.name();
            return Err(s3_error!(
                BadDigest,
                "The body does not have the {name} checksum that was given."
            ));
        }
        Ok(Some(ObjectChecksum {
            algorithm: algorithm.name().to_owned(),
            value: computed,
        }))
    }
}

/// The checksum of the parts' checksums, if all parts have one of one algorithm.
pub(super) fn composite<'a>(
    parts: impl ExactSizeIterator<Item = Option<&'a ObjectChecksum>>,
) -> Option<(Algorithm, ObjectChecksum)> {
    let count = parts.len();
    let mut running: Option<(Algorithm, ChecksumHasher)> = None;
    for part in parts {
        let part = part?;
        let algorithm = Algorithm::parse(&part.algorithm).ok()?;
        let (first, hasher) = running.get_or_insert_with(|| (algorithm, algorithm.hasher()));
        if *first != algorithm {
            return None;
        }
        hasher.update(&STANDARD.decode(&part.value).ok()?);
    }
    let (algorithm, hasher) = running?;
    let value = format!("{}-{count}", algorithm.of(&hasher.finalize())?);
    Some((
        algorithm,
        ObjectChecksum {
            algorithm: algorithm.name().to_owned(),
            value,
        },
    ))
}
