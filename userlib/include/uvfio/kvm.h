/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * KVM: a virtual machine that knows the VFIO groups its guest uses can do more
 * itself, such as keep the guest's view of caching coherent. It is told by one
 * device of type KVM_DEV_TYPE_VFIO, which the library makes and keeps.
 */
#ifndef UVFIO_KVM_H
#define UVFIO_KVM_H

#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct uvfio;

/**
 * uvfio_set_kvm() - which virtual machine the groups belong to
 * @ctx: the context
 * @vm_fd: descriptor of the machine, from KVM_CREATE_VM. It stays the program's,
 *         and must stay open until the context is freed or this is called
 *         with -1
 * @err: optional
 *
 * The machine learns of the groups there are, and of every group that comes or
 * goes from now on; on sPAPR also of the TCE tables behind IOMMU sections that are
 * added from now on. That a group could not be added or removed, because @vm_fd is no
 * machine, say, is no failure of anything, only logged: VFIO works without.
 *
 * The machine's VFIO device is made when there is a first group, and kept until
 * the context is freed: a machine can have only one, so it should have only one
 * context.
 *
 * With a @vm_fd of -1 the groups are removed and the device is closed: the library
 * no longer keeps the machine alive.
 *
 * Return: 0; -EBUSY when another machine is set.
 */
int uvfio_set_kvm(struct uvfio *ctx, int vm_fd, struct uvfio_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_KVM_H */
