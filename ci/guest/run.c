// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs one test program: relays its output, ends it when its time is over,
 * leaves no process of it behind, and reports how it ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

/* How long a killed process may take to go: longer means it hangs in the kernel. */
#define KILL_GRACE_MS 5000

struct child {
	pid_t pid;
	int output;	/* read end of its stdout and stderr */
	int sigchld;	/* signalfd */
	int status;	/* as of waitpid(), once exited */
	bool exited;
};

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Tells which test the kernel's next messages belong to. */
static void mark_console(const char *event, const char *name)
{
	char line[512];

	snprintf(line, sizeof(line), "<4>ci: %s %s\n", event, name);
	sysfile_write("/dev/kmsg", line);
}

/*
 * Where the tasks are that a signal does not reach. What this prints is an
 * answer and no complaint of the kernel: the marker tells the harness so.
 */
static void show_blocked(const char *name)
{
	mark_console("diagnose", name);
	sysfile_write("/proc/sysrq-trigger", "w");
}

static void exec_program(char *const argv[], int output)
{
	sigset_t none;
	int null;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	null = open("/dev/null", O_RDONLY);
	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	execv(argv[0], argv);
	dprintf(STDERR_FILENO, "# init: %s: cannot be executed (errno %d)\n", argv[0], errno);
	_exit(127);
}

static int start(struct child *child, char *const argv[])
{
	sigset_t chld;
	int ends[2];

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	child->exited = false;
	child->status = 0;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	/* The test writes as to a terminal or file: it must block, not lose lines. */
	fcntl(ends[1], F_SETFL, 0);
	child->output = ends[0];
	child->sigchld = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	child->pid = fork();
	if (!child->pid)
		exec_program(argv, ends[1]);
	close(ends[1]);
	if (child->sigchld < 0 || child->pid < 0)
		return -errno;
	return 0;
}

static void relay(const struct child *child)
{
	char buf[4096];
	ssize_t got;

	while ((got = read(child->output, buf, sizeof(buf))) > 0)
		channel_output(buf, got);
}

/* Collects every process that has ended; true when none is left at all. */
static bool reap(struct child *child)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(child->sigchld, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != child->pid)
			continue;
		child->exited = true;
		child->status = status;
	}
	return pid < 0;
}

/* Relays output until @deadline, the program's end (or, if @all, everybody's). */
static bool wait_until(struct child *child, long long deadline, bool all)
{
	struct pollfd fds[] = {
		{ .fd = child->output, .events = POLLIN },
		{ .fd = child->sigchld, .events = POLLIN },
	};
	long long left;

	for (;;) {
		bool none_left = reap(child);

		relay(child);
		if (all ? none_left : child->exited)
			return true;
		left = deadline - now_ms();
		if (left <= 0)
			return false;
		/* A closed pipe would be readable for ever: then only exits matter. */
		if (poll(fds, 2, left) > 0 && (fds[0].revents & (POLLHUP | POLLIN)) == POLLHUP)
			fds[0].fd = -1;
	}
}

static void report_end(int index, const struct child *child, long long started, bool timed_out,
		       bool gone)
{
	int status = child->status;

	channel_record("end index=%d %s=%d ms=%lld timeout=%d stuck=%d taint=%lu", index,
		       WIFSIGNALED(status) ? "signal" : "exit",
		       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		       now_ms() - started, timed_out, !gone, audit_taint());
}

/* test MILLISECONDS NAME PROGRAM [ARGUMENTS] */
bool run_test(const struct order *order, int index)
{
	long long started = now_ms();
	struct child child;
	bool timed_out, gone;
	int ret;

	if (order->argc < 4) {
		channel_record("error what=plan:test errno=%d", EINVAL);
		return false;
	}
	channel_record("begin index=%d name=%s", index, order->argv[2]);
	mark_console("begin", order->argv[2]);
	ret = start(&child, order->argv + 3);
	if (ret) {
		channel_record("error what=start:%s errno=%d", order->argv[2], -ret);
		return false;
	}
	timed_out = !wait_until(&child, started + atoll(order->argv[1]), false);
	if (timed_out)
		show_blocked(order->argv[2]);
	kill(-1, SIGKILL);	/* as PID 1: everyone else, whatever session they are in */
	gone = wait_until(&child, now_ms() + KILL_GRACE_MS, true);
	close(child.output);
	close(child.sigchld);
	mark_console("end", order->argv[2]);
	report_end(index, &child, started, timed_out, gone);
	return gone;
}

/* A session on the console; returns when it ends. */
int run_shell(const char *program)
{
	char *const argv[] = { (char *)program, NULL };
	int status = 0;
	pid_t pid;

	pid = fork();
	if (!pid) {
		setsid();
		ioctl(STDIN_FILENO, TIOCSCTTY, 0);
		execv(program, argv);
		dprintf(STDERR_FILENO, "init: %s: cannot be executed (errno %d)\n", program, errno);
		_exit(127);
	}
	while (pid > 0 && waitpid(-1, &status, 0) != pid)
		;
	return status;
}
