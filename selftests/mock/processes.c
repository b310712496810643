// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device and more than one process: descriptors that a child inherits, and
 * those that a program keeps over exec(). The device does not know whose they are;
 * DMA goes to the memory of the process that mapped it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mock_vfio.h>

#include "selftest.h"

#define IOVA		0x100000
#define LENGTH		2048
#define EXEC_FD		"PROCESSES_DEVICE_FD"

FIXTURE(processes) {
	struct target target;
	struct engine engine;
	unsigned char *memory;
	int fd;
	uint64_t bar0;		/* its offset in the device's file */
};

FIXTURE_VARIANT(processes) {
	enum target_kind kind;
};

TARGET_VARIANT(processes, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(processes, mock_backend, TARGET_MOCK_BACKEND);

FIXTURE_SETUP(processes)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
	self->memory = memory_new(PAGE);
	ASSERT_EQ(0, uvfio_dma_map(self->target.container, IOVA, PAGE, self->memory, false, NULL));
	self->fd = uvfio_device_fd(self->target.dev);
	self->bar0 = uvfio_region_fd_offset(self->engine.bar0);
}

FIXTURE_TEARDOWN(processes)
{
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, PAGE);
}

/* The exit status of @child; -1 when it did not exit. */
static int status_of(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static uint64_t get(struct uvfio_region *bar0, uint64_t offset)
{
	uint64_t value;

	return uvfio_region_read(bar0, offset, 4, &value, NULL) ? UINT64_MAX : value;
}

/*
 * A child drives the device through the descriptor it inherited. Registers work; a
 * command that is done within the child's own call cannot reach its parent's
 * memory, which type1 refuses to look at from another process; the engine's thread
 * can, and it is the parent's memory that changes and not the child's copy.
 */
TEST_F(processes, child_uses_device)
{
	struct uvfio_region *bar0 = self->engine.bar0;
	pid_t child;

	memory_fill(self->memory, LENGTH, 2);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		memory_fill(self->memory, LENGTH, 1);
		if (self->engine.ops->from_device(&self->engine, IOVA, LENGTH) != -EFAULT)
			_exit(1);
		if (uvfio_region_write(bar0, MOCK_VFIO_REG_COMMAND, 4,
				       MOCK_VFIO_CMD_FROM_DEVICE | MOCK_VFIO_CMD_ASYNC, NULL))
			_exit(2);
		while (get(bar0, MOCK_VFIO_REG_STATUS) == MOCK_VFIO_STATUS_BUSY)
			usleep(1000);
		if (get(bar0, MOCK_VFIO_REG_STATUS) != MOCK_VFIO_STATUS_DONE)
			_exit(3);
		/* What the device's buffer had, zeroes, is not here. */
		_exit(memory_is_filled(self->memory, LENGTH, 1) ? 0 : 4);
	}
	ASSERT_EQ(0, status_of(child));
	EXPECT_TRUE(memory_is(self->memory, LENGTH, 0));
}

/*
 * A descriptor that a child holds keeps the device open after its parent closed
 * it, and its death closes it: neither a counter nor the state of the device is
 * left behind.
 */
TEST_F(processes, child_keeps_device_open)
{
	int hold[2], ready[2];
	uint32_t id = 0;
	char byte = 0;
	pid_t child;

	ASSERT_EQ(0, pipe(hold));
	ASSERT_EQ(0, pipe(ready));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(hold[1]);
		/* Ends when the parent closes the other side. */
		if (read(hold[0], &byte, 1) != 0)
			_exit(1);
		if (pread(self->fd, &id, 4, self->bar0 + MOCK_VFIO_REG_ID) != 4)
			_exit(2);
		if (write(ready[1], &byte, 1) != 1)
			_exit(3);
		pause();
		_exit(4);
	}
	engine_close(&self->engine);
	ASSERT_EQ(0, uvfio_put_base_device(self->target.dev, NULL));
	self->target.dev = NULL;
	EXPECT_EQ(1, mock_counter(&self->target.mock, "open"));
	close(hold[1]);
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	EXPECT_EQ(1, mock_counter(&self->target.mock, "open"));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, NULL, 0));
	EXPECT_EQ(0, mock_counter(&self->target.mock, "open"));
	EXPECT_EQ(0, uvfio_get_device(self->target.group, self->target.name, NULL,
				      &self->target.dev, NULL));
	close(hold[0]);
	close(ready[0]);
	close(ready[1]);
}

/*
 * What this program does when it is executed with EXEC_FD: says whether the
 * descriptor is there, and is the device. It runs before the harness.
 */
enum exec_answer { EXEC_WORKS, EXEC_CLOSED, EXEC_STRANGE };

static void __attribute__((constructor)) executed(void)
{
	const char *text = getenv(EXEC_FD);
	uint32_t id = 0;
	uint64_t bar0;
	int fd;

	if (!text || sscanf(text, "%d %ju", &fd, &bar0) != 2)
		return;
	if (fcntl(fd, F_GETFD) < 0)
		_exit(errno == EBADF ? EXEC_CLOSED : EXEC_STRANGE);
	if (pread(fd, &id, 4, bar0 + MOCK_VFIO_REG_ID) != 4 || id != MOCK_VFIO_ID)
		_exit(EXEC_STRANGE);
	_exit(EXEC_WORKS);
}

/* The answer of this program, executed anew by a child. */
static int execute(int fd, uint64_t bar0, bool keep)
{
	char *const argv[] = { "processes", NULL };
	char text[64], *const envp[] = { text, NULL };
	pid_t child = fork();

	if (child)
		return child < 0 ? -errno : status_of(child);
	snprintf(text, sizeof(text), EXEC_FD "=%d %ju", fd, (uintmax_t)bar0);
	if (keep && fcntl(fd, F_SETFD, 0))
		_exit(100);
	execve("/proc/self/exe", argv, envp);
	_exit(101);
}

/*
 * The kernel opens devices with O_CLOEXEC, so that a program which starts others
 * does not hand them its hardware; a descriptor that was made to stay works in the
 * new program. The mappings of memory that went with the old one are no matter.
 */
TEST_F(processes, exec)
{
	ASSERT_EQ(FD_CLOEXEC, fcntl(self->fd, F_GETFD));
	EXPECT_EQ(EXEC_CLOSED, execute(self->fd, self->bar0, false));
	EXPECT_EQ(EXEC_WORKS, execute(self->fd, self->bar0, true));
	EXPECT_EQ(1, mock_counter(&self->target.mock, "open"));
	EXPECT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA, LENGTH));
}

/*
 * A process that mapped its memory and is gone, with the descriptors still open
 * elsewhere: the device reaches nothing of it, which is an error and not a page of
 * whoever has the memory now, and the last close unmaps what is left. Type1 went
 * wrong in counting such memory as locked (046eca5018f8).
 */
TEST_F(processes, owner_is_gone)
{
	pid_t child;

	ASSERT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA, PAGE, NULL));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(!!uvfio_dma_map(self->target.container, IOVA, PAGE, self->memory, false,
				      NULL));
	ASSERT_EQ(0, status_of(child));
	EXPECT_GT(0, self->engine.ops->from_device(&self->engine, IOVA, LENGTH));
	EXPECT_EQ(0, uvfio_dma_unmap(self->target.container, IOVA, PAGE, NULL));
	ASSERT_EQ(0, uvfio_dma_map(self->target.container, IOVA, PAGE, self->memory, false, NULL));
	EXPECT_EQ(0, self->engine.ops->from_device(&self->engine, IOVA, LENGTH));
}

TEST_HARNESS_MAIN
