# SPDX-License-Identifier: GPL-2.0-only
"""Downloads that go wrong: each a clear message, exit 2, and nothing left behind.

apt and dpkg-deb are small programs in a directory of the test's own, first on
PATH: they serve a "package" that is a tar file.
"""

import errno
import io
import os
import shutil
import tarfile
import tempfile
import unittest
from hashlib import sha256
from pathlib import Path
from unittest import mock

from harness_lib import bundle, paths
from harness_lib.errors import Exit, HarnessError

APT = """\
#!/bin/sh
here={here}
echo "$*" >> $here/calls
[ -z "$(cat $here/fail.$2 2>/dev/null)" ] || {{ cat $here/fail.$2; exit 100; }}
case $2 in
update) ;;
-s) echo "Inst thing ({version} Debian:12 [amd64])"; echo "Inst other (1 Debian:12 [amd64])" ;;
download) cp $here/deb "thing_{version}_amd64.deb" ;;
esac
"""
APT_CACHE = """\
#!/bin/sh
cat <<EOF
Package: thing
Version: {version}
Architecture: amd64
Installed-Size: {installed}
Size: {size}
SHA256: {digest}
EOF
"""
APT_CONFIG = """\
#!/bin/sh
echo 'Acquire::http::Proxy "http://proxy:3128";'
echo 'APT::Update::Post-Invoke:: "rm -rf /";'
"""
DPKG_DEB = """\
#!/bin/sh
cat "$2"
"""
DEFINITION = """\
suite = "bookworm"
install = ["thing"]
keep = ["thing"]
"""


