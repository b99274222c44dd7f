#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The built command on videos of a web server that breaks off, stalls, is busy or refuses.

    test_web_videos.py SOURCE_ROOT
"""

import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

SIGNATURE = "X-Amz-Signature=0123456789abcdef"


class Server(http.server.ThreadingHTTPServer):
    """Serves FOLDER/NAME as /HOW/NAME, where HOW says what goes wrong; one that breaks does so once or twice a video"""

    daemon_threads = True

    def __init__(self, folder, certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.folder = folder
        self.asked = []  # (path, Range) of each request
        self.is_gone = False
        self.ended = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, path, query=SIGNATURE):
        return f"{self.scheme}://127.0.0.1:{self.server_port}/{path}?{query}"

    def named(self, path):
        return self.address(path).partition("?")[0]

    def ranges(self, path):
        return [asked for at, asked in self.asked if at == "/" + path]

    def handle_error(self, request, client_address):
        pass  # a client that goes away


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def refuse(self, status, **headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def do_GET(self):
        path, _, query = self.path.partition("?")
        how, name = path.strip("/").split("/")
        self.server.asked.append((path, self.headers.get("Range")))
        time_now = len(self.server.ranges(path.strip("/")))
        if SIGNATURE not in query.split("&") or how == "denied":
            return self.refuse(403)
        if how == "gone" or self.server.is_gone:
            return self.refuse(404)
        if how == "astray":
            return self.refuse(302, Location=f"ftp://127.0.0.1/{name}?{SIGNATURE}")
        if how == "camera":
            return self.refuse(200, Content_Type="multipart/x-mixed-replace; boundary=x")
        if how == "pieces":
            return self.piece((self.server.folder / name).read_bytes(), time_now)
        if how == "later" and time_now == 1:
            return self.refuse(503, Retry_After="300")
        if how == "down" or (how == "busy" and time_now == 1):
            return self.refuse(503)
        if how == "busy" and time_now == 2:
            return self.refuse(429, Retry_After="2")
        changed = how in ("changes", "glues", "untagged") and time_now > 1
        if query.startswith("id="):
            name = query[3:].partition("&")[0]
        body = (self.server.folder / ("other.mp4" if changed else name)).read_bytes()
        tag = f'"{zlib.crc32(body)}"'
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        takes_ranges = how != "whole" and (how == "glues" or self.headers.get("If-Range", tag) == tag)
        start = int(asked[1]) if asked and takes_ranges else 0
        self.send_response(206 if start else 200)
        if how != "untagged":
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(10**15 if how == "vast" else len(body) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        faulty = {"breaks": 2, "whole": 1, "changes": 1, "glues": 1, "untagged": 1, "stalls": 1, "hangs": 9}.get(how, 0)
        if time_now > faulty:
            self.wfile.write(body[start:])
            return None
        self.wfile.write(body[start:start + (len(body) - start) // 3])
        self.wfile.flush()
        if how in ("stalls", "hangs"):
            self.server.ended.wait(60)
        self.close_connection = True
        return None


    def piece(self, body, time_now):
        """First a third without saying of how much, then a third at a time"""
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        end = min(len(body), start + len(body) // 3)
        self.send_response(200 if time_now == 1 else 206)
        self.send_header("ETag", '"pieces"')
        if time_now == 1:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(f"{len(body):x}\r\n".encode() + body[:end])
            self.close_connection = True
            return
        self.send_header("Content-Length", str(end - start))
        self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(body)}")
        self.end_headers()
        self.wfile.write(body[start:end])


class WebVideos(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = pathlib.Path(tempfile.mkdtemp(prefix="fovea-web-"))
        for name, frames in (("ball.mp4", 90), ("other.mp4", 150)):
            subprocess.run(["gst-launch-1.0", "-q"] + f"videotestsrc pattern=ball num-buffers={frames} ! "
                           "video/x-raw,format=I420,framerate=30/1,width=160,height=120 ! x264enc speed-preset=ultrafast "
                           f"key-int-max=30 ! mp4mux ! filesink location={cls.data / name}".split(), check=True)
        ball = (cls.data / "ball.mp4").read_bytes()
        room = (cls.data / "other.mp4").stat().st_size - len(ball)
        (cls.data / "alike.mp4").write_bytes(ball + struct.pack(">I4s", room, b"free") + bytes(room - 8))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.data)

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="fovea-web-"))
        self.server = Server(self.data)

        self.addCleanup(self.end, self.server)

    def tearDown(self):
        shutil.rmtree(self.dir)

    @staticmethod
    def end(server):
        server.ended.set()
        server.shutdown()
        server.server_close()

    def server_with_certificate(self, name, subject):
        """One over TLS, whose certificate it has signed itself; the certificate"""
        certificate = self.dir / f"{name}.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
                        f"subjectAltName={subject}", "-keyout", certificate.with_suffix(".key"), "-out", certificate],
                       check=True, capture_output=True)
        server = Server(self.data, certificate)
        self.addCleanup(self.end, server)
        return server, certificate

    def assert_refused_at_once(self, run, server, words):
        self.assertEqual(run.returncode, 1)
        self.assertEqual(run.stderr.splitlines(),
                         [f"fovea: '{server.named('fine/ball.mp4')}' could not be downloaded: its server's certificate is {words}"])
        self.assertEqual(server.asked, [])

    def run_fovea(self, word, *arguments, before=()):
        run = subprocess.run([*before, os.environ["FOVEA_COMMAND"], word, "--detector", "hog", *map(str, arguments)],
                             capture_output=True, text=True, timeout=300, cwd=self.dir, check=False)
        self.assertNotIn(SIGNATURE, run.stdout + run.stderr)
        for file in self.dir.rglob("*"):
            if file.is_file() and not (file.parent == self.dir and file.name.startswith("list")):
                self.assertNotIn(SIGNATURE.encode(), file.read_bytes(), file)
        return run

    def list_of(self, *paths):
        file = self.dir / "list.txt"
        file.write_text("".join(self.server.address(path) + "\n" for path in paths))
        return file

    def results(self, out, how, name="vtt"):
        folders = [folder for folder in (self.dir / out).glob("*.fovea")
                   if json.loads((folder / "results.jsonl").read_text().splitlines()[0])["source"] == how]
        self.assertEqual(len(folders), 1, how)
        return (folders[0] / f"results.{name}").read_text()

    def test_what_breaks_off_stalls_or_is_busy_is_read_to_its_end(self):
        hows = ("fine", "breaks", "whole", "busy", "stalls", "changes", "glues", "untagged", "pieces")
        paths = [f"{how}/{'alike' if how in ('glues', 'untagged') else 'ball'}.mp4" for how in hows]
        run = self.run_fovea("label", "--list", self.list_of(*paths), "--out", "out", "--jobs", "3")
        self.assertEqual(run.returncode, 0, run.stderr)
        local = self.run_fovea("label", self.data / "ball.mp4", self.data / "other.mp4", "--out", "local")
        self.assertEqual(local.returncode, 0, local.stderr)
        for how, path in zip(hows, paths):
            same = "other.mp4" if how in ("changes", "glues", "untagged") else "ball.mp4"
            self.assertEqual(self.results("out", self.server.named(path)),
                             self.results("local", str(self.data / same)), how)
        size = (self.data / "ball.mp4").stat().st_size
        third = size // 3
        again = third + (size - third) // 3
        self.assertEqual(self.server.ranges("breaks/ball.mp4"), [None, f"bytes={third}-", f"bytes={again}-"])
        self.assertEqual(self.server.ranges("stalls/ball.mp4"), [None, f"bytes={third}-"])
        self.assertEqual(self.server.ranges("whole/ball.mp4"), [None, f"bytes={third}-"])
        self.assertEqual(self.server.ranges("busy/ball.mp4"), [None] * 3)
        self.assertEqual(self.server.ranges("fine/ball.mp4"), [None])
        self.assertEqual(self.server.ranges("untagged/alike.mp4"), [None, None])
        alike = (self.data / "alike.mp4").stat().st_size
        self.assertEqual(self.server.ranges("glues/alike.mp4"), [None, f"bytes={alike // 3}-", None])
        self.assertEqual(self.server.ranges("pieces/ball.mp4")[:3], [None, f"bytes={third}-", f"bytes={2 * third}-"])
        self.assertIn("is asked for again in", run.stderr)
        names = sorted(folder.name for folder in (self.dir / "out").iterdir())
        self.assertEqual(len(names), len(hows))
        for name in names:
            self.assertRegex(name, r"^(ball|alike)-[0-9a-f]{16}\.mp4\.fovea$")
            self.assertEqual(sorted(file.name for file in (self.dir / "out" / name).iterdir()),
                             ["results.csv", "results.jsonl", "results.vtt", "run.json"], "no copy is left")

        self.server.asked.clear()
        again = self.run_fovea("label", "--list", self.list_of(*paths), "--out", "out")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("9 skipped", again.stdout)
        for text in (self.dir / "out").glob("*/results.vtt"):
            text.unlink()
        texts = self.run_fovea("label", "--list", self.list_of(*paths), "--out", "out")
        self.assertEqual(texts.returncode, 0, texts.stderr)
        self.assertEqual(len(list((self.dir / "out").glob("*/results.vtt"))), len(hows))
        self.assertEqual(self.server.asked, [], "what is done is not asked for")

    def test_what_is_refused_is_one_line_and_the_others_are_done(self):
        paths = ("gone/ball.mp4", "denied/ball.mp4", "down/ball.mp4", "fine/ball.mp4")
        run = self.run_fovea("label", "--list", self.list_of(*paths), "--out", "out", "--claims", "claims", "--patience", "4")
        self.assertEqual(run.returncode, 1)
        told = [line for line in run.stderr.splitlines() if line.startswith("fovea: '")]
        self.assertEqual(len(told), 3, run.stderr)
        self.assertEqual(told[0], f"fovea: '{self.server.named(paths[0])}' is not there: the server answers 404 Not Found")
        self.assertIn(f"'{self.server.named(paths[1])}' cannot be read: the server answers 403 Forbidden", told[1])
        self.assertRegex(told[2], f"'{self.server.named(paths[2])}' could not be downloaded: the server answers 503 .* 4 s")
        self.assertGreater(len(self.server.ranges(paths[2])), 1)
        self.assertEqual(len(self.server.ranges(paths[0])) + len(self.server.ranges(paths[1])), 2, "asked once each")
        self.assertIn("1 labelled, 3 failed", run.stdout)
        self.assertEqual(len(list((self.dir / "out").iterdir())), 1)
        status = self.run_fovea("label", "--list", self.list_of(*paths), "--claims", "claims", "--status")
        self.assertIn("1 done, 0 running, 0 left by dead runs, 3 failed", status.stdout)

    def test_what_another_try_cannot_mend_is_not_tried_again(self):
        says = {"astray": "redirects to what is no address of HTTP", "camera": "foveacamera", "vast": "make room"}
        for how, what in says.items():
            run = self.run_fovea("label", self.server.address(f"{how}/ball.mp4"), "--out", "out")
            self.assertEqual(run.returncode, 1)
            self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
            self.assertIn(what, run.stderr)
            self.assertEqual(len(self.server.ranges(f"{how}/ball.mp4")), 1)
        run = self.run_fovea("label", self.server.address("later/ball.mp4"), "--out", "out", "--patience", "3")
        self.assertEqual(run.returncode, 0, "it is asked again when patience ends: " + run.stderr)

    def test_a_certificate_that_is_not_trusted_is_refused_at_once(self):
        server, _ = self.server_with_certificate("of-nobody", "IP:127.0.0.1")
        run = self.run_fovea("label", server.address("fine/ball.mp4"))
        self.assert_refused_at_once(run, server, "signed by no authority that this system trusts; one of your own is made known by "
                                    "update-ca-certificates")

    @unittest.skipUnless(os.geteuid() == 0, "only root can have another list of authorities in a namespace")
    def test_a_certificate_of_a_known_authority_serves_for_its_host_alone(self):
        known = {}
        for name, subject in (("here", "IP:127.0.0.1"), ("elsewhere", "DNS:example.org")):
            server, certificate = self.server_with_certificate(name, subject)
            trusting = ("unshare", "--mount", "sh", "-ec", f'mount --bind {certificate} /etc/ssl/certs/ca-certificates.crt; exec "$@"', "sh")
            known[name] = server, self.run_fovea("label", server.address("fine/ball.mp4"), "--out", name, before=trusting)
        server, run = known["here"]
        self.assertEqual(run.returncode, 0, run.stderr)
        self.results("here", server.named("fine/ball.mp4"))
        server, run = known["elsewhere"]
        self.assert_refused_at_once(run, server, "of another host")

    def test_queries_that_are_no_signature_tell_videos_apart(self):
        for name in ("ball.mp4", "other.mp4"):
            address = self.server.address("fine/get", f"id={name}&{SIGNATURE}")
            run = self.run_fovea("label", address, "--out", "out")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertNotIn("before", run.stdout)
            again = self.run_fovea("label", address + "&X-Amz-Date=2", "--out", "out")
            self.assertIn("labelled before", again.stdout)
        self.assertEqual(len(list((self.dir / "out").iterdir())), 2)
        self.assertEqual(len(self.server.asked), 2)

    def test_what_is_left_of_killed_runs_goes(self):
        run = self.run_fovea("label", self.server.address("fine/ball.mp4"), "--out", "out")
        self.assertEqual(run.returncode, 0, run.stderr)
        [folder] = (self.dir / "out").iterdir()
        (folder / ".part-killed").mkdir()
        (folder / ".part-killed" / "copy.mp4").write_text("half of it")
        self.run_fovea("label", self.server.address("fine/ball.mp4"), "--out", "out", "--force")
        self.assertEqual(list(folder.glob(".*")), [])

    def test_rows_of_before_go_where_new_ones_fail(self):
        file = self.dir / "list.csv"
        file.write_text(f"path,label,split\n{self.server.address('fine/ball.mp4')},fight,test\n"
                        f"{self.server.address('fine/other.mp4')},normal,test\n")
        run = self.run_fovea("extract", "--list", file, "--out", "rows")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(len(list((self.dir / "rows").glob("*.pt"))), 2)
        self.assertEqual(list((self.dir / "rows").glob(".*")), [])
        self.server.is_gone = True
        run = self.run_fovea("extract", "--list", file, "--out", "rows", "--size", "128")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual(list((self.dir / "rows").iterdir()), [], "nor is there a list of them")

    def test_evaluated_and_extracted_they_are_as_files(self):
        for where in ("web", "local"):
            rows = "".join(f"{self.server.address('breaks/' + name) if where == 'web' else self.data / name},{label},test\n"
                           for name, label in (("ball.mp4", "fight"), ("other.mp4", "normal")))
            (self.dir / f"list-{where}.csv").write_text("path,label,split\n" + rows)
            run = self.run_fovea("eval", "--list", f"list-{where}.csv", "--out", where)
            self.assertEqual(run.returncode, 0, run.stderr)
        for file in ("mean-of-windows.json", "strongest-alarm.json"):
            figures = [json.loads((self.dir / where / file).read_text()) for where in ("web", "local")]
            for one in figures:
                one.pop("groups")  # are named by where the videos lie
            self.assertEqual(figures[0], figures[1])
        scores = [[line.split(",")[2:] for line in (self.dir / where / "mean-of-windows-predictions.csv").read_text().splitlines()]
                  for where in ("web", "local")]
        self.assertEqual(scores[0], scores[1])
        run = self.run_fovea("extract", self.server.address("fine/ball.mp4"), "--out", "rows")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(len(list((self.dir / "rows").glob("ball-????????????????.pt"))), 1)

    def test_one_that_is_no_video_or_named_twice_is_told(self):
        (self.data / "page.mp4").write_text("<html>")
        run = self.run_fovea("label", self.server.address("fine/page.mp4"))
        self.assertEqual(run.returncode, 1)
        self.assertIn(f"'{self.server.named('fine/page.mp4')}'", run.stderr)
        self.assertIn("cannot be decoded", run.stderr)
        self.assertNotIn(".part-", run.stderr)
        self.assertEqual(list(self.dir.iterdir()), [])
        twice = self.run_fovea("label", self.server.address("fine/ball.mp4"), self.server.address("fine/ball.mp4", "Signature=1"))
        self.assertNotEqual(twice.returncode, 0)
        self.assertIn("two signatures", twice.stderr)

    def test_it_is_interrupted_while_a_server_is_silent(self):
        with subprocess.Popen([os.environ["FOVEA_COMMAND"], "label", "--detector", "hog", "--out", self.dir / "out",
                               self.server.address("hangs/ball.mp4")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            for _ in range(600):
                if self.server.asked:
                    break
                time.sleep(0.1)
            time.sleep(0.5)
            begin = time.monotonic()
            run.send_signal(signal.SIGINT)
            self.assertEqual(run.wait(60), 130)
            self.assertLess(time.monotonic() - begin, 12)  # a server is taken for silent after 15 s
        self.assertFalse((self.dir / "out").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
