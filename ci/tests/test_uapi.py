# SPDX-License-Identifier: GPL-2.0-only
"""UAPI coverage: the header read, the table complete, counters understood."""

import fnmatch
import tomllib
import unittest

from harness_lib import bundle, extras, paths
from harness_lib.protocol import GuestReport
from harness_lib.reports import uapi_view
from harness_lib.uapi import header, recorder, table, tally

HEADER = """\
#ifndef GUARD
#define GUARD
#define TYPE	(';')
#define BASE	100		/* a comment
#define NOT_THIS 1
 */
#define DO_IT	_IO(TYPE, BASE + 2)
#define FLAG	(1 << 3)	/* another */
#define BOTH	(FLAG | \\
    (1 << 0))
#define NOBODY	-1
#define CALL(x)	((x) + 1)
#define TEXT	"vfio-pci"
struct nothing { int of_interest; };
enum named { FIRST, SECOND = 4, THIRD, };
enum { OTHER };
#endif
"""

# Words of an order that ci/guest/plan.c takes, and characters of a text that collect.c does.
PLAN_WORDS_MAX = 32
TEXT_MAX = 2048


class HeaderTest(unittest.TestCase):
    """What is read out of C."""

    def test_constants(self):
        self.assertEqual(header.constants(HEADER), {
            "TYPE": 0x3b, "BASE": 100, "DO_IT": 0x3b66, "FLAG": 8, "BOTH": 9, "NOBODY": -1,
            "FIRST": 0, "SECOND": 4, "THIRD": 5, "OTHER": 0})

    def test_real_header_of_another_kernel_agrees(self):
        with bundle.Cache(paths.cache_dir(), print) as cache:
            top = extras.kselftest(cache).parents[2]
        old = header.constants((top / "include/uapi/linux/vfio.h").read_text())
        known = table.load()
        self.assertGreater(len(old), 180)
        for (name, value), newest in zip(old.items(), known.present(old)):
            if "_NUM_" not in name:  # numbers of indexes grow
                self.assertEqual(known.constants.get(newest), value, name)


class TableTest(unittest.TestCase):
    """ci/uapi/table.toml against ci/uapi/constants.toml."""

    def setUp(self):
        self.table = table.load()
        self.recipe = tomllib.loads((table.DIRECTORY / "table.toml").read_text())

    def test_every_constant_is_explained(self):
        self.assertEqual(self.table.unexplained(self.table.constants), [])
        self.assertEqual(self.table.unexplained(["VFIO_BRAND_NEW"]), ["VFIO_BRAND_NEW"])

    def test_every_ioctl_has_an_entry(self):
        numbers = {name for name, value in self.table.constants.items() if value >> 8 == 0x3b}
        self.assertEqual(numbers, {ioctl.name for ioctl in self.table.ioctls})

    def test_every_glob_matches(self):
        members = {name for ioctl in self.table.ioctls for member in ioctl.members()
                   for name in (member.name, member.ioctl)}
        for entry, names in [*((entry, members) for entry in self.recipe["elsewhere"]),
                             *((entry, self.table.constants) for entry in self.recipe["ignore"])]:
            for glob in entry["names"]:
                self.assertTrue(fnmatch.filter(names, glob), glob)

    def test_counters_without_door_are_of_one_ioctl(self):
        for place in ("arg", "third", "third_answer"):
            numbers = [ioctl.number for ioctl in self.table.ioctls if getattr(ioctl, place)]
            if place != "arg":
                self.assertEqual(len(numbers), len(set(numbers)), place)
            else:
                self.assertEqual({ioctl.door for ioctl in self.table.ioctls if ioctl.arg},
                                 {"container"})

    def test_ioctls_with_one_number_are_told_apart(self):
        seen = {}
        for ioctl in self.table.ioctls:
            seen.setdefault((ioctl.door, ioctl.number), []).append(ioctl)
        for ioctls in seen.values():
            self.assertTrue(len(ioctls) == 1 or all(ioctl.types for ioctl in ioctls), ioctls)

    def test_elsewhere(self):
        def where(ioctl, name):
            return bool(self.table.elsewhere(table.Member(ioctl, "value", name)))

        self.assertTrue(where("VFIO_SET_IOMMU", "VFIO_SPAPR_TCE_IOMMU"))
        self.assertFalse(where("VFIO_CHECK_EXTENSION", "VFIO_SPAPR_TCE_IOMMU"))
        self.assertTrue(where("VFIO_EEH_PE_OP", "VFIO_EEH_PE_ENABLE"))
        self.assertFalse(where("VFIO_SET_IOMMU", "VFIO_TYPE1_IOMMU"))


