"""Asks an S3 server, with AWS's own Python client, what Snowglobe's S3 server promises.

    python s3_boto3.py ENDPOINT [ACCESS_KEY SECRET_KEY]

Needs the package boto3. Creates two buckets and deletes them in the end; exits with status 0 if all is as it should be.
"""

import base64
import hashlib
import io
import sys
import urllib.request
import zlib

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
ACCESS_KEY, SECRET_KEY = sys.argv[2:4] if len(sys.argv) > 3 else ("snowglobe", "snowglobe-secret")
BUCKET, OTHER = "boto3-check", "boto3-check-other"
MIB = 1 << 20


def client(access_key=ACCESS_KEY, secret_key=SECRET_KEY, **config):
    return boto3.client(
        "s3",
        endpoint_url=ENDPOINT,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, **config),
    )


s3 = client()


def refused(code, call, **arguments):
    """The call fails with one of the codes."""
    codes = code if isinstance(code, tuple) else (code,)
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found in codes, f"{found} instead of {codes}: {error}"
    else:
        raise AssertionError(f"{call} should have failed with {codes}")


def keys(answer):
    return [item["Key"] for item in answer.get("Contents", [])]


def put_and_get():
    for key in ("a", "a/b", "A", "ü/😀 +%.json"):
        body = key.encode()
        put = s3.put_object(Bucket=BUCKET, Key=key, Body=body, ContentType="text/plain", Metadata={"of": "key"})
        assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"', put
        get = s3.get_object(Bucket=BUCKET, Key=key)
        assert get["Body"].read() == body and get["ContentType"] == "text/plain", get
        assert get["Metadata"] == {"of": "key"} and get["ETag"] == put["ETag"], get
        head = s3.head_object(Bucket=BUCKET, Key=key)
        assert head["ContentLength"] == len(body) and head["LastModified"] == get["LastModified"], head
    empty = s3.put_object(Bucket=BUCKET, Key="empty", Body=b"")
    assert s3.get_object(Bucket=BUCKET, Key="empty")["Body"].read() == b"", empty
    refused("NoSuchKey", s3.get_object, Bucket=BUCKET, Key="missing")
    refused("404", s3.head_object, Bucket=BUCKET, Key="missing")
    refused("NoSuchBucket", s3.get_object, Bucket="no-such-bucket-here", Key="missing")


def ranges_and_conditions():
    etag = s3.put_object(Bucket=BUCKET, Key="digits", Body=b"0123456789")["ETag"]
    for wanted, bytes_, told in (
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ):
        get = s3.get_object(Bucket=BUCKET, Key="digits", Range=wanted)
        assert get["Body"].read() == bytes_ and get["ContentRange"] == told, get
        assert get["ResponseMetadata"]["HTTPStatusCode"] == 206, get
    refused("InvalidRange", s3.get_object, Bucket=BUCKET, Key="digits", Range="bytes=10-")
    refused("304", s3.get_object, Bucket=BUCKET, Key="digits", IfNoneMatch=etag)
    refused("PreconditionFailed", s3.get_object, Bucket=BUCKET, Key="digits", IfMatch='"else"')
    modified = s3.head_object(Bucket=BUCKET, Key="digits")["LastModified"]
    refused("304", s3.get_object, Bucket=BUCKET, Key="digits", IfModifiedSince=modified)
    s3.get_object(Bucket=BUCKET, Key="digits", IfMatch=etag, IfUnmodifiedSince=modified)["Body"].read()
    override = s3.get_object(Bucket=BUCKET, Key="digits", ResponseContentType="text/csv")
    assert override["ContentType"] == "text/csv", override


def conditional_puts():
    s3.put_object(Bucket=BUCKET, Key="once", Body=b"1", IfNoneMatch="*")
    refused("PreconditionFailed", s3.put_object, Bucket=BUCKET, Key="once", Body=b"2", IfNoneMatch="*")
    etag = s3.head_object(Bucket=BUCKET, Key="once")["ETag"]
    s3.put_object(Bucket=BUCKET, Key="once", Body=b"3", IfMatch=etag)
    refused("PreconditionFailed", s3.put_object, Bucket=BUCKET, Key="once", Body=b"4", IfMatch=etag)
    assert s3.get_object(Bucket=BUCKET, Key="once")["Body"].read() == b"3"


