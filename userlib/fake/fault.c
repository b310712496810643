// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which of the module's fault sites a call reaches, and what becomes of the call.
 */
#include <stdio.h>
#include <unistd.h>

#include "fake.h"
#include "iommu.h"

#define EFFECTS	(MOCK_ERRNO | MOCK_RESULT | MOCK_SHORT)

static const struct site {
	enum mock_site site;
	enum fake_op op;
	enum fake_file_type file;
	unsigned long request;
} sites[] = {
	{ MOCK_SITE_DEVICE_OPEN, FAKE_IOCTL, FAKE_GROUP, VFIO_GROUP_GET_DEVICE_FD },
	{ MOCK_SITE_DEVICE_GET_INFO, FAKE_IOCTL, FAKE_DEVICE, VFIO_DEVICE_GET_INFO },
	{ MOCK_SITE_DEVICE_GET_REGION_INFO, FAKE_IOCTL, FAKE_DEVICE,
	  VFIO_DEVICE_GET_REGION_INFO },
	{ MOCK_SITE_DEVICE_GET_IRQ_INFO, FAKE_IOCTL, FAKE_DEVICE, VFIO_DEVICE_GET_IRQ_INFO },
	{ MOCK_SITE_DEVICE_SET_IRQS, FAKE_IOCTL, FAKE_DEVICE, VFIO_DEVICE_SET_IRQS },
	{ MOCK_SITE_DEVICE_RESET, FAKE_IOCTL, FAKE_DEVICE, VFIO_DEVICE_RESET },
	{ MOCK_SITE_DEVICE_FEATURE, FAKE_IOCTL, FAKE_DEVICE, VFIO_DEVICE_FEATURE },
	{ MOCK_SITE_REGION_READ, FAKE_PREAD, FAKE_DEVICE, 0 },
	{ MOCK_SITE_REGION_WRITE, FAKE_PWRITE, FAKE_DEVICE, 0 },
	{ MOCK_SITE_REGION_MMAP, FAKE_MMAP, FAKE_DEVICE, 0 },
	{ MOCK_SITE_IOMMU_GET_INFO, FAKE_IOCTL, FAKE_CONTAINER, VFIO_IOMMU_GET_INFO },
	{ MOCK_SITE_IOMMU_MAP_DMA, FAKE_IOCTL, FAKE_CONTAINER, VFIO_IOMMU_MAP_DMA },
	{ MOCK_SITE_IOMMU_UNMAP_DMA, FAKE_IOCTL, FAKE_CONTAINER, VFIO_IOMMU_UNMAP_DMA },
	{ MOCK_SITE_IOMMU_DIRTY_PAGES, FAKE_IOCTL, FAKE_CONTAINER, VFIO_IOMMU_DIRTY_PAGES },
};

/* Not calls: steps of VFIO_SET_IOMMU and VFIO_GROUP_SET_CONTAINER. */
static const enum mock_site steps[] = { MOCK_SITE_IOMMU_OPEN, MOCK_SITE_IOMMU_ATTACH };

/* --- words ----------------------------------------------------------------- */

static const struct {
	const char *name;
	size_t offset;		/* of a 64-bit number, in the rule */
} numbers[] = {
	{ "value", offsetof(struct mock_fault_spec, value) },
	{ "skip", offsetof(struct mock_fault_spec, skip) },
	{ "interval", offsetof(struct mock_fault_spec, interval) },
	{ "times", offsetof(struct mock_fault_spec, times) },
	{ "probability", offsetof(struct mock_fault_spec, probability) },
	{ "seed", offsetof(struct mock_fault_spec, seed) },
	{ "priority", offsetof(struct mock_fault_spec, priority) },
};

static const struct {
	const char *name;
	int (*set)(struct mock_fault_spec *spec, const char *text, char *why);
} texts[] = {
	{ "site", mock_spec_set_site },
	{ "effect", mock_spec_set_effect },
	{ "errno", mock_spec_set_errno },
};

static const char *const matches[MOCK_NR_MATCHES] = {
	[MOCK_MATCH_IOVA] = "match_iova",
	[MOCK_MATCH_SIZE] = "match_size",
	[MOCK_MATCH_IOCTL] = "match_ioctl",
	[MOCK_MATCH_INDEX] = "match_index",
	[MOCK_MATCH_TGID] = "match_tgid",
};

static int set_number(void *number, const char *text, char *why)
{
	long long value;
	char *end;

	errno = 0;
	value = *text == '-' ? strtoll(text, &end, 0) : (long long)strtoull(text, &end, 0);
	if (!*text || *end || errno) {
		snprintf(why, MOCK_WHY_MAX, "not a number");
		return -EINVAL;
	}
	memcpy(number, &value, sizeof(value));
	return 0;
}

static int set_word(struct mock_fault_spec *spec, const char *name, const char *text, char *why)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (!strcmp(name, texts[i].name))
			return texts[i].set(spec, text, why);
	for (i = 0; i < ARRAY_SIZE(matches); i++)
		if (!strcmp(name, matches[i]))
			return mock_match_parse(&spec->match[i], text, why);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (!strcmp(name, numbers[i].name))
			return set_number((char *)spec + numbers[i].offset, text, why);
	snprintf(why, MOCK_WHY_MAX, "a rule has no such attribute");
	return -EINVAL;
}

static bool is_reached(enum mock_site site)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sites); i++)
		if (sites[i].site == site)
			return true;
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i] == site)
			return true;
	return false;
}

