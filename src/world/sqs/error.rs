//! What SQS answers when it does not do what it was asked.

/// A refusal, with the names that clients know it by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SqsError {
    /// HTTP status.
    pub status: u16,
    /// The name in the JSON protocol, such as `QueueDoesNotExist`.
    pub name: &'static str,
    /// The code in the query protocol, such as `AWS.SimpleQueueService.NonExistentQueue`.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

impl SqsError {
    fn new(status: u16, name: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            name,
            code,
            message: message.into(),
        }
    }

    pub(super) fn no_such_queue() -> Self {
        Self::new(
            400,
            "QueueDoesNotExist",
            "AWS.SimpleQueueService.NonExistentQueue",
            "The specified queue does not exist.",
        )
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameterValue", "InvalidParameterValue", message)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let message = format!("The request must contain the parameter {parameter}.");
        Self::new(400, "MissingParameter", "MissingParameter", message)
    }

    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::new(
            400,
            "UnsupportedOperation",
            "AWS.SimpleQueueService.UnsupportedOperation",
            what,
        )
    }

    pub(super) fn bad_receipt(handle: &str) -> Self {
        let handle: String = handle.chars().take(80).collect();
        let message = format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
        Self::new(400, "ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", message)
    }

    pub(super) fn not_in_flight() -> Self {
        Self::new(
            400,
            "MessageNotInflight",
            "AWS.SimpleQueueService.MessageNotInflight",
            "The message is not in flight.",
        )
    }

    pub(super) fn full(what: impl Into<String>) -> Self {
        Self::new(400, "OverLimit", "OverLimit", what)
    }

    pub(super) fn denied(why: impl Into<String>) -> Self {
        Self::new(403, "SignatureDoesNotMatch", "SignatureDoesNotMatch", why)
    }
}
