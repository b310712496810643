// SPDX-License-Identifier: LGPL-2.1-or-later
/* The program that a run is about: see process.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "process.h"

/* Signals that are passed on. */
static const int passed_on[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
};

/* Fields 3 to 22 of /proc/PID/stat: the 4th and the last are wanted. */
#define STAT	" %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu"

/* What is left behind gets this long to end by itself. */
#define GRACE_S	2

/* Parent and start of a process, from /proc/PID/stat; false when it is gone. */
static bool read_stat(const char *pid, pid_t *parentp, unsigned long long *startp)
{
	char path[64], text[1024];
	const char *rest;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.16s/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return false;
	text[len] = '\0';
	/* The name may hold anything, blanks and brackets too. */
	rest = strrchr(text, ')');
	return rest && sscanf(rest + 1, STAT, parentp, startp) == 2;
}

unsigned long long process_start(pid_t pid)
{
	unsigned long long start;
	char text[16];
	pid_t parent;

	snprintf(text, sizeof(text), "%d", pid);
	return read_stat(text, &parent, &start) ? start : 0;
}

/* Sends a signal to all children, among them orphans that were given to us; how many. */
static int signal_children(int signal)
{
	unsigned long long start;
	struct dirent *entry;
	int count = 0;
	pid_t parent;
	DIR *dir;

	dir = opendir("/proc");
	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		if (!atoi(entry->d_name) || !read_stat(entry->d_name, &parent, &start) ||
		    parent != getpid())
			continue;
		kill(atoi(entry->d_name), signal);
		count++;
	}
	closedir(dir);
	return count;
}

/* Waits for one of the signals for up to @seconds, or without end when that is 0. */
static int wait_signal(const sigset_t *set, siginfo_t *info, time_t seconds)
{
	struct timespec time = { .tv_sec = seconds };
	int signal;

	do
		signal = seconds ? sigtimedwait(set, info, &time) : sigwaitinfo(set, info);
	while (signal < 0 && errno == EINTR);
	return signal;
}

/* Collects children that have ended; whether @child, whose status is stored, is one. */
static bool reap(pid_t child, int *statusp)
{
	bool found = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != child)
			continue;
		*statusp = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		found = true;
	}
	return found;
}

/* Ends what the program left behind: first with a request, then by force. How many. */
static int end_the_rest(const sigset_t *set)
{
	siginfo_t info;
	int count, status;

	reap(-1, &status);
	count = signal_children(SIGTERM);
	while (signal_children(0) && wait_signal(set, &info, GRACE_S) > 0)
		reap(-1, &status);
	while (signal_children(SIGKILL)) {
		wait_signal(set, &info, 1);
		reap(-1, &status);
	}
	return count;
}

/* In the child: becomes the program, or tells through @report why not. */
static void become(char **argv, const sigset_t *old, pid_t parent, int report)
{
	/* Nobody would clean up behind a program that outlives us. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(125);
	sigprocmask(SIG_SETMASK, old, NULL);
	execvp(argv[0], argv);
	if (write(report, &errno, sizeof(errno)) < 0)
		_exit(125);
	_exit(errno == ENOENT ? 127 : 126);
}

static pid_t start(char **argv, const sigset_t *old)
{
	pid_t parent = getpid(), child;
	int report[2], code;

	if (pipe2(report, O_CLOEXEC)) {
		cli_fail("cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	child = fork();
	if (!child)
		become(argv, old, parent, report[1]);
	close(report[1]);
	if (child < 0)
		cli_fail("cannot make a process: %s", strerror(errno));
	else if (read(report[0], &code, sizeof(code)) == sizeof(code))
		cli_fail("cannot run %s: %s", argv[0], strerror(code));
	close(report[0]);
	return child;
}

/* Passes signals on until the program has ended; its status. */
static int attend(pid_t child, const sigset_t *set)
{
	siginfo_t info;
	int status = 0;

	for (;;) {
		wait_signal(set, &info, 0);
		if (info.si_signo == SIGCHLD) {
			if (reap(child, &status))
				return status;
		} else if (info.si_code <= 0) {
			/* Those of a terminal reach the program without us. */
			kill(child, info.si_signo);
		}
	}
}

void process_prepare(struct process *process)
{
	size_t i;

	sigemptyset(&process->blocked);
	sigaddset(&process->blocked, SIGCHLD);
	for (i = 0; i < ARRAY_SIZE(passed_on); i++)
		sigaddset(&process->blocked, passed_on[i]);
	sigprocmask(SIG_BLOCK, &process->blocked, &process->old);
	/* Orphans of the program come to us, so that none is missed. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	process->killed = 0;
}

int process_run(struct process *process, char **argv)
{
	pid_t child;
	int status;

	child = start(argv, &process->old);
	if (child < 0)
		return -1;
	status = attend(child, &process->blocked);
	process->killed = end_the_rest(&process->blocked);
	return status;
}
