// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * An ioctl's way into the sPAPR model and out of it: who may make it and when,
 * what is copied from and to the program, and the checks of its form.
 */
#include "spapr_priv.h"

#define UNMAP_SIZE	offsetof(struct vfio_iommu_type1_dma_unmap, data)
#define INFO_SIZE	offsetof(struct vfio_iommu_spapr_tce_info, ddw)
#define EEH_SIZE	(offsetof(struct vfio_eeh_pe_op, op) + sizeof(u32))
#define EEH_FULL_SIZE	sizeof(struct vfio_eeh_pe_op)
#define INFO_FULL_SIZE	sizeof(struct vfio_iommu_spapr_tce_info)
#define MAP_SIZE	sizeof(struct vfio_iommu_type1_dma_map)
#define MEMORY_SIZE	sizeof(struct vfio_iommu_spapr_register_memory)
#define CREATE_SIZE	sizeof(struct vfio_iommu_spapr_tce_create)
#define REMOVE_SIZE	sizeof(struct vfio_iommu_spapr_tce_remove)

/* Every structure begins with its size and flags. */
struct header {
	u32 argsz;
	u32 flags;
};

static int run_info(struct spapr *s, struct spapr_request *r)
{
	struct vfio_iommu_spapr_tce_info *info = &r->info;

	info->dma32_window_start = 0;
	info->dma32_window_size = spapr_traits(s)->default_size;
	info->flags = 0;
	memset(&info->ddw, 0, sizeof(info->ddw));
	if (s->v2) {
		info->flags = VFIO_IOMMU_SPAPR_INFO_DDW;
		info->ddw.pgsizes = s->config.pgsizes;
		info->ddw.max_dynamic_windows_supported = SPAPR_MAX_WINDOWS;
		info->ddw.levels = spapr_traits(s)->max_levels;
	}
	return 0;
}

static int run_map(struct spapr *s, struct spapr_request *r)
{
	return spapr_map(s, &r->map);
}

static int run_unmap(struct spapr *s, struct spapr_request *r)
{
	return spapr_unmap(s, &r->unmap);
}

static int run_register(struct spapr *s, struct spapr_request *r)
{
	return spapr_register(s, r->memory.vaddr, r->memory.size);
}

static int run_unregister(struct spapr *s, struct spapr_request *r)
{
	return spapr_unregister(s, r->memory.vaddr, r->memory.size);
}

static int run_create(struct spapr *s, struct spapr_request *r)
{
	return spapr_create_window(s, &r->create);
}

static int run_remove(struct spapr *s, struct spapr_request *r)
{
	return spapr_remove_window(s, r->remove.start_addr);
}

/* As much locked memory as the window could ever map. */
static int run_enable(struct spapr *s, struct spapr_request *r)
{
	int ret;

	(void)r;
	if (s->enabled)
		return -EBUSY;
	s->program = s->ops->program(s->host);
	ret = s->ops->charge(s->host, spapr_traits(s)->default_size);
	s->enabled = !ret;
	return ret;
}

static int run_disable(struct spapr *s, struct spapr_request *r)
{
	(void)r;
	if (s->enabled)
		s->ops->uncharge(s->host, spapr_traits(s)->default_size);
	s->enabled = false;
	return 0;
}

/* All groups, until one has something to say: a failure, or a state. */
static int run_eeh(struct spapr *s, struct spapr_request *r)
{
	struct spapr_group *group;
	int ret = 0;

	for (group = s->groups; group && !ret; group = group->next)
		ret = eeh_pe_op(&group->pe, &r->eeh);
	return ret;
}

enum {
	V1 = 1,
	V2 = 2,
	ENABLED = 4,	/* only after ENABLE or the first REGISTER_MEMORY */
	CLAIMS = 8,	/* from now on only this program may do anything */
	CLAIMED = 16,	/* ... and it must have done so */
	WITH_EEH = 32,
	NO_ARGUMENT = 64,
};

