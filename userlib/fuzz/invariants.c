// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What holds after every call, whatever it was: who keeps what alive, what the
 * hooks were told, what the kernel has open.
 */
#include "program.h"

static void check_files(const struct program *p)
{
	unsigned int own = MAX_VMS + 1;

	check(fake_held_files(p->fake) ==
	      model_files(&p->now) + own + p->fake->vm.has_device);
}

static void check_mmaps(const struct program *p)
{
	const struct used_region *region;
	unsigned int i, j, expected = 0;
	size_t nr;

	for (i = 0; i < MAX_DEVICES; i++) {
		for (j = 0; j < REGIONS_PER_DEVICE; j++) {
			region = &p->devices[i].regions[j];
			if (!region->handle || !region->mapped)
				continue;
			uvfio_region_mmaps(region->handle, &nr);
			expected += nr;
		}
	}
	check(fake_held_mmaps(p->fake) == expected);
}

static void check_hooks(const struct program *p)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < MAX_GROUPS; i++)
		any |= model_group_is_open(&p->now, i);
	check(p->reset_registered == any);
	check(uvfio_balloon_inhibitors(p->ctx) == model_inhibitors(&p->now));
	check(p->inhibited == !!model_inhibitors(&p->now));
}

static void check_memories(const struct program *p)
{
	unsigned int i;

	for (i = 0; i < MAX_MEMORIES; i++)
		check(p->memories[i].lives == model_memory_exists(&p->now, i));
}

static unsigned int nr_sections(const struct model *m, unsigned int space)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MAX_SECTIONS; i++)
		nr += m->spaces[space].sections[i].there;
	return nr;
}

/* A listener has been told of each section once, and of none that has gone. */
static void check_listeners(const struct program *p)
{
	const struct used_listener *used;
	unsigned int i, j;

	for (i = 0; i < MAX_LISTENERS; i++) {
		used = &p->listeners[i];
		if (!used->handle)
			continue;
		check(used->nr == nr_sections(&p->now, p->now.listeners[i].space));
		for (j = 0; j < used->nr; j++)
			check(model_section_find(&p->now, p->now.listeners[i].space,
						 used->starts[j])->start == used->starts[j]);
	}
}

static void check_sections(const struct program *p)
{
	struct uvfio_section found;
	const struct section *s;
	unsigned int i, j;

	for (i = 0; i < MAX_SPACES; i++) {
		for (j = 0; p->spaces[i] && j < MAX_SECTIONS; j++) {
			s = &p->now.spaces[i].sections[j];
			if (!s->there)
				continue;
			check(!uvfio_section_find(p->spaces[i], s->last, &found));
			check(found.start == s->start && found.offset == s->offset);
			check(found.memory && uvfio_memory_type(found.memory) ==
					      memory_kinds[s->memory].type);
		}
	}
}

/* Faults make notifiers miss events, and what the model thinks they saw is moot. */
static void check_notifiers(struct program *p)
{
	struct used_notifier *used;
	struct notifier *n;
	unsigned int i;

	for (i = 0; i < MAX_NOTIFIERS; i++) {
		used = &p->notifiers[i];
		n = &p->now.notifiers[i];
		if (oracle_faulted(p) || p->now.shape.spapr) {
			n->maps = used->maps;
			n->unmaps = used->unmaps;
		}
		check(!n->there || (used->maps == n->maps && used->unmaps == n->unmaps));
	}
}

static void check_kvm(const struct program *p)
{
	unsigned int i;

	if (p->had_fault)
		return;
	for (i = 0; i < MAX_GROUPS; i++)
		check(p->fake->groups[i].in_kvm ==
		      (p->now.has_vm && model_group_is_open(&p->now, i)));
}

/* The library knows the kernel's windows, each of which is there for a section. */
static void check_windows(const struct program *p, const struct container *c,
			  const struct spapr *spapr)
{
	struct uvfio_host_window window;
	const struct spapr_window *w;
	const struct section *s;

	for (w = spapr->windows; w < spapr->windows + SPAPR_MAX_WINDOWS; w++) {
		if (!w->exists)
			continue;
		check(!uvfio_host_win_lookup(c->handle, w->start, w->start + w->size - 1,
					     &window, NULL));
		check(window.min_iova == w->start &&
		      window.max_iova == w->start + w->size - 1 &&
		      window.pgsizes == 1ull << w->page_shift);
		s = model_section_find(&p->now, c->space, w->start);
		check(s && s->memory == MEMORY_IOMMU && s->start == w->start);
	}
}

/* What is registered is system RAM, each section once. */
static void check_registered(const struct program *p, const struct spapr *spapr)
{
	const struct section *sections = p->now.spaces[0].sections;
	unsigned int i, registered = 0, expected = 0;
	struct rb_node *node;

	for (node = rb_first(&spapr->memory); node; node = rb_next(node))
		registered += rb_entry(node, struct spapr_memory, node)->registered;
	for (i = 0; i < MAX_SECTIONS; i++)
		expected += sections[i].there &&
			    memory_kinds[sections[i].memory].type == UVFIO_MEMORY_RAM;
	check(registered == expected);
}

static void check_spapr(const struct program *p)
{
	const struct container *c;
	const struct fake_container *kernel;

	if (!p->now.shape.spapr || p->had_fault)
		return;
	for (c = p->now.containers; c < p->now.containers + MAX_CONTAINERS; c++) {
		if (!c->handle ||
		    uvfio_container_iommu_type(c->handle) != VFIO_SPAPR_TCE_v2_IOMMU)
			continue;
		kernel = p->fake->files[uvfio_container_fd(c->handle)].object;
		check_windows(p, c, &kernel->spapr);
		check_registered(p, &kernel->spapr);
	}
}

/* What the fake was given is what the program was told. */
static void check_interrupts(const struct program *p)
{
	const struct fake_irq *irqs;
	unsigned int i;

	for (i = 0; i < MAX_DEVICES; i++) {
		if (!p->devices[i].handle)
			continue;
		irqs = p->fake->devices[i].irqs;
		check(!memcmp(irqs[VFIO_PCI_MSI_IRQ_INDEX].trigger, p->devices[i].msi,
			      sizeof(p->devices[i].msi)));
		check(irqs[VFIO_PCI_INTX_IRQ_INDEX].masked == p->devices[i].masked);
	}
}

void check_invariants(struct program *p)
{
	check_files(p);
	check_mmaps(p);
	check_hooks(p);
	check_memories(p);
	check_listeners(p);
	check_sections(p);
	check_notifiers(p);
	check_kvm(p);
	check_spapr(p);
	check_interrupts(p);
}
