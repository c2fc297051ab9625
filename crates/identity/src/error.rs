//! Why a sign-in was refused. Each has a stable code; the page says what to do about it.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    #[error("the answer does not belong to the sign-in that this browser began")]
    StateMismatch,
    #[error("the identity token was made for another sign-in")]
    NonceMismatch,
    #[error("the identity token was made for another application")]
    WrongAudience,
    #[error("the answer comes from another provider")]
    WrongIssuer,
    #[error("the identity token has expired")]
    TokenExpired,
    #[error("the identity token's signature cannot be verified")]
    KeyUnknown,
    #[error("the provider does not accept the code; it may have been used already")]
    CodeRejected,
    #[error("the identity provider cannot be reached")]
    ProviderUnreachable,
    #[error("the identity provider refused the sign-in")]
    ProviderRefused,
    #[error("the provider's answer cannot be read")]
    Malformed,
}

impl SignInError {
    /// Stable, for pages, logs and tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::StateMismatch => "state_mismatch",
            Self::NonceMismatch => "nonce_mismatch",
            Self::WrongAudience => "wrong_audience",
            Self::WrongIssuer => "wrong_issuer",
            Self::TokenExpired => "token_expired",
            Self::KeyUnknown => "key_unknown",
            Self::CodeRejected => "code_rejected",
            Self::ProviderUnreachable => "provider_unreachable",
            Self::ProviderRefused => "provider_refused",
            Self::Malformed => "malformed",
        }
    }
}
