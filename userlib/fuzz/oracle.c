// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Faults, and the verdict on each call: what it returned, what it left in the
 * kernel, what is held.
 *
 * Without a fault everything is as the model says. With one, a call that fails has
 * left everything as it was, or as its description says; a mapping that is there
 * must have been there before or have been asked for. From then on the model
 * believes the kernel.
 */
#include <errno.h>

#include <linux/kvm.h>

#include "program.h"

static const struct {
	const char *name;
	int number;
} errnos[] = {
	{ "ENOMEM", ENOMEM }, { "EIO", EIO }, { "EINVAL", EINVAL }, { "EFAULT", EFAULT },
	{ "ENOSPC", ENOSPC }, { "EINTR", EINTR }, { "ENODEV", ENODEV }, { "EPERM", EPERM },
};

/* What fails twice, so that undoing fails as well; in the module's words where it has them. */
static const char *const rules[] = {
	"site=iommu.unmap_dma errno=%s skip=%u times=2",
	"site=iommu.map_dma errno=%s skip=%u times=2",
	"site=iommu.get_info errno=%s skip=%u times=2",
	"site=iommu.attach errno=%s skip=%u times=2",
	"site=iommu.open errno=%s skip=%u times=2",
	"site=region.mmap errno=%s skip=%u times=2",
	"site=device.get_region_info errno=%s skip=%u times=2",
	"site=device.set_irqs errno=%s skip=%u times=2",
	"site=region.read effect=short errno=%s skip=%u value=1",
	"site=iommu.unmap_dma effect=short errno=%s skip=%u value=0x1000",
};

/* Calls that are no sites of the module. */
static const unsigned long elsewhere[] = {
	VFIO_GROUP_UNSET_CONTAINER, VFIO_GROUP_SET_CONTAINER, VFIO_IOMMU_SPAPR_TCE_REMOVE,
	VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, KVM_SET_DEVICE_ATTR,
};

static void disarm(struct program *p)
{
	p->fake->fail_nth = 0;
	p->fake->fail_fired = false;
	p->fake->nr_rules = 0;
	fake_disarm_all(p->fake);
}

static void arm_rule(struct program *p, const char *error, unsigned int skip)
{
	char words[128];

	snprintf(words, sizeof(words), rules[fuzz_below(&p->in, ARRAY_SIZE(rules))], error, skip);
	check(fake_arm(p->fake, words));
}

/* Every second call has a chance to meet a fault. */
void oracle_arm(struct program *p)
{
	unsigned char byte = fuzz_byte(&p->in);
	unsigned int error = byte % ARRAY_SIZE(errnos), skip = byte >> 3 & 1;

	disarm(p);
	fake_forget_calls(p->fake);
	p->err = (struct uvfio_error){ .code = 0 };
	p->before = p->now;
	p->now.touched.nr = 0;
	errno = 0;
	if (byte >= 0xf0) {
		arm_rule(p, errnos[error].name, skip);
	} else if (byte >= 0xe0) {
		fake_fail(p->fake, FAKE_IOCTL,
			  elsewhere[fuzz_below(&p->in, ARRAY_SIZE(elsewhere))], skip, 2,
			  -errnos[error].number);
	} else if (byte >= 0x80) {
		p->fake->fail_nth = 1 + fuzz_below(&p->in, 24);
		p->fake->fail_errno = errnos[error].number;
	}
}

static bool faulted_often(const struct program *p)
{
	return fake_fault_hits(p->fake) || (p->fake->nr_rules && p->fake->rules[0].hits);
}

bool oracle_faulted(const struct program *p)
{
	return p->fake->fail_fired || faulted_often(p);
}

/* --- mappings -------------------------------------------------------------- */

static struct fake_container *kernel_of(const struct program *p, const struct container *c)
{
	return p->fake->files[uvfio_container_fd(c->handle)].object;
}

static void look(const struct program *p, const struct container *c, struct mappings *seen)
{
	const struct type1 *t = &kernel_of(p, c)->type1;
	struct rb_node *node;
	struct type1_mapping *m;

	seen->nr = 0;
	for (node = rb_first(&t->mappings); node; node = rb_next(node)) {
		m = rb_entry(node, struct type1_mapping, node);
		check(seen->nr < MAX_MAPPINGS);
		seen->m[seen->nr++] = (struct mapping){
			.first = m->iova, .last = m->iova + m->size - 1, .vaddr = m->vaddr,
			.readonly = !(m->prot & VFIO_DMA_MAP_FLAG_WRITE),
		};
	}
}

