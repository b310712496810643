// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF tokens: who drives a physical function through VFIO is trusted by nobody, so
 * its virtual functions can only be opened by those that know a secret both
 * sides share. QEMU's nvme has a virtual function to try it on.
 */
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "selftest.h"

#define TOKEN		"2aa5a9f8-6dd0-4b59-9d1e-3a2f7d2b6c01"
#define OTHER_TOKEN	"2aa5a9f8-6dd0-4b59-9d1e-3a2f7d2b6c02"
#define TOKEN_SIZE	16

#define SRIOV_PARAMETER	"/sys/module/vfio_pci/parameters/enable_sriov"

static const unsigned char token[TOKEN_SIZE] = {
	0x2a, 0xa5, 0xa9, 0xf8, 0x6d, 0xd0, 0x4b, 0x59,
	0x9d, 0x1e, 0x3a, 0x2f, 0x7d, 0x2b, 0x6c, 0x01,
};

FIXTURE(vf_token) {
	struct target target;
	int device;
};

FIXTURE_VARIANT(vf_token) {
	enum target_kind kind;
};

TARGET_VARIANT(vf_token, nvme, TARGET_NVME);

/* A file in the directory that sysfs has for the physical function. */
static void pf_path(const struct target *target, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, PCI_SYSFS "/%s/%s", target->pci_name, name);
}

FIXTURE_SETUP(vf_token)
{
	char path[PATH_MAX];

	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->device = uvfio_device_fd(self->target.dev);
	pf_path(&self->target, "sriov_numvfs", path);
	if (access(path, F_OK)) {
		TARGET_CLOSE(&self->target);
		SKIP(return, "no sriov_numvfs: the device or the kernel has no SR-IOV");
	}
}

FIXTURE_TEARDOWN(vf_token)
{
	TARGET_CLOSE(&self->target);
}

static int feature(int device, uint32_t flags, size_t len)
{
	unsigned char data[TOKEN_SIZE];

	memcpy(data, token, TOKEN_SIZE);
	return raw_feature(device, flags | VFIO_DEVICE_FEATURE_PCI_VF_TOKEN, data, len);
}

/*
 * The token can be set and never be read, or the next user of the device would
 * learn that of the last; less than all of it is refused.
 */
TEST_F(vf_token, is_write_only)
{
	EXPECT_EQ(0, feature(self->device, VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_SET,
			     TOKEN_SIZE));
	EXPECT_EQ(-EINVAL, feature(self->device, VFIO_DEVICE_FEATURE_GET, TOKEN_SIZE));
	EXPECT_EQ(-EINVAL, feature(self->device, VFIO_DEVICE_FEATURE_SET, TOKEN_SIZE - 1));
	EXPECT_EQ(0, feature(self->device, VFIO_DEVICE_FEATURE_SET, TOKEN_SIZE));
}

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return done;
}

FIXTURE(virtual_function) {
	struct target target;
	char numvfs[PATH_MAX];
	char name[PCI_NAME_SIZE];
	int container;
	int group;
};

FIXTURE_VARIANT(virtual_function) {
	enum target_kind kind;
};

TARGET_VARIANT(virtual_function, nvme, TARGET_NVME);

/* The name of the first virtual function; whether there is one. */
static bool find_vf(const struct target *target, char name[PCI_NAME_SIZE])
{
	char path[PATH_MAX], link[64] = "";
	const char *last;

	pf_path(target, "virtfn0", path);
	if (readlink(path, link, sizeof(link) - 1) < 0)
		return false;
	last = strrchr(link, '/');
	snprintf(name, PCI_NAME_SIZE, "%s", last ? last + 1 : link);
	return true;
}

FIXTURE_SETUP(virtual_function)
{
	char path[PATH_MAX];
	int id;

	TARGET_OPEN(&self->target, variant->kind, NULL);
	pf_path(&self->target, "sriov_numvfs", self->numvfs);
	if (access(self->numvfs, F_OK)) {
		TARGET_CLOSE(&self->target);
		SKIP(return, "no sriov_numvfs: the device or the kernel has no SR-IOV");
	}
	ASSERT_TRUE(write_text(SRIOV_PARAMETER, "1"));
	ASSERT_EQ(0, feature(uvfio_device_fd(self->target.dev), VFIO_DEVICE_FEATURE_SET,
			     TOKEN_SIZE));
	ASSERT_TRUE(write_text(self->numvfs, "1"));
	ASSERT_TRUE(find_vf(&self->target, self->name));
	snprintf(path, sizeof(path), PCI_SYSFS "/%s", self->name);
	id = uvfio_group_of_device(self->target.ctx, path, NULL);
	ASSERT_LE(0, id);
	ASSERT_EQ(0, raw_open_group(id, &self->container, &self->group));
	ASSERT_EQ(0, raw_ioctl_value(self->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
}

FIXTURE_TEARDOWN(virtual_function)
{
	close(self->group);
	close(self->container);
	EXPECT_TRUE(write_text(self->numvfs, "0"));
	EXPECT_TRUE(write_text(SRIOV_PARAMETER, "0"));
	TARGET_CLOSE(&self->target);
}

/* Opens device @name of @group with @option, which may be "", after its name. */
static int open_with(int group, const char *name, const char *option)
{
	char text[128];

	snprintf(text, sizeof(text), "%s%s", name, option);
	return raw_ioctl(group, VFIO_GROUP_GET_DEVICE_FD, text);
}

/*
 * The virtual function opens for the token that was set for the physical one, and
 * for no other, for none, or for what is no token. As long as it is in use the
 * physical function asks its next user for the token as well.
 */
TEST_F(virtual_function, opens_for_the_token)
{
	int pf_group = uvfio_group_fd(self->target.group);
	int vf, pf;

	EXPECT_EQ(-EACCES, open_with(self->group, self->name, ""));
	EXPECT_EQ(-EACCES, open_with(self->group, self->name, " vf_token=" OTHER_TOKEN));
	EXPECT_EQ(-EINVAL, open_with(self->group, self->name, " vf_token=none"));
	EXPECT_EQ(-EINVAL, open_with(self->group, self->name, " token=" TOKEN));
	vf = open_with(self->group, self->name, " vf_token=" TOKEN);
	ASSERT_LE(0, vf);
	EXPECT_EQ(-EACCES, open_with(pf_group, self->target.name, ""));
	EXPECT_EQ(-EACCES, open_with(pf_group, self->target.name, " vf_token=" OTHER_TOKEN));
	pf = open_with(pf_group, self->target.name, " vf_token=" TOKEN);
	EXPECT_LE(0, pf);
	close(pf);
	close(vf);
	pf = open_with(pf_group, self->target.name, "");
	EXPECT_LE(0, pf);
	close(pf);
}

TEST_HARNESS_MAIN
