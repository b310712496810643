/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_KVM_H
#define UVFIO_SRC_KVM_H

#include <uvfio/kvm.h>

struct uvfio_group;

/*
 * A group has come, or is about to go. Nothing is done without a machine, and
 * what fails goes to the log.
 */
void uvfio_kvm_add_group(struct uvfio_group *group);
void uvfio_kvm_del_group(struct uvfio_group *group);

/* The TCE table behind the IOMMU that the group's devices use. */
void uvfio_kvm_set_spapr_tce(struct uvfio_group *group, int tablefd);

/* The end of the context: there is no group any more. */
void uvfio_kvm_free(struct uvfio *ctx);

#endif /* UVFIO_SRC_KVM_H */
