# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For a makefile that links libuvfio statically, such as a kselftest directory:
#
#	UVFIO := <directory with libuvfio.a and include/>	# make -C userlib O=...
#	include <this file>
#
# Adds to CFLAGS and LDLIBS, and lets each of TEST_GEN_PROGS depend on the
# archive.

ifndef UVFIO
$(error uvfio.mk: set UVFIO to the directory that has libuvfio.a and include/)
endif

CFLAGS += -I$(UVFIO)/include
LDLIBS += $(UVFIO)/libuvfio.a

$(TEST_GEN_PROGS): $(UVFIO)/libuvfio.a
