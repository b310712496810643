// SPDX-License-Identifier: LGPL-2.1-or-later
/* mock-vfio: see mock-vfio(1). All that it does is in command.c and the sub-commands. */
#include "command.h"

int main(int argc, char **argv)
{
	return mock_vfio_command("", argc, argv);
}
