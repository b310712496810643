/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Device profiles: a directory in the module's configfs tree that describes a
 * device. Shape it while it is not live, then make it live to create instances.
 */
#ifndef _MOCKVFIO_PROFILE_H
#define _MOCKVFIO_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mockvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio;

/**
 * struct mockvfio_profile - a handle on a profile
 */
struct mockvfio_profile;

/** define MOCKVFIO_VALUE_MAX - longest value of an attribute, with its NUL */
#define MOCKVFIO_VALUE_MAX	4096

/**
 * mockvfio_profile_create() - make a profile with the module's defaults
 * @mock: the context
 * @name: the profile's name, one path component
 * @profilep: where to store the handle
 * @err: details of a failure, or NULL
 *
 * Return: 0; -EEXIST when there is a profile of that name; another negative
 * errno.
 */
int mockvfio_profile_create(struct mockvfio *mock, const char *name,
			    struct mockvfio_profile **profilep, struct mockvfio_error *err);

/*
 * Opened under this name, the rules, the event log and the fail_nth of containers that
 * no profile owns yet: what programs do before and at VFIO_SET_IOMMU. It has nothing
 * else of a profile, is there as long as the module, and is in no list of profiles.
 */
#define MOCKVFIO_EARLY	"iommu"

/**
 * mockvfio_profile_open() - get a handle on a profile that exists
 * @mock: the context
 * @name: the profile's name
 * @profilep: where to store the handle
 * @err: details of a failure, or NULL
 *
 * Return: 0; -ENOENT when there is no such profile; another negative errno.
 */
int mockvfio_profile_open(struct mockvfio *mock, const char *name,
			  struct mockvfio_profile **profilep, struct mockvfio_error *err);

/**
 * mockvfio_profile_list() - call a function for each profile there is
 * @mock: the context
 * @fn: gets the profile's name, in the order of names; the first result that is
 *	not 0 ends the list
 * @data: passed to @fn
 * @err: details of a failure, or NULL
 *
 * Return: what @fn returned last; 0 when there is none; a negative errno.
 */
int mockvfio_profile_list(struct mockvfio *mock, int (*fn)(const char *name, void *data),
			  void *data, struct mockvfio_error *err);

/**
 * mockvfio_profile_close() - free a handle and leave the profile as it is
 * @profile: the handle, or NULL
 */
void mockvfio_profile_close(struct mockvfio_profile *profile);

/**
 * mockvfio_profile_destroy() - remove a profile with all that is in it
 * @profile: the handle; freed whatever the result
 * @err: details of a failure, or NULL
 *
 * Removes the instances, clears "live", then removes the directories.
 * Removing an instance that a program has open waits until it is closed.
 *
 * Return: 0 or a negative errno; after a failure mockvfio_profile_open() finds
 * what is left.
 */
int mockvfio_profile_destroy(struct mockvfio_profile *profile, struct mockvfio_error *err);

/**
 * mockvfio_profile_name() - the profile's name
 * @profile: the handle
 *
 * Return: the name, valid as long as the handle.
 */
const char *mockvfio_profile_name(const struct mockvfio_profile *profile);

/**
 * mockvfio_profile_set_live() - switch a profile on or off
 * @profile: the handle
 * @live: true registers the profile's mdev type, false removes it
 * @err: details of a failure, or NULL
 *
 * Return: 0; -EBUSY when switching off with instances left; another negative
 * errno when the module refuses the profile's shape.
 */
int mockvfio_profile_set_live(struct mockvfio_profile *profile, bool live,
			      struct mockvfio_error *err);

/**
 * mockvfio_mkdir() - make a directory inside a profile
 * @profile: the handle
 * @path: path below the profile, such as "regions/bar2"
 * @err: details of a failure, or NULL
 *
 * Return: 0, -EEXIST, or another negative errno.
 */
int mockvfio_mkdir(struct mockvfio_profile *profile, const char *path, struct mockvfio_error *err);

/**
 * mockvfio_rmdir() - remove a directory made by mockvfio_mkdir()
 * @profile: the handle
 * @path: path below the profile
 * @err: details of a failure, or NULL
 *
 * Return: 0 or a negative errno.
 */
int mockvfio_rmdir(struct mockvfio_profile *profile, const char *path, struct mockvfio_error *err);

/**
 * mockvfio_set() - write an attribute
 * @profile: the handle
 * @path: path below the profile, such as "pci_vendor" or "iommu_backend/quirks"
 * @value: the text to write
 * @err: details of a failure, or NULL
 *
 * Return: 0; -EBUSY when the attribute cannot change while the profile is
 * live; -EINVAL when the module refuses the value; another negative errno.
 */
int mockvfio_set(struct mockvfio_profile *profile, const char *path, const char *value,
		 struct mockvfio_error *err);

/**
 * mockvfio_set_u64() - write a number to an attribute
 * @profile: the handle
 * @path: path below the profile
 * @value: the number, written in hexadecimal
 * @err: details of a failure, or NULL
 *
 * Return: as mockvfio_set().
 */
int mockvfio_set_u64(struct mockvfio_profile *profile, const char *path, uint64_t value,
		     struct mockvfio_error *err);

/**
 * mockvfio_get() - read an attribute
 * @profile: the handle
 * @path: path below the profile
 * @buf: where to store the text; its final newline is dropped
 * @size: size of @buf, at most MOCKVFIO_VALUE_MAX is ever needed
 * @err: details of a failure, or NULL
 *
 * Return: the length of the text; -ENOSPC when @buf is too small; another
 * negative errno.
 */
int mockvfio_get(struct mockvfio_profile *profile, const char *path, char *buf, size_t size,
		 struct mockvfio_error *err);

/**
 * mockvfio_get_u64() - read an attribute that is a number
 * @profile: the handle
 * @path: path below the profile
 * @valuep: where to store the number
 * @err: details of a failure, or NULL
 *
 * Return: 0; -EINVAL when the attribute is not a number; another negative
 * errno.
 */
int mockvfio_get_u64(struct mockvfio_profile *profile, const char *path, uint64_t *valuep,
		     struct mockvfio_error *err);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_PROFILE_H */
