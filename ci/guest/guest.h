/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's init: what its parts offer each other.
 *
 * The harness puts a plan into the initramfs (plan.c has the grammar); init
 * carries it out and reports on the second serial port (channel.c). It judges
 * nothing: what a status, a message or a counter means is decided by
 * ci/harness_lib/ on the host.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* sysfile.c: small files of /proc and /sys. All return 0 or -errno. */
int sysfile_write(const char *path, const char *text);
int sysfile_read(const char *path, char *buf, size_t size);

/* channel.c: the report channel. */
#define CHANNEL "/dev/ttyS1"

int channel_open(const char *tty);
void channel_record(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void channel_output(const char *data, size_t len);
void channel_output_end(void);
void channel_drain(void);

/* plan.c: the harness's orders, one line each, words separated by blanks. */
#define PLAN_WORDS_MAX 32

struct order {
	int argc;
	char *argv[PLAN_WORDS_MAX + 1];
};

struct plan {
	struct order *orders;
	size_t count;
};

int plan_read(const char *path, struct plan *plan);

/*
 * The steps. One that fails reports an "error" record and returns false: then
 * the guest is not what the plan asked for and no test may run.
 */
bool mount_basic(void);
bool mount_late(void);
bool module_load(const struct order *order);
bool module_try(const struct order *order);
bool pci_bind(const struct order *order);
bool sections_report(const struct order *order);
bool channel_hold(const struct order *order);

/*
 * collect.c: files of the kernel that are read again after each test.
 * write_file() is a step that never fails the others.
 */
bool write_file(const struct order *order);
bool collect_from(const struct order *order);
void collect(int index);

/* pci.c: the address of a VENDOR:DEVICE that @driver has; false when there is none. */
#define PCI_ADDRESS_SIZE 16

bool pci_find(const char *id, const char *driver, char address[PCI_ADDRESS_SIZE]);

/* run.c: false when the test could not be got rid of. */
bool run_test(const struct order *order, int index);
int run_shell(const char *program);

/* audit.c: what the kernel says when all tests are done. */
unsigned long audit_taint(void);
void audit_report(const char *module, bool kmemleak);

/* kmemleak.c: lost memory; takes several seconds. */
void kmemleak_report(void);

/* gcov.c: which code ran. */
bool gcov_report(const struct order *order);

#endif /* GUEST_H */
