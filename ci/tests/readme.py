# SPDX-License-Identifier: GPL-2.0-only
"""What the README and Documentation/reproduce.rst show, typed into a real VM.

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


def page_examples():
    """The blocks of commands of the page, in its order."""
    page = (TOP / "Documentation" / "reproduce.rst").read_text()
    blocks = re.findall(r"^\.\. code-block:: sh\n\n((?:   .*\n|\n)+)", page, re.M)
    return [textwrap.dedent(block).rstrip() + "\n" for block in blocks]


def in_the_shell(commands):
    """Type @commands into `ci/harness shell`; returns all that was shown."""
    done = subprocess.run([TOP / "ci" / "harness", "shell"], input=commands + "exit\n",
                          capture_output=True, text=True, timeout=300, check=False)
    return re.sub(r"\x1b\[[0-9;]*[a-zA-Z]|\r", "", done.stdout + done.stderr)


class ExampleTest(unittest.TestCase):
    """Each prints what the text says it does."""

    def assert_in_order(self, output, *patterns):
        rest = output
        for pattern in patterns:
            found = re.search(pattern, rest, re.M)
            self.assertTrue(found, f"not found (in this order): {pattern}\n{output}")
            rest = rest[found.end():]

    def test_readme(self):
        self.assert_in_order(
            in_the_shell(readme_example()),
            r"^uvfio_dma_map iova 0x100000 .* = -16$",
            r"^uvfio_dma_map_busy ",
            r"^uvfio_dma_unmap iova 0x100000 size 0x2000 = 0, unmapped 0x0$",
            r"^uvfio_dma_map iova 0x100000 .* = 0$",
            r"^0x800 bytes went to the mock device and back$",
            r"^1$",
            r"^\d+ iommu\.map_dma .* ret=-16 fault=busy$",
            r"^\d+ iommu\.unmap_dma .* ret=0$",
            r"^\d+ iommu\.map_dma .* ret=0$")

    def test_page(self):
        busy, overflow, refused = page_examples()
        self.assertEqual(busy, readme_example())
        self.assert_in_order(
            in_the_shell(busy + overflow + refused),
            r"^ok 1 unmap_top\.overflow_4_15\.whole_range$",
            r"bad value \"EBUZY\": ",
            r"write error: Invalid argument$")