static bool same_mapping(const struct mapping *a, const struct mapping *b)
{
	return a->first == b->first && a->last == b->last && a->vaddr == b->vaddr &&
	       a->readonly == b->readonly;
}

static bool has_mapping(const struct mappings *list, const struct mapping *wanted)
{
	unsigned int i;

	for (i = 0; i < list->nr; i++)
		if (same_mapping(&list->m[i], wanted))
			return true;
	return false;
}

static bool same_mappings(const struct mappings *a, const struct mappings *b)
{
	unsigned int i;

	for (i = 0; i < a->nr && i < b->nr; i++)
		if (!same_mapping(&a->m[i], &b->m[i]))
			return false;
	return a->nr == b->nr;
}

/* Nobody asked for anything else. */
static void check_origin(const struct program *p, const struct container *c,
			 const struct mappings *seen)
{
	const struct container *before = &p->before.containers[c - p->now.containers];
	unsigned int i;

	for (i = 0; i < seen->nr; i++)
		check(has_mapping(&p->now.touched, &seen->m[i]) ||
		      (before->handle == c->handle && has_mapping(&before->mappings, &seen->m[i])));
}

static bool was_taken(const struct container *before, const struct container *c,
		      const struct taken *t)
{
	const struct taken *old = &before->taken[t - c->taken];

	return before->handle == c->handle && old->there && old->start == t->start;
}

/* A device's memory that could not be mapped now is left out without a failure. */
static void forget_unmapped(const struct container *before, struct container *c)
{
	struct taken *t;
	unsigned int i;

	for (t = c->taken; t < c->taken + MAX_SECTIONS; t++) {
		if (!t->there || !t->mapped || was_taken(before, c, t) ||
		    memory_kinds[t->memory].type != UVFIO_MEMORY_RAM_DEVICE)
			continue;
		t->there = false;
		for (i = 0; i < c->mappings.nr; i++)
			t->there |= c->mappings.m[i].first == t->first &&
				    c->mappings.m[i].last == t->last;
	}
}

/* @exact: as the model has them; otherwise the model learns what there is. */
static void compare_mappings(struct program *p, bool exact)
{
	struct mappings seen;
	struct container *c;

	for (c = p->now.containers; c < p->now.containers + MAX_CONTAINERS; c++) {
		if (!c->handle || p->now.shape.spapr)
			continue;
		look(p, c, &seen);
		if (exact) {
			check(same_mappings(&seen, &c->mappings));
			continue;
		}
		check_origin(p, c, &seen);
		c->mappings = seen;
		forget_unmapped(&p->before.containers[c - p->now.containers], c);
	}
}

/* --- verdict --------------------------------------------------------------- */

static void check_report(const struct program *p)
{
	if (p->ret >= 0)
		return;
	check(errno == -p->ret);
	check(p->err.code == p->ret);
	check(p->err.operation && p->err.message[0]);
}

/* A kernel that says EBUSY gets an UNMAP in between. */
static bool replaces(const struct program *p)
{
	return p->now.shape.quirks & TYPE1_QUIRK(OVERLAP_EBUSY);
}

static void judge_faulted(struct program *p, enum failing failing)
{
	struct mappings touched = p->now.touched;
	bool undone = p->ret < 0 && failing == AS_BEFORE;

	p->had_fault = true;
	if (undone)
		p->now = p->before;
	p->now.touched = touched;
	compare_mappings(p, undone && !faulted_often(p) && !replaces(p));
}

void oracle_judge(struct program *p, int want, enum failing failing)
{
	check_report(p);
	if (oracle_faulted(p)) {
		judge_faulted(p, failing);
		return;
	}
	if (p->now.shape.spapr) {
		check(p->ret < 0 || want >= 0);
		if (p->ret < 0 && failing == AS_BEFORE)
			p->now = p->before;
		return;
	}
	check(p->ret == want);
	compare_mappings(p, true);
}

void oracle_accept(struct program *p, enum failing failing)
{
	check_report(p);
	if (p->ret < 0 && failing == AS_BEFORE) {
		p->before.touched = p->now.touched;
		p->now = p->before;
	}
	compare_mappings(p, false);
}
