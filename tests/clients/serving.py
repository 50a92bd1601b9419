"""What the scripts that start servers of their own have in common."""

import os
import signal
import subprocess

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def check(found, expected, what):
    """Compares, and tells what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


class Server:
    """A server with options, for as long as a `with` lasts."""

    def __init__(self, program, *options):
        self.command = [program, "serve", "--port", "0", "--no-s3", "--no-kafka", *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline().split()
        check((ready[0], ready[2:]), ("ready", ["s3=-", "kafka=-", "sqs=-"]), "the ready line")
        self.host, self.port = ready[1].removeprefix("http=").rsplit(":", 1)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        check(self.process.wait(30), 0, "the end after SIGTERM")


def key_pair(folder):
    """A key pair: the private key, and the file of the public key."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = os.path.join(folder, "key.pub")
    with open(path, "wb") as out:
        out.write(private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, path
