"""A server that answers as little of the API as an import needs and keeps every byte it got.

For what the sandbox does not tell: the very bytes of a request, and a server that stays silent.
"""

import contextlib
import json
import pathlib
import socket
import ssl
import subprocess
import threading


def make_certificate(folder):
    """A certificate for localhost that is its own authority: (certificate, key)."""
    certificate, key = pathlib.Path(folder) / "own.pem", pathlib.Path(folder) / "own-key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True)
    return certificate, key


class Recorder:
    """As a context manager. `requests` are whole requests, in the order in which they came."""

    def __init__(self, folder):
        self.ca, key = make_certificate(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.ca, key)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listening.getsockname()[1]}"
        self.requests = []
        self._threads = []

    def __enter__(self):
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()

    def _start(self, what, *arguments):
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                self._start(self._serve, self._listening.accept()[0])

    def _serve(self, plain):
        with contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as s:
            with s.makefile("rb") as incoming:
                while request := self._read(incoming):
                    self.requests.append(request)
                    body = self._answer(request).encode()
                    s.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                              b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    @staticmethod
    def _read(incoming):
        head, length = b"", 0
        while line := incoming.readline():
            head += line
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            if line == b"\r\n":
                return head + incoming.read(length)
        return b""

    def _answer(self, request):
        target = request.split(b" ", 2)[1]
        if target == b"/api/Organization/Current":
            return json.dumps({"organizationName": "Recorder", "isEnabled": True,
                               "organizationTimeZone": "US/Arizona"})
        if target == b"/api/ContactNote/Types":
            return json.dumps({"1": "Call", "2": "Email"})
        return json.dumps({"id": len(self.requests)})

    @property
    def creates(self):
        return [r for r in self.requests if r.startswith(b"POST /api/ContactNote ")]