/* As the module, and then for what there is here. */
static int check_spec(const struct mock_fault_spec *spec, char *why)
{
	int ret = mock_spec_check(spec, why);

	if (ret)
		return ret;
	if (is_reached(spec->site) && spec->effect & EFFECTS)
		return 0;
	snprintf(why, MOCK_WHY_MAX, "the fake kernel has no %s at %s",
		 mock_effect_name(spec->effect), mock_sites[spec->site].name);
	return -EINVAL;
}

static int parse(struct mock_fault_spec *spec, char *words, char *why)
{
	char *word, *text, *left;

	*spec = mock_fault_spec_default;
	for (word = strtok_r(words, " ", &left); word; word = strtok_r(NULL, " ", &left)) {
		text = strchr(word, '=');
		if (text)
			*text++ = '\0';
		if (set_word(spec, word, text ? text : "", why)) {
			fprintf(stderr, "# fake: %s: %s\n", word, why);
			return -EINVAL;
		}
	}
	if (!check_spec(spec, why))
		return 0;
	fprintf(stderr, "# fake: %s\n", why);
	return -EINVAL;
}

struct mock_fault_rule *fake_arm(struct fake *fake, const char *words)
{
	struct mock_fault_rule *rule = &fake->armed[fake->nr_armed];
	struct mock_fault_spec spec;
	char why[MOCK_WHY_MAX], name[16];
	char *copy;
	int ret;

	if (fake->nr_armed == FAKE_MAX_RULES)
		return NULL;
	copy = strdup(words);
	ret = parse(&spec, copy, why);
	free(copy);
	if (ret)
		return NULL;
	snprintf(name, sizeof(name), "%02u", fake->nr_armed++);
	mock_rule_init(rule, name);
	mock_rule_set_spec(&fake->rule_set, rule, &spec);
	mock_rule_arm(&fake->rule_set, rule);
	return rule;
}

void fake_disarm_all(struct fake *fake)
{
	while (fake->nr_armed)
		mock_rule_disarm(&fake->rule_set, &fake->armed[--fake->nr_armed]);
}

unsigned int fake_fault_hits(const struct fake *fake)
{
	unsigned int i, hits = 0;

	for (i = 0; i < fake->nr_armed; i++)
		hits += fake->armed[i].hits;
	return hits;
}

/* --- calls ----------------------------------------------------------------- */

static void add(struct mock_rule_args *args, enum mock_match_key key, uint64_t value)
{
	args->present |= 1u << key;
	args->value[key] = value;
}

/* By their numbers sPAPR has other calls. */
static bool is_type1s(const struct fake_file *file, enum mock_site site)
{
	const struct fake_container *container = file->object;

	return (site != MOCK_SITE_IOMMU_GET_INFO && site != MOCK_SITE_IOMMU_DIRTY_PAGES) ||
	       container->iommu == &fake_iommu_type1;
}

static const struct site *site_of(const struct fake *fake, const struct fake_call *call)
{
	const struct fake_file *file;
	size_t i;

	if (call->fd < 0 || call->fd >= FAKE_MAX_FDS)
		return NULL;
	file = &fake->files[call->fd];
	for (i = 0; i < ARRAY_SIZE(sites); i++)
		if (sites[i].op == call->op && sites[i].file == file->type &&
		    sites[i].request == call->request && is_type1s(file, sites[i].site))
			return &sites[i];
	return NULL;
}

/* What describe() has noted of the call, in the words of a rule's matches. */
static struct mock_rule_args args_of(const struct fake *fake, const struct fake_call *call,
				     const struct site *site)
{
	struct mock_rule_args args = { .present = 0 };
	struct fake_device *device = fake->files[call->fd].object;
	const struct fake_region *region;

	add(&args, MOCK_MATCH_TGID, getpid());
	if (call->op == FAKE_IOCTL)
		add(&args, MOCK_MATCH_IOCTL, call->request);
	if (site->site == MOCK_SITE_IOMMU_MAP_DMA || site->site == MOCK_SITE_IOMMU_UNMAP_DMA) {
		add(&args, MOCK_MATCH_IOVA, call->a);
		add(&args, MOCK_MATCH_SIZE, call->b);
	}
	if (site->site == MOCK_SITE_DEVICE_SET_IRQS)
		add(&args, MOCK_MATCH_INDEX, call->a);
	region = call->op == FAKE_IOCTL ? NULL : fake_region_at(device, call->a);
	if (region) {
		add(&args, MOCK_MATCH_INDEX, region - device->regions);
		add(&args, MOCK_MATCH_SIZE, call->b);
	}
	return args;
}

bool fake_fault_decides(struct fake *fake, struct fake_call *call)
{
	const struct site *site = site_of(fake, call);
	const struct mock_fault_rule *rule;
	struct mock_rule_args args;

	fake->short_of = UINT64_MAX;
	if (!site || !mock_rules_any(&fake->rule_set, site->site))
		return false;
	args = args_of(fake, call, site);
	rule = mock_rules_decide(&fake->rule_set, site->site, &args);
	if (!rule)
		return false;
	if (rule->spec.effect == MOCK_SHORT) {
		fake->short_of = rule->spec.value;
		return false;
	}
	call->ret = rule->spec.effect == MOCK_ERRNO ? -rule->spec.error :
						      (int64_t)rule->spec.value;
	return true;
}

int fake_fault_at(struct fake *fake, enum mock_site site)
{
	struct mock_rule_args args = { .present = 0 };
	const struct mock_fault_rule *rule;

	add(&args, MOCK_MATCH_TGID, getpid());
	rule = mock_rules_decide(&fake->rule_set, site, &args);
	return rule ? -rule->spec.error : 0;
}
