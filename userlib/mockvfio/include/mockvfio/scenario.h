/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scenarios: the shape of a device, with its faults, as a text file. The format
 * is that of mock-vfio-scenario(5).
 *
 * A program that uses this and links the static library needs libyaml as well.
 */
#ifndef _MOCKVFIO_SCENARIO_H
#define _MOCKVFIO_SCENARIO_H

#include <stdbool.h>

#include <mockvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio;
struct mockvfio_profile;

/**
 * struct mockvfio_scenario - a scenario that was read
 */
struct mockvfio_scenario;

/**
 * mockvfio_scenario_load() - read a scenario
 * @path: the file
 * @scenariop: where to store it; free it with mockvfio_scenario_free()
 * @err: details of a failure, or NULL; the message begins with "file:line: "
 *
 * This finds what is wrong with the file; what is wrong with the device that
 * it describes, the module finds when it is applied.
 *
 * Return: 0; -EINVAL when the file is no scenario; another negative errno.
 */
int mockvfio_scenario_load(const char *path, struct mockvfio_scenario **scenariop,
			   struct mockvfio_error *err);

/**
 * mockvfio_scenario_free() - free a scenario
 * @scenario: the scenario, or NULL
 */
void mockvfio_scenario_free(struct mockvfio_scenario *scenario);

/**
 * mockvfio_scenario_description() - what a scenario is for
 * @scenario: the scenario
 *
 * Return: one line, valid as long as the scenario.
 */
const char *mockvfio_scenario_description(const struct mockvfio_scenario *scenario);

/**
 * mockvfio_scenario_instances() - how many instances a scenario is about
 * @scenario: the scenario
 *
 * Return: at least 1.
 */
unsigned int mockvfio_scenario_instances(const struct mockvfio_scenario *scenario);

/**
 * mockvfio_scenario_check() - ask whether the module has what a scenario needs
 * @mock: the context
 * @scenario: the scenario
 * @err: details of a failure, or NULL; the message begins with "file:line: "
 *
 * Return: 0; -EOPNOTSUPP when a feature is not there; another negative errno.
 */
int mockvfio_scenario_check(struct mockvfio *mock, const struct mockvfio_scenario *scenario,
			    struct mockvfio_error *err);

/**
 * mockvfio_scenario_shape() - give a profile the shape of a scenario
 * @profile: the handle, not live
 * @scenario: the scenario
 * @err: details of a failure, or NULL; the message begins with "file:line: "
 *
 * What the scenario does not mention stays as it is. On failure some of it may
 * have been set.
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_scenario_shape(struct mockvfio_profile *profile,
			    const struct mockvfio_scenario *scenario, struct mockvfio_error *err);

/**
 * mockvfio_scenario_apply() - make a live profile of a scenario
 * @mock: the context
 * @scenario: the scenario
 * @name: the name the profile gets
 * @real_iommu: the kernel's own IOMMU driver serves the device, whatever the
 *	scenario says
 * @profilep: where to store the handle
 * @err: details of a failure, or NULL; the message begins with "file:line: "
 *	where a line of the file is at fault
 *
 * Makes no instances. On failure no profile is left behind.
 *
 * Return: 0; -EEXIST when there is a profile of that name; -EOPNOTSUPP when the
 * loaded module lacks a feature that the scenario needs; another negative
 * errno.
 */
int mockvfio_scenario_apply(struct mockvfio *mock, const struct mockvfio_scenario *scenario,
			    const char *name, bool real_iommu, struct mockvfio_profile **profilep,
			    struct mockvfio_error *err);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_SCENARIO_H */
