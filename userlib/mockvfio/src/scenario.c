// SPDX-License-Identifier: LGPL-2.1-or-later
/* Scenarios as a whole: reading, freeing, applying. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"
#include "scenario.h"

int mockvfio_scenario_load(const char *path, struct mockvfio_scenario **scenariop,
			   struct mockvfio_error *err)
{
	struct mockvfio_scenario *scenario;
	int ret;

	scenario = calloc(1, sizeof(*scenario));
	if (scenario)
		scenario->file = strdup(path);
	if (!scenario || !scenario->file) {
		mockvfio_scenario_free(scenario);
		return mv_error(err, ENOMEM, NULL, "out of memory");
	}
	scenario->instances = 1;
	ret = mv_scenario_read(scenario, err);
	if (ret) {
		mockvfio_scenario_free(scenario);
		errno = -ret;
		return ret;
	}
	*scenariop = scenario;
	return 0;
}

void mockvfio_scenario_free(struct mockvfio_scenario *scenario)
{
	size_t i;

	if (!scenario)
		return;
	for (i = 0; i < scenario->step_count; i++) {
		free(scenario->steps[i].path);
		free(scenario->steps[i].value);
	}
	for (i = 0; i < scenario->need_count; i++)
		free(scenario->needs[i].feature);
	free(scenario->steps);
	free(scenario->needs);
	free(scenario->description);
	free(scenario->file);
	free(scenario);
}

const char *mockvfio_scenario_description(const struct mockvfio_scenario *scenario)
{
	return scenario->description;
}

unsigned int mockvfio_scenario_instances(const struct mockvfio_scenario *scenario)
{
	return scenario->instances;
}

int mockvfio_scenario_check(struct mockvfio *mock, const struct mockvfio_scenario *scenario,
			    struct mockvfio_error *err)
{
	const struct mv_need *need;
	size_t i;
	int ret;

	for (i = 0; i < scenario->need_count; i++) {
		need = &scenario->needs[i];
		ret = mockvfio_has_feature(mock, need->feature, err);
		if (ret < 0)
			return ret;
		if (!ret)
			return mv_error(err, EOPNOTSUPP, scenario->file,
					"%s:%u: the module that is loaded lacks \"%s\" on this kernel",
					scenario->file, need->line, need->feature);
	}
	return 0;
}

/* What an errno means when it comes from configfs itself, not from the module. */
static const char *meaning(int code, bool is_directory)
{
	switch (code) {
	case ENOENT:
	case EPERM:
		return is_directory ? "the module knows no such directory" :
				      "the module knows no such attribute";
	case EISDIR:
		return "this is a directory, it takes no value";
	case ENOTDIR:
		return "this is an attribute, it takes a value";
	case EACCES:
		return "this can only be read";
	default:
		return strerror(code);
	}
}

/* Puts file, line and setting in front of a failure, in as few words as it takes. */
static int blame(const struct mockvfio_scenario *scenario, const struct mv_step *step, int ret,
		 struct mockvfio_error *err)
{
	char kernel[sizeof(err->kernel)];
	const char *slash;

	if (!err)
		return ret;
	/* The module says "<profile>/<setting>: <why>", so setting and value are in there. */
	memcpy(kernel, err->kernel, sizeof(kernel));
	slash = strchr(kernel, '/');
	if (slash && !strncmp(slash + 1, step->path, strlen(step->path)))
		mv_error(err, -ret, scenario->file, "%s:%u: %s", scenario->file, step->line,
			 slash + 1);
	else if (step->value)
		mv_error(err, -ret, scenario->file, "%s:%u: %s: \"%s\": %s", scenario->file,
			 step->line, step->path, step->value,
			 kernel[0] ? kernel : meaning(-ret, false));
	else
		mv_error(err, -ret, scenario->file, "%s:%u: %s: %s", scenario->file, step->line,
			 step->path, kernel[0] ? kernel : meaning(-ret, true));
	memcpy(err->kernel, kernel, sizeof(kernel));
	return ret;
}

/* Directories that come with the profile are there already. */
static int make_directory(struct mockvfio_profile *profile, const char *below,
			  struct mockvfio_error *err)
{
	struct mv_path path;
	struct stat st;
	int ret;

	ret = mv_config_path(&path, profile, below, err);
	if (ret)
		return ret;
	if (stat(path.s, &st))
		return mockvfio_mkdir(profile, below, err);
	return S_ISDIR(st.st_mode) ? 0 : mv_error(err, ENOTDIR, path.s, "%s: not a directory",
						  path.s);
}

int mockvfio_scenario_shape(struct mockvfio_profile *profile,
			    const struct mockvfio_scenario *scenario, struct mockvfio_error *err)
{
	const struct mv_step *step;
	size_t i;
	int ret;

	for (i = 0; i < scenario->step_count; i++) {
		step = &scenario->steps[i];
		ret = step->value ? mockvfio_set(profile, step->path, step->value, err) :
				    make_directory(profile, step->path, err);
		if (ret)
			return blame(scenario, step, ret, err);
	}
	return 0;
}

/* More than the profile allows would be found out when most of them are made. */
static int check_instances(struct mockvfio_profile *profile,
			   const struct mockvfio_scenario *scenario, struct mockvfio_error *err)
{
	uint64_t max;
	int ret;

	if (!scenario->instances_line)
		return 0;
	ret = mockvfio_get_u64(profile, "max_instances", &max, err);
	if (!ret && scenario->instances > max)
		ret = mv_error(err, EINVAL, scenario->file,
			       "%s:%u: instances: %u are more than max_instances, %" PRIu64,
			       scenario->file, scenario->instances_line, scenario->instances, max);
	return ret;
}

static int go_live(struct mockvfio_profile *profile, const struct mockvfio_scenario *scenario,
		   struct mockvfio_error *err)
{
	/* No line is at fault when two of them contradict each other. */
	const struct mv_step live = { .path = (char *)"live", .value = (char *)"1", .line = 1 };
	int ret = mockvfio_profile_set_live(profile, true, err);

	return ret ? blame(scenario, &live, ret, err) : 0;
}

int mockvfio_scenario_apply(struct mockvfio *mock, const struct mockvfio_scenario *scenario,
			    const char *name, bool real_iommu, struct mockvfio_profile **profilep,
			    struct mockvfio_error *err)
{
	struct mockvfio_profile *profile;
	int ret;

	ret = mockvfio_scenario_check(mock, scenario, err);
	if (!ret)
		ret = mockvfio_profile_create(mock, name, &profile, err);
	if (ret)
		return ret;
	ret = mockvfio_scenario_shape(profile, scenario, err);
	if (!ret && real_iommu)
		ret = mockvfio_set(profile, "iommu_backend/enable", "0", err);
	if (!ret)
		ret = check_instances(profile, scenario, err);
	if (!ret)
		ret = go_live(profile, scenario, err);
	if (ret) {
		mockvfio_profile_destroy(profile, NULL);
		errno = -ret;
		return ret;
	}
	*profilep = profile;
	return 0;
}