class RecorderTest(unittest.TestCase):
    """The guest's orders."""

    def test_orders_fit_the_plan(self):
        for order in recorder.orders(table.load()):
            words = " ".join(map(str, order)).split()
            self.assertLessEqual(len(words), PLAN_WORDS_MAX, order)
            self.assertLess(len(" ".join(words[2:])), TEXT_MAX, order)

    def test_limits_are_the_guests(self):
        guest = paths.CI / "guest"
        self.assertIn(f"#define PLAN_WORDS_MAX {PLAN_WORDS_MAX}\n",
                      (guest / "guest.h").read_text())
        self.assertIn(f"char text[{TEXT_MAX}]", (guest / "collect.c").read_text())

    def test_each_door_has_its_probes(self):
        texts = [str(order[2]) for order in recorder.orders(table.load())]
        for symbol in (symbol for symbols in table.load().doors.values() for symbol in symbols):
            self.assertEqual(sum(f" {symbol} " in text for text in texts), 2, symbol)


class TallyTest(unittest.TestCase):
    """Counters of a guest become uses of constants."""

    def tally(self, *lines, names=("one", "two", "three")):
        report = GuestReport()
        for line in lines:
            report.feed("@" + line)
        self.assertEqual(report.errors, [])
        made = tally.Tally(table.load())
        made.add_guest(report, names)
        return made

    def uses(self, *lines):
        return {(member.ioctl, member.name): (use.ok, use.refused, len(use.tests))
                for member, use in self.tally(*lines).uses.items()}

    def test_what_a_test_did_is_the_difference(self):
        self.assertEqual(self.uses("seen index=0 ok { door: 1, cmd: 15217 } hitcount: 3",
                                   "seen index=2 ok { door: 1, cmd: 15217 } hitcount: 7"),
                         {("VFIO_IOMMU_MAP_DMA",) * 2: (7, 0, 2)})

    def test_refused(self):
        self.assertEqual(self.uses("seen index=0 refused { door: 3, cmd: 15215 } hitcount: 2"),
                         {("VFIO_DEVICE_RESET",) * 2: (0, 2, 0)})

    def test_flags(self):
        name = "VFIO_IOMMU_MAP_DMA"
        self.assertEqual(
            self.uses("seen index=0 ok { door: 1, cmd: 15217, flags: 3 } hitcount: 2"),
            {(name, "VFIO_DMA_MAP_FLAG_READ"): (2, 0, 1),
             (name, "VFIO_DMA_MAP_FLAG_WRITE"): (2, 0, 1)})

    def test_flags_beside_unknown_ones_do_not_count(self):
        self.assertEqual(self.uses(
            "seen index=0 refused { door: 1, cmd: 15217, flags: 4294967295 } hitcount: 1"), {})

    def test_argument(self):
        self.assertEqual(self.uses("seen index=0 ok { cmd: 15205, arg: 9 } hitcount: 1"),
                         {("VFIO_CHECK_EXTENSION", "VFIO_UNMAP_ALL"): (1, 0, 1)})

    def test_index_and_action(self):
        name = "VFIO_DEVICE_SET_IRQS"
        self.assertEqual(
            self.uses("seen index=0 ok { cmd: 15214, flags: 36, third: 4 } hitcount: 1").keys(),
            {(name, "VFIO_IRQ_SET_DATA_EVENTFD"), (name, "VFIO_IRQ_SET_ACTION_TRIGGER"),
             (name, "VFIO_PCI_REQ_IRQ_INDEX")})

    def test_feature_and_what_its_data_mean(self):
        name = "VFIO_DEVICE_FEATURE"
        setting = "seen index=0 ok { cmd: 15221, flags: %d, third: 1 } hitcount: 1"
        self.assertEqual(self.uses(setting % (1 << 17 | 10)).keys(), {
            (name, "VFIO_DEVICE_FEATURE_SET"), (name, "VFIO_DEVICE_FEATURE_BUS_MASTER"),
            (name, "VFIO_DEVICE_FEATURE_SET_MASTER")})
        self.assertEqual(self.uses(setting % (1 << 17 | 2)).keys(), {
            (name, "VFIO_DEVICE_FEATURE_SET"), (name, "VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE"),
            (name, "VFIO_DEVICE_STATE_STOP")})

    def test_answers_and_capabilities(self):
        self.assertEqual(
            self.uses("seen index=0 answer { door: 3, cmd: 15211, flags: 3 } hitcount: 1",
                      "seen index=0 answer { cmd: 15221, flags: 65537, third: 5 } hitcount: 1",
                      "seen index=0 capability { door: 3, cmd: 15212, id: 3 } hitcount: 1").keys(),
            {("VFIO_DEVICE_GET_INFO", "VFIO_DEVICE_FLAGS_RESET"),
             ("VFIO_DEVICE_GET_INFO", "VFIO_DEVICE_FLAGS_PCI"),
             ("VFIO_DEVICE_FEATURE", "VFIO_MIGRATION_STOP_COPY"),
             ("VFIO_DEVICE_FEATURE", "VFIO_MIGRATION_PRE_COPY"),
             ("VFIO_DEVICE_GET_REGION_INFO", "VFIO_REGION_INFO_CAP_MSIX_MAPPABLE")})

    def test_one_number_is_two_ioctls_by_the_containers_type(self):
        info = "seen index=%d ok { door: 1, cmd: 15216 } hitcount: 1"
        chosen = "seen index=%d ok { cmd: 15206, arg: %d } hitcount: 1"
        for number, name in ((7, "VFIO_IOMMU_SPAPR_TCE_GET_INFO"), (3, "VFIO_IOMMU_GET_INFO")):
            self.assertIn((name, name), self.uses(chosen % (0, number), info % 0))
        self.assertIn(("VFIO_IOMMU_GET_INFO",) * 2, self.uses(info % 0))

    def test_unknown_calls_are_nobodys(self):
        self.assertEqual(self.uses("seen index=0 ok { door: 1, cmd: 1 } hitcount: 1"), {})

    def test_summary(self):
        made = self.tally("seen index=0 ok { door: 1, cmd: 15217 } hitcount: 3",
                          "seen index=0 ok Dropped: 4",
                          "unwritten errno=2 p:uapi/enter nosuch door=1",
                          "unwritten errno=2 p:uapi/enter iommufd_vfio_ioctl door=1")
        names = set(table.load().constants) - {"VFIO_DEVICE_FEATURE"} | {"VFIO_NEW"}
        found = tally.summary(table.load(), {"6.1": made}, {"6.1": names})
        cells = {(one["ioctl"], one["name"]): one["kernels"]["6.1"] for one in found["constants"]}
        self.assertEqual(cells["VFIO_IOMMU_MAP_DMA", "VFIO_IOMMU_MAP_DMA"],
                         {"ok": 3, "refused": 0, "tests": 1})
        self.assertIsNone(cells["VFIO_DEVICE_FEATURE", "VFIO_DEVICE_FEATURE_GET"])
        self.assertEqual(cells["VFIO_DEVICE_RESET", "VFIO_DEVICE_RESET"]["ok"], 0)
        for words in ("4 calls were not counted", "p:uapi/enter nosuch door=1 (ENOENT)",
                      "lacks: VFIO_NEW"):
            self.assertTrue(any(words in note for note in found["notes"]), words)
        # Not every kernel has it, and none needs it.
        self.assertFalse(any("iommufd" in note for note in found["notes"]))
        could, elsewhere = uapi_view.never(found)
        self.assertEqual(len(could) + len(elsewhere) + 1, len(found["constants"]))
        self.assertEqual(next(uapi_view.counts(found))[1:3], (1, 34))


if __name__ == "__main__":
    unittest.main()