/* Each ioctl: who may make it, the part of its structure that must be there. */
static const struct handler {
	unsigned int cmd;
	u32 rules;
	u32 size;
	u32 known_flags;
	int (*run)(struct spapr *s, struct spapr_request *r);
} handlers[] = {
	{ VFIO_IOMMU_SPAPR_TCE_GET_INFO, V1 | V2, INFO_SIZE, ~0u, run_info },
	{ VFIO_IOMMU_MAP_DMA, V1 | V2 | ENABLED, MAP_SIZE, TCE_PROT, run_map },
	{ VFIO_IOMMU_UNMAP_DMA, V1 | V2 | ENABLED, UNMAP_SIZE, 0, run_unmap },
	{ VFIO_IOMMU_ENABLE, V1 | NO_ARGUMENT, 0, 0, run_enable },
	{ VFIO_IOMMU_DISABLE, V1 | NO_ARGUMENT, 0, 0, run_disable },
	{ VFIO_IOMMU_SPAPR_REGISTER_MEMORY, V2 | CLAIMS, MEMORY_SIZE, 0, run_register },
	{ VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, V2 | CLAIMED, MEMORY_SIZE, 0, run_unregister },
	{ VFIO_IOMMU_SPAPR_TCE_CREATE, V2 | CLAIMS, CREATE_SIZE, 0, run_create },
	{ VFIO_IOMMU_SPAPR_TCE_REMOVE, V2 | CLAIMS, REMOVE_SIZE, 0, run_remove },
	{ VFIO_EEH_PE_OP, V1 | V2 | WITH_EEH, EEH_SIZE, 0, run_eeh },
};

static const struct handler *find_handler(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(handlers); i++)
		if (handlers[i].cmd == cmd)
			return &handlers[i];
	return NULL;
}

/* Before anything of the argument is looked at. */
static int check_rules(struct spapr *s, u32 rules)
{
	if (rules & CLAIMED && !s->program)
		return -EPERM;
	if (rules & ENABLED && !s->enabled)
		return -EPERM;
	if (rules & WITH_EEH && !(s->config.types & 1u << VFIO_EEH))
		return -ENODEV;
	if (rules & CLAIMS)
		s->program = s->ops->program(s->host);
	return 0;
}

/* An error to inject comes with more than other operations. */
static int read_more(struct spapr_request *r, const struct header *header)
{
	if (r->cmd != VFIO_EEH_PE_OP || r->eeh.op != VFIO_EEH_PE_INJECT_ERR)
		return 0;
	if (header->argsz < EEH_FULL_SIZE)
		return -EINVAL;
	return port_copy_in(&r->eeh, r->arg, EEH_FULL_SIZE);
}

int spapr_request_read(struct spapr *s, struct spapr_request *r, unsigned int cmd, u64 arg)
{
	const struct handler *handler = find_handler(cmd);
	const struct header *header = (const void *)&r->map;
	int ret;

	memset(r, 0, sizeof(*r));
	r->cmd = cmd;
	r->arg = arg;
	if (s->program && s->program != s->ops->program(s->host))
		return -EPERM;
	if (!handler || !(handler->rules & (s->v2 ? V2 : V1)))
		return -ENOTTY;
	ret = check_rules(s, handler->rules);
	if (ret || handler->rules & NO_ARGUMENT)
		return ret;
	if (port_copy_in(&r->map, arg, handler->size))
		return -EFAULT;
	if (header->argsz < handler->size || header->flags & ~handler->known_flags)
		return -EINVAL;
	return read_more(r, header);
}

int spapr_request_run(struct spapr *s, struct spapr_request *r)
{
	return find_handler(r->cmd)->run(s, r);
}

int spapr_request_end(struct spapr_request *r, int ret)
{
	size_t size = 0;

	if (r->cmd == VFIO_IOMMU_SPAPR_TCE_CREATE)
		size = CREATE_SIZE;
	if (r->cmd == VFIO_IOMMU_SPAPR_TCE_GET_INFO)
		size = r->info.argsz < INFO_FULL_SIZE ? INFO_SIZE : INFO_FULL_SIZE;
	if (ret || !size)
		return ret;
	return port_copy_out(r->arg, &r->map, size);
}
