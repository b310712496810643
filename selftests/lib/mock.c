// SPDX-License-Identifier: GPL-2.0-only
/* The mock device of a test: see mock.h. */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "mock.h"

int mock_shape_backend(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	unsigned int kernel = expect_kernel();
	char quirks[32];
	int ret;

	snprintf(quirks, sizeof(quirks), "kernel=%u.%u", kernel >> 8, kernel & 0xff);
	ret = mockvfio_set(profile, "iommu_backend/enable", "1", err);
	return ret ? ret : mockvfio_set(profile, "iommu_backend/quirks", quirks, err);
}

static int failed(struct mock *mock, int ret, const struct mockvfio_error *err)
{
	snprintf(mock->why, sizeof(mock->why), "%s", err->message);
	return ret;
}

/* A test that was killed could not clean up; the next one does. */
static int remove_leftover(struct mock *mock, struct mockvfio_error *err)
{
	struct mockvfio_profile *profile;
	int ret;

	ret = mockvfio_profile_open(mock->ctx, MOCK_PROFILE, &profile, err);
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	return mockvfio_profile_destroy(profile, err);
}

int mock_profile_open(struct mock *mock, mock_shape_fn shape)
{
	struct mockvfio_error err;
	int ret;

	memset(mock, 0, sizeof(*mock));
	ret = mockvfio_new(NULL, &mock->ctx, &err);
	if (ret) {
		failed(mock, ret, &err);
		return ret == -ENOENT ? 1 : ret;
	}
	ret = remove_leftover(mock, &err);
	if (!ret)
		ret = mockvfio_profile_create(mock->ctx, MOCK_PROFILE, &mock->profile, &err);
	if (!ret && shape)
		ret = shape(mock->profile, &err);
	if (ret) {
		failed(mock, ret, &err);
		if (mock->profile)
			mockvfio_profile_destroy(mock->profile, NULL);
		mockvfio_free(mock->ctx);
		memset(mock, 0, offsetof(struct mock, why));
	}
	return ret;
}

int mock_go_live(struct mock *mock)
{
	struct mockvfio_error err;
	int ret;

	ret = mockvfio_profile_set_live(mock->profile, true, &err);
	if (!ret)
		ret = mockvfio_instance_create(mock->profile, NULL, &mock->instance, &err);
	return ret ? failed(mock, ret, &err) : 0;
}

int mock_open(struct mock *mock, mock_shape_fn shape)
{
	char why[sizeof(mock->why)];
	int ret;

	ret = mock_profile_open(mock, shape);
	if (ret)
		return ret;
	ret = mock_go_live(mock);
	if (ret) {
		memcpy(why, mock->why, sizeof(why));
		mock_close(mock);
		memcpy(mock->why, why, sizeof(why));
	}
	return ret;
}

/* Instances stay until they are removed; everything else must be gone by now. */
static int check_held(struct mock *mock, struct mockvfio_error *err)
{
	struct mockvfio_counters counters;
	size_t i;
	int ret;

	ret = mockvfio_counters_read(mock->profile, &counters, err);
	for (i = 0; i < counters.count && !ret; i++) {
		if (!counters.v[i].value || !strcmp(counters.v[i].name, "instances"))
			continue;
		snprintf(err->message, sizeof(err->message), "still held at the end: %s %" PRIu64,
			 counters.v[i].name, counters.v[i].value);
		ret = -EBUSY;
	}
	return ret;
}

int mock_close(struct mock *mock)
{
	struct mockvfio_error err;
	int ret, removed;

	if (!mock->ctx)
		return 0;
	ret = check_held(mock, &err);
	if (ret)
		failed(mock, ret, &err);
	removed = mockvfio_profile_destroy(mock->profile, &err);
	if (removed && !ret)
		ret = failed(mock, removed, &err);
	mockvfio_free(mock->ctx);
	memset(mock, 0, offsetof(struct mock, why));
	return ret;
}

uint64_t mock_counter(struct mock *mock, const char *name)
{
	struct mockvfio_counters counters;
	uint64_t value;

	if (mockvfio_counters_read(mock->profile, &counters, NULL) ||
	    mockvfio_counter_get(&counters, name, &value))
		return UINT64_MAX;
	return value;
}
