# SPDX-License-Identifier: GPL-2.0-only
"""What the README and pages of Documentation/ show, typed into a real VM.

`python3 -m unittest -v ci/tests/readme.py`. Boots a VM, so it is not found by
`unittest discover`.
"""

import re
import subprocess
import textwrap
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


def readme_example():
    """The shell commands of the README's section on edge cases."""
    section = (TOP / "README.md").read_text().partition("## Reproduce an edge case")[2]
    return re.search(r"^```sh\n(.*?)^```$", section, re.M | re.S).group(1)


def page_examples(name):
    """The blocks of commands of a page, in its order."""
    page = (TOP / "Documentation" / name).read_text()
    blocks = re.findall(r"^\.\. code-block:: sh\n\n((?:   .*\n|\n)+)", page, re.M)
    return [textwrap.dedent(block).rstrip() + "\n" for block in blocks]


def in_the_shell(commands):
    """Type @commands into `ci/harness shell`; returns all that was shown."""
    done = subprocess.run([TOP / "ci" / "harness", "shell"], input=commands + "exit\n",
                          capture_output=True, text=True, timeout=300, check=False)
    return re.sub(r"\x1b\[[0-9;]*[a-zA-Z]|\r", "", done.stdout + done.stderr)


class ExampleTest(unittest.TestCase):
    """Each prints what the text says it does; all of them in one session."""

    @classmethod
    def setUpClass(cls):
        busy, overflow, refused = page_examples("reproduce.rst")
        programs = page_examples("libuvfio-examples.rst")
        famous = page_examples("famous-bugs.rst")
        command = page_examples("mock-vfio.rst")
        rules = page_examples("faults.rst") + page_examples("iommu-backend.rst")
        cls.run_busy = command[1]
        # The lines of a text in place are asked for with a prompt of their own.
        cls.output = in_the_shell("PS2=$PS1\n" + "".join(
            [busy, overflow, refused, *programs, *famous, *rules, *command]))

    def assert_in_order(self, *patterns):
        rest = self.output
        for pattern in patterns:
            found = re.search(pattern, rest, re.M)
            self.assertTrue(found, f"not found (in this order): {pattern}\n{self.output}")
            rest = rest[found.end():]

    def test_readme(self):
        self.assertEqual(self.run_busy, readme_example())

    def test_by_hand(self):
        self.assert_in_order(
            r"^uvfio_dma_map iova 0x100000 .* = -16$",
            r"^uvfio_dma_map_busy ",
            r"^uvfio_dma_unmap iova 0x100000 size 0x2000 = 0, unmapped 0x0$",
            r"^uvfio_dma_map iova 0x100000 .* = 0$",
            r"^0x800 bytes went to the mock device and back$",
            r"^1$",
            r"^\d+ iommu\.map_dma .* ret=-16 fault=busy$",
            r"^\d+ iommu\.unmap_dma .* ret=0$",
            r"^\d+ iommu\.map_dma .* ret=0$")

    def test_edge_cases(self):
        self.assert_in_order(
            r"^ok 1 unmap_top\.overflow_4_15\.whole_range$",
            r"bad value \"EBUZY\": ",
            r"write error: Invalid argument$")

    def test_famous_bugs(self):
        self.assert_in_order(
            r"mkdir famous", r"^0x800 bytes went to the mock device and back$",
            r"grep -c 'iommu", r"^1$",
            r"^ok 1 unmap_top\.overflow_4_15\.whole_range$",
            r"^ok 1 unmap_top\.wrap_silent\.whole_range$",
            r"^ok 1 irq\.mock_type1\.one_index_at_a_time$",
            r"mkdir vectors", r"No space left on device", r"^1$")

    def test_rules(self):
        rules = "flaky", "late", "loop", "lost", "nomap", "twice"
        self.assert_in_order(
            r"grep \. demo/faults/", *(rf"^demo/faults/{rule}/seen:\d+$" for rule in rules),
            r"^demo/faults/loop/hits:0$",
            r"mkdir refuse", r"^device .*: \d+ regions",
            r"^\d+ iommu\.check_extension .* type=3 ret=1$",
            r"^\d+ iommu\.open .* type=3 ret=-12 fault=refuse$")
        for complaint in "can't create", "write error", "cannot remove":
            self.assertNotIn(complaint, self.output.partition("demo/faults/lost")[2]
                             .partition("faults/refuse\n")[0])

    def test_programs_of_the_library(self):
        finished = (r"^interrupt 3 of 3 arrived$", r"^no interrupt arrives any more$")
        self.assert_in_order(
            r"^device 00000000-0000-4000-8000-000000000001: \d+ regions",
            r"^device 0000:\w\w:\w\w\.0: \d+ regions",
            r"^device 0000:\w\w:\w\w\.0: \d+ regions",
            r"^0x800 bytes went to the mock device and back$",
            r"^no data reaches the memory any more$",
            r"^0x800 bytes went to the edu and back$",
            r"^no data reaches the memory any more$",
            r"^MSI, raised by the mock device$", *finished,
            r"^MSI, raised by the edu$", *finished,
            r"^\w+, raised by the kernel$", *finished)

    def test_mock_vfio(self):
        self.assert_in_order(
            r"^ok +module +mock_vfio is loaded$",
            r"^uvfio_dma_map iova 0x100000 .* = -16$",
            r"^uvfio_dma_map_busy ",
            r"^uvfio_dma_map iova 0x100000 .* = 0$",
            r"^0x800 bytes went to the mock device and back$",
            r"^mock-vfio: busy-map: exit status 0, \d+ events$",
            r"^  iommu\.map_dma +2 +1 +1$",
            r"^mock-vfio: fault busy \(iommu\.map_dma: EBUSY\) fired 1 time of 2$",
            r"^sparse-bar +a BAR with sparse mmap areas",
            r"^    mappable 0x3000-0x3fff$",
            r"^mock-vfio: mine: exit status 0, \d+ events$",
            r'^mock-vfio: /tmp/mine\.yaml:8: regions/bar2/access: bad value "rwx": "x" is none of',
            r"^profile minimal$",
            r"^third +iommu\.map_dma +ENOMEM +yes +0 +0$",
            r"^device [0-9a-f-]{36}: 9 regions",
            r"^\d+ iommu\.detach ",
            r"^instances +1$")
        # Removing it is answered by nothing.
        self.assertNotIn("mock-vfio: ", self.output.rpartition("mock-vfio remove minimal")[2])
