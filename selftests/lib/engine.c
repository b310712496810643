// SPDX-License-Identifier: GPL-2.0-only
/* Choosing a device's engine: see engine.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

static const struct engine_ops *ops_of(enum target_kind kind)
{
	switch (kind) {
	case TARGET_MOCK_TYPE1:
	case TARGET_MOCK_BACKEND:
		return &engine_mock_ops;
	case TARGET_EDU:
		return &engine_edu_ops;
	case TARGET_NVME:
		break;
	}
	return NULL;
}

int engine_open(struct engine *engine, struct target *target)
{
	struct uvfio_error err;
	int ret;

	memset(engine, 0, sizeof(*engine));
	engine->target = target;
	engine->ops = ops_of(target->kind);
	if (!engine->ops) {
		snprintf(engine->why, sizeof(engine->why), "no engine for this device");
		return 1;
	}
	ret = uvfio_region_setup(target->dev, VFIO_PCI_BAR0_REGION_INDEX, "BAR 0", &engine->bar0,
				 &err);
	if (ret) {
		snprintf(engine->why, sizeof(engine->why), "%s", err.message);
		return ret;
	}
	ret = engine->ops->init(engine);
	if (ret) {
		snprintf(engine->why, sizeof(engine->why), "the device does not answer: %s",
			 strerror(-ret));
		engine_close(engine);
	}
	return ret;
}

void engine_close(struct engine *engine)
{
	uvfio_region_finalize(engine->bar0);
	engine->bar0 = NULL;
}
