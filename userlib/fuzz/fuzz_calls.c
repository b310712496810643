// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libFuzzer target: a program that makes any calls in any order that the library
 * allows, on a sound kernel whose calls fail at times. The library must do what
 * a simple model says (model.h), whatever fails must leave things as documented
 * (oracle.c), and at the end nothing may be left.
 *
 * The input is the kernel's shape, then calls: which, with which fault, on what.
 * With FUZZ_TRACE in the environment it prints what happens.
 */
#include "program.h"

#define MAX_STEPS	200

static const struct calls *const parts[] = {
	&space_calls, &space_calls, &iommu_calls, &group_calls, &device_calls, &dma_calls,
};

static const release_fn releases[] = {
	release_section, release_listener, release_notifier, release_device, release_group,
	release_space, release_memory,
};

/* Bugs of old kernels that the library works around, or has to live with. */
static const uint64_t quirks[] = {
	TYPE1_QUIRK(OVERLAP_EBUSY), TYPE1_QUIRK(UNMAP_OVERFLOW_4_15),
	TYPE1_QUIRK(UNMAP_WRAP_SILENT), TYPE1_QUIRK(WRAP_EINVAL), TYPE1_QUIRK(NO_UNMAP_ALL),
	TYPE1_QUIRK(UNMAP_EMPTY_ENOENT), TYPE1_QUIRK(NO_PGSIZES), TYPE1_QUIRK(CAPS_UNALIGNED),
};

static void shape_type1(struct program *p, unsigned char flags)
{
	struct kernel_shape *shape = &p->now.shape;
	struct type1_config *config = &p->fake->type1;
	unsigned int i, bits = fuzz_byte(&p->in);

	for (i = 0; i < ARRAY_SIZE(quirks); i++)
		shape->quirks |= bits >> i & 1 ? quirks[i] : 0;
	shape->v2 = !(flags & 2);
	shape->dma_avail = flags & 4 ? 5 : 40;
	if (flags & 8) {
		shape->nr_ranges = 2;
		shape->ranges[0] = (struct uvfio_iova_range){ 0x2000, 0x0800000000007fff };
		shape->ranges[1] = (struct uvfio_iova_range){ 0x8000000000004000, -0x2001ull };
	}
	shape->late = flags & 0x10;
	p->fake->ranges_come_late = shape->late;
	config->quirks = shape->quirks;
	config->types = 1u << VFIO_TYPE1_IOMMU | (shape->v2 ? 1u << VFIO_TYPE1v2_IOMMU : 0);
	config->dma_avail = shape->dma_avail;
	config->nr_ranges = shape->nr_ranges;
	for (i = 0; i < shape->nr_ranges; i++)
		config->ranges[i] = (struct type1_range){ shape->ranges[i].first,
							  shape->ranges[i].last };
}

static void shape_spapr(struct program *p, unsigned char flags)
{
	p->now.shape.spapr = true;
	fake_be_spapr(p->fake, flags & 2 ? SPAPR_POWERNV : SPAPR_PSERIES);
	p->fake->spapr.no_ddw = (flags & 0xc) == 0xc;
	if (flags & 0x10)
		p->fake->spapr.types &= ~(1u << VFIO_SPAPR_TCE_v2_IOMMU);
	if (flags & 0x20)
		p->fake->locked_limit = 0x100000;
	if (flags & 0x40)
		p->fake->spapr.quirks = SPAPR_QUIRK(MAP_EBUSY);
}

static void on_reset_registration(struct uvfio *ctx, bool wanted, void *opaque)
{
	struct program *p = opaque;

	(void)ctx;
	check(p->reset_registered != wanted);
	p->reset_registered = wanted;
}

static void on_balloon(struct uvfio *ctx, bool inhibit, void *opaque)
{
	struct program *p = opaque;

	(void)ctx;
	check(p->inhibited != inhibit);
	p->inhibited = inhibit;
}

static void print_trace(void *opaque, const char *event, const char *args)
{
	(void)opaque;
	fprintf(stderr, "%s %s\n", event, args);
}

static void print_log(void *opaque, enum uvfio_log_level level, const char *message)
{
	(void)opaque;
	fprintf(stderr, "log %d: %s\n", level, message);
}

static void start(struct program *p)
{
	unsigned char flags = fuzz_byte(&p->in);
	struct uvfio_options opts;
	unsigned int i;

	p->fake = fake_new();
	if (flags & 1)
		shape_spapr(p, flags);
	else
		shape_type1(p, flags);
	for (i = 0; flags & 0x80 && i < MAX_DEVICES; i++)
		p->fake->devices[i].vectors_available = 3;
	for (i = 0; i < MAX_VMS; i++)
		p->vms[i] = fake_open_vm(p->fake);
	p->tce_table = fake_open_tce_table(p->fake);
	opts = fake_options(p->fake);
	opts.reset_registration = on_reset_registration;
	opts.reset_registration_opaque = p;
	opts.balloon_inhibit = on_balloon;
	opts.balloon_inhibit_opaque = p;
	check(!uvfio_new(&opts, &p->ctx, NULL));
	if (getenv("FUZZ_TRACE")) {
		uvfio_set_trace(p->ctx, print_trace, NULL);
		uvfio_set_log(p->ctx, UVFIO_LOG_INFO, print_log, NULL);
	}
}

static void step(struct program *p)
{
	const struct calls *calls = parts[fuzz_below(&p->in, ARRAY_SIZE(parts))];
	call_fn fn = calls->fn[fuzz_below(&p->in, calls->nr)];

	oracle_arm(p);
	fn(p);
	check_invariants(p);
}

/* In an order that the input has the first word on; the last goes on to the end. */
static void release_all(struct program *p, unsigned int order)
{
	unsigned int i, idle = 0;

	for (i = order; idle < ARRAY_SIZE(releases); i++) {
		oracle_arm(p);
		idle = releases[i % ARRAY_SIZE(releases)](p) ? 0 : idle + 1;
		check_invariants(p);
	}
}

static void finish(struct program *p)
{
	unsigned int i;

	check(!uvfio_free(p->ctx));
	for (i = 0; i < MAX_VMS; i++)
		fake_close_fd(p->fake, p->vms[i]);
	fake_close_fd(p->fake, p->tce_table);
	check(fake_free(p->fake));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct program *p = calloc(1, sizeof(*p));
	unsigned int steps;

	p->in = (struct fuzz_input){ data, size };
	start(p);
	for (steps = 0; p->in.left && steps < MAX_STEPS; steps++)
		step(p);
	release_all(p, size);
	finish(p);
	free(p);
	return 0;
}
