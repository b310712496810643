/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fault rules: which call of a profile's devices goes wrong, and how. Rules
 * may be added, changed and removed while the profile is live.
 */
#ifndef _MOCKVFIO_FAULT_H
#define _MOCKVFIO_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include <mockvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio_profile;

/**
 * struct mockvfio_rule - a fault rule
 * @name: directory name below "faults", one path component
 * @site: where the fault strikes, a name of the module's table of sites
 * @effect: what happens there; NULL for the first that the site offers, which is an
 *	errno where the call can fail
 * @error: the errno as the module takes it, "EBUSY" or "16"; NULL for the
 *	site's own
 * @match_iova: strike only for an IOVA in this range, "lo-hi" or "value"
 * @match_size: the same for the size of the request
 * @match_ioctl: the same for the ioctl's number, such as VFIO_IOMMU_MAP_DMA
 * @match_index: the same for the region or interrupt index
 * @match_tgid: the same for the process that makes the call
 * @value: argument of the effect, such as milliseconds of a delay
 * @skip: let that many matching calls pass first
 * @interval: then strike at every @interval-th call only; 1 by default
 * @times: strike that often at most; -1, the default, for ever
 * @probability: of those calls that are left, in per cent; 100 by default
 * @seed: of the generator behind @probability, for runs that repeat exactly
 * @priority: the lowest number of several matching rules wins
 *
 * A member that is NULL or 0 is left at the module's default, so a designated
 * initialiser needs to name only what matters.
 */
struct mockvfio_rule {
	const char *name;
	const char *site;
	const char *effect;
	const char *error;
	const char *match_iova;
	const char *match_size;
	const char *match_ioctl;
	const char *match_index;
	const char *match_tgid;
	uint64_t value;
	uint64_t skip;
	uint64_t interval;
	int64_t times;
	uint64_t probability;
	uint64_t seed;
	int64_t priority;
};

/**
 * mockvfio_fault_add() - make a rule and arm it
 * @profile: the handle of the profile
 * @rule: the rule
 * @err: details of a failure, or NULL
 *
 * On failure no rule is left behind.
 *
 * Return: 0; -EEXIST when there is a rule of that name; -EINVAL when the
 * module refuses a value; another negative errno.
 */
int mockvfio_fault_add(struct mockvfio_profile *profile, const struct mockvfio_rule *rule,
		       struct mockvfio_error *err);

/**
 * mockvfio_fault_remove() - disarm and remove a rule
 * @profile: the handle of the profile
 * @name: the rule's name
 * @err: details of a failure, or NULL
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_fault_remove(struct mockvfio_profile *profile, const char *name,
			  struct mockvfio_error *err);

/**
 * mockvfio_fault_arm() - arm or disarm a rule
 * @profile: the handle of the profile
 * @name: the rule's name
 * @armed: true to arm
 * @err: details of a failure, or NULL
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_fault_arm(struct mockvfio_profile *profile, const char *name, bool armed,
		       struct mockvfio_error *err);

/**
 * mockvfio_fault_list() - call a function for each rule of a profile
 * @profile: the handle of the profile
 * @fn: gets the rule's name, in the order of names; the first result that is
 *	not 0 ends the list
 * @data: passed to @fn
 * @err: details of a failure, or NULL
 *
 * Return: what @fn returned last; 0 when there is none; a negative errno.
 */
int mockvfio_fault_list(struct mockvfio_profile *profile, int (*fn)(const char *name, void *data),
			void *data, struct mockvfio_error *err);

/**
 * struct mockvfio_fault_stats - what became of a rule
 * @seen: calls that matched since the rule was armed
 * @hits: calls of these that were struck
 */
struct mockvfio_fault_stats {
	uint64_t seen;
	uint64_t hits;
};

/**
 * mockvfio_fault_stats() - read what became of a rule
 * @profile: the handle of the profile
 * @name: the rule's name
 * @stats: where to store the counts
 * @err: details of a failure, or NULL
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_fault_stats(struct mockvfio_profile *profile, const char *name,
			 struct mockvfio_fault_stats *stats, struct mockvfio_error *err);

/**
 * mockvfio_fail_nth_set() - let the n-th site fail that this process reaches
 * @profile: the handle of the profile
 * @n: counts calls of this process, by any of its threads, that reach a site
 *	of the profile's devices or their containers which can fail; 0 to stop
 * @err: details of a failure, or NULL
 *
 * The call fails with the site's default errno, once. Going through n = 1, 2, 3
 * and so on takes a program through all of its error paths.
 *
 * Return: 0; -ENOSPC when too many processes are counting; another negative
 * errno.
 */
int mockvfio_fail_nth_set(struct mockvfio_profile *profile, uint64_t n,
			  struct mockvfio_error *err);

/**
 * mockvfio_fail_nth_get() - ask whether the n-th site was reached
 * @profile: the handle of the profile
 * @leftp: where to store how many calls there still are until one fails: 0
 *	when it has failed, or when this process did not ask for one
 * @err: details of a failure, or NULL
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_fail_nth_get(struct mockvfio_profile *profile, uint64_t *leftp,
			  struct mockvfio_error *err);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_FAULT_H */