def tar(**files):
    """A tar archive, as bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo("./usr/" + name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


class BundleTest(unittest.TestCase):
    """A cache, an archive with one package, and what can go wrong between them."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.here = Path(scratch.name)
        self.cache = self.here / "cache"
        self.cache.mkdir()
        (self.here / "suites").mkdir()
        keyring = self.here / "keyring.gpg"
        keyring.touch()
        (self.here / "suites" / "bookworm.sources").write_text(f"Signed-By: {keyring}\n")
        self.definition = self.here / "thing.toml"
        self.definition.write_text(DEFINITION)
        self.package = tar(file=b"content", other=b"more")
        self.publish("1.0")
        for target, value in (("os.environ", dict(os.environ, PATH=f"{self.here}/bin:"
                                                  + os.environ["PATH"])),
                              ("harness_lib.paths.CI", self.here)):
            patch = mock.patch(target, value)
            patch.start()
            self.addCleanup(patch.stop)

    def publish(self, version, served=None, size=None, installed=1):
        """Put the package into the archive; @served is what a download really gets."""
        programs = self.here / "bin"
        programs.mkdir(exist_ok=True)
        values = {"here": self.here, "version": version, "installed": installed,
                  "size": size or len(self.package),
                  "digest": sha256(self.package).hexdigest()}
        for name, text in (("apt-get", APT), ("apt-cache", APT_CACHE), ("apt-config", APT_CONFIG),
                           ("dpkg-deb", DPKG_DEB)):
            (programs / name).write_text(text.format(**values))
            (programs / name).chmod(0o755)
        (self.here / "deb").write_bytes(self.package if served is None else served)

    def calls(self):
        """What apt-get was asked so far."""
        path = self.here / "calls"
        return [line.split()[1] for line in path.read_text().splitlines()] if path.exists() else []

    def get(self, **options):
        with bundle.Cache(self.cache) as cache:
            return cache.bundle(self.definition, **options)

    def refused(self, pattern):
        """Fetching fails with that message, and leaves no bundle and no scratch files."""
        with self.assertRaisesRegex(HarnessError, pattern) as caught:
            self.get()
        self.assertEqual(caught.exception.code, Exit.INFRA)
        left = [path.name for path in self.cache.rglob("*") if path.name not in ("thing", "lock")]
        self.assertEqual(left, [])

    def test_fetch(self):
        files = self.get()
        self.assertEqual((files.root / "usr/file").read_bytes(), b"content")
        self.assertEqual(files.packages[0]["version"], "1.0")
        self.assertEqual(files.verified(files.find("usr/fi*")), files.root / "usr/file")

    def test_second_time_needs_no_network(self):
        self.get()
        before = self.calls()
        shutil.rmtree(self.here / "bin")
        self.get()
        self.assertEqual(self.calls(), before)

    def test_update_looks_for_a_newer_one(self):
        self.get()
        self.package = tar(file=b"newer")
        self.publish("2.0")
        self.assertEqual(self.get().packages[0]["version"], "1.0")
        self.assertEqual(self.get(update=True).packages[0]["version"], "2.0")
        self.assertEqual(self.get().packages[0]["version"], "2.0")

    def test_changed_definition_is_fetched_anew(self):
        self.get()
        self.definition.write_text(DEFINITION + "# changed\n")
        self.get()
        self.assertEqual(self.calls().count("download"), 2)

    def test_host_reaches_the_network_its_way_but_runs_no_hooks(self):
        written = []
        real = Path.write_text

        def spy(path, text, *args, **options):
            if path.name == "apt.conf":
                written.append(text)
            return real(path, text, *args, **options)

        with mock.patch.object(Path, "write_text", spy):
            self.get()
        self.assertIn('Acquire::http::Proxy "http://proxy:3128";', written[0])
        self.assertNotIn("Post-Invoke", written[0])

    def test_no_network(self):
        (self.here / "fail.update").write_text(
            "Err:1 http://deb.debian.org bookworm InRelease\n"
            "E: Failed to fetch http://deb.debian.org Could not resolve 'deb.debian.org'\n")
        self.refused("could not be reached(.|\n)*resolve")

    def test_bad_signature(self):
        (self.here / "fail.update").write_text(
            "E: The repository 'http://deb.debian.org bookworm InRelease' is not signed.\n")
        self.refused("apt failed(.|\n)*not signed")

    def test_download_fails(self):
        (self.here / "fail.download").write_text("E: Failed to fetch thing.deb  404  Not Found\n")
        self.refused("could not be reached(.|\n)*404")

    def test_disk_full_while_downloading(self):
        (self.here / "fail.download").write_text(
            "E: Failed to fetch thing.deb: write error (28: No space left on device)\n")
        self.refused("no space left on the cache's disk")

    def test_truncated_download(self):
        self.publish("1.0", served=self.package[:100])
        self.refused("thing 1.0: broken download: 100 of [0-9]+ bytes")

    def test_changed_download(self):
        self.publish("1.0", served=self.package.replace(b"content", b"CONTENT"))
        self.refused("thing 1.0: broken download: its SHA-256 is")

    def test_archive_that_does_not_unpack(self):
        self.package = b"this is no archive" * 100
        self.publish("1.0")
        self.refused("thing_1.0_amd64.deb: ")

    def test_archive_that_leaves_its_directory(self):
        self.package = tar(**{"../../../../escape": b""})
        self.publish("1.0")
        self.refused("tries to leave its directory")

    def test_no_matching_package(self):
        self.definition.write_text(DEFINITION.replace('keep = ["thing"]', 'keep = ["nosuch"]'))
        self.refused("brings no package that matches nosuch")

    def test_disk_too_small(self):
        self.publish("1.0", installed=1 << 40)
        self.refused("needs [0-9]+ MB of disk space, [0-9]+ MB are free")

    def test_disk_full_while_unpacking(self):
        full = OSError(errno.ENOSPC, "No space left on device")
        with mock.patch("harness_lib.unpack.package", side_effect=full):
            self.refused("No space left on device; MOCK_VFIO_CACHE")

    def test_no_keyring(self):
        (self.here / "keyring.gpg").unlink()
        self.refused("debian-archive-keyring")

    def test_no_apt(self):
        with mock.patch.dict(os.environ, PATH="/nonexistent"):
            self.refused("apt-get, apt-cache not found")

    def test_damaged_file_is_noticed(self):
        files = self.get()
        (files.root / "usr/file").write_bytes(b"CONTENT")
        with self.assertRaisesRegex(HarnessError, "usr/file .* is damaged; .*rm -r"):
            files.verified(files.root / "usr/file")

    def test_missing_file_is_noticed(self):
        files = self.get()
        with self.assertRaisesRegex(HarnessError, r"nosuch\* .* is missing"):
            files.find("nosuch*")

    def test_make(self):
        def fill(root, scratch, log):
            (scratch / "temporary").touch()
            (root / "made").write_text("by hand")
            log.write_text("done")

        with bundle.Cache(self.cache) as cache:
            for _ in range(2):
                files = cache.make("built", "0123456789abcdef", "1", [], fill)
        self.assertEqual(files.verified(files.root / "made").read_text(), "by hand")
        self.assertEqual(files.directory.name, "1-0123456789ab")

    def test_make_that_fails_leaves_nothing(self):
        def fill(root, _scratch, _log):
            (root / "made").touch()
            raise HarnessError("no luck")

        with bundle.Cache(self.cache) as cache, self.assertRaisesRegex(HarnessError, "no luck"):
            cache.make("built", "0123456789abcdef", "1", [], fill)
        self.assertEqual([path.name for path in (self.cache / "built").iterdir()], ["lock"])


class CacheDirectoryTest(unittest.TestCase):
    """MOCK_VFIO_CACHE."""

    def test_path_that_make_cannot_take(self):
        with mock.patch.dict(os.environ, MOCK_VFIO_CACHE="/tmp/with space"):
            with self.assertRaisesRegex(HarnessError, "MOCK_VFIO_CACHE"):
                paths.cache_dir()

    def test_path_that_cannot_be_made(self):
        with mock.patch.dict(os.environ, MOCK_VFIO_CACHE="/proc/nosuch"):
            with self.assertRaisesRegex(HarnessError, "/proc/nosuch: .*MOCK_VFIO_CACHE"):
                paths.cache_dir()


if __name__ == "__main__":
    unittest.main()
