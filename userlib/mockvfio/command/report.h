/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program did to a device, and which faults fired. */
#ifndef MOCK_VFIO_REPORT_H
#define MOCK_VFIO_REPORT_H

#include <mockvfio/mockvfio.h>

struct json;

struct report {
	const char *scenario;
	const char *profile;
	int status;
	int killed;
	struct mockvfio_events events;
	struct report_rule *rules;
	int rule_count;
};

/* A rule and what became of it. */
struct report_rule {
	char name[MOCKVFIO_NAME_MAX];
	char site[MOCKVFIO_NAME_MAX];
	char effect[MOCKVFIO_NAME_MAX];
	struct mockvfio_fault_stats stats;
};

/* The rules of a profile, in memory the caller frees; their number, or -1 after a message. */
int report_rules(struct mockvfio_profile *profile, struct report_rule **rulesp);

/* Members of a JSON object that say what a rule is and what became of it. */
void report_rule_json(struct json *json, const struct report_rule *rule);

/* Reads events and rules of the profile; 0, or -1 after a message. */
int report_read(struct report *report, struct mockvfio_profile *profile);
void report_free(struct report *report);

/* For a person, on stderr, which the program under test had for itself until now. */
void report_print(const struct report *report);

/* For a program, into a file; 0 or -errno. */
int report_json(const struct report *report, FILE *out);

#endif /* MOCK_VFIO_REPORT_H */
