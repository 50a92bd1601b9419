"""Objects into the server's buckets, with signature version 4 of
<https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>: no more of S3 than tests need to begin."""

from __future__ import annotations

import hashlib
import hmac
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timezone

# Seconds.
LIMIT = 60.0


@dataclass(frozen=True)
class S3:
    """Where the server's buckets are, and the keys for it; addresses are in path style."""

    endpoint: str
    access_key: str = "snowglobe"
    secret_key: str = "snowglobe-secret"
    region: str = "us-east-1"

    def put(self, data: bytes, bucket: str, key: str) -> None:
        """Puts an object into a bucket, which is made if there is none of this name."""
        try:
            self.request("PUT", f"/{bucket}")
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise _told(error) from None
        try:
            self.request("PUT", f"/{bucket}/{key}", data)
        except urllib.error.HTTPError as error:
            raise _told(error) from None

    def delete(self, bucket: str, key: str) -> None:
        """Removes an object; one that is not there is no error."""
        try:
            self.request("DELETE", f"/{bucket}/{key}")
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise _told(error) from None

    def request(self, method: str, path: str, data: bytes = b"") -> None:
        """Sends a signed request."""
        path = urllib.parse.quote(path, safe="/-_.~")
        host = self.endpoint.split("://", 1)[1]
        time = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        scope = [time[:8], self.region, "s3", "aws4_request"]
        headers = {"host": host, "x-amz-content-sha256": hashlib.sha256(data).hexdigest(), "x-amz-date": time}
        canonical = [
            method,
            path,
            "",
            *(f"{name}:{value}" for name, value in headers.items()),
            "",
            ";".join(headers),
            headers["x-amz-content-sha256"],
        ]
        digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
        signed = "\n".join(["AWS4-HMAC-SHA256", time, "/".join(scope), digest])
        secret = f"AWS4{self.secret_key}".encode()
        for part in scope:
            secret = hmac.digest(secret, part.encode(), "sha256")
        signature = hmac.digest(secret, signed.encode(), "sha256").hex()
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{'/'.join(scope)}, "
            f"SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}"
        )
        request = urllib.request.Request(self.endpoint + path, data, headers, method=method)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=LIMIT) as answer:
            answer.read()


def _told(error: urllib.error.HTTPError) -> OSError:
    return OSError(f"S3: HTTP {error.code} {error.read(1000).decode(errors='replace')}")
