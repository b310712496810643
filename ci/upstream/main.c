// SPDX-License-Identifier: GPL-2.0-only
/*
 * The main() of the kernel's VFIO selftests, as the harness links them.
 *
 * Their own looks for the device, or even opens it, before it looks at its
 * arguments, and so cannot list the tests where there is none; and tests
 * without a variant always use iommufd, which no Debian kernel has.
 */
#include <stdlib.h>
#include <string.h>

#include "suite.h"

int main(int argc, char **argv)
{
	const char *mode = getenv("VFIO_SELFTESTS_IOMMU_MODE");

	if (argc == 2 && !strcmp(argv[1], "-l"))
		return test_harness_run(argc, argv);
	if (mode)
		default_iommu_mode = mode;
	return suite_main(argc, argv);
}
