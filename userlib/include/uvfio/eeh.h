/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * EEH, the error handling of POWER machines: operations on the partitionable
 * endpoint (PE) of a container or of an address space. As the kernel does one on
 * all groups of a container and a guest knows one endpoint, there must be exactly
 * one group.
 */
#ifndef UVFIO_EEH_H
#define UVFIO_EEH_H

#include <stdbool.h>
#include <stdint.h>

#include <uvfio/address_space.h>
#include <uvfio/container.h>
#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * uvfio_eeh_container_ok() - whether EEH can be used with a container
 * @container: the container
 *
 * Whether the kernel has EEH is another question, which
 * uvfio_container_check_extension() with VFIO_EEH answers.
 *
 * Return: true when there is exactly one group in it.
 */
bool uvfio_eeh_container_ok(const struct uvfio_container *container);

/**
 * uvfio_eeh_container_op() - VFIO_EEH_PE_OP
 * @container: the container
 * @op: VFIO_EEH_PE_ENABLE, VFIO_EEH_PE_GET_STATE ...
 * @err: optional
 *
 * VFIO_EEH_PE_INJECT_ERR injects error 0 on 32-bit address 0.
 *
 * Return: 0 or positive what the kernel answered: a VFIO_EEH_PE_STATE_... of
 * VFIO_EEH_PE_GET_STATE; -EPERM without exactly one group in the container;
 * -errno of the ioctl, -ENODEV when the group has no EEH.
 */
int uvfio_eeh_container_op(struct uvfio_container *container, uint32_t op,
			   struct uvfio_error *err);

/**
 * uvfio_eeh_as_ok() - whether EEH can be used with an address space
 * @as: the address space
 *
 * Return: true when there is exactly one container, with exactly one group.
 */
bool uvfio_eeh_as_ok(const struct uvfio_address_space *as);

/**
 * uvfio_eeh_as_op() - VFIO_EEH_PE_OP on the container of an address space
 * @as: the address space
 * @op: VFIO_EEH_PE_ENABLE, VFIO_EEH_PE_GET_STATE ...
 * @err: optional
 *
 * Return: as uvfio_eeh_container_op(); -ENODEV without exactly one container.
 */
int uvfio_eeh_as_op(struct uvfio_address_space *as, uint32_t op,
		    struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_EEH_H */