def checksums():
    body = b"checked" * 1000
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        put = s3.put_object(Bucket=BUCKET, Key="checked", Body=body, ChecksumAlgorithm=algorithm)
        get = s3.get_object(Bucket=BUCKET, Key="checked", ChecksumMode="ENABLED")
        assert get["Body"].read() == body and get[f"Checksum{algorithm}"] == put[f"Checksum{algorithm}"], get
    crc32 = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    assert s3.put_object(Bucket=BUCKET, Key="checked", Body=body)["ChecksumCRC32"] == crc32
    # A body whose length is not known beforehand goes in chunks, with its checksum behind it.
    s3.upload_fileobj(io.BytesIO(body), BUCKET, "chunked")
    assert s3.get_object(Bucket=BUCKET, Key="chunked")["Body"].read() == body
    refused(
        ("BadDigest", "XAmzContentChecksumMismatch"),
        s3.put_object, Bucket=BUCKET, Key="bad", Body=body, ChecksumCRC32="AAAAAA==",
    )
    refused("BadDigest", s3.put_object, Bucket=BUCKET, Key="bad", Body=body, ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    refused("404", s3.head_object, Bucket=BUCKET, Key="bad")
    signed = client(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    signed.put_object(Bucket=BUCKET, Key="plain", Body=body)
    assert signed.get_object(Bucket=BUCKET, Key="plain")["Body"].read() == body


def listings():
    for number in range(25):
        s3.put_object(Bucket=BUCKET, Key=f"list/{number % 5}/{number:02}", Body=b"x")
    s3.put_object(Bucket=BUCKET, Key="list/0", Body=b"x")
    whole = s3.list_objects_v2(Bucket=BUCKET, Prefix="list/")
    assert len(keys(whole)) == 26 and keys(whole) == sorted(keys(whole)), whole
    assert whole["KeyCount"] == 26 and not whole["IsTruncated"], whole
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="list/", PaginationConfig={"PageSize": 4})
    assert [key for page in pages for key in keys(page)] == keys(whole)
    level = s3.list_objects_v2(Bucket=BUCKET, Prefix="list/", Delimiter="/")
    prefixes = [common["Prefix"] for common in level["CommonPrefixes"]]
    assert keys(level) == ["list/0"] and prefixes == [f"list/{n}/" for n in range(5)], level
    for operation in ("list_objects_v2", "list_objects"):
        found = ([], [])
        paginate = s3.get_paginator(operation).paginate
        for page in paginate(Bucket=BUCKET, Prefix="list/", Delimiter="/", PaginationConfig={"PageSize": 2}):
            found[0].extend(keys(page))
            found[1].extend(common["Prefix"] for common in page.get("CommonPrefixes", []))
        assert found == (["list/0"], prefixes), (operation, found)
    after = s3.list_objects_v2(Bucket=BUCKET, Prefix="list/", StartAfter="list/4/14", MaxKeys=1)
    assert keys(after) == ["list/4/19"] and after["IsTruncated"], after
    odd = s3.list_objects_v2(Bucket=BUCKET, Prefix="ü/")
    assert keys(odd) == ["ü/😀 +%.json"], odd


def copies_and_deletions():
    s3.put_object(Bucket=BUCKET, Key="source", Body=b"copied", ContentType="text/csv", Metadata={"k": "v"})
    s3.copy_object(Bucket=OTHER, Key="target/ü", CopySource={"Bucket": BUCKET, "Key": "source"})
    copied = s3.get_object(Bucket=OTHER, Key="target/ü")
    assert copied["Body"].read() == b"copied" and copied["Metadata"] == {"k": "v"}, copied
    itself = {"Bucket": BUCKET, "Key": "source"}
    refused("InvalidRequest", s3.copy_object, Bucket=BUCKET, Key="source", CopySource=itself)
    s3.copy_object(
        Bucket=BUCKET, Key="source", CopySource=itself, MetadataDirective="REPLACE", Metadata={"new": "1"}
    )
    assert s3.head_object(Bucket=BUCKET, Key="source")["Metadata"] == {"new": "1"}
    refused("NoSuchKey", s3.copy_object, Bucket=BUCKET, Key="x", CopySource={"Bucket": BUCKET, "Key": "missing"})
    s3.delete_object(Bucket=BUCKET, Key="source")
    s3.delete_object(Bucket=BUCKET, Key="source")
    doomed = [{"Key": key} for key in ("a", "A", "never there")]
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": doomed})
    assert sorted(item["Key"] for item in answer["Deleted"]) == ["A", "a", "never there"], answer
    assert s3.get_object(Bucket=BUCKET, Key="a/b")["Body"].read() == b"a/b"


def multipart():
    body = bytes(range(256)) * (13 * MIB // 256)
    transfer = TransferConfig(multipart_threshold=6 * MIB, multipart_chunksize=6 * MIB)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, "large", Config=transfer, ExtraArgs={"ContentType": "x/y"})
    digests = b"".join(hashlib.md5(body[at : at + 6 * MIB]).digest() for at in range(0, len(body), 6 * MIB))
    head = s3.head_object(Bucket=BUCKET, Key="large")
    assert head["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"' and head["ContentType"] == "x/y", head
    down = io.BytesIO()
    s3.download_fileobj(BUCKET, "large", down, Config=transfer)
    assert down.getvalue() == body
    s3.copy({"Bucket": BUCKET, "Key": "large"}, BUCKET, "large copy", Config=transfer)
    assert s3.head_object(Bucket=BUCKET, Key="large copy")["ContentLength"] == len(body)

    target = {"Bucket": BUCKET, "Key": "by hand"}
    upload = {**target, "UploadId": s3.create_multipart_upload(**target)["UploadId"]}
    uploads = s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    assert [item["Key"] for item in uploads] == ["by hand"], uploads
    first = s3.upload_part(**upload, PartNumber=1, Body=b"1" * 5 * MIB)["ETag"]
    third = s3.upload_part(**upload, PartNumber=3, Body=b"3")["ETag"]
    parts = s3.list_parts(**upload)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in parts] == [(1, 5 * MIB), (3, 1)], parts
    good = [{"PartNumber": 1, "ETag": first}, {"PartNumber": 3, "ETag": third}]
    for code, wrong in (
        ("InvalidPartOrder", good[::-1]),
        ("InvalidPart", [good[0], {"PartNumber": 2, "ETag": third}]),
        ("InvalidPart", [{"PartNumber": 1, "ETag": third}]),
    ):
        refused(code, s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": wrong})
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": good})
    assert s3.get_object(**target, Range="bytes=5242879-")["Body"].read() == b"13"
    refused("NoSuchUpload", s3.upload_part, **upload, PartNumber=4, Body=b"4")

    upload["UploadId"] = s3.create_multipart_upload(**target)["UploadId"]
    small = [{"PartNumber": n, "ETag": s3.upload_part(**upload, PartNumber=n, Body=b"x")["ETag"]} for n in (1, 2)]
    refused("EntityTooSmall", s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": small})
    s3.abort_multipart_upload(**upload)
    refused("NoSuchUpload", s3.list_parts, **upload)


def presigned_urls():
    target = {"Bucket": BUCKET, "Key": "presigned/ü"}
    put = s3.generate_presigned_url("put_object", Params=target, ExpiresIn=60)
    urllib.request.urlopen(urllib.request.Request(put, data=b"by url", method="PUT")).read()
    get = s3.generate_presigned_url("get_object", Params=target, ExpiresIn=60)
    assert urllib.request.urlopen(get).read() == b"by url"


def refusals():
    refused("SignatureDoesNotMatch", client(secret_key="wrong-secret").list_buckets)
    refused("InvalidAccessKeyId", client(access_key="nobody").list_buckets)
    s3.put_object(Bucket=BUCKET, Key="plain", Body=b"")
    for call in (s3.get_object_acl, s3.get_object_tagging, s3.get_object_attributes):
        more = {"ObjectAttributes": ["ETag"]} if call == s3.get_object_attributes else {}
        refused("NotImplemented", call, Bucket=BUCKET, Key="plain", **more)
    for header in ({"WebsiteRedirectLocation": "/y"}, {"Tagging": "a=b"}, {"StorageClass": "GLACIER"}, {"ACL": "public-read"}):
        refused("NotImplemented", s3.put_object, Bucket=BUCKET, Key="plain", Body=b"x", **header)
    assert s3.head_object(Bucket=BUCKET, Key="plain")["ContentLength"] == 0


def clear(bucket):
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for key in keys(page):
            s3.delete_object(Bucket=bucket, Key=key)


def main():
    for bucket in (BUCKET, OTHER):
        s3.create_bucket(Bucket=bucket)
        s3.head_bucket(Bucket=bucket)
    refused(("BucketAlreadyOwnedByYou", "BucketAlreadyExists"), s3.create_bucket, Bucket=BUCKET)
    refused("404", s3.head_bucket, Bucket="no-such-bucket-here")
    assert {BUCKET, OTHER} <= {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None
    checks = (
        put_and_get, ranges_and_conditions, conditional_puts, checksums, listings, copies_and_deletions, multipart,
        presigned_urls, refusals,
    )
    for check in checks:
        check()
        print(f"ok {check.__name__}")
    refused("BucketNotEmpty", s3.delete_bucket, Bucket=BUCKET)
    for bucket in (BUCKET, OTHER):
        clear(bucket)
        s3.delete_bucket(Bucket=bucket)
    refused("404", s3.head_bucket, Bucket=BUCKET)
    print("ok")


main()
