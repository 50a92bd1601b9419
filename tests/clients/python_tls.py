"""Talks HTTPS to a Snowglobe server with snowflake-connector-python, 4.x or 5.x, and a certificate of one's own.

    python python_tls.py SNOWGLOBE

SNOWGLOBE is the program; servers are started for the purpose. Ends with status 0 if everything holds; otherwise the
first thing that does not is raised.
"""

import datetime
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import tempfile
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

warnings.filterwarnings("ignore", category=FutureWarning)

PROGRAM = sys.argv[1]


def check(found, expected, what):
    """Compares, and tells what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


def certificate(folder):
    """An authority, and a certificate of this machine from it: the files of the authority, the chain and the key."""
    now = datetime.datetime.now(datetime.timezone.utc)
    authority_key, own_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A test's authority")])

    def signed(subject, key, is_authority):
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(authority).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(is_authority, None), True))
        if is_authority:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, True)
        else:
            names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
        return builder.sign(authority_key, hashes.SHA256())

    def write(name, data):
        path = os.path.join(folder, name)
        with open(path, "wb") as out:
            out.write(data)
        return path

    pem = serialization.Encoding.PEM
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    return (
        write("authority.pem", signed(authority, authority_key, True).public_bytes(pem)),
        write("server.pem", signed(subject, own_key, False).public_bytes(pem)),
        write("server.key", own_key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())),
        write("other.key", authority_key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())))


def refused(chain, key, words):
    """A server that does not start, and says why."""
    ended = subprocess.run(
        [PROGRAM, "serve", "--port", "0", "--no-s3", "--no-kafka", "--tls-cert", chain, "--tls-key", key],
        capture_output=True, text=True, timeout=30)
    check((ended.returncode != 0, words in ended.stderr), (True, True), f"{words} in {ended.stderr}")


def talk(host, port, folder):
    import snowflake.connector
    with snowflake.connector.connect(
            account="acc", user="u", password="p", host=host, port=port, protocol="https", login_timeout=20,
            disable_ocsp_checks=True, session_parameters={"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "json"}) as connection:
        cursor = connection.cursor()
        check(cursor.execute("select 1").fetchone(), (1,), "a query")
        rows = cursor.execute("select repeat('x', 1000) from table(generator(rowcount => 20000))").fetchall()
        check(len(rows), 20000, "a result in parts")
        cursor.execute("create database secured")
        cursor.execute("create stage files")
        path = os.path.join(folder, "rows.csv")
        with open(path, "w", encoding="utf-8") as out:
            out.write("1\n2\n")
        check(cursor.execute(f"put file://{path} @files").fetchone()[6], "UPLOADED", "PUT")
        check(cursor.execute("select sum($1::int) from @files").fetchone(), (3,), "the stage")
        target = os.path.join(folder, "got")
        os.mkdir(target)
        cursor.execute(f"get @files file://{target}")
        check(os.listdir(target), ["rows.csv.gz"], "GET")


with tempfile.TemporaryDirectory() as folder:
    authority, chain, key, other = certificate(folder)
    # Before the connector is there: it looks at these once.
    os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = authority
    refused(chain, other, "not that of the certificate")
    refused(key, key, "no certificate")
    refused(chain, chain, "no private key")
    refused(os.path.join(folder, "nothing.pem"), key, "nothing.pem")
    server = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", "--no-s3", "--no-kafka", "--tls-cert", chain, "--tls-key", key],
        stdout=subprocess.PIPE, text=True)
    try:
        host, port = server.stdout.readline().split()[1].removeprefix("http=").rsplit(":", 1)
        talk(host, int(port), folder)
        # Who speaks no TLS is sent away, and the server goes on.
        with socket.create_connection((host, int(port)), timeout=20) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            check(plain.recv(1000).startswith(b"HTTP"), False, "plain HTTP")
        server.send_signal(signal.SIGTERM)
        check(server.wait(30), 0, "the end after SIGTERM")
    finally:
        server.kill()
