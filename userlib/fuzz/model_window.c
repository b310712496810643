// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Host windows of a type1 container: its IOVA ranges, and what the program adds
 * to them.
 */
#include <errno.h>

#include "fuzz.h"
#include "model.h"

bool model_in_window(const struct container *c, uint64_t first, uint64_t last)
{
	unsigned int i;

	for (i = 0; i < c->nr_windows; i++)
		if (first >= c->windows[i].min_iova && last <= c->windows[i].max_iova)
			return true;
	return false;
}

bool model_touches_window(const struct container *c, uint64_t first, uint64_t last)
{
	unsigned int i;

	for (i = 0; i < c->nr_windows; i++)
		if (first <= c->windows[i].max_iova && c->windows[i].min_iova <= last)
			return true;
	return false;
}

int model_window_add(struct container *c, uint64_t first, uint64_t last)
{
	if (model_touches_window(c, first, last))
		return -EEXIST;
	check(c->nr_windows < MAX_WINDOWS);
	c->windows[c->nr_windows++] = (struct uvfio_host_window){ first, last, PAGE };
	return 0;
}

int model_window_del(struct container *c, uint64_t first, uint64_t last)
{
	unsigned int i;

	for (i = 0; i < c->nr_windows; i++) {
		if (c->windows[i].min_iova != first || c->windows[i].max_iova != last)
			continue;
		c->windows[i] = c->windows[--c->nr_windows];
		return 0;
	}
	return -ENOENT;
}

/* Whether the kernel keeps to its ranges now. */
bool model_has_limits(const struct model *m, const struct container *c)
{
	unsigned int i, devices = 0;

	for (i = 0; i < MAX_GROUPS; i++)
		if (model_group_is_open(m, i) && c == &m->containers[m->groups[i].container])
			devices += m->groups[i].devices;
	return m->shape.nr_ranges && (devices || !m->shape.late);
}

static const struct uvfio_iova_range *kernel_ranges(const struct model *m,
						    const struct container *c, size_t *nr)
{
	static const struct uvfio_iova_range everything = { 0, UINT64_MAX };
	bool limited = model_has_limits(m, c);

	*nr = limited ? m->shape.nr_ranges : 1;
	return limited ? m->shape.ranges : &everything;
}

/* That the library has them as they are. */
bool model_knows_limits(const struct model *m, const struct container *c)
{
	const struct uvfio_iova_range *ranges;
	size_t nr;

	ranges = kernel_ranges(m, c, &nr);
	return nr == c->nr_ranges && !memcmp(ranges, c->ranges, nr * sizeof(*ranges));
}

/* Of a container that never came to be, what it would have had. */
static const struct uvfio_iova_range *ranges_of(const struct model *m,
						const struct container *c, size_t *nr)
{
	if (c->handle)
		return uvfio_container_iova_ranges(c->handle, nr);
	return kernel_ranges(m, c, nr);
}

/* When the ranges have changed the windows are theirs again. */
void model_learn_ranges(const struct model *m, struct container *c)
{
	const struct uvfio_iova_range *ranges;
	size_t i, nr;

	if (m->shape.spapr)
		return;
	ranges = ranges_of(m, c, &nr);
	check(nr <= 2);
	if (nr == c->nr_ranges && !memcmp(ranges, c->ranges, nr * sizeof(*ranges)))
		return;
	c->nr_ranges = nr;
	c->nr_windows = 0;
	for (i = 0; i < nr; i++) {
		c->ranges[i] = ranges[i];
		check(!model_window_add(c, ranges[i].first, ranges[i].last));
	}
}
