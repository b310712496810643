// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Host DMA windows, ordered by their first address.
 */
#include "host_window.h"

#include "container.h"
#include "report.h"

struct window {
	struct uvfio_tree_node node;	/* key = public.min_iova */
	struct uvfio_host_window public;
};

static struct window *window_of(struct uvfio_tree_node *node)
{
	return node ? uvfio_tree_entry(node, struct window, node) : NULL;
}

/* As windows do not overlap, only the last to start before it can reach it. */
static const struct window *find(const struct uvfio_container *container,
				 uint64_t last)
{
	return window_of(uvfio_tree_floor(&container->windows, last));
}

static int fail_window(const struct uvfio_container *container,
		       struct uvfio_error *err, int code, const char *operation,
		       const struct uvfio_host_window *window, const char *verdict)
{
	return uvfio_fail(container->ctx, err, code,
			  UVFIO_FAILURE(operation, .iova = window->min_iova,
					.length = window->max_iova - window->min_iova + 1),
			  "host DMA window 0x%llx..0x%llx %s",
			  (unsigned long long)window->min_iova,
			  (unsigned long long)window->max_iova, verdict);
}

int uvfio_host_win_add(struct uvfio_container *container, uint64_t min_iova,
		       uint64_t max_iova, uint64_t pgsizes,
		       struct uvfio_error *err)
{
	const char *op = "uvfio_host_win_add";
	const struct uvfio_host_window public = { min_iova, max_iova, pgsizes };
	const struct window *other = find(container, max_iova);
	struct window *window;

	if (max_iova < min_iova)
		return fail_window(container, err, -EINVAL, op, &public,
				   "ends before it starts");
	if (other && other->public.max_iova >= min_iova)
		return fail_window(container, err, -EEXIST, op, &public,
				   "overlaps another");
	window = uvfio_zalloc(container->ctx, sizeof(*window));
	if (!window)
		return uvfio_fail_nomem(container->ctx, err, op);
	window->public = public;
	window->node.key = min_iova;
	uvfio_tree_insert(&container->windows, &window->node);
	return 0;
}

static void remove_window(struct uvfio_container *container, struct window *window)
{
	uvfio_tree_remove(&container->windows, &window->node);
	uvfio_free_mem(container->ctx, window);
}

int uvfio_host_win_del(struct uvfio_container *container, uint64_t min_iova,
		       uint64_t max_iova, struct uvfio_error *err)
{
	const struct uvfio_host_window wanted = { min_iova, max_iova, 0 };
	struct window *window =
		window_of(uvfio_tree_floor(&container->windows, min_iova));

	if (!window || window->public.min_iova != min_iova ||
	    window->public.max_iova != max_iova)
		return fail_window(container, err, -ENOENT, "uvfio_host_win_del",
				   &wanted, "does not exist");
	remove_window(container, window);
	return 0;
}

int uvfio_fail_no_window(const struct uvfio_container *container,
			 struct uvfio_error *err, const char *operation,
			 uint64_t first, uint64_t last)
{
	return uvfio_fail(container->ctx, err, -ENXIO,
			  UVFIO_FAILURE(operation, .iova = first,
					.length = last - first + 1),
			  "can't map guest IOVA region 0x%llx..0x%llx",
			  (unsigned long long)first, (unsigned long long)last);
}

bool uvfio_host_win_touches(const struct uvfio_container *container,
			    uint64_t first, uint64_t last)
{
	const struct window *window = find(container, last);

	return window && window->public.max_iova >= first;
}

int uvfio_host_win_lookup(const struct uvfio_container *container,
			  uint64_t first, uint64_t last,
			  struct uvfio_host_window *out, struct uvfio_error *err)
{
	const struct window *window = find(container, first);

	if (!window || first > last || last > window->public.max_iova)
		return uvfio_fail_no_window(container, err, "uvfio_host_win_lookup",
					    first, last);
	if (out)
		*out = window->public;
	return 0;
}

int uvfio_add_iova_windows(struct uvfio_container *container,
			   struct uvfio_error *err)
{
	const struct uvfio_iova_range *range = container->ranges;
	size_t i;
	int ret = 0;

	for (i = 0; i < container->nr_ranges && !ret; i++, range++)
		ret = uvfio_host_win_add(container, range->first, range->last,
					 container->pgsizes, err);
	return ret;
}

void uvfio_free_host_windows(struct uvfio_container *container)
{
	struct window *window;

	while ((window = window_of(container->windows.root)))
		remove_window(container, window);
}
