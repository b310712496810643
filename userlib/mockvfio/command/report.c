// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a program did to a device, and which faults fired: see report.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "event_format.h"
#include "json.h"
#include "report.h"

/* Calls of one site. */
struct tally {
	const char *site;
	unsigned int calls;
	unsigned int failed;
	unsigned int faults;
};

struct rules {
	struct mockvfio_profile *profile;
	struct report_rule *v;
	int count;
	struct mockvfio_error err;
};

static int read_text(struct rules *rules, const char *rule, const char *attribute, char *text)
{
	char path[MOCKVFIO_PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "faults/%s/%s", rule, attribute);
	ret = mockvfio_get(rules->profile, path, text, MOCKVFIO_NAME_MAX, &rules->err);
	return ret < 0 ? ret : 0;
}

static int add_rule(const char *name, void *data)
{
	struct rules *rules = data;
	struct report_rule *rule;
	int ret;

	rule = reallocarray(rules->v, (size_t)rules->count + 1, sizeof(*rule));
	if (!rule) {
		snprintf(rules->err.message, sizeof(rules->err.message), "out of memory");
		return -ENOMEM;
	}
	rules->v = rule;
	rule += rules->count++;
	snprintf(rule->name, sizeof(rule->name), "%s", name);
	ret = read_text(rules, name, "site", rule->site);
	if (!ret)
		ret = read_text(rules, name, "effect", rule->effect);
	/* An errno says more than that there is one. */
	if (!ret && !strcmp(rule->effect, "errno"))
		ret = read_text(rules, name, "errno", rule->effect);
	return ret ? ret : mockvfio_fault_stats(rules->profile, name, &rule->stats, &rules->err);
}

int report_rules(struct mockvfio_profile *profile, struct report_rule **rulesp)
{
	struct rules rules = { .profile = profile };

	if (mockvfio_fault_list(profile, add_rule, &rules, &rules.err)) {
		free(rules.v);
		cli_error(&rules.err);
		return -1;
	}
	*rulesp = rules.v;
	return rules.count;
}

int report_read(struct report *report, struct mockvfio_profile *profile)
{
	struct mockvfio_error err;

	if (mockvfio_events_read(profile, &report->events, &err)) {
		cli_error(&err);
		return -1;
	}
	report->rule_count = report_rules(profile, &report->rules);
	return report->rule_count < 0 ? -1 : 0;
}

void report_free(struct report *report)
{
	mockvfio_events_free(&report->events);
	free(report->rules);
}

static int by_site(const void *a, const void *b)
{
	return strcmp(((const struct tally *)a)->site, ((const struct tally *)b)->site);
}

static struct tally *find(struct tally *tallies, size_t count, const char *site)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(tallies[i].site, site))
			break;
	return &tallies[i];
}

/* Counts the events by site, in the order of names; in memory the caller frees. */
static size_t count_events(const struct mockvfio_events *events, struct tally **talliesp)
{
	const struct mockvfio_event *event;
	struct tally *tallies, *tally;
	size_t count = 0, i;

	tallies = calloc(events->count + 1, sizeof(*tallies));
	*talliesp = tallies;
	if (!tallies)
		return 0;
	for (i = 0; i < events->count; i++) {
		event = &events->v[i];
		tally = find(tallies, count, event->site);
		if (!tally->site)
			count++;
		tally->site = event->site;
		tally->calls++;
		tally->failed += event->ret < 0;
		tally->faults += !!event->fault[0];
	}
	qsort(tallies, count, sizeof(*tallies), by_site);
	return count;
}

static void print_head(const struct report *report)
{
	fprintf(stderr, "mock-vfio: %s: exit status %d, %zu event%s", report->scenario,
		report->status, report->events.count, report->events.count == 1 ? "" : "s");
	if (report->events.lost)
		fprintf(stderr, " (%" PRIu64 " older ones did not fit into the log)",
			report->events.lost);
	if (report->killed)
		fprintf(stderr, ", %d process%s left behind and ended", report->killed,
			report->killed == 1 ? "" : "es");
	fputc('\n', stderr);
}

static void print_rule(const struct report_rule *rule)
{
	fprintf(stderr, "mock-vfio: fault %s (%s: %s) ", rule->name, rule->site, rule->effect);
	if (rule->stats.hits)
		fprintf(stderr, "fired %" PRIu64 " time%s of %" PRIu64 "\n", rule->stats.hits,
			rule->stats.hits == 1 ? "" : "s", rule->stats.seen);
	else
		fprintf(stderr, "never fired; %" PRIu64 " call%s matched\n", rule->stats.seen,
			rule->stats.seen == 1 ? "" : "s");
}

void report_print(const struct report *report)
{
	struct tally *tallies;
	size_t i, count;
	int r;

	print_head(report);
	count = count_events(&report->events, &tallies);
	if (count)
		fprintf(stderr, "  %-26s %7s %7s %7s\n", "site", "calls", "failed", "faults");
	for (i = 0; i < count; i++)
		fprintf(stderr, "  %-26s %7u %7u %7u\n", tallies[i].site, tallies[i].calls,
			tallies[i].failed, tallies[i].faults);
	free(tallies);
	for (r = 0; r < report->rule_count; r++)
		print_rule(&report->rules[r]);
}

static void put_sites(struct json *json, const struct mockvfio_events *events)
{
	struct tally *tallies;
	size_t i, count;

	count = count_events(events, &tallies);
	json_open(json, "sites", '{');
	for (i = 0; i < count; i++) {
		json_open(json, tallies[i].site, '{');
		json_number(json, "calls", tallies[i].calls);
		json_number(json, "failed", tallies[i].failed);
		json_number(json, "faults", tallies[i].faults);
		json_close(json, '}');
	}
	json_close(json, '}');
	free(tallies);
}

void report_rule_json(struct json *json, const struct report_rule *rule)
{
	json_text(json, "site", rule->site);
	json_text(json, "effect", rule->effect);
	json_number(json, "seen", (int64_t)rule->stats.seen);
	json_number(json, "hits", (int64_t)rule->stats.hits);
}

static void put_rules(struct json *json, const struct report *report)
{
	int i;

	json_open(json, "faults", '{');
	for (i = 0; i < report->rule_count; i++) {
		json_open(json, report->rules[i].name, '{');
		report_rule_json(json, &report->rules[i]);
		json_close(json, '}');
	}
	json_close(json, '}');
}

int report_json(const struct report *report, FILE *out)
{
	struct json json = { .out = out };
	size_t i;

	json_open(&json, NULL, '{');
	json_text(&json, "scenario", report->scenario);
	json_text(&json, "profile", report->profile);
	json_number(&json, "status", report->status);
	json_number(&json, "killed", report->killed);
	json_number(&json, "lost", (int64_t)report->events.lost);
	put_sites(&json, &report->events);
	put_rules(&json, report);
	json_open(&json, "events", '[');
	for (i = 0; i < report->events.count; i++)
		event_json(&json, &report->events.v[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	json_end(&json);
	return fflush(out) ? -errno : 0;
}
