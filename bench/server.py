"""nginx that answers as the API would, from memory: the same for every client. Of the quota it says
in every answer that there is plenty, because without a word of it a run keeps to 1,350 an hour."""

import os
import socket
import subprocess
import time


def free_port():
    """Another bench may run on this machine."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


PORT = free_port()
URL = f"https://localhost:{PORT}"
NOTE = ('{"id":991,"contactId":123456,"createDateTimeUtc":"2026-11-24T03:54:12.3456789",'
        '"createdByUser":"A User","modifiedDateTimeUtc":"2026-11-24T03:54:12.3456789",'
        '"modifiedByUser":"A User","noteDate":"10/4/2017","type":"General","note":"a text",'
        '"important":false,"isPrivate":false,"createdByAvatarUrl":null,"reminder":null}')

CONFIG = """
daemon off; worker_processes 1; worker_cpu_affinity {mask}; pid {dir}/nginx.pid;
error_log {dir}/error.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
    default_type application/json;
    add_header X-RateLimit-Limit 100000000; add_header X-RateLimit-Remaining 99999999;
    add_header X-RateLimit-Reset {reset};
    client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3;
    uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {dir}/cert.pem; ssl_certificate_key {dir}/key.pem; ssl_protocols TLSv1.3;
        location = /api/ContactNote {{ return 200 '{note}'; }}
        location = /api/Organization/Current {{ return 200
            '{{"organizationName":"Bench","organizationTimeZone":"US/Arizona","isEnabled":true}}'; }}
        location = /api/ContactNote/Types {{ return 200 '{{"0":"General","1":"Call"}}'; }}
    }}
}}
"""


class Server:
    """Runs while the `with` block does, on one core."""

    def __init__(self, folder, core):
        self.folder, self.core = folder, core
        self.ca = os.path.join(folder, "cert.pem")
        self.token = os.path.join(folder, "token")

    def __enter__(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
            cwd=self.folder, check=True, stderr=subprocess.DEVNULL)
        with open(os.open(self.token, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write("bench-token\n")
        config = os.path.join(self.folder, "nginx.conf")
        with open(config, "w") as f:
            f.write(CONFIG.format(dir=self.folder, port=PORT, note=NOTE,
                                  reset=int(time.time()) + 86400, mask=bin(1 << self.core)[2:]))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", config],
                                        stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", PORT)) == 0:
                    return self
            time.sleep(0.05)
        raise RuntimeError("nginx does not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
