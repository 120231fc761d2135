//! The certificate of whoever signs, and those between it and an authority (RFC 8226).

use super::Fault;
use super::authority::{Entry, TN_AUTH_LIST};
use crate::time::Wall;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::time::Duration;
use thiserror::Error;
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};
use x509_cert::der::Decode;

/// The longest chain that is read.
const MOST_CERTIFICATES: usize = 6;
/// Signatures of certificates that are read.
const SIGNATURES: &[&dyn rustls_pki_types::SignatureVerificationAlgorithm] = &[
    webpki::ring::ECDSA_P256_SHA256,
    webpki::ring::ECDSA_P256_SHA384,
    webpki::ring::ECDSA_P384_SHA256,
    webpki::ring::ECDSA_P384_SHA384,
    webpki::ring::RSA_PKCS1_2048_8192_SHA256,
    webpki::ring::RSA_PKCS1_2048_8192_SHA384,
    webpki::ring::RSA_PKCS1_2048_8192_SHA512,
];

/// The authorities that are known.
#[derive(Clone, Debug)]
pub struct Roots(Vec<TrustAnchor<'static>>);

/// What was handed in holds no authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RootsError {
    /// Nothing that is one.
    #[error("holds no certificate in PEM")]
    Empty,
    /// One of them cannot be read, counted from 1.
    #[error("certificate {0} cannot be read")]
    Unreadable(usize),
}

/// A certificate, the one that signs, with those that stand behind it.
#[derive(Clone, Debug)]
pub struct Chain {
    leaf: CertificateDer<'static>,
    between: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    /// Whom it may sign for; `None` where it does not say.
    authority: Option<Vec<Entry>>,
    expires: Wall,
}

impl Roots {
    /// Reads authorities from PEM text.
    ///
    /// # Errors
    /// [`RootsError`] where there is none, or one cannot be read.
    pub fn read(pem: &[u8]) -> Result<Roots, RootsError> {
        let all: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| RootsError::Empty)?;
        let anchor = |(index, certificate): (usize, &CertificateDer<'static>)| {
            let anchor = anchor_from_trusted_cert(certificate);
            anchor.map(|anchor| anchor.to_owned()).map_err(|_| RootsError::Unreadable(index + 1))
        };
        let anchors = all.iter().enumerate().map(anchor).collect::<Result<Vec<_>, _>>()?;
        if anchors.is_empty() { Err(RootsError::Empty) } else { Ok(Roots(anchors)) }
    }
}

impl Chain {
    /// Reads what was fetched: PEM, the one that signs first, or one certificate in DER.
    ///
    /// # Errors
    /// [`Fault::Unusable`] for what holds no certificate, too many, or one that has another key than one on P-256.
    pub fn read(bytes: &[u8]) -> Result<Chain, Fault> {
        let found: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(bytes).take(MOST_CERTIFICATES + 1).collect();
        let mut all = found.map_err(|_| Fault::Unusable)?;
        if all.is_empty() {
            all.push(CertificateDer::from(bytes.to_vec()));
        }
        if all.len() > MOST_CERTIFICATES {
            return Err(Fault::Unusable);
        }
        let leaf = all.remove(0);
        let (key, authority, expires) = contents(&leaf).ok_or(Fault::Unusable)?;
        Ok(Chain { leaf, between: all, key, authority, expires })
    }

    /// When its certificate stops being good.
    pub fn expires(&self) -> Wall {
        self.expires
    }

    /// Whether an authority stands behind it now.
    pub(super) fn leads_to(&self, roots: &Roots, now: Wall) -> Result<(), Fault> {
        let leaf = EndEntityCert::try_from(&self.leaf).map_err(|_| Fault::Unusable)?;
        let since = Duration::from_millis(u64::try_from(now.0).unwrap_or(0));
        let time = UnixTime::since_unix_epoch(since);
        let path = leaf.verify_for_usage(SIGNATURES, &roots.0, &self.between, time, AnyPurpose, None, None);
        path.map(drop).map_err(|error| match error {
            Error::CertExpired { .. } | Error::CertNotValidYet { .. } => Fault::Expired,
            Error::UnknownIssuer => Fault::UnknownAuthority,
            _ => Fault::Unusable,
        })
    }

    /// Whether it may sign for a number in canonical form. A certificate without a list is as good as its authority.
    pub(super) fn is_for(&self, number: &str) -> bool {
        self.authority.as_ref().is_none_or(|entries| entries.iter().any(|entry| entry.holds(number)))
    }

    /// Whether its key has signed this (RFC 7518 §3.4: both numbers of the signature, 32 octets each).
    pub(super) fn has_signed(&self, text: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.key).verify(text, signature).is_ok()
    }
}

/// Certificates of carriers are for no purpose in particular, or for one of their own.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}

/// The key, for whom it may sign, and until when.
fn contents(leaf: &CertificateDer<'_>) -> Option<(Vec<u8>, Option<Vec<Entry>>, Wall)> {
    let parsed = x509_cert::Certificate::from_der(leaf).ok()?.tbs_certificate;
    let key = parsed.subject_public_key_info.subject_public_key.as_bytes()?.to_vec();
    let mut extensions = parsed.extensions.iter().flatten();
    let list = extensions.find(|extension| extension.extn_id == TN_AUTH_LIST);
    let authority = match list {
        Some(list) => Some(Entry::list(list.extn_value.as_bytes())?),
        None => None,
    };
    let expires_ms = parsed.validity.not_after.to_unix_duration().as_millis();
    Some((key, authority, Wall(i64::try_from(expires_ms).unwrap_or(i64::MAX))))
}
