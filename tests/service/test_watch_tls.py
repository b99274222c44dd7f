#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page of `fovea watch` by TLS, for as long as certificates come and go.  test_watch_tls.py FOVEA"""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import unittest
import unittest.mock
import urllib.parse

from watch_process import PATIENCE, WatchProcess


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
class WatchTls(WatchProcess):
    def setUp(self):
        super().setUp()
        self.certify("first")
        self.configure({"door": self.video})
        config = self.folder / "cameras.toml"
        config.write_text(config.read_text().replace("[page]\n", "[page]\n" + "".join(
            f'{key}_file = "{self.folder / key}.pem"\n' for key in ("certificate", "key"))))

    def certify(self, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                        "-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem"],
                       check=True, stderr=subprocess.DEVNULL)

    def shown(self, version=ssl.TLSVersion.TLSv1_2):
        """The certificate that the page shows, as DER."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        where = urllib.parse.urlsplit(self.address)
        with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as plain:
            with context.wrap_socket(plain) as connection:
                return connection.getpeercert(binary_form=True)

    def on_disk(self):
        return ssl.PEM_cert_to_DER_cert((self.folder / "certificate.pem").read_text())

    def test_no_version_before_1_2_is_spoken(self):
        old_ones = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
        with unittest.mock.patch.dict(os.environ, {"G_TLS_GNUTLS_PRIORITY": "NORMAL:%COMPAT"}):
            self.start()  # the visitor speaks them too, else it proves nothing
        try:
            for old in old_ones:
                self.assertEqual(self.shown(old), self.on_disk())
        except (ssl.SSLError, ConnectionError) as error:
            self.skipTest(f"TLS before 1.2 is not spoken here at all: {error}")
        self.end()
        self.start()
        self.assertEqual(self.shown(), self.on_disk())
        self.assertEqual(self.shown(ssl.TLSVersion.TLSv1_3), self.on_disk())
        for old in old_ones:
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                self.shown(old)

    def test_a_certificate_that_was_renewed_is_shown_after_a_hangup(self):
        self.start()
        first = self.on_disk()
        self.certify("second")
        self.assertEqual(self.shown(), first)
        self.process.send_signal(signal.SIGHUP)
        self.told("the page has another certificate")
        self.assertEqual(self.shown(), self.on_disk())
        second = self.on_disk()
        (self.folder / "certificate.pem").write_text("half of one")
        self.process.send_signal(signal.SIGHUP)
        self.told("the page's certificate stays as it was: page.certificate_file")
        self.assertEqual(self.shown(), second)


if __name__ == "__main__":
    unittest.main()
