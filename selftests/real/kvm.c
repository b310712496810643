// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtual machine and its VFIO groups: the library tells a real KVM of them, and
 * the kernel shows that it was told. Needs a CPU that virtualises; QEMU's emulated
 * one does, by AMD's SVM.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/kvm.h>

#include "selftest.h"

struct heard {
	char told[256];		/* what KVM was told, and its answers */
	char log[512];
};

FIXTURE(kvm) {
	struct target target;
	struct uvfio *ctx;
	struct uvfio_address_space *as;
	int kvm;
	int vm;
	struct heard heard;
};

FIXTURE_VARIANT(kvm) {
	enum target_kind kind;
};

TARGET_VARIANT(kvm, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(kvm, edu, TARGET_EDU);

static void append(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s\n", more);
}

static void on_trace(void *opaque, const char *event, const char *args)
{
	struct heard *heard = opaque;

	/* "group N: ATTRIBUTE = RESULT", without the number. */
	if (!strcmp(event, "uvfio_kvm_set_attr") && strchr(args, ':'))
		append(heard->told, sizeof(heard->told), strchr(args, ':') + 2);
}

static void on_log(void *opaque, enum uvfio_log_level level, const char *message)
{
	struct heard *heard = opaque;

	(void)level;
	append(heard->log, sizeof(heard->log), message);
}

static int create_device(int vm)
{
	struct kvm_create_device create = { .type = KVM_DEV_TYPE_VFIO };
	int ret = raw_ioctl(vm, KVM_CREATE_DEVICE, &create);

	return ret ? ret : (int)create.fd;
}

FIXTURE_SETUP(kvm)
{
	static const struct target_options options = { .level = TARGET_EXISTS };

	self->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (self->kvm < 0)
		SKIP(return, "no /dev/kvm: kvm_amd or kvm_intel is not loaded");
	self->vm = raw_ioctl_value(self->kvm, KVM_CREATE_VM, 0);
	ASSERT_LE(0, self->vm);
	TARGET_OPEN(&self->target, variant->kind, &options);
	ASSERT_EQ(0, uvfio_new(NULL, &self->ctx, NULL));
	uvfio_set_trace(self->ctx, on_trace, &self->heard);
	uvfio_set_log(self->ctx, UVFIO_LOG_INFO, on_log, &self->heard);
	ASSERT_EQ(0, uvfio_get_address_space(self->ctx, NULL, &self->as, NULL));
}

FIXTURE_TEARDOWN(kvm)
{
	uvfio_put_address_space(self->as);
	EXPECT_EQ(0, uvfio_free(self->ctx));
	TARGET_CLOSE(&self->target);
	close(self->vm);
	close(self->kvm);
}

/*
 * The group is added when it comes and removed when it goes, each time; all that
 * time the machine has one VFIO device, so that another is EBUSY. KVM keeps the
 * file of a group it has: that the group can be opened again at once shows that
 * it was removed.
 */
TEST_F(kvm, groups_come_and_go)
{
	struct uvfio_group *group;
	int i;

	ASSERT_EQ(0, uvfio_set_kvm(self->ctx, self->vm, NULL));
	for (i = 0; i < 3; i++) {
		self->heard.told[0] = '\0';
		ASSERT_EQ(0, uvfio_get_group(self->as, self->target.group_id, &group, NULL))
			TH_LOG("%s", self->heard.log);
		EXPECT_EQ(-EBUSY, create_device(self->vm));
		EXPECT_EQ(0, uvfio_put_group(group, NULL));
		EXPECT_STREQ("KVM_DEV_VFIO_GROUP_ADD = 0\nKVM_DEV_VFIO_GROUP_DEL = 0\n",
			     self->heard.told);
	}
	EXPECT_STREQ("", self->heard.log);
}

/*
 * A group that is there when the machine comes is added then, and removed when the
 * machine is taken back; it goes on working.
 */
TEST_F(kvm, machine_comes_and_goes)
{
	struct uvfio_group *group;

	ASSERT_EQ(0, uvfio_get_group(self->as, self->target.group_id, &group, NULL));
	EXPECT_STREQ("", self->heard.told);
	EXPECT_EQ(0, uvfio_set_kvm(self->ctx, self->vm, NULL));
	EXPECT_STREQ("KVM_DEV_VFIO_GROUP_ADD = 0\n", self->heard.told);
	EXPECT_EQ(0, uvfio_set_kvm(self->ctx, -1, NULL));
	EXPECT_STREQ("KVM_DEV_VFIO_GROUP_ADD = 0\nKVM_DEV_VFIO_GROUP_DEL = 0\n", self->heard.told);
	EXPECT_EQ(0, uvfio_put_group(group, NULL));
	EXPECT_STREQ("", self->heard.log);
}

/*
 * A machine whose one VFIO device somebody else has: the failure is reported, and
 * the group works without KVM.
 */
TEST_F(kvm, device_is_taken)
{
	struct uvfio_group *group;
	int device = create_device(self->vm);

	ASSERT_LE(0, device);
	ASSERT_EQ(0, uvfio_set_kvm(self->ctx, self->vm, NULL));
	EXPECT_EQ(0, uvfio_get_group(self->as, self->target.group_id, &group, NULL));
	EXPECT_NE(NULL, strstr(self->heard.log, "KVM_CREATE_DEVICE VFIO: Device or resource busy"));
	EXPECT_EQ(0, uvfio_put_group(group, NULL));
	EXPECT_STREQ("", self->heard.told);
	close(device);
}

TEST_HARNESS_MAIN
