// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Registering listeners: the sections there are already are replayed, and taken
 * back at the end.
 */
#include <stdio.h>

#include "listener.h"
#include "report.h"
#include "section.h"

typedef int (*region_fn)(void *opaque, const struct uvfio_section *section,
			 struct uvfio_error *err);

static int tell(region_fn fn, struct uvfio_listener *listener,
		const struct uvfio_section *section, struct uvfio_error *why)
{
	int ret;

	*why = (struct uvfio_error){ .code = 0 };
	ret = fn(listener->opaque, section, why);
	if (ret >= 0)
		return 0;
	why->code = ret;
	if (!why->message[0])
		snprintf(why->message, sizeof(why->message),
			 "a listener failed for the section at 0x%llx",
			 (unsigned long long)section->start);
	return ret;
}

int uvfio_tell_add(struct uvfio_listener *listener,
		   const struct uvfio_section *section, struct uvfio_error *why)
{
	return tell(listener->ops.region_add, listener, section, why);
}

int uvfio_tell_del(struct uvfio_listener *listener,
		   const struct uvfio_section *section, struct uvfio_error *why)
{
	return tell(listener->ops.region_del, listener, section, why);
}

/* All sections before @end, or all there are; *first is what failed first. */
static void take_back(struct uvfio_listener *listener,
		      const struct uvfio_section *end, struct uvfio_error *first)
{
	const struct uvfio_section *section = end;
	struct uvfio_error why;

	while ((section = uvfio_previous_section(listener->as, section)))
		if (uvfio_tell_del(listener, section, &why) < 0)
			uvfio_keep_first(listener->as->ctx, first, &why);
}

static int replay(struct uvfio_listener *listener, struct uvfio_error *why)
{
	const struct uvfio_section *section = NULL;
	struct uvfio_error ignored;
	int ret;

	while ((section = uvfio_next_section(listener->as, section))) {
		ret = uvfio_tell_add(listener, section, why);
		if (ret < 0) {
			ignored.code = ret;	/* the first is known */
			take_back(listener, section, &ignored);
			return ret;
		}
	}
	return 0;
}

static int check_ops(struct uvfio *ctx, struct uvfio_listener_ops *known,
		     const struct uvfio_listener_ops *ops, struct uvfio_error *err)
{
	int ret = uvfio_copy_sized(known, sizeof(*known), ops, ops->size);

	if (ret)
		return uvfio_fail(ctx, err, ret,
				  UVFIO_FAILURE("uvfio_listener_register"),
				  "struct uvfio_listener_ops: bad size %zu", ops->size);
	if (!known->region_add || !known->region_del)
		return uvfio_fail(ctx, err, -EINVAL,
				  UVFIO_FAILURE("uvfio_listener_register"),
				  "a listener needs both region_add and region_del");
	return 0;
}

int uvfio_listener_register(struct uvfio_address_space *as,
			    const struct uvfio_listener_ops *ops, void *opaque,
			    struct uvfio_listener **out, struct uvfio_error *err)
{
	struct uvfio_listener *listener;
	struct uvfio_listener_ops known;
	struct uvfio_error why;
	int ret = check_ops(as->ctx, &known, ops, err);

	if (ret)
		return ret;
	listener = uvfio_zalloc(as->ctx, sizeof(*listener));
	if (!listener)
		return uvfio_fail_nomem(as->ctx, err, "uvfio_listener_register");
	listener->as = as;
	listener->ops = known;
	listener->opaque = opaque;
	ret = replay(listener, &why);
	if (ret < 0) {
		uvfio_free_mem(as->ctx, listener);
		return uvfio_pass_on(as->ctx, err, "uvfio_listener_register", &why);
	}
	as->refs++;
	uvfio_list_append(&as->listeners, &listener->node);
	*out = listener;
	return 0;
}

int uvfio_listener_unregister(struct uvfio_listener *listener,
			      struct uvfio_error *err)
{
	struct uvfio_error first = { .code = 0 };
	struct uvfio_address_space *as;
	int ret = 0;

	if (!listener)
		return 0;
	as = listener->as;
	uvfio_list_remove(&listener->node);
	take_back(listener, NULL, &first);
	if (first.code)
		ret = uvfio_pass_on(as->ctx, err, "uvfio_listener_unregister", &first);
	uvfio_free_mem(as->ctx, listener);
	uvfio_put_address_space(as);
	return ret;
}
