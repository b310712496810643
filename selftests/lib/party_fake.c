// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-process fake kernel as one who takes walks: see party.h. The model in
 * it is the backend's, its memory, its devices and its tree are its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "../../userlib/fake/fake.h"
#include "expect.h"
#include "party.h"

#define GROUP	"/dev/vfio/10"

static int result_of(int ret)
{
	return ret < 0 ? -errno : ret;
}

static int fake_ioctl(void *opaque, unsigned long request, void *arg)
{
	const struct party *party = opaque;

	return result_of(fake_sysops.ioctl(party->fake, party->container, request, arg));
}

static int fake_device_access(void *opaque, const struct walk_step *step, uint64_t *sum)
{
	static unsigned char data[0x10000];
	struct party *party = opaque;
	bool write = step->call == WALK_DEVICE_WRITE;
	size_t i;
	int ret;

	/* What the mock's engine refuses by itself. */
	if (step->iova + (step->size - 1) < step->iova)
		return -EOVERFLOW;
	memset(data, (int)step->value, step->size);
	ret = fake_dma(party->fake, party->container, step->flags, step->iova, data, step->size,
		       write);
	for (i = 0; !ret && i < step->size; i++)
		*sum += data[i];
	return ret;
}

static int64_t fake_lock_limit(void *opaque, uint64_t limit)
{
	const struct party *party = opaque;

	party->fake->locked_limit = limit;
	return party->fake->locked;
}

static void set_quirks(struct fake *fake, const char *words)
{
	char *copy = strdup(words), *rest = copy, *word;

	while ((word = strsep(&rest, " ")))
		type1_quirks_of_word(word, &fake->type1.quirks);
	free(copy);
}

/* The type1 that runs, whatever the fake was made like. */
static void configure(struct fake *fake, const struct party_options *options)
{
	unsigned int kernel = expect_kernel();
	char own[32];

	fake->pins_memory = true;
	fake->locked_limit = UINT64_MAX;
	if (options->real == TARGET_EDU)
		fake->type1.model = TYPE1_IOMMU;
	if (options->dma_avail)
		fake->type1.dma_avail = options->dma_avail;
	snprintf(own, sizeof(own), "kernel=%u.%u", kernel >> 8, kernel & 0xff);
	set_quirks(fake, options->quirks ? options->quirks : own);
}

static int connect_container(struct party *party, unsigned int type)
{
	int group, ret;

	party->container = fake_sysops.open(party->fake, "/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	group = fake_sysops.open(party->fake, GROUP, O_RDWR | O_CLOEXEC);
	if (party->container < 0 || group < 0)
		return -errno;
	ret = fake_sysops.ioctl(party->fake, group, VFIO_GROUP_SET_CONTAINER, &party->container);
	if (!ret)
		ret = fake_sysops.ioctl(party->fake, party->container, VFIO_SET_IOMMU,
					(void *)(uintptr_t)type);
	return result_of(ret);
}

/* Its descriptors are all closed by then: what is left is what was leaked. */
static int close_fake(struct party *party)
{
	int fd, ret;

	for (fd = 0; fd < FAKE_MAX_FDS; fd++)
		fake_sysops.close(party->fake, fd);
	ret = fake_free(party->fake) ? 0 : -EBUSY;
	if (ret)
		snprintf(party->why, sizeof(party->why), "the fake kernel still holds something");
	return ret;
}

static int open_fake(struct party *party, const struct party_options *options)
{
	int ret;

	party->fake = fake_new();
	configure(party->fake, options);
	ret = connect_container(party, options->type);
	if (ret) {
		snprintf(party->why, sizeof(party->why), "the fake kernel: %s", strerror(-ret));
		close_fake(party);
		return ret;
	}
	party->walk = (struct walk_party){
		.opaque = party, .ioctl = fake_ioctl, .device = fake_device_access,
		.lock_limit = fake_lock_limit,
	};
	return 0;
}

const struct party_ops party_fake = {
	.name = "fake", .open = open_fake, .close = close_fake,
};
