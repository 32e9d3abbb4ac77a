"""Starts the real binary and gives people to the tests: what every test here begins with."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from pathlib import Path

BINARY = os.environ.get("VISAVIS_BIN") or str(Path(__file__).resolve().parents[2] / "build/visavis")
PASSWORD = "un chateau de sable bleu"


def free_ports():
    """For HTTP, and media over UDP and TCP: held together, so that they are three."""
    with socket.socket() as http, socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        for one in (http, udp, tcp):
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in (http, udp, tcp)]


class Server:
    """`visavis serve --dev` on loopback, its data gone with it."""

    def __init__(self):
        self.data = tempfile.mkdtemp(prefix="visavis-python-")
        self.ports = free_ports()
        self.url = f"http://127.0.0.1:{self.ports[0]}"
        self.people = 0
        self.start()

    def start(self):
        http, udp, tcp = map(str, self.ports)
        self.process = subprocess.Popen(
            [BINARY, "serve", "--dev", "--data", self.data, "--listen", f"127.0.0.1:{http}", "--rtc-udp", udp,
             "--rtc-tcp", tcp, "--rtc-ip", "127.0.0.1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("visavis ready"):
            raise RuntimeError(f"{BINARY} did not start: {line}")

    def restart(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.start()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(20)
        self.process.stdout.close()
        shutil.rmtree(self.data)
        return code

    def sign_up(self, name):
        """A person with an account; `token` is good for some minutes."""
        self.people += 1
        body = {"email": f"python-{self.people}@example.org", "password": PASSWORD, "name": name}
        request = urllib.request.Request(f"{self.url}/api/auth/signup", json.dumps(body).encode(),
                                         {"Content-Type": "application/json", "Origin": self.url})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def within(seconds, call):
    """What `call()` gives. The client waits for ever, a test does not: it looks for signals once a second."""

    def late(*_):
        raise TimeoutError(f"no answer within {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        return call()
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
